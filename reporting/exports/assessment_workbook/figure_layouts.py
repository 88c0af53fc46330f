"""Where the figures stand: the layouts of the two sheets of indicators by unit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from calculations.quarters import QUARTERS
from reporting.exports.assessment_workbook.addresses import Place
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

    def block_rows(self) -> Iterator[range]:
        """The rows of every block."""
        for block, start in self.starts():
            yield range(start, start + block.height)

    def rows(self) -> Iterator[tuple[Block, Row, int]]:
        """Every unit's row under every indicator."""
        for block, start in self.starts():
            for offset, row in enumerate(block.rows):
                yield block, row, start + 1 + offset


@dataclass(frozen=True)
class QuarterLayout(FigureRows):
    """季度进度: five printed columns a quarter, then six calculation columns a quarter."""

    UNIT, TARGET, FIRST = 0, 1, 2
    VALUE, BASE, ACTUAL, EXPECTED, STATUS = range(5)
    SUM_VALUE, SUM_BASE, STATE, QUARTER_TARGET, OWING, FINAL = range(6)
    PRINTED, CALCULATED = 5, 6
    LAST = FIRST + PRINTED * len(QUARTERS) - 1
    FIRST_CALC = LAST + 2

    def printed(self, quarter: int, column: int) -> int:
        return self.FIRST + self.PRINTED * (quarter - 1) + column

    def calculated(self, quarter: int, column: int) -> int:
        return self.FIRST_CALC + self.CALCULATED * (quarter - 1) + column


@dataclass(frozen=True)
class AttainmentLayout(FigureRows):
    """指标完成情况."""

    UNIT, TARGET, VALUE, BASE, ACTUAL, ATTAINMENT, STATUS, EVIDENCE, REMARK = range(9)
    LAST = REMARK
    CODE, STATE, NEEDS_EVIDENCE, BINDING = range(LAST + 2, LAST + 6)

    def column(self, column: int) -> str:
        """A whole column of the table, seen from another sheet."""
        return self.far_range((self.first_row, column), (max(self.first_row, self.end - 1), column))
