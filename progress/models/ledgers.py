"""The seven ledgers (台账): the items behind the numbers (domain.md, section 4). What feeds what is the plan's data."""

from collections.abc import Collection, Iterator
from datetime import date

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from progress.models.items import LedgerItem, Wrong, once
from progress.nomination_stages import stage_of, stage_problems
from targets.models import Institution


def _amount(label: object, *, places: int, help_text: object = "") -> models.DecimalField:  # type: ignore[type-arg]
    return models.DecimalField(
        label,  # type: ignore[arg-type]
        max_digits=12 + places,
        decimal_places=places,
        validators=[MinValueValidator(0)],
        help_text=help_text,  # type: ignore[arg-type]
    )


class Titled(LedgerItem):
    """An item that has a name of its own beside its institution's."""

    title = models.CharField(_("名称"), max_length=200)

    class Meta(LedgerItem.Meta):
        abstract = True

    @property
    def name(self) -> str:
        return self.title


class ChargingPile(Titled):
    """Charging piles at one place, put into use on one day. A pile counts once, whatever its connectors."""

    class Current(models.TextChoices):
        AC = "ac", _("交流")
        DC = "dc", _("直流")

    class Build(models.TextChoices):
        NEW = "new", _("新建")
        REPLACEMENT = "replacement", _("更换")

    title = models.CharField(_("安装地点"), max_length=200, help_text=_("如：办公区北侧停车场。"))
    day = models.DateField(_("投用日期"))
    piles = models.PositiveIntegerField(_("桩数（个）"), validators=[MinValueValidator(1)])
    connectors = models.PositiveIntegerField(_("枪数（个）"), validators=[MinValueValidator(1)])
    current = models.CharField(_("电流类型"), max_length=2, choices=Current)
    power_kw = _amount(_("总功率（kW）"), places=2)
    build = models.CharField(_("新建或更换"), max_length=12, choices=Build, help_text=_("更换旧桩不计入新建数。"))

    class Meta(Titled.Meta):
        verbose_name = _("充电桩")
        verbose_name_plural = _("充电桩")
        constraints = [
            once(
                "institution", "title", "day", "current",
                name="charging_pile_once", message=_("该机构同一地点、同一天投用的同类充电桩已经登记过。"),
            ),
            models.CheckConstraint(
                condition=Q(piles__gt=0), name="charging_pile_some", violation_error_message=_("桩数至少为 1。")
            ),
            models.CheckConstraint(
                condition=Q(connectors__gte=F("piles")),
                name="charging_pile_connectors",
                violation_error_message=_("枪数不能少于桩数：一个桩至少有一把枪。"),
            ),
        ]  # fmt: skip


class PvProject(Titled):
    """A photovoltaic project, connected to the grid on a day."""

    title = models.CharField(_("项目名称"), max_length=200)
    day = models.DateField(_("并网日期"))
    area_m2 = _amount(_("安装面积（m²）"), places=2)
    capacity_kwp = _amount(_("装机容量（千瓦）"), places=3)
    roof_class = models.CharField(_("屋顶类别"), max_length=10, choices=Institution.RoofClass)
    on_new_building = models.BooleanField(_("在新建建筑上"), default=False)

    class Meta(Titled.Meta):
        verbose_name = _("光伏项目")
        verbose_name_plural = _("光伏项目")
        constraints = [
            once("institution", "title", name="pv_project_once", message=_("该机构的同名光伏项目已经登记过。"))
        ]


class NewBuilding(Titled):
    """A new building with the area on which panels can be, and are, installed."""

    title = models.CharField(_("建筑名称"), max_length=200)
    day = models.DateField(_("竣工日期"))
    installable_m2 = _amount(_("可安装面积（m²）"), places=2)
    installed_m2 = _amount(_("已安装面积（m²）"), places=2)

    class Meta(Titled.Meta):
        verbose_name = _("新建建筑")
        verbose_name_plural = _("新建建筑")
        constraints = [
            once("institution", "title", name="new_building_once", message=_("该机构的同名新建建筑已经登记过。")),
            models.CheckConstraint(
                condition=Q(installed_m2__lte=F("installable_m2")),
                name="new_building_installed",
                violation_error_message=_("已安装面积不能大于可安装面积。"),
            ),
        ]


class RoofSurvey(Titled):
    """A roof on which panels could be built, as a survey found it; built area stays part of it."""

    title = models.CharField(_("屋顶（楼栋）名称"), max_length=200)
    day = models.DateField(_("调查日期"))
    roof_class = models.CharField(_("屋顶类别"), max_length=10, choices=Institution.RoofClass)
    buildable_m2 = _amount(_("可建面积（m²）"), places=2)
    surveyed_by = models.CharField(_("调查单位"), max_length=120)

    class Meta(Titled.Meta):
        verbose_name = _("可建面积")
        verbose_name_plural = _("可建面积")
        constraints = [once("institution", "title", name="roof_survey_once", message=_("该机构的同名屋顶已经登记过。"))]


class Nomination(Titled):
    """An application under a scheme that the plan names, with the date of each stage it has reached."""

    class Stage(models.TextChoices):
        PLANNED = "planned", _("拟申报")
        APPLIED = "applied", _("已申报")
        REVIEWED = "reviewed", _("初审")
        INSPECTED = "inspected", _("现场验收")
        PUBLICISED = "publicised", pgettext_lazy("stage", "公示")
        NAMED = "named", _("命名")
        FAILED = "failed", _("未通过")
        REVOKED = "revoked", pgettext_lazy("stage", "撤销")

    DATES = {
        Stage.PLANNED: "day",
        Stage.APPLIED: "applied_on",
        Stage.REVIEWED: "reviewed_on",
        Stage.INSPECTED: "inspected_on",
        Stage.PUBLICISED: "publicised_on",
        Stage.NAMED: "named_on",
        Stage.FAILED: "failed_on",
        Stage.REVOKED: "revoked_on",
    }
    """The field that holds the date of each stage."""

    title = models.CharField(_("申报名称"), max_length=200)
    day = models.DateField(_("拟申报日期"))
    scheme = models.CharField(_("申报类别"), max_length=40)
    stage = models.CharField(_("阶段"), max_length=12, choices=Stage, default=Stage.PLANNED, editable=False)
    applied_on = models.DateField(_("申报日期"), null=True, blank=True)
    reviewed_on = models.DateField(_("初审日期"), null=True, blank=True)
    inspected_on = models.DateField(_("现场验收日期"), null=True, blank=True)
    publicised_on = models.DateField(_("公示日期"), null=True, blank=True)
    named_on = models.DateField(_("命名日期"), null=True, blank=True)
    failed_on = models.DateField(_("未通过日期"), null=True, blank=True)
    revoked_on = models.DateField(_("撤销日期"), null=True, blank=True)

    class Meta(Titled.Meta):
        verbose_name = _("创建申报")
        verbose_name_plural = _("创建申报")
        constraints = [
            once("institution", "scheme", "title", name="nomination_once", message=_("该机构的这项申报已经登记过。")),
            models.CheckConstraint(
                condition=Q(failed_on__isnull=True) | Q(named_on__isnull=True),
                name="nomination_one_end",
                violation_error_message=_("一项申报不能既命名又未通过。"),
            ),
        ]

    @property
    def dates(self) -> dict[str, date | None]:
        """The date of each stage; None where it was not reached."""
        return {stage.value: getattr(self, field) for stage, field in self.DATES.items()}

    def settle(self) -> None:
        self.stage = stage_of(self.dates)

    def problems(self, *, today: date, unread: Collection[str] = ()) -> Iterator[Wrong]:
        names = {stage.value: str(stage.label) for stage in self.Stage}
        unread_stages = {stage.value for stage, field in self.DATES.items() if field in unread}
        for found in stage_problems(self.dates, today=today, unread=unread_stages):
            yield Wrong(found.text(gettext, names), self.DATES[self.Stage(found.stage)])


class OverQuota(LedgerItem):
    """An institution whose energy per floor area was above the constraint value of the quota, until it is rectified."""

    day = models.DateField(_("列入日期"))
    quota_edition = models.CharField(
        _("定额版本"), max_length=120, help_text=_("所依据的能耗定额标准，如标准号和年份。")
    )
    electricity_factor = models.DecimalField(
        _("电力折标系数（kgce/kWh）"),
        max_digits=6,
        decimal_places=4,
        validators=[MinValueValidator(0)],
        help_text=_("定额计算所用的系数：等价值或当量值。"),
    )
    constraint_value = _amount(_("约束值（kgce/m²）"), places=2)
    intensity_at_start = _amount(_("列入时单位面积能耗（kgce/m²）"), places=2)
    intensity_now = models.DecimalField(
        _("最近单位面积能耗（kgce/m²）"),
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    rectified_on = models.DateField(_("整改完成日期"), null=True, blank=True)

    class Meta(LedgerItem.Meta):
        verbose_name = _("超定额机构")
        verbose_name_plural = _("超定额机构")
        constraints = [
            once("institution", "quota_edition", name="over_quota_once", message=_("该机构按这一定额版本已经列入。")),
            models.CheckConstraint(
                condition=Q(intensity_at_start__gt=F("constraint_value")),
                name="over_quota_above",
                violation_error_message=_("列入时的能耗必须高于约束值。"),
            ),
            models.CheckConstraint(
                condition=Q(rectified_on__isnull=True)
                | Q(intensity_now__isnull=False, intensity_now__lte=F("constraint_value")),
                name="over_quota_rectified",
                violation_error_message=_("整改完成的机构，最近能耗应填写，且不高于约束值。"),
            ),
            models.CheckConstraint(
                condition=Q(rectified_on__isnull=True) | Q(rectified_on__gte=F("day")),
                name="over_quota_days",
                violation_error_message=_("整改完成日期不能早于列入日期。"),
            ),
        ]

    @property
    def name(self) -> str:
        return self.institution.name

    def problems(self, *, today: date, unread: Collection[str] = ()) -> Iterator[Wrong]:
        yield from super().problems(today=today, unread=unread)
        if "rectified_on" not in unread and self.rectified_on and self.rectified_on > today:
            yield Wrong(gettext("整改完成日期不能晚于今天。"), "rectified_on")


class Project(Titled):
    """A retrofit or pilot of a kind that the plan names, finished on a day."""

    title = models.CharField(_("项目名称"), max_length=200)
    day = models.DateField(_("完成日期"))
    kind = models.CharField(_("项目类别"), max_length=40)
    quantity = models.PositiveIntegerField(
        _("数量"), default=1, validators=[MinValueValidator(1)], help_text=_("按指标的计量单位，如个、家、辆。")
    )

    class Meta(Titled.Meta):
        verbose_name = _("改造及试点")
        verbose_name_plural = _("改造及试点")
        constraints = [
            once("institution", "kind", "title", "day", name="project_once", message=_("该机构的这个项目已经登记过。")),
            models.CheckConstraint(
                condition=Q(quantity__gt=0), name="project_some", violation_error_message=_("数量至少为 1。")
            ),
        ]
