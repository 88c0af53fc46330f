"""Actual values (docs/calculations.md, section 1): from report lines to A, for a unit and for a group of units."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from calculations.quarters import LINEAR, Pace
from calculations.rounding import Number, exact

ZERO = Fraction(0)
HUNDRED = Fraction(100)


class Kind(StrEnum):
    """What an indicator's two numbers mean."""

    COUNT = "count"
    RATIO = "ratio"
    REDUCTION = "reduction"
    REMAINING = "remaining"
    PERCENT = "percent"
    MILESTONE = "milestone"


class Accumulate(StrEnum):
    """How the quarters of a year make one figure."""

    SUM = "sum"
    LATEST = "latest"


class DataState(StrEnum):
    """Whether there is a figure to judge."""

    REPORTED = "reported"
    NO_DATA = "no_data"
    NOT_APPLICABLE = "not_applicable"
    NOT_DUE = "not_due"
    """Only in a forecast: nothing reported, and nothing expected yet."""


@dataclass(frozen=True, slots=True)
class LineValue:
    """The numbers of one report line. 不涉及 has value 0 and base 0."""

    value: Fraction
    base: Fraction = ZERO
    not_applicable: bool = False

    @classmethod
    def of(cls, value: Number | None, base: Number | None = None, *, not_applicable: bool = False) -> LineValue:
        """A line from the numbers a report stores; an absent base is 0, and so are both where 不涉及 is ticked."""
        if not_applicable:
            return cls(ZERO, ZERO, not_applicable=True)
        return cls(exact(value or 0), exact(base or 0))


@dataclass(frozen=True, slots=True)
class IndicatorSpec:
    """What the arithmetic must know of an indicator. `whole`: counts whole things (0 decimals, count or remaining)."""

    code: str
    kind: Kind
    accumulate: Accumulate
    whole: bool = False
    pace: Pace = LINEAR


@dataclass(frozen=True, slots=True)
class UnitQuarter:
    """What is known of one unit and one indicator in one quarter.

    `target` is the one in force at the quarter's end; `owed`: the line is required in this quarter; `opened`: reporting
    has begun; `final`: the unit's report of the quarter is approved or its deadline has passed.
    """

    line: LineValue | None = None
    target: Fraction | None = None
    owed: bool = False
    opened: bool = True
    final: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """The figures of a unit or group up to one quarter: all that a parent needs of its children, so all that is stored.

    `value` and `base` are V and B (milestone of a group: V is the sum over the units in its mean). The counts are of
    units: `reported` with a line, `applicable` with one that is not 不涉及, `owing` that owe one, `missing` of those
    without any, `targeted` with a target.
    """

    value: Fraction = ZERO
    base: Fraction = ZERO
    reported: int = 0
    applicable: int = 0
    owing: int = 0
    missing: int = 0
    targeted: int = 0
    incomplete: bool = False
    opened: bool = True
    final: bool = False

    @property
    def mean_over(self) -> int:
        """How many units the mean of a group's milestone is taken over: those with a target, 不涉及 left out."""
        return self.targeted - (self.reported - self.applicable)


def unit_figure(spec: IndicatorSpec, quarters: Sequence[UnitQuarter]) -> Figure:
    """The figure of a unit at the end of the last of `quarters`, which start at quarter 1."""
    now = quarters[-1]
    lines = [quarter.line for quarter in quarters if quarter.line is not None]
    used = lines if spec.accumulate is Accumulate.SUM else lines[-1:]
    owed = [quarter for quarter in quarters if quarter.owed and quarter.opened]
    return Figure(
        value=sum((line.value for line in used), ZERO),
        base=sum((line.base for line in used), ZERO),
        reported=int(bool(lines)),
        applicable=int(_applies(spec.kind, lines=lines, used=used)),
        owing=int(bool(owed)),
        missing=int(bool(owed) and not lines),
        targeted=int(now.target is not None),
        incomplete=spec.accumulate is Accumulate.SUM and any(quarter.line is None for quarter in owed),
        opened=now.opened,
        final=now.final,
    )


def group_figure(kind: Kind, children: Iterable[Figure]) -> Figure:
    """The figure of a group from those of its children, units or groups: V and B add up, never percentages.

    A milestone counts only units that have a target; `percent` has no figure above a unit, only the counts.
    The group is final when all that owe are.
    """
    everyone = list(children)
    members = [child for child in everyone if kind is not Kind.MILESTONE or child.targeted]
    deciding = [child for child in members if child.owing] or members
    adds_up = kind is not Kind.PERCENT
    return Figure(
        value=sum((child.value for child in members), ZERO) if adds_up else ZERO,
        base=sum((child.base for child in members), ZERO) if adds_up else ZERO,
        reported=sum(child.reported for child in members),
        applicable=sum(child.applicable for child in members),
        owing=sum(child.owing for child in members),
        missing=sum(child.missing for child in members),
        targeted=sum(child.targeted for child in members),
        incomplete=any(child.incomplete or child.missing for child in members),
        opened=any(child.opened for child in everyone),
        final=bool(deciding) and all(child.final for child in deciding),
    )


def data_state(kind: Kind, figure: Figure) -> DataState:
    """Whether the figure can be judged: no line at all is no_data; a ratio to nothing and 不涉及 are not_applicable."""
    if not figure.reported:
        return DataState.NO_DATA
    if kind in (Kind.RATIO, Kind.REDUCTION):
        applies = figure.base != 0
    else:
        applies = kind not in (Kind.COUNT, Kind.MILESTONE) or figure.applicable > 0
    return DataState.REPORTED if applies else DataState.NOT_APPLICABLE


def actual_value(kind: Kind, value: Fraction, base: Fraction) -> Fraction:
    """A: percent for ratio and reduction (may be negative), otherwise V in its own unit. The base must not be 0."""
    if kind is Kind.RATIO:
        return HUNDRED * value / base
    if kind is Kind.REDUCTION:
        return HUNDRED * (base - value) / base
    return value


def unit_actual(kind: Kind, figure: Figure) -> Fraction | None:
    """A of a unit; None without data or where it does not apply."""
    if data_state(kind, figure) is not DataState.REPORTED:
        return None
    return actual_value(kind, figure.value, figure.base)


def group_actual(kind: Kind, figure: Figure) -> Fraction | None:
    """A of a group; for a milestone the mean over the units that have a target. None as for a unit, and for percent."""
    if kind is Kind.PERCENT or data_state(kind, figure) is not DataState.REPORTED:
        return None
    if kind is Kind.MILESTONE:
        return figure.value / figure.mean_over
    return actual_value(kind, figure.value, figure.base)


def _applies(kind: Kind, *, lines: list[LineValue], used: list[LineValue]) -> bool:
    """Whether a line that counts is not 不涉及: for a milestone among the lines used, otherwise among all so far."""
    judged = used if kind is Kind.MILESTONE else lines
    return any(not line.not_applicable for line in judged)
