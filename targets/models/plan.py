"""A year's plan: who takes part, what is measured, what must be reached."""

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from calculations.actual import Accumulate, IndicatorSpec, Kind
from calculations.quarters import parse_pace
from common.languages import in_readers_language
from common.scope import Scoped, within
from targets.ledger_feeds import LEDGERS, Feed
from targets.models.rules import PlanRules, rules_in_range
from targets.models.units import Unit


def plain_number(value: Decimal) -> str:
    """A number without needless zeros, with separators of thousands: targets of shares are mostly whole."""
    return f"{value.normalize():,f}"


class PlanQuerySet(models.QuerySet["Plan"]):
    """Readings of the plans."""

    def visible_to(self, user: Scoped) -> "PlanQuerySet":
        """Plans that the person's subtree takes part in."""
        return self.filter(pk__in=PlanUnit.objects.filter(within(user, "unit__path")).values("plan"))


class Plan(PlanRules):
    """The plan of one root unit for one year; a copy of last year's is where the next one starts."""

    class State(models.TextChoices):
        DRAFT = "draft", _("草稿")
        ACTIVE = "active", _("执行中")
        CLOSED = "closed", _("已归档")

    owner = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="plans")
    year = models.PositiveSmallIntegerField(_("年度"))
    name = models.CharField(_("名称"), max_length=200)
    name_en = models.CharField(_("英文名"), max_length=200, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.DRAFT)
    announced_at = models.DateTimeField(null=True, blank=True, help_text=_("考核已公示：报告不再更改"))
    is_demo = models.BooleanField(default=False)
    notice = models.JSONField(default=dict)
    groups = models.JSONField(default=list)
    categories = models.JSONField(default=list)

    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("年度目标任务")
        verbose_name_plural = _("年度目标任务")
        ordering = ["-year", "owner__path"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "year"], name="plan_once_per_owner_and_year"),
            *rules_in_range(),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return in_readers_language(self.name, self.name_en)


class PlanUnitQuerySet(models.QuerySet["PlanUnit"]):
    """Readings of a plan's units."""

    def visible_to(self, user: Scoped) -> "PlanUnitQuerySet":
        """The plan's units in the person's subtree."""
        return self.filter(within(user, "unit__path"))

    def reporting(self) -> "PlanUnitQuerySet":
        """Units that owe reports (the city itself does not)."""
        return self.filter(is_reporting=True)


class PlanUnit(models.Model):
    """A unit as it takes part in one plan: its name and kind of that year, its groups, whether it is assessed."""

    class Kind(models.TextChoices):
        PROVINCE = "province", _("省")
        CITY = "city", _("市")
        DISTRICT = "district", _("区")
        COUNTY = "county", _("县")
        ZONE = "zone", _("功能区")
        MUNICIPAL = "municipal", _("市本级")

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="plan_units")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="plan_units")
    name = models.CharField(_("名称"), max_length=80)
    name_en = models.CharField(max_length=120, blank=True)
    kind = models.CharField(_("类别"), max_length=12, choices=Kind)
    order = models.PositiveSmallIntegerField(default=0)
    is_reporting = models.BooleanField(_("填报"), default=True)
    assessed = models.BooleanField(_("参加考核"), default=False)
    groups = models.JSONField(default=list)

    objects = PlanUnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("参加单位")
        verbose_name_plural = _("参加单位")
        ordering = ["plan", "order"]
        constraints = [models.UniqueConstraint(fields=["plan", "unit"], name="unit_once_per_plan")]

    def __str__(self) -> str:
        return self.label

    @property
    def rank_group(self) -> str:
        """Units are ranked within it: counties and districts together, every other kind by itself."""
        return self.Kind.COUNTY.value if self.kind == self.Kind.DISTRICT else self.kind

    @property
    def label(self) -> str:
        return in_readers_language(self.name, self.name_en)


class Indicator(models.Model):
    """One thing that is measured; `kind` and `accumulate` decide the arithmetic (calculations.md, section 1)."""

    class Kind(models.TextChoices):
        COUNT = "count", _("计数")
        RATIO = "ratio", _("比率")
        REDUCTION = "reduction", _("下降率")
        REMAINING = "remaining", _("剩余数")
        PERCENT = "percent", _("百分比")
        MILESTONE = "milestone", _("进度")

    class Accumulate(models.TextChoices):
        SUM = "sum", _("按季累加")
        LATEST = "latest", _("取最新值")

    class Nature(models.TextChoices):
        BINDING = "binding", _("约束性")
        ANTICIPATED = "anticipated", _("预期性")
        NONE = "none", _("跟踪")

    class NotApplicable(models.TextChoices):
        NO = "no", _("不可")
        YES = "yes", _("可以")
        CONDITIONAL = "conditional", _("有条件")

    class NaRule(models.TextChoices):
        NO_METERED_INSTITUTION = "no_separately_metered_institution", _("没有独立计量的公共机构")

    class BaseRule(models.TextChoices):
        NONE = "none", _("无")
        POSITIVE = "positive", _("必须大于 0")
        FIXED = "fixed", _("年初确定，仅市局可改")

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="indicators")
    code = models.CharField(_("代码"), max_length=20)
    name = models.CharField(_("名称"), max_length=120)
    name_en = models.CharField(max_length=160, blank=True)
    aliases = models.JSONField(default=list, blank=True)
    category = models.CharField(max_length=40, blank=True)
    order = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(_("类型"), max_length=12, choices=Kind)
    accumulate = models.CharField(_("累计方式"), max_length=8, choices=Accumulate)
    value_unit = models.CharField(_("计量单位"), max_length=20)
    value_unit_en = models.CharField(max_length=40, blank=True)
    value_label = models.CharField(max_length=80, blank=True)
    value_label_en = models.CharField(max_length=80, blank=True)
    base_unit = models.CharField(max_length=20, blank=True)
    base_unit_en = models.CharField(max_length=40, blank=True)
    base_label = models.CharField(max_length=80, blank=True)
    base_label_en = models.CharField(max_length=80, blank=True)
    decimals = models.PositiveSmallIntegerField(_("小数位"), default=0)
    minimum = models.DecimalField(_("最小值"), max_digits=18, decimal_places=4, default=Decimal(0))
    maximum = models.DecimalField(_("最大值"), max_digits=18, decimal_places=4)
    pace = models.CharField(_("序时进度"), max_length=10, default="none")
    pace_shares = models.JSONField(default=list, blank=True)
    nature = models.CharField(_("性质"), max_length=12, choices=Nature, default=Nature.NONE)
    not_applicable = models.CharField(_("不涉及"), max_length=12, choices=NotApplicable, default=NotApplicable.NO)
    na_condition = models.CharField(max_length=200, blank=True)
    na_condition_en = models.CharField(max_length=200, blank=True)
    na_rule = models.CharField(max_length=40, choices=NaRule, blank=True)
    base_rule = models.CharField(max_length=10, choices=BaseRule, default=BaseRule.NONE)
    ledger = models.CharField(max_length=40, blank=True)
    ledger_measure = models.CharField(max_length=40, blank=True)
    ledger_kind = models.CharField(max_length=40, blank=True)
    base_ledger = models.CharField(max_length=40, blank=True)
    base_ledger_measure = models.CharField(max_length=40, blank=True)
    base_ledger_kind = models.CharField(max_length=40, blank=True)
    reported_by = models.JSONField(default=list, help_text=_('单位组；"all" 为全部单位'))
    source = models.CharField(_("依据条款"), max_length=40, blank=True)
    source_text = models.TextField(blank=True)
    source_text_en = models.TextField(blank=True)
    definition = models.TextField(_("指标解释"), blank=True)
    definition_en = models.TextField(blank=True)

    class Meta:
        verbose_name = _("指标")
        verbose_name_plural = _("指标")
        ordering = ["plan", "order"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "code"], name="indicator_once_per_plan"),
            models.CheckConstraint(
                condition=Q(maximum__gte=models.F("minimum")),
                name="indicator_range",
                violation_error_message=_("最大值不能小于最小值。"),
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return in_readers_language(self.name, self.name_en)

    @property
    def unit_label(self) -> str:
        return in_readers_language(self.value_unit, self.value_unit_en)

    @property
    def has_base(self) -> bool:
        return self.kind in (self.Kind.RATIO, self.Kind.REDUCTION, self.Kind.REMAINING)

    @property
    def actual_unit(self) -> str:
        """The unit of the actual value: percent where the kind is a share, else the value's own."""
        return self.unit_label if self.kind in (self.Kind.COUNT, self.Kind.REMAINING) else "%"

    @property
    def at_most(self) -> bool:
        """Whether the target is an upper bound (only kind remaining)."""
        return self.kind == self.Kind.REMAINING

    @property
    def spec(self) -> IndicatorSpec:
        """What the formulas must know of this indicator."""
        pace = self.pace_shares if self.pace == "own" else self.pace.replace("none", "")
        whole = self.decimals == 0 and self.kind in (self.Kind.COUNT, self.Kind.REMAINING)
        kind, accumulate = Kind(self.kind), Accumulate(self.accumulate)
        return IndicatorSpec(self.code, kind, accumulate, whole=whole, pace=parse_pace(pace))

    @property
    def feed(self) -> Feed:
        """Which register stands behind the value; an empty one where none does, or the plan does not say how."""
        return _feed(self.ledger, self.ledger_measure, self.ledger_kind)

    @property
    def base_feed(self) -> Feed:
        """Which register stands behind the base."""
        return _feed(self.base_ledger, self.base_ledger_measure, self.base_ledger_kind)

    def local(self, field: str) -> str:
        """`field` in the reader's language, e.g. `local("definition")`."""
        return in_readers_language(getattr(self, field), getattr(self, f"{field}_en", ""))


def _feed(ledger: str, measure: str, kind: str) -> Feed:
    known = next((name for name in LEDGERS if name == ledger), None)
    return Feed(known, measure, kind) if known and measure else Feed()
