"""How many decimals a figure needs so that it never looks as if it had reached its target when it has not."""

from decimal import ROUND_HALF_UP, Decimal
from itertools import count

WHOLE = Decimal(100)
"""The attainment of a target that is reached, in percent."""


def rounded(value: Decimal, places: int) -> Decimal:
    """As `calculations.rounding.round_half_up`; a stored number needs no fractions for it, and there are thousands."""
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def honest_places(value: Decimal | None, target: Decimal | None, *, places: int, at_most: bool = False) -> int:
    """`places`, or as many more as show that a value has not reached its target: 9.97 of 10 is 9.97, not 10.0.

    Only what is shown: no status depends on it.
    """
    if value is None or target is None or _reaches(value, target, at_most=at_most):
        return places
    return next(more for more in count(places) if not _reaches(rounded(value, more), target, at_most=at_most))


def _reaches(value: Decimal, target: Decimal, *, at_most: bool) -> bool:
    return value <= target if at_most else value >= target
