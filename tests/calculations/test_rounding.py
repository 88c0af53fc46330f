"""Exact numbers and the one rounding."""

from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calculations.errors import CalculationError
from calculations.rounding import exact, exact_or_none, number_text, round_half_up, round_up

DECIMALS = st.decimals(min_value=-(10**12), max_value=10**12, places=4)


@pytest.mark.parametrize(
    ("number", "places", "printed"),
    [
        (Decimal("89.985"), 2, "89.99"),
        (Decimal("89.98499999999999999999999999999999"), 2, "89.98"),
        (Fraction("0.005"), 2, "0.01"),
        (Fraction("-0.005"), 2, "-0.01"),
        (Fraction("-0.004"), 2, "0.00"),
        (Fraction(2, 3), 4, "0.6667"),
        (Fraction(5, 2), 0, "3"),
        (31, 2, "31.00"),
        (0, 2, "0.00"),
    ],
)
def test_round_half_up_rounds_a_half_away_from_zero(
    number: Decimal | Fraction | int, places: int, printed: str
) -> None:
    assert str(round_half_up(number, places)) == printed


def test_points_of_a_peak_load_reduction_are_not_a_cent_short() -> None:
    alpha = 100 * (1 - Fraction("1381.70") / Fraction("1400.00")) / 10

    assert round_half_up(7 * alpha, 2) == Decimal("0.92")


def test_round_half_up_ignores_the_decimal_context() -> None:
    with localcontext() as context:
        context.prec = 3

        assert str(round_half_up(Fraction("123456.785"), 2)) == "123456.79"


@settings(deadline=None)
@given(DECIMALS, st.integers(min_value=0, max_value=4))
def test_round_half_up_agrees_with_decimal(number: Decimal, places: int) -> None:
    assert round_half_up(number, places) == number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


@settings(deadline=None)
@given(st.fractions(), st.integers(min_value=0, max_value=6))
def test_round_up_is_never_below_and_less_than_one_step_above(number: Fraction, places: int) -> None:
    rounded = exact(round_up(number, places))

    assert number <= rounded < number + Fraction(1, 10**places)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (Decimal("8.30"), "8.3"),
        (Decimal("1E+2"), "100"),
        (Fraction(40, 3), "40/3"),
        (Fraction(-1, 8), "-0.125"),
        (Decimal("-0.00"), "0"),
        (7, "7"),
    ],
)
def test_number_text_is_shortest_exact_text(number: Decimal | Fraction | int, text: str) -> None:
    assert number_text(number) == text


@settings(deadline=None)
@given(st.fractions())
def test_number_text_reads_back_as_the_same_number(number: Fraction) -> None:
    assert exact(number_text(number)) == number


@pytest.mark.parametrize(
    "wrong",
    [
        0.5,
        True,
        None,
        "",
        "abc",
        "1e999999999",
        "1/0",
        "1/00",
        " 5",
        "5 ",
        "1_0",
        "５",
        "nan",
        "inf",
        [],
        Decimal("NaN"),
    ],
)
def test_exact_refuses_what_is_no_exact_number(wrong: object) -> None:
    with pytest.raises(CalculationError):
        exact(wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize("wrong", [Decimal("Infinity"), Decimal("1E+99999")])
def test_exact_refuses_decimals_beyond_all_measure(wrong: Decimal) -> None:
    with pytest.raises(CalculationError, match="应为数字"):
        exact(wrong)


def test_exact_or_none_passes_nothing_through() -> None:
    assert exact_or_none(None) is None
    assert exact_or_none("1.5") == Fraction(3, 2)
