"""Why this score: the arithmetic of every line as one Chinese sentence, stored with the result and printed.

What the next gain needs stands in `next_gain`.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from functools import singledispatch

from calculations.actual import HUNDRED, DataState, Kind
from calculations.inputs import Adjustment, IndicatorInput
from calculations.quarters import LAST_QUARTER
from calculations.rounding import exact, number_text
from calculations.rules import (
    Average,
    Case,
    Completeness,
    Evidence,
    Manual,
    OverTarget,
    PerItem,
    Proportional,
    Returns,
    Rule,
    Steps,
    Timeliness,
)
from calculations.words import equals, percent_for, short

WHY_FLAGGED = "经两名管理员认定弄虚作假"

QUARTER_WORDS = ("第一季度", "第二季度", "第三季度", "第四季度")

_STATE_WORDS = {DataState.NO_DATA: "未报", DataState.NOT_APPLICABLE: "不涉及", DataState.NOT_DUE: "未到期"}


def why(rule: Rule, case: Case, points: Decimal | None) -> str:
    """The arithmetic of a line as one sentence; `points` are the rule's rounded ones, None when it drops out."""
    if points is None:
        return _why_left_out(case)
    return _why(rule, case, points)


def with_adjustment(sentence: str, adjustment: Adjustment, points: Decimal) -> str:
    """The sentence with the reviewer's adjustment, its reason and the final points."""
    sign = "+" if adjustment.amount >= 0 else "−"
    change = f"{sign}{number_text(abs(adjustment.amount))}"
    return f"{sentence}；调整 {change} 分（{adjustment.reason}），最终 {points} 分"


def why_binding_missed(indicators: Iterable[IndicatorInput], threshold: Fraction) -> str:
    """Which binding targets tripped the veto."""
    missed = "、".join(f"{each.name}{_how_missed(each)}" for each in indicators)
    return f"约束性目标完成率低于 {number_text(threshold)} %：{missed}" if missed else ""


def attainment_words(indicator: IndicatorInput, shown: str) -> str:
    """How α comes about: "新建充电桩 31 个 ÷ 目标 40 个 = 77.5 %". `shown` is the text of α without its sign."""
    value, target = _number(indicator.value), number_text(indicator.target or 0)
    if indicator.kind is Kind.REMAINING:
        return f"{indicator.name} {_remaining_words(indicator, shown)}"
    below_zero = indicator.actual is not None and indicator.actual < 0
    alpha = "，不足 0，按 0 % 计" if below_zero else f" {_sign(indicator.attainment, shown)} {shown} %"
    if indicator.kind is Kind.COUNT:
        unit = indicator.unit_label
        return f"{indicator.name} {value} {unit} ÷ 目标 {target} {unit}{alpha}"
    return f"{indicator.name} {_percent_words(indicator)}，÷ 目标 {target} %{alpha}"


def _percent_words(indicator: IndicatorInput) -> str:
    """How A comes about where it is a percentage."""
    value, base, unit = _number(indicator.value), _number(indicator.base), indicator.unit_label
    actual = equals(indicator.actual or Fraction(0))
    if indicator.kind is Kind.RATIO:
        return f"{value} {unit} ÷ {base} {unit} {actual} %"
    if indicator.kind is Kind.REDUCTION:
        return f"({base} − {value}) ÷ {base} {actual} %"
    return f"{value} %"


def _remaining_words(indicator: IndicatorInput, shown: str) -> str:
    value, start, target = _number(indicator.value), _number(indicator.base), number_text(indicator.target or 0)
    unit = indicator.unit_label
    if indicator.target is not None and indicator.value <= indicator.target:
        return f"剩余 {value} {unit}，未超过目标 {target} {unit}，完成率 = 100 %"
    if indicator.target is not None and indicator.base <= indicator.target:
        return f"剩余 {value} {unit}，超过目标 {target} {unit}，完成率 = 0 %"
    if indicator.value > indicator.base:
        return f"由 {start} {unit}增到 {value} {unit}，按 0 % 计"
    sign = _sign(indicator.attainment, shown)
    return f"由 {start} {unit}减到 {value} {unit}，({start} − {value}) ÷ ({start} − {target}) {sign} {shown} %"


@singledispatch
def _why(rule: Rule, case: Case, points: Decimal) -> str:
    raise NotImplementedError(type(rule).__name__)


@_why.register
def _(rule: Proportional, case: Case, points: Decimal) -> str:
    indicator, maximum = case.indicators[0], number_text(case.max)
    alpha = indicator.attainment
    if alpha is None:
        return _why_nothing(indicator)
    shown = _shown_alpha(alpha, case, points)
    words = attainment_words(indicator, shown)
    if alpha >= HUNDRED:
        return f"{words}，达到目标，得满分 {points} 分"
    if alpha < rule.floor:
        return f"{words}，低于 {number_text(rule.floor)} %，得 {points} 分"
    return f"{words}，得 {maximum} × {shown} % = {points} 分"


@_why.register
def _(rule: Steps, case: Case, points: Decimal) -> str:
    indicator = case.indicators[0]
    alpha = indicator.attainment
    if alpha is None:
        return _why_nothing(indicator)
    words = attainment_words(indicator, short(alpha, 1))
    reached = [step for step in rule.steps if alpha >= step.bound]
    if not reached:
        return f"{words}，未达到最低一档，得 {points} 分"
    return f"{words}，达到 {number_text(reached[0].bound)} % 一档，得 {points} 分"


@_why.register
def _(rule: PerItem, case: Case, points: Decimal) -> str:
    parts = [_item_words(rule, each) for each in case.indicators]
    items = sum((rule.items(each) for each in case.indicators if not each.is_left_out), Fraction(0))
    raw = rule.each * items
    words = f"{'，'.join(parts)}；{_number(rule.each)} × {_number(items)} = {short(raw)} 分"
    return _within_max(words, raw, case, points)


@_why.register
def _(rule: Average, case: Case, points: Decimal) -> str:
    parts = [_mean_words(rule, case, each) for each in case.indicators]
    judged = rule.judged(case)
    mean = sum((min(each.actual or Fraction(0), HUNDRED) for each in judged), Fraction(0)) / len(judged)
    shown = percent_for(mean, case.max, points)
    sign = _sign(mean, shown)
    return f"{'，'.join(parts)}；平均 {sign} {shown} %，得 {number_text(case.max)} × {shown} % = {points} 分"


@_why.register
def _(rule: OverTarget, case: Case, points: Decimal) -> str:
    indicator = case.indicators[0]
    alpha = indicator.attainment
    if alpha is None:
        return _why_nothing(indicator)
    words = attainment_words(indicator, short(alpha, 1))
    if alpha < HUNDRED:
        return f"{words}，未超过目标，得 {points} 分"
    over, per, each = short(alpha - HUNDRED, 1), number_text(rule.per), number_text(rule.each)
    times = (alpha - HUNDRED) // rule.per
    raw = rule.each * times
    gained = f"超出 {over} 个百分点，每满 {per} 个百分点 {each} 分，{each} × {times} = {short(raw)} 分"
    return _within_max(f"{words}，{gained}", raw, case, points)


@_why.register
def _(rule: Timeliness, case: Case, points: Decimal) -> str:
    counted = [quarter for quarter in case.unit.quarters if quarter.counted]
    on_time = sum(quarter.on_time for quarter in counted)
    arithmetic = f"{number_text(rule.each)} × {on_time}{_scale(len(counted))}"
    return f"{len(counted)} 个季度中按时 {on_time} 个，得 {arithmetic} = {points} 分"


@_why.register
def _(rule: Completeness, case: Case, points: Decimal) -> str:
    counted = [quarter for quarter in case.unit.quarters if quarter.counted and quarter.required]
    parts = " + ".join(f"{quarter.filled}/{quarter.required}" for quarter in counted)
    return f"应填已填：{parts}，得 {number_text(rule.each)} × ({parts}){_scale(len(counted))} = {points} 分"


@_why.register
def _(rule: Evidence, case: Case, points: Decimal) -> str:
    achieved = rule.achieved(case)
    with_evidence = sum(each.has_evidence for each in achieved)
    if not achieved:
        return f"有目标的指标都没有进展，无需佐证，得 {points} 分"
    share = f"{with_evidence} ÷ {len(achieved)}"
    words = f"有目标且有进展的指标 {len(achieved)} 项，其中 {with_evidence} 项有佐证材料或台账条目"
    return f"{words}，得 {number_text(case.max)} × {share} = {points} 分"


@_why.register
def _(rule: Returns, case: Case, points: Decimal) -> str:
    times = [each for quarter in case.unit.quarters for each in quarter.returned]
    excess = sum(max(0, each - rule.free) for each in times)
    words = f"报告共退回 {sum(times)} 次，每份超过 {rule.free} 次的部分合计 {excess} 次"
    return f"{words}，扣 {number_text(rule.each)} × {excess}{_scale(len(case.unit.quarters))} = {points} 分"


@_why.register
def _(rule: Manual, case: Case, points: Decimal) -> str:
    return "未评分，按 0 分计" if case.manual is None else f"评审评分 {points} 分"


def _why_left_out(case: Case) -> str:
    reasons = [
        f"{each.name}{'没有下达目标' if each.target is None and not each.is_left_out else _STATE_WORDS[each.state]}"
        for each in case.indicators
    ]
    return f"{'，'.join(reasons) or '没有计入考核的季度'}，不计此项"


def _why_nothing(indicator: IndicatorInput) -> str:
    return f"{indicator.name}未报，得 0.00 分"


def _item_words(rule: PerItem, indicator: IndicatorInput) -> str:
    if indicator.actual is None:
        return f"{indicator.name}{_STATE_WORDS[indicator.state]}"
    words = f"{indicator.name} {_number(indicator.actual)} {indicator.unit_label}"
    counted = rule.items(indicator)
    return words if counted == indicator.actual else f"{words}（按 {_number(counted)} {indicator.unit_label}计）"


def _mean_words(rule: Average, case: Case, indicator: IndicatorInput) -> str:
    if indicator not in rule.judged(case):
        return f"{indicator.name}不计"
    if indicator.actual is None:
        return f"{indicator.name}未报按 0 %"
    return f"{indicator.name} {short(indicator.actual)} %"


def _how_missed(indicator: IndicatorInput) -> str:
    return "未报" if indicator.attainment is None else f" {short(indicator.attainment, 1)} %"


def _within_max(words: str, raw: Fraction, case: Case, points: Decimal) -> str:
    if raw > case.max:
        return f"{words}，超过满分，得 {points} 分"
    return f"{words}，得 {points} 分"


def _shown_alpha(alpha: Fraction, case: Case, points: Decimal) -> str:
    return short(alpha, 1) if alpha >= HUNDRED else percent_for(alpha, case.max, points)


def _scale(counted: int) -> str:
    return "" if counted == LAST_QUARTER else f" × {LAST_QUARTER} ÷ {counted}"


def _sign(number: Fraction | None, shown: str) -> str:
    return "=" if number == exact(shown) else "≈"


def _number(number: Fraction) -> str:
    """A reported number in full; only a forecast's has to be cut."""
    return short(number, 4).replace("-", "−")
