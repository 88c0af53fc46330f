"""Rules that the notice does not state: the portal's defaults, which the bureau changes for each plan."""

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

RETURN_DAYS = (1, 60)
JUMP_FACTORS = (2, 1000)
TARGET_FACTORS = (2, 1000)
OBJECTION_DAYS = (1, 60)


class PlanRules(models.Model):
    """The fields of a plan that hold such rules; their defaults are the portal's own."""

    return_open_working_days = models.PositiveSmallIntegerField(
        _("退回后可修改的工作日"),
        default=5,
        validators=[MinValueValidator(RETURN_DAYS[0]), MaxValueValidator(RETURN_DAYS[1])],
        help_text=_("报告退回后，填报单位有这么多个工作日改好并重新提交，期间不计为逾期；只对以后的退回有效。"),
    )
    jump_factor = models.PositiveSmallIntegerField(
        _("与上季相差几倍须说明"),
        default=5,
        validators=[MinValueValidator(JUMP_FACTORS[0]), MaxValueValidator(JUMP_FACTORS[1])],
        help_text=_("数值与上季相差超过这个倍数时，提交前提示填报单位说明情况。"),
    )
    year_jump_factor = models.PositiveSmallIntegerField(
        _("与去年同期相差几倍须说明"),
        default=5,
        validators=[MinValueValidator(JUMP_FACTORS[0]), MaxValueValidator(JUMP_FACTORS[1])],
        help_text=_("数值与去年同一季度相差超过这个倍数时，提交前提示填报单位说明情况；去年没有数据的不比。"),
    )
    target_factor = models.PositiveSmallIntegerField(
        _("超过年度目标几倍须说明"),
        default=3,
        validators=[MinValueValidator(TARGET_FACTORS[0]), MaxValueValidator(TARGET_FACTORS[1])],
        help_text=_("计数指标的全年累计超过年度目标的这个倍数时，提交前提示填报单位说明情况。"),
    )
    sealed_scan_required = models.BooleanField(
        _("提交须上传盖章扫描件"),
        default=False,
        help_text=_("要求后，没有上传签字盖章的报表扫描件就不能提交。"),
    )
    objection_working_days = models.PositiveSmallIntegerField(
        _("公示期的工作日"),
        default=5,
        validators=[MinValueValidator(OBJECTION_DAYS[0]), MaxValueValidator(OBJECTION_DAYS[1])],
        help_text=_("考核公示后，各单位可在这么多个工作日内提出申诉；只对以后的公示有效。"),
    )

    RULES = (
        "return_open_working_days",
        "jump_factor",
        "year_jump_factor",
        "target_factor",
        "sealed_scan_required",
        "objection_working_days",
    )

    class Meta:
        abstract = True

    @classmethod
    def rule_fields(cls) -> "list[models.Field[Any, Any]]":
        """The fields that hold the rules, in the order in which they are shown."""
        return [field for field in cls._meta.fields if field.name in cls.RULES]


def rules_in_range() -> list[models.CheckConstraint]:
    """The same bounds for the database."""
    return [
        models.CheckConstraint(
            condition=Q(return_open_working_days__range=RETURN_DAYS), name="plan_return_days_in_range"
        ),
        models.CheckConstraint(condition=Q(jump_factor__range=JUMP_FACTORS), name="plan_jump_factor_in_range"),
        models.CheckConstraint(
            condition=Q(year_jump_factor__range=JUMP_FACTORS), name="plan_year_jump_factor_in_range"
        ),
        models.CheckConstraint(condition=Q(target_factor__range=TARGET_FACTORS), name="plan_target_factor_in_range"),
        models.CheckConstraint(
            condition=Q(objection_working_days__range=OBJECTION_DAYS), name="plan_objection_days_in_range"
        ),
    ]
