"""Sheets that are lists: a header, a row for each thing, a line that says so where there is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from reporting.exports.assessment_workbook.book import Book, Sheet
from reporting.exports.assessment_workbook.styles import LINE_HEIGHT, height_for, lines_needed
from reporting.exports.assessment_workbook.words import NONE

HEADER_ROW, FIRST_ROW = 2, 3


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its header, its width, how its cells look."""

    head: str
    width: float
    look: str = "text"


@dataclass(frozen=True, slots=True)
class Formula:
    """A cell that is calculated: the formula without its "=", and the portal's value."""

    text: str
    value: Any
    num_format: str = ""


@dataclass(frozen=True, slots=True)
class Number:
    """A number with a format of its own."""

    value: Any
    num_format: str


@dataclass(frozen=True, slots=True)
class ListSheet:
    """What a list shows. A cell is a text, a number, a `Number`, a `Formula`, or None for a blank.

    `hidden`: the numbers of rows, from 0, that are filtered away; `filtered`: the column that a filter looks at, which
    hides those that hold —.
    """

    name: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]]
    nothing: str
    notes: Sequence[str]
    measure: str = "分"
    tones: tuple[tuple[str, str], ...] = ()
    filtered: int | None = None
    hidden: frozenset[int] = frozenset()

    def write(self, book: Book) -> None:
        """The whole sheet."""
        last = len(self.columns) - 1
        sheet = book.sheet(self.name, self.title, last_column=last, header_rows=FIRST_ROW, measure=self.measure)
        self._header(sheet)
        for number, cells in enumerate(self.rows):
            self._row(sheet, number, cells)
        end = FIRST_ROW + len(self.rows)
        if self.filtered is not None and self.rows:
            sheet.page.autofilter(HEADER_ROW, 0, end - 1, last)
            sheet.page.filter_column(self.filtered, f"x != {NONE}")
        if len(self.rows) == len(self.hidden):
            sheet.merge(end, (0, last), self.nothing, "center")
            sheet.height(end, 24)
            end += 1
        sheet.colour_words((FIRST_ROW, 0), (end, last), dict(self.tones))
        end = sheet.notes(end, self.notes, width=sum(column.width for column in self.columns))
        sheet.page.print_area(0, 0, end - 1, last)
        sheet.page.freeze_panes(FIRST_ROW, 1)

    def _header(self, sheet: Sheet) -> None:
        sheet.widths([column.width for column in self.columns])
        for place, column in enumerate(self.columns):
            sheet.text(HEADER_ROW, place, column.head, "head")
        lines = max(lines_needed(column.head, column.width) for column in self.columns)
        sheet.height(HEADER_ROW, (lines + 0.6) * LINE_HEIGHT)

    def _row(self, sheet: Sheet, number: int, cells: Sequence[Any]) -> None:
        row = FIRST_ROW + number
        for place, (column, cell) in enumerate(zip(self.columns, cells, strict=True)):
            if isinstance(cell, Formula):
                style = {"num_format": cell.num_format} if cell.num_format else {}
                sheet.formula((row, place), cell.text, cell.value, column.look, **style)
            elif isinstance(cell, Number):
                sheet.number(row, place, cell.value, column.look, num_format=cell.num_format)
            elif isinstance(cell, str):
                sheet.text(row, place, cell, column.look)
            else:
                sheet.number(row, place, cell, column.look)
        heights = (height_for(cell, column.width) for column, cell in self._texts(cells))
        sheet.height(row, max([18.0, *heights]), hidden=number in self.hidden)

    def _texts(self, cells: Sequence[Any]) -> list[tuple[Column, str]]:
        pairs = zip(self.columns, cells, strict=True)
        return [(column, cell) for column, cell in pairs if isinstance(cell, str)]
