"""The cells of one row, read by their columns; names and keys are read through vertical merges."""

from collections.abc import Callable
from dataclasses import dataclass, field

from common.workbook.book import Cell
from common.workbook.records import Findings, Merges, Record
from common.workbook.register.cells import ReadCell, cell_reader
from common.workbook.register.columns import Column, Key, Type, Value
from common.workbook.register.names import NameLists
from common.workbook.register.results import note_fault
from common.workbook.register.table import Table


@dataclass(slots=True)
class ReadRow:
    """A row whose cells have been read: `given` is what they say, `refused` the columns that could not be read.

    `clears`: some cell says 清空. `key` is None where it cannot be told which row is meant, and empty where the row has
    none.
    """

    record: Record[str]
    given: dict[str, Value] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)
    clears: bool = False
    key: Key | None = None


class _Said(dict[Cell | None, ReadCell]):
    """What the cells of a column say, each read once: most cells of a register say what one above has said."""

    def __init__(self, read: Callable[[Cell | None], ReadCell]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, cell: Cell | None) -> ReadCell:
        said = self[cell] = self._read(cell)
        return said


class RowReader:
    """Reads rows, and notes what is wrong with each cell."""

    def __init__(self, table: Table, names: NameLists, findings: Findings[str]) -> None:
        self._table, self._findings = table, findings
        self._readers = {column.name: _Said(cell_reader(column, names.get(column.name))) for column in table.columns}
        self._lanes = [(column, table.places[column.name], self._readers[column.name]) for column in table.columns]
        self._merges = Merges(table.sheet.merges)
        self._has_merges = bool(table.sheet.merges)
        self._by_number = {row.number: row for row in table.rows}
        self._through = {c.name for c in table.columns if c.type is Type.NAME or c.name in table.register.key}
        self._key = [column for column in table.register.columns if column.name in table.register.key]

    def read(self, record: Record[str]) -> ReadRow:
        """The row; what is wrong or should be known of its cells is noted."""
        row, cells = ReadRow(record), record.row.cells
        given = row.given
        for column, place, said in self._lanes:
            read = said[cells.get(place) or self._merged(record, column)]
            value, asked, refused, told = read
            if told or refused is not None:
                self._note(row, column, read)
            if asked and refused is None:
                given[column.name] = value
                if value is None:
                    row.clears = True
            elif not asked and self._is_shared(record, column):
                self.require(row, column)
        self._set_key(row)
        return row

    def cell_of(self, record: Record[str], column: Column) -> ReadCell:
        """What a record's cell says."""
        return self._readers[column.name][self._cell(record, column)]

    def text_of(self, record: Record[str], name: str) -> str:
        """What stands in the cell of a key's column; empty for a blank."""
        cell = next((self._cell(record, column) for column in self._key if column.name == name), None)
        return cell.text.strip() if cell else ""

    def require(self, row: ReadRow, column: Column) -> None:
        """Note that a cell is blank that must not be."""
        row.refused.add(column.name)
        self._findings.refuse("required", row.record, column.name)

    def _cell(self, record: Record[str], column: Column) -> Cell | None:
        return record.cell(column.name) or self._merged(record, column)

    def _merged(self, record: Record[str], column: Column) -> Cell | None:
        """What a name or a key takes from the vertical merge that its blank cell lies in."""
        if self._has_merges and column.name in self._through:
            return self._merges.cell_through(record, column.name, self._by_number)
        return None

    def _is_shared(self, record: Record[str], column: Column) -> bool:
        """Whether a blank cell is blank only because several rows share one."""
        return self._has_merges and column.name not in self._through and self._merges.cover(record, column.name)

    def _note(self, row: ReadRow, column: Column, read: ReadCell) -> None:
        """Note what should be known of a cell, or why it is refused."""
        for told in read.told:
            self._findings.tell(told.code, row.record, column.name, self._cell(row.record, column), **told.values)
        if read.refused is not None:
            self._refuse(row, column, read)

    def _refuse(self, row: ReadRow, column: Column, read: ReadCell) -> None:
        row.refused.add(column.name)
        refused = read.refused
        if refused is None:
            return
        if not refused.template:
            note_fault(self._findings, row.record, refused.fault, column=column.name)
            return
        fault, cell = refused.fault, self._cell(row.record, column)
        said = {**fault.values, "detail": fault.detail, "template": refused.template}
        self._findings.refuse(fault.code, row.record, column.name, cell, **said)

    def _set_key(self, row: ReadRow) -> None:
        """The row's key, unless a cell of it is missing or could not be read; a blank key that may be blank is none."""
        given, names = row.given, self._table.register.key
        for column in self._key:
            if column.required and column.name not in row.refused and given.get(column.name) is None:
                self.require(row, column)
        if not row.refused or row.refused.isdisjoint(names):
            key = tuple([given.get(name) for name in names])
            row.key = () if key.count(None) == len(key) else key
