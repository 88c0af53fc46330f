"""One indicator through the year, for a unit and for a group of units: sections 1 to 3 put together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from calculations.actual import (
    ZERO,
    DataState,
    Figure,
    IndicatorSpec,
    Kind,
    UnitQuarter,
    data_state,
    group_actual,
    group_figure,
    unit_actual,
    unit_figure,
)
from calculations.attainment import attainment
from calculations.errors import CalculationError
from calculations.gap import Gap, Position, forecast_value, gap_to, needed_per_quarter
from calculations.pace import Standing, Status, expected_value, status
from calculations.quarters import QUARTERS

CAPPED_KINDS = frozenset({Kind.RATIO, Kind.REDUCTION, Kind.REMAINING})
"""Kinds whose group figure looks better while somebody is silent, so it is not `met` before all have reported."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Where an indicator stands at the end of a quarter: what is stored, shown and scored.

    A, T, E and `forecast` in the unit of the actual value (% for ratios), α in percent, share from 0 to 1; all exact.
    `status` is None before the quarter opens; the figures are then those carried over.
    """

    quarter: int
    figure: Figure
    state: DataState
    actual: Fraction | None = None
    target: Fraction | None = None
    attainment: Fraction | None = None
    share: Fraction | None = None
    expected: Fraction | None = None
    status: Status | None = None
    gap: Gap | None = None
    needed: Fraction | None = None
    forecast: Fraction | None = None

    @property
    def value(self) -> Fraction:
        """V."""
        return self.figure.value

    @property
    def base(self) -> Fraction:
        """B."""
        return self.figure.base

    @property
    def is_incomplete(self) -> bool:
        """Whether a required line is missing; for a group, whether any unit lacks one."""
        return self.figure.incomplete

    @property
    def units_reported(self) -> tuple[int, int]:
        """(n, m): n of the m units that owe the line have one."""
        return self.figure.owing - self.figure.missing, self.figure.owing


def unit_progress(spec: IndicatorSpec, quarters: Sequence[UnitQuarter]) -> tuple[Progress, ...]:
    """The progress of one unit at the end of each of the four quarters, in order.

    Raises CalculationError unless exactly four quarters are given, or for an at-least target that is not above 0.
    """
    if len(quarters) != len(QUARTERS):
        raise CalculationError(f"应给出四个季度，读到 {len(quarters)} 个")
    return tuple(_unit_quarter(spec, quarters[:quarter]) for quarter in QUARTERS)


def group_progress(
    spec: IndicatorSpec, quarter: int, *, children: Iterable[Figure], target: Fraction | None
) -> Progress:
    """The progress of a group at the end of a quarter, from the stored figures of its children (units or groups).

    `percent` has no figure above a unit: no actual value, no target, `tracked`.
    """
    figure = group_figure(spec.kind, children)
    return _progress(
        spec,
        quarter,
        figure=figure,
        actual=group_actual(spec.kind, figure),
        target=None if spec.kind is Kind.PERCENT else target,
    )


def _unit_quarter(spec: IndicatorSpec, quarters: Sequence[UnitQuarter]) -> Progress:
    figure = unit_figure(spec, quarters)
    actual = unit_actual(spec.kind, figure)
    return _progress(spec, len(quarters), figure=figure, actual=actual, target=quarters[-1].target)


def _progress(
    spec: IndicatorSpec, quarter: int, *, figure: Figure, actual: Fraction | None, target: Fraction | None
) -> Progress:
    state = data_state(spec.kind, figure)
    if not figure.opened:
        return Progress(quarter, figure, state, actual=actual, target=target)
    standing = Standing(
        quarter,
        state,
        actual=actual,
        target=target,
        start=figure.base,
        final=figure.final,
        capped=spec.kind in CAPPED_KINDS and figure.missing > 0,
    )
    return Progress(
        quarter,
        figure,
        state,
        actual=actual,
        target=target,
        attainment=_attainment(spec, standing),
        share=None if target is None else spec.pace.share_expected_by(quarter),
        expected=_expected(spec, standing),
        status=status(spec, standing),
        gap=_gap(spec, standing, figure),
        needed=_needed(spec, standing, figure),
        forecast=None if actual is None else forecast_value(spec, actual, quarter=quarter),
    )


def _attainment(spec: IndicatorSpec, standing: Standing) -> Fraction | None:
    if standing.actual is None or standing.target is None:
        return None
    return attainment(spec.kind, standing.actual, standing.target, start=standing.start)


def _expected(spec: IndicatorSpec, standing: Standing) -> Fraction | None:
    start_is_unknown = spec.kind is Kind.REMAINING and standing.actual is None
    if standing.target is None or start_is_unknown:
        return None
    share = spec.pace.share_expected_by(standing.quarter)
    return expected_value(spec.kind, standing.target, share=share, start=standing.start, whole=spec.whole)


def _gap(spec: IndicatorSpec, standing: Standing, figure: Figure) -> Gap | None:
    """The gap to the target; without data only a count's is known: all of it."""
    actual = ZERO if spec.kind is Kind.COUNT and standing.state is DataState.NO_DATA else standing.actual
    if actual is None or standing.target is None:
        return None
    return gap_to(spec.kind, Position(figure.value, figure.base, actual), standing.target, whole=spec.whole)


def _needed(spec: IndicatorSpec, standing: Standing, figure: Figure) -> Fraction | None:
    if standing.target is None or standing.state is DataState.NOT_APPLICABLE:
        return None
    return needed_per_quarter(spec, figure.value, standing.target, quarter=standing.quarter)
