"""Spellings of a quarter, matched without guessing (policy P12)."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from common.workbook.names import key_of


@dataclass(frozen=True, slots=True)
class QuarterNamed:
    """A quarter of a year."""

    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year}Q{self.number}"


_NUMBERS = {"1": 1, "2": 2, "3": 3, "4": 4, "一": 1, "二": 2, "三": 3, "四": 4}
_MONTHS = {"1-3": 1, "4-6": 2, "7-9": 3, "10-12": 4}
_QUARTER = re.compile(r"(20\d\d)(?:年度?第?([1-4一二三四])季度?|年?-?[Qq]([1-4])|年度?(\d{1,2})[-–—~至](\d{1,2})月份?)")


def read_quarter(text: str) -> QuarterNamed | None:
    """The quarter that a text names with its year (2023年第1季度, 2023Q1, 2023年1-3月); None where it is unclear."""
    match = _QUARTER.fullmatch(unicodedata.normalize("NFKC", key_of(text)))
    return _named(match) if match else None


def find_quarter(text: str) -> Iterator[QuarterNamed]:
    """The quarters that a title names somewhere."""
    for match in _QUARTER.finditer(unicodedata.normalize("NFKC", key_of(text))):
        named = _named(match)
        if named is not None:
            yield named


def _named(match: re.Match[str]) -> QuarterNamed | None:
    year, spoken, letter, first, last = match.groups()
    number = _NUMBERS.get(spoken or letter or "") or _MONTHS.get(f"{first}-{last}")
    return QuarterNamed(int(year), number) if number else None
