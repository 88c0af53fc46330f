"""Where the scores stand: the layouts of the scheme, the lines and the results."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from calculations.quarters import LAST_QUARTER
from calculations.rules import Steps
from calculations.scheme import Criterion, Scheme
from reporting.exports.assessment_workbook.addresses import Place, near_range
from reporting.exports.assessment_workbook.data import Assessed, WorkbookData
from reporting.exports.assessment_workbook.figures import Block

BONUS, DEDUCTION = "+", "-"
"""The parts of a scheme that are no sections, beside the sections' codes."""


def parts_of(scheme: Scheme) -> list[tuple[str, Sequence[Criterion]]]:
    """Code and criteria of every section, then of bonus and deduction; a part without criteria is left out."""
    sections: list[tuple[str, Sequence[Criterion]]] = [(each.code, each.criteria) for each in scheme.sections]
    return [part for part in [*sections, (BONUS, scheme.bonus), (DEDUCTION, scheme.deduction)] if part[1]]


@dataclass(frozen=True)
class SchemeLayout(Place):
    """评分方案: criteria (a step each in a row of its own), then bands, bonus cap, vetoes."""

    scheme: Scheme
    first_row: int

    PART, CODE, NAME, MAX, RULE, INDICATORS, FIRST_NAME, FIRST_VALUE, SECOND_NAME, SECOND_VALUE = range(10)
    LAST = SECOND_VALUE
    BAND_NAME, BAND_LOWER = NAME, MAX
    VETO_NAME, VETO_CONDITION, THRESHOLD, BEST_BAND = NAME, RULE, FIRST_VALUE, SECOND_VALUE

    def part_rows(self) -> dict[str, int]:
        """The row of every part's title, which holds its points."""
        rows, row = {}, self.first_row
        for code, criteria in parts_of(self.scheme):
            rows[code] = row
            row += 1 + sum(self.height(each) for each in criteria)
        return rows

    def criterion_rows(self) -> dict[str, int]:
        """The first row of every criterion."""
        starts, rows = self.part_rows(), {}
        for code, criteria in parts_of(self.scheme):
            row = starts[code] + 1
            for criterion in criteria:
                rows[criterion.code] = row
                row += self.height(criterion)
        return rows

    @staticmethod
    def height(criterion: Criterion) -> int:
        """A row, and one more for every step after the first."""
        return max(1, len(criterion.rule.steps)) if isinstance(criterion.rule, Steps) else 1

    @property
    def bands_row(self) -> int:
        """The title row of the bands, after the criteria; a header follows."""
        heights = (1 + sum(self.height(each) for each in criteria) for _, criteria in parts_of(self.scheme))
        return self.first_row + sum(heights) + 1

    @property
    def vetoes_row(self) -> int:
        """The title row of the vetoes; a header follows."""
        return self.bands_row + 2 + len(self.scheme.bands) + 1

    def points_of(self, part: str) -> str:
        """The points of a section, or the bonus cap."""
        return self.far(self.part_rows()[part], self.MAX)

    def max_of(self, criterion: str) -> str:
        return self.far(self.criterion_rows()[criterion], self.MAX)

    def parameter(self, criterion: str, number: int = 0, *, step: int = 0) -> str:
        """The first or second parameter of a criterion's rule."""
        column = (self.FIRST_VALUE, self.SECOND_VALUE)[number]
        return self.far(self.criterion_rows()[criterion] + step, column)

    def bands(self, column: int) -> str:
        first = self.bands_row + 2
        return self.far_range((first, column), (first + len(self.scheme.bands) - 1, column))

    def veto(self, number: int, column: int) -> str:
        return self.far(self.vetoes_row + 2 + number, column)


@dataclass(frozen=True)
class ScoreLayout(Place):
    """得分明细: four rows a unit (own, computed, adjustment, final); columns by part, each closed by its score; vetoes.

    Below, 填报情况: five columns a quarter, for every unit a row for each of its reports of a quarter.
    """

    scheme: Scheme
    assessed: tuple[Assessed, ...]
    first_row: int

    UNIT, WHAT, FIRST = 0, 1, 2
    SELF, COMPUTED, ADJUSTMENT, FINAL = range(4)
    HEIGHT = 4
    ON_TIME, COUNTED, REQUIRED, FILLED, RETURNED = range(5)
    FILING_WIDTH = 5

    def parts(self) -> Iterator[tuple[str, Sequence[Criterion], int]]:
        """Every part with its criteria and first column; its score stands in the column after the last criterion."""
        column = self.FIRST
        for code, criteria in parts_of(self.scheme):
            yield code, criteria, column
            column += len(criteria) + 1

    def part_columns(self) -> dict[str, int]:
        """The column of every part's score."""
        return {code: column + len(criteria) for code, criteria, column in self.parts()}

    def criterion_columns(self) -> dict[str, int]:
        return {
            each.code: column + offset for _, criteria, column in self.parts() for offset, each in enumerate(criteria)
        }

    @property
    def first_veto(self) -> int:
        return max(self.part_columns().values(), default=self.FIRST - 1) + 1

    @property
    def last(self) -> int:
        return self.first_veto + len(self.scheme.vetoes) - 1

    @cached_property
    def unit_rows(self) -> dict[str, int]:
        """The first of the rows of every unit."""
        return {each.code: self.first_row + self.HEIGHT * place for place, each in enumerate(self.assessed)}

    @property
    def filing_row(self) -> int:
        """The row of the title of 填报情况; two header rows follow."""
        return self.first_row + self.HEIGHT * len(self.assessed) + 1

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

    def printed_blocks(self) -> Iterator[range]:
        """The rows of every unit, then those of 填报情况, whose header stays with its first unit."""
        for row in self.unit_rows.values():
            yield range(row, row + self.HEIGHT)
        start = self.filing_row - 1
        for _, row, height in self.filing_rows():
            yield range(start, row + height)
            start = row + height

    def filing(self, quarter: int, column: int) -> int:
        """A column of a quarter in 填报情况."""
        return self.FIRST + self.FILING_WIDTH * (quarter - 1) + column

    @property
    def last_printed(self) -> int:
        """The last column of either table."""
        return max(self.last, self.filing(LAST_QUARTER, self.RETURNED))

    def score(self, unit: str, part: str) -> str | None:
        """The score of a part, None where the scheme has no such part."""
        column = self.part_columns().get(part)
        return None if column is None else self.far(self.unit_rows[unit] + self.FINAL, column)

    def veto(self, unit: str, number: int) -> str:
        return self.far(self.unit_rows[unit] + self.FINAL, self.first_veto + number)


@dataclass(frozen=True)
class ResultLayout(Place):
    """考核结果: a row a unit, by group and rank; after the printed columns the calculation columns."""

    scheme: Scheme
    assessed: tuple[Assessed, ...]
    first_row: int
    has_groups: bool
    charted: tuple[Block, ...] = ()

    RANK, UNIT, GROUP = 0, 1, 2
    NAMES = (
        "base", "bonus", "deduction", "total", "vetoes", "grade", "remark",
        "", "group", "band", "best", "key", "tripped",
    )  # fmt: skip

    @property
    def first_section(self) -> int:
        return 2 + self.has_groups

    @property
    def base(self) -> int:
        return self.first_section + len(self.scheme.sections)

    @property
    def last(self) -> int:
        """The last printed column."""
        return self.column("remark")

    def column(self, name: str) -> int:
        """A column after the sections by name; those after the nameless gap are calculation columns."""
        return self.base + self.NAMES.index(name)

    def charted_column(self, number: int) -> int:
        """The calculation column of a charted indicator's attainment."""
        return self.column("tripped") + 1 + number

    @cached_property
    def unit_rows(self) -> dict[str, int]:
        return {each.code: self.first_row + place for place, each in enumerate(self.assessed)}

    @property
    def end(self) -> int:
        return self.first_row + len(self.assessed)

    def range_of(self, column: int) -> str:
        return near_range((self.first_row, column), (max(self.first_row, self.end - 1), column))


def in_order_of_rank(data: WorkbookData) -> tuple[Assessed, ...]:
    """The assessed units as a table prints them: group by group, by rank, those without one last."""
    groups = list(dict.fromkeys(each.inputs.rank_group for each in data.assessed))

    def place(unit: Assessed) -> tuple[int, bool, int]:
        rank = unit.result.rank
        return groups.index(unit.inputs.rank_group), rank is None, rank or 0

    return tuple(sorted(data.assessed, key=place))
