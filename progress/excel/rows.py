"""The rows of a progress table, and what each is (policies P6, P7, P11)."""

from collections.abc import Iterator
from dataclasses import dataclass

from common.workbook.book import Cell, Row
from common.workbook.names import Names
from common.workbook.records import Merges
from common.workbook.row_parts import Part, RowParts, first_text, is_foot
from progress.excel.headers import Column
from progress.excel.tables import Record, Table

__all__ = ["Part", "ReadRow", "Rows"]


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
        self._parts = RowParts(
            headers=table.headers,
            used=table.used,
            named=table.places.get(Column.UNIT),
            last_data=max((row.number for row in table.rows if self._looks_like_data(row)), default=0),
            looks_like_data=self._looks_like_data,
        )

    def __iter__(self) -> Iterator[ReadRow]:
        return (ReadRow(self._table.record(row), self._parts.of(row), first_text(row)) for row in self._table.rows)

    def key_cell(self, record: Record, column: Column) -> Cell | None:
        """The record's cell in a key column; inside a vertical merge the merge's own."""
        return self._merges.cell_through(record, column, self._by_number)

    def is_in_merge(self, record: Record, column: Column) -> bool:
        """Whether a cell lies in a range merged over several rows."""
        return self._merges.cover(record, column)

    def _looks_like_data(self, row: Row) -> bool:
        """Whether a row has a value, or a unit or indicator of its own that is a known name; no foot of a table has."""
        if is_foot(row):
            return False
        if any(place in row.cells for place in self._table.value_places):
            return True
        record = self._table.record(row)
        names = ((Column.UNIT, self._units), (Column.INDICATOR, self._indicators))
        cells = ((self.key_cell(record, column), known) for column, known in names if column in record.places)
        return any(cell is not None and known.find(cell.text) for cell, known in cells)
