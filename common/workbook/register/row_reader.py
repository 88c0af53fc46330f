"""The cells of one row, read by their columns; names and keys are read through vertical merges."""

from dataclasses import dataclass, field

from common.workbook.book import Cell
from common.workbook.records import Findings, Merges, Record
from common.workbook.register.cells import NOTHING, ReadCell, read_cell
from common.workbook.register.columns import Column, Key, Type, Value
from common.workbook.register.names import NameList, NameLists
from common.workbook.register.results import note_fault
from common.workbook.register.table import Table


@dataclass(slots=True)
class ReadRow:
    """A row whose cells have been read: `given` is what they say, `refused` the columns that could not be read.

    `key` is None where it cannot be told which row is meant, and empty where the row has none.
    """

    record: Record[str]
    given: dict[str, Value] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)
    key: Key | None = None


@dataclass(slots=True)
class _Lane:
    """A column of the table, and what its cells said: most cells of a register say what one above has said."""

    column: Column
    place: int
    names: NameList | None
    said: dict[str, tuple[Cell, ReadCell]] = field(default_factory=dict)

    def read(self, cell: Cell) -> ReadCell:
        """What a cell of the column says."""
        known = self.said.get(cell.text)
        if known is None or known[0] != cell:
            known = self.said[cell.text] = (cell, read_cell(cell, self.column, self.names))
        return known[1]


class RowReader:
    """Reads rows, and notes what is wrong with each cell."""

    def __init__(self, table: Table, names: NameLists, findings: Findings[str]) -> None:
        self._register, self._findings = table.register, findings
        self._merges = Merges(table.sheet.merges)
        self._has_merges = bool(table.sheet.merges)
        self._by_number = {row.number: row for row in table.rows}
        self._through = {c.name for c in table.columns if c.type is Type.NAME or c.name in table.register.key}
        self._key = [column for column in table.register.columns if column.name in table.register.key]
        self._lanes = {c.name: _Lane(c, table.places[c.name], names.get(c.name)) for c in table.columns}

    def read(self, record: Record[str]) -> ReadRow:
        """The row; what is wrong or should be known of its cells is noted."""
        row, cells = ReadRow(record), record.row.cells
        for name, lane in self._lanes.items():
            cell = cells.get(lane.place) or self._cell(record, lane.column)
            read = lane.read(cell) if cell else NOTHING
            value, asked, refused, told = read
            if told or refused is not None:
                self._note(row, lane.column, read)
            if asked and refused is None:
                row.given[name] = value
            elif not asked and self._is_shared(record, lane.column):
                self.require(row, lane.column)
        self._set_key(row)
        return row

    def cell_of(self, record: Record[str], column: Column) -> ReadCell:
        """What a record's cell says."""
        cell = self._cell(record, column)
        return self._lanes[column.name].read(cell) if cell else NOTHING

    def text_of(self, record: Record[str], name: str) -> str:
        """What stands in the cell of a key's column; empty for a blank."""
        cell = next((self._cell(record, column) for column in self._key if column.name == name), None)
        return cell.text.strip() if cell else ""

    def require(self, row: ReadRow, column: Column) -> None:
        """Note that a cell is blank that must not be."""
        row.refused.add(column.name)
        self._findings.refuse("required", row.record, column.name)

    def _cell(self, record: Record[str], column: Column) -> Cell | None:
        cell = record.cell(column.name)
        if cell is None and column.name in self._through:
            return self._merges.cell_through(record, column.name, self._by_number)
        return cell

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
        given, names = row.given, self._register.key
        for column in self._key:
            if column.required and column.name not in row.refused and given.get(column.name) is None:
                self.require(row, column)
        if not row.refused or row.refused.isdisjoint(names):
            key = tuple([given.get(name) for name in names])
            row.key = key if any(part is not None for part in key) else ()
