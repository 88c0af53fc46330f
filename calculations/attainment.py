"""Attainment 完成率 (docs/calculations.md, section 2): how much of the target is reached, in percent."""

from __future__ import annotations

from fractions import Fraction

from calculations.actual import HUNDRED, ZERO, Kind
from calculations.errors import CalculationError


def is_at_most(kind: Kind) -> bool:
    """Whether the target is an upper bound: only what remains to be mended is to become less."""
    return kind is Kind.REMAINING


def is_met(kind: Kind, actual: Fraction, target: Fraction) -> bool:
    """A ≥ T, or A ≤ T where the target is an upper bound."""
    return actual <= target if is_at_most(kind) else actual >= target


def attainment(kind: Kind, actual: Fraction, target: Fraction, *, start: Fraction) -> Fraction:
    """α in percent, exact, never negative; above 100 for over-fulfilment of an at-least target.

    `start` is S = B, used by `remaining` only. Raises CalculationError for an at-least target that is not above 0.
    """
    if is_at_most(kind):
        return _attainment_at_most(actual, target, start)
    if target <= 0:
        raise CalculationError("目标应大于 0")
    return max(ZERO, HUNDRED * actual / target)


def _attainment_at_most(actual: Fraction, target: Fraction, start: Fraction) -> Fraction:
    if actual <= target:
        return HUNDRED
    if start <= target:
        return ZERO
    return max(ZERO, HUNDRED * (start - actual) / (start - target))
