"""Public institutions (公共机构): the bodies that the piles, roofs and kitchens belong to."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from common.scope import Scoped, within
from targets.models.units import Unit
from targets.validators import validate_credit_code


class InstitutionQuerySet(models.QuerySet["Institution"]):
    """Readings of the register of institutions."""

    def visible_to(self, user: Scoped) -> "InstitutionQuerySet":
        """The institutions of the units in the person's subtree."""
        return self.filter(within(user, "unit__path"))


class Institution(models.Model):
    """A public institution of a unit, known outside by its 统一社会信用代码 (GB 32100-2015).

    `version` counts its changes: whoever saves says which one they saw.
    """

    class Kind(models.TextChoices):
        STATE = "01", _("国家机关")
        EDUCATION = "021", _("教育类事业单位")
        SCIENCE = "022", _("科技类事业单位")
        CULTURE = "023", _("文化类事业单位")
        HEALTH = "024", _("卫生类事业单位")
        SPORT = "025", _("体育类事业单位")
        OTHER = "026", _("其他事业单位")
        GROUP = "03", _("团体组织")

    class RoofClass(models.TextChoices):
        ORGAN = "organ", _("党政机关")
        OTHER = "other", _("学校、医院等")

    unit = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        related_name="institutions",
        verbose_name=_("所属单位"),
        db_index=False,  # an index below begins with it
    )
    name = models.CharField(_("机构名称"), max_length=200)
    credit_code = models.CharField(
        _("统一社会信用代码"),
        max_length=18,
        unique=True,
        validators=[validate_credit_code],
        error_messages={"unique": _("此统一社会信用代码已登记。一个机构同一时间只属于一个填报单位。")},
    )
    kind = models.CharField(_("机构类别"), max_length=3, choices=Kind)
    roof_class = models.CharField(_("屋顶类别"), max_length=10, choices=RoofClass)
    floor_area_m2 = models.DecimalField(
        _("建筑面积（m²）"), max_digits=12, decimal_places=2, validators=[MinValueValidator(0)]
    )
    headcount = models.PositiveIntegerField(_("用能人数（人）"))
    separately_metered = models.BooleanField(_("独立计量"), default=False)
    active_from = models.DateField(_("纳入日期"))
    active_to = models.DateField(_("退出日期"), null=True, blank=True)
    search_key = models.CharField(max_length=400, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = InstitutionQuerySet.as_manager()

    class Meta:
        verbose_name = _("公共机构")
        verbose_name_plural = _("公共机构")
        ordering = ["unit__path", "name", "credit_code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(active_to__isnull=True) | Q(active_to__gte=F("active_from")),
                name="institution_active_span",
                violation_error_message=_("退出日期不能早于纳入日期。"),
            )
        ]
        indexes = [
            models.Index(fields=["name", "credit_code"], name="institution_name_code"),
            models.Index(fields=["unit", "name", "credit_code"], name="institution_unit_name_code"),
        ]

    def __str__(self) -> str:
        return self.name
