"""A scoring scheme: sections with criteria, bonus, deduction, grade bands and vetoes. It is data of a plan."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import ClassVar

from calculations.canonical import text
from calculations.rules import Rule


class RankBy(StrEnum):
    """What decides the rank first."""

    GRADE = "grade"
    """the grade after the vetoes, then the total"""
    TOTAL = "total"
    """the total only"""


@dataclass(frozen=True)
class Criterion:
    """A line of the score sheet. `rule` is None only while an officer is still editing the scheme."""

    code: str
    max: Fraction
    rule: Rule | None
    indicators: tuple[str, ...] = ()
    name: str = text()


@dataclass(frozen=True)
class Section:
    """A part of the base score, worth `points`; its lines are scaled to them."""

    code: str
    points: Fraction
    criteria: tuple[Criterion, ...]
    name: str = text()


@dataclass(frozen=True)
class Band:
    """A grade from `lower` points on. The name is the grade's natural key."""

    name: str
    lower: Fraction


@dataclass(frozen=True)
class Flag:
    """A veto that two officers raise, with a reason and evidence."""

    tag: ClassVar[str] = "flag"


@dataclass(frozen=True)
class BindingMissed:
    """A veto when a binding target of the unit has no data, or is reached to less than `threshold` percent."""

    tag: ClassVar[str] = "binding"

    threshold: Fraction


@dataclass(frozen=True)
class Fail:
    """The lowest grade."""

    tag: ClassVar[str] = "fail"


@dataclass(frozen=True)
class Cap:
    """At most the `band`-th grade from below (1 is the lowest)."""

    tag: ClassVar[str] = "cap"

    band: int


@dataclass(frozen=True)
class Veto:
    """一票否决: what trips it and what it does to the grade."""

    code: str
    condition: Flag | BindingMissed
    effect: Fail | Cap
    name: str = text()


@dataclass(frozen=True)
class Scheme:
    """The whole scheme. Bands descend; the last begins at 0."""

    sections: tuple[Section, ...]
    bands: tuple[Band, ...]
    bonus: tuple[Criterion, ...] = ()
    bonus_cap: Fraction = Fraction(0)
    deduction: tuple[Criterion, ...] = ()
    vetoes: tuple[Veto, ...] = ()
    rank_by: RankBy = RankBy.GRADE

    def criteria(self) -> Iterator[Criterion]:
        """Every criterion: the sections', then bonus, then deduction."""
        for section in self.sections:
            yield from section.criteria
        yield from self.bonus
        yield from self.deduction

    def grade_rank(self, grade: str) -> int:
        """The place of a grade from below: 1 is the lowest. Raises ValueError for a grade that is none."""
        return len(self.bands) - [band.name for band in self.bands].index(grade)
