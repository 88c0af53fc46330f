"""Exact numbers in, rounded numbers out.

Everything between is a `Fraction`: ordinary `Decimal` division keeps 28 digits and then loses a cent of a point.
"""

from __future__ import annotations

import math
import re
from decimal import Decimal
from fractions import Fraction

from calculations.errors import CalculationError

Number = Decimal | int | Fraction
"""What callers may hand over; a float is refused by the type checker and at run time."""


# No exponents: a short text like 1e999999999 would take all memory as an exact number.
_TEXT = re.compile(r"[+-]?[0-9]{1,60}(\.[0-9]{1,60})?(/[0-9]{1,60})?")
_MOST_DIGITS = 60


def exact(number: Number | str) -> Fraction:
    """The fraction that equals `number` exactly; text is "8.30", "-3" or "40/3".

    Raises CalculationError for anything that is no finite number, and for floats and bools, which only look like one.
    """
    if isinstance(number, Fraction):
        return number
    if isinstance(number, str):
        return _exact_text(number)
    if isinstance(number, Decimal) and (not number.is_finite() or abs(number.adjusted()) > _MOST_DIGITS):
        raise CalculationError(f"应为数字，读到 {number}")
    if isinstance(number, bool) or not isinstance(number, Decimal | int):
        raise CalculationError(f"应为精确的数字，读到 {number!r}")
    return Fraction(number)


def exact_or_none(number: Number | str | None) -> Fraction | None:
    """`exact(number)`, or None where there is no number."""
    return None if number is None else exact(number)


def round_half_up(number: Number, places: int) -> Decimal:
    """`number` to `places` decimals, a half away from zero (四舍五入): 89.985 → 89.99, −0.005 → −0.01."""
    value = exact(number)
    # In whole numbers: the same as floor(|value| · 10^places + 1/2), several times faster than with fractions.
    digits = (2 * abs(value.numerator) * 10**places + value.denominator) // (2 * value.denominator)
    return _decimal(-digits if value < 0 else digits, places)


def round_up(number: Number, places: int) -> Decimal:
    """`number` to `places` decimals, never below it: what is still needed is enough when it is done."""
    return _decimal(math.ceil(exact(number) * 10**places), places)


def number_text(number: Number) -> str:
    """The shortest exact text of `number`, the same for equal numbers: "8.3", "−" as "-", "40/3" if no decimal ends."""
    value = exact(number)
    places = _places_needed(value.denominator)
    if places is None:
        return f"{value.numerator}/{value.denominator}"
    return f"{_decimal(int(value * 10**places), places):f}"


def _exact_text(text: str) -> Fraction:
    whole, _, below = text.partition("/")
    if not _TEXT.fullmatch(text) or below.strip("0") == "" != below:
        raise CalculationError(f"应为数字，读到 {text!r}")
    return Fraction(whole) / int(below or 1)


def _decimal(digits: int, places: int) -> Decimal:
    # Built from text: arithmetic on Decimal would round to the context's 28 digits.
    return Decimal(f"{digits}E-{places}")


def _places_needed(denominator: int) -> int | None:
    """How many decimals write a fraction of this denominator exactly; None when no number of them does."""
    twos = fives = 0
    while denominator % 2 == 0:
        denominator, twos = denominator // 2, twos + 1
    while denominator % 5 == 0:
        denominator, fives = denominator // 5, fives + 1
    return max(twos, fives) if denominator == 1 else None
