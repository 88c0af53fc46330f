"""The rows of a table: which hold data, which are totals, headers, examples or notes (policies P6, P7, P11)."""

import bisect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from common.workbook.book import Area, Cell, Row
from common.workbook.names import Names, key_of
from progress.excel.headers import Column, header_key
from progress.excel.tables import Record, Table

_TOTAL = re.compile(r".{0,8}(合计|小计|总计|共计|平均值?|平均数)[:：]?")
_EXAMPLE = re.compile(r"[(（【\[]?示例")
_SAME_AS_HEADER = 3


class Part(StrEnum):
    """What a row is; the value is the code of the warning that names it, empty for data."""

    DATA = ""
    TOTAL = "skipped_total"
    HEADER = "skipped_header"
    EXAMPLE = "skipped_example"
    NOTE = "skipped_note"


class Merges:
    """Merged ranges of a sheet, looked up by cell."""

    def __init__(self, areas: list[Area]) -> None:
        self._areas = sorted(areas)
        self._tops = [area.top for area in self._areas]
        self._longest = max((area.bottom - area.top for area in areas), default=0)

    def of(self, row: int, column: int) -> Area | None:
        """The merged range of more than one row that covers a cell."""
        first = bisect.bisect_left(self._tops, row - self._longest)
        last = bisect.bisect_right(self._tops, row)
        for area in self._areas[first:last]:
            if area.top < area.bottom and area.bottom >= row and area.left <= column <= area.right:
                return area
        return None


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A row with what it is; `first` is the text of its first filled cell."""

    record: Record
    part: Part
    first: str


class Rows:
    """The rows of a table, classified; key cells are read through vertical merges."""

    def __init__(self, table: Table, units: Names, indicators: Names) -> None:
        self._table = table
        self._units, self._indicators = units, indicators
        self._merges = Merges(table.sheet.merges)
        self._by_number = {row.number: row for row in table.rows}
        self._last_data = max((row.number for row in table.rows if self._looks_like_data(row)), default=0)

    def __iter__(self) -> Iterator[ReadRow]:
        return (ReadRow(self._table.record(row), self._part(row), _first_text(row)) for row in self._table.rows)

    def key_cell(self, record: Record, column: Column) -> Cell | None:
        """The record's cell in a key column; inside a vertical merge the merge's own."""
        cell = record.cell(column)
        place = record.places.get(column)
        if cell is not None or place is None:
            return cell
        area = self._merges.of(record.row.number, place)
        if area is None or area.left != place or area.top not in self._by_number:
            return None
        return self._by_number[area.top].cells.get(place)

    def is_in_merge(self, record: Record, column: Column) -> bool:
        """Whether a cell lies in a range merged over several rows."""
        place = record.places.get(column)
        return place is not None and self._merges.of(record.row.number, place) is not None

    def _looks_like_data(self, row: Row) -> bool:
        """Whether a row has a value, or a unit or indicator of its own that is a known name."""
        if any(place in row.cells for place in self._table.value_places):
            return True
        record = self._table.record(row)
        names = ((Column.UNIT, self._units), (Column.INDICATOR, self._indicators))
        cells = ((self.key_cell(record, column), known) for column, known in names if column in record.places)
        return any(cell is not None and known.find(cell.text) for cell, known in cells)

    def _part(self, row: Row) -> Part:
        first = key_of(_first_text(row))
        if _TOTAL.fullmatch(first) or self._is_total_of_units(row):
            return Part.TOTAL
        if _EXAMPLE.match(first):
            return Part.EXAMPLE
        if self._repeats_header(row):
            return Part.HEADER
        is_used = not self._table.used.isdisjoint(row.cells)
        if not is_used or (row.number > self._last_data and not self._looks_like_data(row)):
            return Part.NOTE
        return Part.DATA

    def _is_total_of_units(self, row: Row) -> bool:
        """Whether the unit's own cell says total, whatever stands before it (an order number)."""
        place = self._table.places.get(Column.UNIT)
        cell = row.cells.get(place) if place else None
        return cell is not None and bool(_TOTAL.fullmatch(key_of(cell.text)))

    def _repeats_header(self, row: Row) -> bool:
        headers = self._table.headers
        same = [p for p in row.cells if p in headers and header_key(row.cells[p].text) == header_key(headers[p])]
        return len(same) >= min(_SAME_AS_HEADER, len(headers))


def _first_text(row: Row) -> str:
    return row.cells[min(row.cells)].text
