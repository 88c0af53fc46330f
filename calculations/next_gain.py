"""What the next gain needs: one Chinese sentence for every line that has not its full points."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from functools import singledispatch

from calculations.actual import HUNDRED, Kind
from calculations.gap import gap_to
from calculations.inputs import IndicatorInput
from calculations.quarters import LAST_QUARTER
from calculations.rounding import exact, number_text, round_half_up
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
from calculations.sentences import QUARTER_WORDS
from calculations.words import short, step_words


def next_gain(rule: Rule, case: Case, points: Decimal) -> str:
    """What would bring more points (for a deduction: keep them); empty when nothing would."""
    if not isinstance(rule, Returns) and exact(points) >= case.max:
        return ""
    return _next(rule, case)


@singledispatch
def _next(rule: Rule, case: Case) -> str:
    raise NotImplementedError(type(rule).__name__)


@_next.register
def _(rule: Proportional, case: Case) -> str:
    indicator = case.indicators[0]
    full = _to_reach(indicator, HUNDRED)
    if full is None:
        return _report_first(indicator)
    alpha = indicator.attainment
    start = _to_reach(indicator, rule.floor) if alpha is not None and alpha < rule.floor else None
    words = f"{full}可得满分"
    return f"{start}即开始得分，{words}" if start else words


@_next.register
def _(rule: Steps, case: Case) -> str:
    indicator = case.indicators[0]
    alpha = indicator.attainment
    ahead = [step for step in rule.steps if alpha is not None and step.bound > alpha]
    step = _to_reach(indicator, ahead[-1].bound) if ahead else None
    if step is None:
        return _report_first(indicator) if alpha is None else ""
    return f"{step}可得 {number_text(ahead[-1].points)} 分"


@_next.register
def _(rule: PerItem, case: Case) -> str:
    open_ones = [each for each in case.indicators if not each.is_left_out and _has_room(rule, each)]
    if not open_ones:
        return ""
    names = "、".join(each.name for each in open_ones)
    return f"{names}每增加 1 {open_ones[0].unit_label}加 {number_text(rule.each)} 分，最多 {number_text(case.max)} 分"


@_next.register
def _(rule: Average, case: Case) -> str:
    judged = rule.judged(case)
    short_ones = [each for each in judged if (each.actual or 0) < HUNDRED]
    parts = []
    for each in short_ones:
        missing = HUNDRED - (each.actual or Fraction(0))
        gain = round_half_up(case.max * missing / len(judged) / 100, 2)
        parts.append(f"{each.name}再提高 {short(missing)} 个百分点可加 {gain} 分")
    return "；".join(parts)


@_next.register
def _(rule: OverTarget, case: Case) -> str:
    indicator = case.indicators[0]
    alpha = indicator.attainment
    if alpha is None or indicator.kind is Kind.REMAINING:
        return ""
    reached = max(Fraction(0), (alpha - HUNDRED) // rule.per * rule.per)
    step = _to_reach(indicator, HUNDRED + reached + rule.per)
    return f"{step}可加 {number_text(rule.each)} 分" if step else ""


@_next.register
def _(rule: Timeliness, case: Case) -> str:
    late = _quarters(quarter.quarter for quarter in case.unit.quarters if quarter.counted and not quarter.on_time)
    counted = sum(quarter.counted for quarter in case.unit.quarters)
    each = short(rule.each * LAST_QUARTER / counted)
    return f"{late}没有按时填报，按时填报一个季度得 {each} 分" if late else ""


@_next.register
def _(rule: Completeness, case: Case) -> str:
    parts = [
        f"{QUARTER_WORDS[quarter.quarter - 1]}缺 {quarter.required - quarter.filled} 项"
        for quarter in case.unit.quarters
        if quarter.counted and quarter.filled < quarter.required
    ]
    return f"{'，'.join(parts)}，补齐可得满分" if parts else ""


@_next.register
def _(rule: Evidence, case: Case) -> str:
    achieved = rule.achieved(case)
    bare = [each.name for each in achieved if not each.has_evidence]
    if not bare:
        return ""
    return f"{'、'.join(bare)}没有佐证材料或台账条目，每补一项加 {round_half_up(case.max / len(achieved), 2)} 分"


@_next.register
def _(rule: Returns, case: Case) -> str:
    return f"每份报告退回不超过 {rule.free} 次不扣分"


@_next.register
def _(rule: Manual, case: Case) -> str:
    return "由评审人员评分" if case.manual is None else ""


def _to_reach(indicator: IndicatorInput, alpha: Fraction) -> str | None:
    """What must be done until the attainment is `alpha` percent; None when it is, or nothing is reported."""
    if indicator.position is None or indicator.target is None:
        return None
    if indicator.kind is Kind.REMAINING:
        start = max(indicator.base, indicator.target)
        bound = start - alpha / 100 * (start - indicator.target)
    else:
        bound = alpha / 100 * indicator.target
    gap = gap_to(indicator.kind, indicator.position, bound, whole=False)  # the words round up to the decimals
    return step_words(gap, indicator.unit_label, decimals=indicator.decimals) if gap else None


def _report_first(indicator: IndicatorInput) -> str:
    return f"填报{indicator.name}后按完成率得分" if indicator.actual is None else ""


def _has_room(rule: PerItem, indicator: IndicatorInput) -> bool:
    return rule.cap_each is None or (indicator.actual or Fraction(0)) < rule.cap_each


def _quarters(numbers: Iterable[int]) -> str:
    return "、".join(QUARTER_WORDS[number - 1] for number in numbers)
