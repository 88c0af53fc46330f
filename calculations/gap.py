"""What is still missing, per quarter needed, and where the year will end (docs/calculations.md, section 3)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from calculations.actual import ZERO, Accumulate, IndicatorSpec, Kind
from calculations.quarters import LAST_QUARTER


class GapKind(StrEnum):
    """What a gap is counted in, and so which words it takes."""

    ITEMS = "items"
    """还差 12 个"""
    AMOUNT = "amount"
    """of a ratio's value: 还需安装 300 m²"""
    REDUCTION = "reduction"
    """of a reduction's value: 高峰负荷还需再降 25.5 kW"""
    REMAINING = "remaining"
    """还有 3 家未整改"""
    REMAINING_ABOVE = "remaining_above"
    """as REMAINING, where the target lets some remain: 还需整改 3 家"""
    POINTS = "points"
    """percentage points: 还差 20 个百分点"""


@dataclass(frozen=True, slots=True)
class Gap:
    """How much is missing, exact and above 0, in the unit of the indicator's value (POINTS: percentage points)."""

    kind: GapKind
    amount: Fraction


@dataclass(frozen=True, slots=True)
class Position:
    """Where a unit or group stands: V, B and A."""

    value: Fraction
    base: Fraction
    actual: Fraction


_GAP_KINDS = {
    Kind.COUNT: GapKind.ITEMS,
    Kind.RATIO: GapKind.AMOUNT,
    Kind.REDUCTION: GapKind.REDUCTION,
    Kind.REMAINING: GapKind.REMAINING,
    Kind.PERCENT: GapKind.POINTS,
    Kind.MILESTONE: GapKind.POINTS,
}


def gap_to(kind: Kind, position: Position, bound: Fraction, *, whole: bool) -> Gap | None:
    """What is missing until A reaches `bound`; None when it has. Whole things are rounded up."""
    missing = _missing(kind, position, bound)
    amount = Fraction(math.ceil(missing)) if whole else missing
    if amount <= 0:
        return None
    return Gap(gap_kind(kind, bound), amount)


def gap_kind(kind: Kind, bound: Fraction) -> GapKind:
    """What a gap to a target of this kind is counted in."""
    return GapKind.REMAINING_ABOVE if kind is Kind.REMAINING and bound > 0 else _GAP_KINDS[kind]


def needed_per_quarter(spec: IndicatorSpec, value: Fraction, target: Fraction, *, quarter: int) -> Fraction | None:
    """What each remaining quarter must bring, for `sum` counts only; 0 when the target is met, None after quarter 4."""
    if not _is_summed_count(spec) or quarter == LAST_QUARTER:
        return None
    needed = max(ZERO, (target - value) / (LAST_QUARTER - quarter))
    return Fraction(math.ceil(needed)) if spec.whole else needed


def forecast_value(spec: IndicatorSpec, actual: Fraction, *, quarter: int) -> Fraction:
    """F, the actual value at the year's end if it goes on like this: A · 4/q for `sum` counts, otherwise A."""
    return actual * LAST_QUARTER / quarter if _is_summed_count(spec) else actual


def _missing(kind: Kind, position: Position, bound: Fraction) -> Fraction:
    if kind is Kind.RATIO:
        return bound / 100 * position.base - position.value
    if kind is Kind.REDUCTION:
        return position.value - position.base * (1 - bound / 100)
    if kind is Kind.REMAINING:
        return position.actual - bound
    return bound - position.actual


def _is_summed_count(spec: IndicatorSpec) -> bool:
    return spec.kind is Kind.COUNT and spec.accumulate is Accumulate.SUM
