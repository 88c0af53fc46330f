"""The rows of the two sheets of figures: which unit stands under which indicator, and where it stands by quarter.

The figures are those of `calculations`; the sheets write them as the cached values of their formulas.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from calculations.actual import DataState, Kind, UnitQuarter
from calculations.compliance import Progress, group_progress, unit_progress
from calculations.inputs import IndicatorInput
from calculations.quarters import QUARTERS
from reporting.exports.assessment_workbook.data import Indicator, Series, Unit, WorkbookData

NOTHING_KNOWN = Series(tuple(UnitQuarter() for _ in QUARTERS))


@dataclass(frozen=True, slots=True)
class Row:
    """A unit under an indicator: its quarters, its progress by quarter; `scored` is the input of its score, if any.

    `is_frozen`: the reports have changed since the score was calculated, so the sheet prints the scored numbers as
    they were instead of adding up the quarters.
    """

    unit: Unit
    series: Series
    progress: tuple[Progress, ...]
    scored: IndicatorInput | None = None

    @property
    def target(self) -> Fraction | None:
        """The year's target: the scored one where there is a score."""
        return self.scored.target if self.scored else self.progress[-1].target

    @property
    def year_end(self) -> tuple[Fraction, Fraction] | None:
        """V and B at the year's end, the scored ones where there is a score; None where nothing was reported."""
        known = self.scored or self.progress[-1]
        return None if known.state is DataState.NO_DATA else (known.value, known.base)

    @property
    def is_frozen(self) -> bool:
        year = self.progress[-1]
        scored = self.scored
        return scored is not None and (scored.state, scored.value, scored.base) != (year.state, year.value, year.base)

    @property
    def is_concerned(self) -> bool:
        """Whether the unit has anything to do with the indicator: a line, a duty to report, a target."""
        return any(each.line or each.owed or each.target is not None for each in self.series.quarters)


@dataclass(frozen=True, slots=True)
class Block:
    """An indicator with its units in the plan's order, and the root's progress by quarter."""

    indicator: Indicator
    rows: tuple[Row, ...]
    root: tuple[Progress, ...]

    @property
    def has_root(self) -> bool:
        """Whether the root has a figure: percentages do not add up."""
        return self.indicator.spec.kind is not Kind.PERCENT

    @property
    def height(self) -> int:
        """How many sheet rows it takes: its title, its units, the root if it has a figure."""
        return 1 + len(self.rows) + self.has_root


def blocks_of(data: WorkbookData) -> tuple[Block, ...]:
    """Every indicator that any unit has a row for, in the plan's order."""
    wanted = {code for criterion in data.scheme.criteria() for code in criterion.indicators}
    inputs = {each.code: each.inputs.indicators for each in data.assessed}
    blocks = []
    for indicator in data.indicators:
        scored = {unit: given[indicator.code] for unit, given in inputs.items() if indicator.code in given}
        rows = [_row(data, unit, indicator, scored.get(unit.code)) for unit in data.units]
        shown = tuple(row for row in rows if _is_shown(row, is_wanted=indicator.code in wanted))
        if shown:
            blocks.append(Block(indicator, shown, _root_progress(data, indicator, shown)))
    return tuple(blocks)


def _row(data: WorkbookData, unit: Unit, indicator: Indicator, scored: IndicatorInput | None) -> Row:
    series = data.series.get((unit.code, indicator.code), NOTHING_KNOWN)
    return Row(unit, series, unit_progress(indicator.spec, series.quarters), scored)


def _is_shown(row: Row, *, is_wanted: bool) -> bool:
    """A unit that has nothing to do with an indicator stands there only if a criterion looks at it."""
    return row.is_concerned or (row.scored is not None and (is_wanted or row.scored.target is not None))


def _root_progress(data: WorkbookData, indicator: Indicator, rows: tuple[Row, ...]) -> tuple[Progress, ...]:
    targets = data.series.get((data.root.code, indicator.code), NOTHING_KNOWN).quarters
    known = [row for row in rows if row.is_concerned] or list(rows)
    return tuple(
        group_progress(
            indicator.spec,
            quarter,
            children=[row.progress[quarter - 1].figure for row in known],
            target=targets[quarter - 1].target,
        )
        for quarter in QUARTERS
    )
