"""The four quarters of a plan's year and what is expected by the end of each (序时进度)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from calculations.errors import CalculationError
from calculations.rounding import Number, exact

QUARTERS = (1, 2, 3, 4)
LAST_QUARTER = 4

_DUE = re.compile(r"due[ _]?q([1-4])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Pace:
    """The share of the year's target expected by the end of each quarter: four fractions, not falling, the last 1."""

    shares: tuple[Fraction, Fraction, Fraction, Fraction]

    def __post_init__(self) -> None:
        if list(self.shares) != sorted(self.shares) or self.shares[0] < 0 or self.shares[-1] != 1:
            raise CalculationError("序时进度应为四个不下降的比例，最后一个为 1")

    def share_expected_by(self, quarter: int) -> Fraction:
        """Between 0 and 1, for quarter 1 to 4."""
        return self.shares[quarter - 1]


LINEAR = Pace((Fraction(1, 4), Fraction(1, 2), Fraction(3, 4), Fraction(1)))
LEVEL = Pace((Fraction(1), Fraction(1), Fraction(1), Fraction(1)))


def due(quarter: int) -> Pace:
    """Nothing is expected before `quarter`, everything from it on."""
    first, second, third, fourth = (Fraction(int(each >= quarter)) for each in QUARTERS)
    return Pace((first, second, third, fourth))


def parse_pace(text: str | Sequence[Number | str]) -> Pace:
    """The pace a plan's data names: "linear", "level", "due Q3" (also "due_q3"), or four shares of the indicator's own.

    An empty text is linear: a tracked indicator has no target, so nothing is expected whatever its pace.
    Raises CalculationError for anything else.
    """
    if not isinstance(text, str):
        return _own_shares(text)
    name = text.strip().lower()
    if name in ("", "linear"):
        return LINEAR
    if name == "level":
        return LEVEL
    if match := _DUE.fullmatch(name):
        return due(int(match.group(1)))
    raise CalculationError(f"不认识的序时进度 {text!r}，可用：linear、level、due Q1 至 due Q4，或四个比例")


def _own_shares(shares: Sequence[Number | str]) -> Pace:
    if len(shares) != len(QUARTERS):
        raise CalculationError(f"序时进度应有四个比例，读到 {len(shares)} 个")
    first, second, third, fourth = (exact(share) for share in shares)
    return Pace((first, second, third, fourth))
