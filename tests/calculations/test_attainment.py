"""Attainment in percent (docs/calculations.md, section 2)."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calculations.actual import Kind
from calculations.attainment import attainment, is_met
from calculations.errors import CalculationError

AT_LEAST = [kind for kind in Kind if kind is not Kind.REMAINING]
NUMBERS = st.fractions(min_value=-1000, max_value=1000, max_denominator=100)
POSITIVE = st.fractions(min_value=Fraction(1, 100), max_value=1000, max_denominator=100)
NOT_NEGATIVE = st.fractions(min_value=0, max_value=1000, max_denominator=100)


@pytest.mark.parametrize(
    ("actual", "target", "alpha"),
    [("31", "40", "77.5"), ("3", "2", "150"), ("0", "40", "0"), ("-5", "10", "0"), ("125/3", "50", "250/3")],
)
def test_attainment_of_an_at_least_target_is_the_share_reached(actual: str, target: str, alpha: str) -> None:
    assert attainment(Kind.COUNT, Fraction(actual), Fraction(target), start=Fraction(0)) == Fraction(alpha)


@pytest.mark.parametrize(
    ("start", "actual", "target", "alpha"),
    [
        ("9", "2", "0", "700/9"),
        ("9", "0", "0", "100"),
        ("9", "9", "0", "0"),
        ("9", "11", "0", "0"),
        ("0", "0", "0", "100"),
        ("0", "1", "0", "0"),
        ("2", "3", "2", "0"),
        ("9", "5", "2", "400/7"),
        ("9", "1", "2", "100"),
    ],
)
def test_attainment_of_remaining_is_the_share_mended(start: str, actual: str, target: str, alpha: str) -> None:
    reached = attainment(Kind.REMAINING, Fraction(actual), Fraction(target), start=Fraction(start))

    assert reached == Fraction(alpha)


@pytest.mark.parametrize("target", ["0", "-1"])
def test_at_least_target_that_is_not_above_zero_is_refused(target: str) -> None:
    with pytest.raises(CalculationError, match="目标应大于 0"):
        attainment(Kind.COUNT, Fraction(1), Fraction(target), start=Fraction(0))


@settings(deadline=None)
@given(st.sampled_from(AT_LEAST), NUMBERS, NUMBERS, POSITIVE)
def test_attainment_never_falls_when_more_is_done(kind: Kind, one: Fraction, other: Fraction, target: Fraction) -> None:
    less, more = sorted([one, other])

    assert attainment(kind, less, target, start=Fraction(0)) <= attainment(kind, more, target, start=Fraction(0))


@settings(deadline=None)
@given(NOT_NEGATIVE, NOT_NEGATIVE, NOT_NEGATIVE, NOT_NEGATIVE)
def test_attainment_of_remaining_never_falls_when_fewer_remain(
    one: Fraction, other: Fraction, target: Fraction, start: Fraction
) -> None:
    fewer, more = sorted([one, other])

    assert attainment(Kind.REMAINING, fewer, target, start=start) >= attainment(
        Kind.REMAINING, more, target, start=start
    )


@settings(deadline=None)
@given(st.sampled_from(Kind), NUMBERS, POSITIVE, NOT_NEGATIVE)
def test_target_is_met_exactly_from_a_hundred_percent_on(
    kind: Kind, actual: Fraction, target: Fraction, start: Fraction
) -> None:
    assert is_met(kind, actual, target) == (attainment(kind, actual, target, start=start) >= 100)
