"""An indicator in words: what kind it is, how it is computed, when it is due, who reports it."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from targets.models import Indicator, Plan
from targets.models.plan import plain_number
from targets.queries import group_labels

Kind, Accumulate = Indicator.Kind, Indicator.Accumulate

_COMPUTED = {
    (Kind.COUNT, Accumulate.SUM): gettext_lazy("各季填报数相加。"),
    (Kind.COUNT, Accumulate.LATEST): gettext_lazy("取最近一季填报的数。"),
    (Kind.RATIO, Accumulate.SUM): gettext_lazy(
        "各季完成值之和 ÷ 各季基数之和 × 100%，不取各季百分比的平均。基数为 0 时不涉及。"
    ),
    (Kind.RATIO, Accumulate.LATEST): gettext_lazy("最近一季的完成值 ÷ 基数 × 100%。基数为 0 时不涉及。"),
    (Kind.REDUCTION, Accumulate.SUM): gettext_lazy("（各季基数之和 − 完成值之和）÷ 基数之和 × 100%，可以为负。"),
    (Kind.REDUCTION, Accumulate.LATEST): gettext_lazy(
        "最近一季的（基数 − 完成值）÷ 基数 × 100%，可以为负。基数为 0 时不涉及。"
    ),
    (Kind.REMAINING, Accumulate.LATEST): gettext_lazy("取最近一季的剩余数，越少越好。年初和现在都为 0 的算已达标。"),
    (Kind.PERCENT, Accumulate.LATEST): gettext_lazy("直接取填报的百分数。"),
    (Kind.MILESTONE, Accumulate.LATEST): gettext_lazy("取最近一季填报的累计进度。"),
}

_CITY = {
    Kind.PERCENT: gettext_lazy("没有全市数：百分比不能平均。"),
    Kind.MILESTONE: gettext_lazy("取有目标的各单位的平均；不涉及的不算，没有报的按 0 算。"),
}
_CITY_BY_SUMS = gettext_lazy("各单位的完成值与基数分别相加，再按同一公式计算；不取百分比的平均。")

_AT_LEAST = gettext_lazy("100 × 完成数 ÷ 目标，不封顶。")
_AT_MOST = gettext_lazy("不超过目标即 100%；否则为已减少的部分占应减少部分的百分比。")

_PACE = {
    "none": gettext_lazy("跟踪指标，没有序时要求。"),
    "linear": gettext_lazy("按季均匀：四个季度末分别应完成 25%、50%、75%、100%。"),
    "level": gettext_lazy("每个季度都按全年目标要求。"),
}


@dataclass(frozen=True)
class Explanation:
    """A question a reader has, and its answer."""

    label: str
    text: str


def explain(indicator: Indicator, plan: Plan) -> list[Explanation]:
    """What there is to know about an indicator besides its definition and its targets, in reading order."""
    return list(_explanations(indicator, plan))


def _explanations(indicator: Indicator, plan: Plan) -> Iterator[Explanation]:
    kind, accumulate = Kind(indicator.kind), Accumulate(indicator.accumulate)
    yield Explanation(_("类型"), _("，").join((str(kind.label), str(accumulate.label))))
    yield Explanation(_("怎样计算"), str(_COMPUTED.get((kind, accumulate), "")))
    yield Explanation(_("全市数"), str(_CITY.get(kind, _CITY_BY_SUMS)))
    if indicator.nature != Indicator.Nature.NONE:
        yield Explanation(_("完成率"), str(_AT_MOST if indicator.at_most else _AT_LEAST))
    yield Explanation(_("序时进度"), pace_words(indicator))
    yield Explanation(_("谁来填报"), reporters_words(indicator, plan))
    yield Explanation(_("不涉及"), not_applicable_words(indicator))
    yield Explanation(_("填写范围"), range_words(indicator))


def pace_words(indicator: Indicator) -> str:
    """What is expected by the end of each quarter."""
    if indicator.pace in _PACE:
        return str(_PACE[indicator.pace])
    if indicator.pace.startswith("due_q"):
        return _("第 %s 季度末完成，只在这个季度必填。") % indicator.pace.removeprefix("due_q")
    shares = _("、").join(f"{(100 * Decimal(share)).normalize():f}%" for share in indicator.pace_shares)
    return _("自定：四个季度末分别应完成 %s。") % shares


def reporters_words(indicator: Indicator, plan: Plan) -> str:
    """Which units report it."""
    if "all" in indicator.reported_by:
        return _("全部填报单位。")
    groups = group_labels(plan)
    named = [groups[key] for key in indicator.reported_by if key in groups]
    if not named:
        return _("有目标的单位。")
    return _("%s，以及另有目标的单位。") % _("、").join(named)


def not_applicable_words(indicator: Indicator) -> str:
    """Whether a unit may say that it does not concern it."""
    rule = Indicator.NotApplicable(indicator.not_applicable)
    if rule == Indicator.NotApplicable.NO:
        return _("不能选“不涉及”；没有的填 0。")
    if rule == Indicator.NotApplicable.YES:
        return _("可以选“不涉及”，须说明理由，由审核员确认。")
    return _("仅在以下情况可选“不涉及”：%s。") % indicator.local("na_condition")


def range_words(indicator: Indicator) -> str:
    """The numbers a line may hold."""
    lowest, highest = (plain_number(bound) for bound in (indicator.minimum, indicator.maximum))
    if indicator.decimals == 0:
        return _("%(lowest)s 至 %(highest)s 的整数。") % {"lowest": lowest, "highest": highest}
    return _("%(lowest)s 至 %(highest)s，最多 %(decimals)d 位小数。") % {
        "lowest": lowest,
        "highest": highest,
        "decimals": indicator.decimals,
    }
