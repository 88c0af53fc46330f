"""Where the figures stand: the layouts of the two sheets of indicators by unit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from calculations.quarters import QUARTERS
from reporting.exports.assessment_workbook.addresses import Place
from reporting.exports.assessment_workbook.data import Assessed
from reporting.exports.assessment_workbook.figures import Block, Row


@dataclass(frozen=True)
class FigureRows(Place):
    """The rows of a sheet of figures: block after block, each a title, its units and the root."""

    blocks: tuple[Block, ...]
    first_row: int

    def starts(self) -> Iterator[tuple[Block, int]]:
        """Every block with the row of its title."""
        row = self.first_row
        for block in self.blocks:
            yield block, row
            row += block.height

    @cached_property
    def row_of(self) -> dict[tuple[str, str], int]:
        """The row of every unit and indicator."""
        return {(row.unit.code, block.indicator.code): place for block, row, place in self.rows()}

    def root_row(self, block: Block) -> int:
        """The root's row under an indicator."""
        return next(row for each, row in self.starts() if each is block) + block.height - 1

    @property
    def end(self) -> int:
        """The first row after the last block."""
        return self.first_row + sum(block.height for block in self.blocks)

    def rows(self) -> Iterator[tuple[Block, Row, int]]:
        """Every unit's row under every indicator."""
        for block, start in self.starts():
            for offset, row in enumerate(block.rows):
                yield block, row, start + 1 + offset


@dataclass(frozen=True)
class QuarterLayout(FigureRows):
    """季度进度: five printed columns a quarter, then six calculation columns a quarter; below, how reports came in."""

    assessed: tuple[Assessed, ...]

    UNIT, TARGET, FIRST = 0, 1, 2
    VALUE, BASE, ACTUAL, EXPECTED, STATUS = range(5)
    SUM_VALUE, SUM_BASE, STATE, QUARTER_TARGET, OWING, FINAL = range(6)
    ON_TIME, COUNTED, REQUIRED, FILLED, RETURNED = range(5)
    PRINTED, CALCULATED = 5, 6
    LAST = FIRST + PRINTED * len(QUARTERS) - 1
    FIRST_CALC = LAST + 2

    def printed(self, quarter: int, column: int) -> int:
        return self.FIRST + self.PRINTED * (quarter - 1) + column

    def calculated(self, quarter: int, column: int) -> int:
        return self.FIRST_CALC + self.CALCULATED * (quarter - 1) + column

    @property
    def filing_row(self) -> int:
        """The row of the title of 填报情况; two header rows follow."""
        return self.end + 1

    def filing_rows(self) -> Iterator[tuple[Assessed, int, int]]:
        """Every assessed unit with its first row and how many it takes: one for every report of a quarter."""
        row = self.filing_row + 3
        for unit in self.assessed:
            height = max([1, *(len(each.returned) for each in unit.inputs.quarters)])
            yield unit, row, height
            row += height

    @cached_property
    def filing_of(self) -> dict[str, tuple[int, int]]:
        """By unit: its first row in 填报情况 and how many it takes."""
        return {unit.code: (row, height) for unit, row, height in self.filing_rows()}

    @property
    def filing_end(self) -> int:
        return max((row + height for _, row, height in self.filing_rows()), default=self.filing_row)


@dataclass(frozen=True)
class AttainmentLayout(FigureRows):
    """指标完成情况."""

    UNIT, TARGET, VALUE, BASE, ACTUAL, ATTAINMENT, STATUS, EVIDENCE, REMARK = range(9)
    LAST = REMARK
    CODE, STATE, NEEDS_EVIDENCE, BINDING = range(LAST + 2, LAST + 6)

    def column(self, column: int) -> str:
        """A whole column of the table, seen from another sheet."""
        return self.far_range((self.first_row, column), (max(self.first_row, self.end - 1), column))
