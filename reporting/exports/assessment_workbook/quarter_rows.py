"""The rows of 季度进度: the numbers of the quarters, and the formulas that add them up and judge them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from calculations.actual import Kind
from calculations.compliance import CAPPED_KINDS, Progress
from calculations.quarters import QUARTERS
from reporting.exports.assessment_workbook import formulas
from reporting.exports.assessment_workbook.addresses import near, near_range
from reporting.exports.assessment_workbook.book import ROW_HEIGHT, Book, Sheet
from reporting.exports.assessment_workbook.figure_layouts import QuarterLayout
from reporting.exports.assessment_workbook.figures import Block, Row
from reporting.exports.assessment_workbook.formulas import QuarterCells
from reporting.exports.assessment_workbook.styles import decimals_format
from reporting.exports.assessment_workbook.titles import actual_format, block_title, target_format
from reporting.exports.assessment_workbook.words import NONE, STATES, STATUSES, StateWord, Yes

L = QuarterLayout


@dataclass(frozen=True)
class BlockRows:
    """Writes one indicator: its title at `start`, a row a unit, the root's last."""

    book: Book
    sheet: Sheet
    block: Block
    start: int

    @property
    def layout(self) -> QuarterLayout:
        return self.book.at.quarters

    @property
    def units(self) -> tuple[int, int]:
        """The first and the last row of the units."""
        return self.start + 1, self.start + len(self.block.rows)

    def write(self) -> None:
        """The whole block."""
        self.sheet.merge(self.start, (0, L.LAST), block_title(self.block), "band")
        self.sheet.height(self.start, 18)
        for quarter in QUARTERS:
            share = self.block.indicator.spec.pace.share_expected_by(quarter)
            column = self.layout.calculated(quarter, L.QUARTER_TARGET)
            self.sheet.number(self.start, column, share, "calc", num_format="0%")
        for place in range(self.start + 1, self.start + self.block.height):
            self.sheet.height(place, ROW_HEIGHT)
        for place, row in enumerate(self.block.rows, start=self.start + 1):
            self._unit(row, place)
        if self.block.has_root:
            self._root(self.start + self.block.height - 1)

    def _unit(self, row: Row, place: int) -> None:
        self.sheet.text(place, L.UNIT, row.unit.name, "center")
        self._target(self.book.at.attainment.row_of[row.unit.code, self.block.indicator.code], place, row.target)
        for quarter in QUARTERS:
            self._line(row, place, quarter)
            self._flags(row.progress[quarter - 1], place, quarter)
            self._quarter_target(row, place, quarter)
            self._add_up(row, place, quarter)
            self._judge(row.progress[quarter - 1], place, quarter)
            self._status(row.progress[quarter - 1], place, quarter, is_concerned=row.is_concerned)

    def _target(self, source_row: int, place: int, target: Fraction | None, *, bold: bool = False) -> None:
        """The year's target is typed in on the other sheet."""
        source = self.book.at.attainment.far(source_row, self.book.at.attainment.TARGET)
        formula = f"IF(ISNUMBER({source}),{source},{formulas.text(NONE)})"
        style: dict[str, Any] = {"num_format": target_format(self.block), "bold": bold}
        self.sheet.formula((place, L.TARGET), formula, or_none(target), **style)

    def _line(self, row: Row, place: int, quarter: int) -> None:
        line = row.series.quarters[quarter - 1].line
        style: dict[str, Any] = {"num_format": decimals_format(self.block.indicator.decimals)}
        value, base = (self.layout.printed(quarter, column) for column in (L.VALUE, L.BASE))
        if line is not None and line.not_applicable:
            self.sheet.text(place, value, StateWord.NOT_APPLICABLE, "input_center")
            self.sheet.number(place, base, None, "input", **style)
            return
        self.sheet.number(place, value, line.value if line else None, "input", **style)
        self.sheet.number(place, base, line.base if line and self.block.indicator.has_base else None, "input", **style)

    def _flags(self, progress: Progress, place: int, quarter: int) -> None:
        """What no number changes: whether a line was owed so far, and whether the quarter is over."""
        owing = Yes.of(answer=progress.figure.owing > 0)
        final = Yes.of(answer=progress.figure.final) if progress.figure.opened else Yes.NOT_YET
        self.sheet.text(place, self.layout.calculated(quarter, L.OWING), owing, "calc")
        self.sheet.text(place, self.layout.calculated(quarter, L.FINAL), final, "calc")

    def _quarter_target(self, row: Row, place: int, quarter: int) -> None:
        """The target in force at the quarter's end: the year's, unless it was another one then."""
        target, column = row.series.quarters[quarter - 1].target, self.layout.calculated(quarter, L.QUARTER_TARGET)
        if target == row.target:
            self.sheet.formula((place, column), near(place, L.TARGET), or_none(target), "calc")
        elif target is None:
            self.sheet.text(place, column, NONE, "calc")
        else:
            self.sheet.number(place, column, target, "calc")

    def _add_up(self, row: Row, place: int, quarter: int) -> None:
        """V, B and whether they can be judged."""
        spec, progress, cells = self.block.indicator.spec, row.progress[quarter - 1], self._cells(place, quarter)
        bases = [near(place, self.layout.printed(each, L.BASE)) for each in range(1, quarter + 1)]

        def before(column: int) -> str | None:
            return near(place, self.layout.calculated(quarter - 1, column)) if quarter > 1 else None

        value = formulas.accumulated(spec, cells.so_far, cells.so_far, before=before(L.SUM_VALUE))
        base = formulas.accumulated(spec, bases, cells.so_far, before=before(L.SUM_BASE))
        state = formulas.unit_state(spec, cells, before=before(L.STATE))
        self._sums(place, quarter, (value, base, state), progress)

    def _sums(self, place: int, quarter: int, written: tuple[str, str, str], progress: Progress) -> None:
        values = (progress.value, progress.base, STATES[progress.state])
        columns = (L.SUM_VALUE, L.SUM_BASE, L.STATE)
        for column, formula, value in zip(columns, written, values, strict=True):
            self.sheet.formula((place, self.layout.calculated(quarter, column)), formula, value, "calc")

    def _judge(self, progress: Progress, place: int, quarter: int, *, root: bool = False) -> None:
        """A and E."""
        spec, cells, look = self.block.indicator.spec, self._cells(place, quarter), actual_format(self.block)
        actual = formulas.actual(spec, cells.sum_value, cells.sum_base, cells.state)
        if root and spec.kind is Kind.MILESTONE:
            states, targets = (self._over_units(quarter, column) for column in (L.STATE, L.QUARTER_TARGET))
            actual = formulas.root_milestone(cells.sum_value, cells.state, states, targets)
        written = (
            (L.ACTUAL, actual, progress.actual),
            (L.EXPECTED, formulas.expected(spec, cells), progress.expected),
        )
        for column, formula, value in written:
            at = (place, self.layout.printed(quarter, column))
            self.sheet.formula(at, formula, or_none(value), num_format=look, bold=root)

    def _status(
        self, progress: Progress, place: int, quarter: int, *, is_concerned: bool = True, root: bool = False
    ) -> None:
        spec, cells, silent = self.block.indicator.spec, self._cells(place, quarter), None
        if root and spec.kind in CAPPED_KINDS:
            owing, states = (self._over_units(quarter, column) for column in (L.OWING, L.STATE))
            silent = formulas.any_silent(owing, states)
        written = formulas.status(spec, cells, quarter=quarter, silent=silent)
        word: str = STATUSES[progress.status]
        if not is_concerned:
            written, word = formulas.concerned(cells.target, cells.state, written), NONE
        self.sheet.formula((place, self.layout.printed(quarter, L.STATUS)), written, word, "center", bold=root)

    def _root(self, place: int) -> None:
        spec = self.block.indicator.spec
        self.sheet.text(place, L.UNIT, self.book.data.root.name, "strong")
        self._target(self.book.at.attainment.root_row(self.block), place, self.block.root[-1].target, bold=True)
        for quarter, progress in zip(QUARTERS, self.block.root, strict=True):
            for column in (L.VALUE, L.BASE):
                self.sheet.number(place, self.layout.printed(quarter, column), None)
            self._flags(progress, place, quarter)
            self._root_target(place, quarter)
            base = near(place, self.layout.calculated(quarter, L.SUM_BASE))
            targets, states = (self._over_units(quarter, column) for column in (L.QUARTER_TARGET, L.STATE))
            written = (
                formulas.root_sum(spec, self._over_units(quarter, L.SUM_VALUE), targets),
                formulas.root_sum(spec, self._over_units(quarter, L.SUM_BASE), targets),
                formulas.root_state(spec, base, states, targets),
            )
            self._sums(place, quarter, written, progress)
            self._judge(progress, place, quarter, root=True)
            self._status(progress, place, quarter, root=True)

    def _root_target(self, place: int, quarter: int) -> None:
        target, column = self.block.root[quarter - 1].target, self.layout.calculated(quarter, L.QUARTER_TARGET)
        if target == self.block.root[-1].target:
            self.sheet.formula((place, column), near(place, L.TARGET), or_none(target), "calc")
        else:
            self.sheet.number(place, column, target, "calc")

    def _over_units(self, quarter: int, column: int) -> str:
        """A calculation column over all units of the block."""
        at = self.layout.calculated(quarter, column)
        return near_range((self.units[0], at), (self.units[1], at))

    def _cells(self, place: int, quarter: int) -> QuarterCells:
        printed: Callable[[int], str] = lambda column: near(place, self.layout.printed(quarter, column))  # noqa: E731
        calculated: Callable[[int], str] = lambda column: near(place, self.layout.calculated(quarter, column))  # noqa: E731
        return QuarterCells(
            value=printed(L.VALUE),
            so_far=tuple(near(place, self.layout.printed(each, L.VALUE)) for each in range(1, quarter + 1)),
            sum_value=calculated(L.SUM_VALUE),
            sum_base=calculated(L.SUM_BASE),
            state=calculated(L.STATE),
            target=calculated(L.QUARTER_TARGET),
            final=calculated(L.FINAL),
            share=near(self.start, self.layout.calculated(quarter, L.QUARTER_TARGET)),
            actual=printed(L.ACTUAL),
            expected=printed(L.EXPECTED),
        )


def or_none(number: Fraction | None) -> Fraction | str:
    """The number, or the sign that there is none."""
    return NONE if number is None else number
