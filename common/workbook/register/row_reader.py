"""The cells of a table's rows, read column by column; names and keys are read through vertical merges."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

from common.workbook.book import Cell
from common.workbook.records import Findings, Merges, Record, SharedCells
from common.workbook.register.cells import OddCell, Read, cell_reader
from common.workbook.register.columns import Column, Key, Type, Value
from common.workbook.register.names import NameLists
from common.workbook.register.results import note_fault
from common.workbook.register.table import Table
from common.workbook.texts import template_of


@dataclass(slots=True)
class ReadRow:
    """A row whose cells have been read: `given` is what they say, `refused` the columns that could not be read.

    `clears`: some cell says 清空. `key` is None where it cannot be told which row is meant, and empty where the row has
    none.
    """

    record: Record[str]
    given: dict[str, Value]
    refused: frozenset[str] = frozenset()
    clears: bool = False
    key: Key | None = None


# A file has few different ones of these, and each many times.
_OFTEN_SAID = (Type.NAME, Type.CHOICE, Type.BOOLEAN, Type.DATE)


class RowReader:
    """Reads rows, and notes what is wrong with each cell."""

    def __init__(self, table: Table, names: NameLists, findings: Findings[str]) -> None:
        self._table, self._findings = table, findings
        self._readers = {column.name: _reader_of(column, names) for column in table.columns}
        self._merges = Merges(table.sheet.merges)
        self._has_merges = bool(table.sheet.merges)
        self._by_number = {row.number: row for row in table.rows}
        self._through = {c.name for c in table.columns if c.type is Type.NAME or c.name in table.register.key}
        self._key = [column for column in table.register.columns if column.name in table.register.key]

    def read(self, records: Sequence[Record[str]]) -> list[ReadRow]:
        """The rows; what is wrong or should be known of their cells is noted."""
        columns, names = self._table.columns, list(self._readers)
        read = [self._column(records, column) for column in columns]
        rows = [
            ReadRow(record, dict(zip(names, said, strict=True)))
            for record, said in zip(records, zip(*read, strict=True), strict=True)
        ]
        for column, said in zip(columns, read, strict=True):
            if OddCell in set(map(type, said)):
                for row, one in zip(rows, said, strict=True):
                    if isinstance(one, OddCell):
                        self._take(row, column, one)
        if self._has_merges:
            self._refuse_shared(rows)
        for row in rows:
            self._set_key(row)
        return rows

    def _column(self, records: Sequence[Record[str]], column: Column) -> list[Read]:
        """What the column's cells say, row by row."""
        read, place = self._readers[column.name], self._table.places[column.name]
        if self._has_merges and column.name in self._through:
            return [read(self._cell(record, column)) for record in records]
        return [read(record.row.cells.get(place)) for record in records]

    def _take(self, row: ReadRow, column: Column, read: OddCell) -> None:
        """Let a row say what a cell says that is not just a value."""
        if read.told or read.refused is not None:
            self._note(row, column, read)
        if read.asked and read.refused is None:
            row.given[column.name] = read.value
            row.clears = row.clears or read.value is None
            return
        del row.given[column.name]
        if not read.asked and self._is_shared(row.record, column):
            self.require(row, column, template=template_of("required_in_merge"))

    def _refuse_shared(self, rows: Sequence[ReadRow]) -> None:
        """A value that several rows share says nothing of the rows below, even where they are blank otherwise."""
        values = [name for name in self._readers if name not in self._through]
        by_number = {row.record.row.number: row for row in rows}
        shared = SharedCells(self._table.sheet.merges)
        for record, name in shared.refuse([row.record for row in rows], values, self._findings):
            row = by_number[record.row.number]
            row.given.pop(name, None)
            row.refused |= {name}

    def is_readable(self, record: Record[str], column: Column) -> bool:
        """Whether a record's cell says something that the column may hold."""
        read = self._readers[column.name](self._cell(record, column))
        return not isinstance(read, OddCell) or (read.asked and read.refused is None)

    def text_of(self, record: Record[str], name: str) -> str:
        """What stands in the cell of a key's column; empty for a blank."""
        cell = next((self._cell(record, column) for column in self._key if column.name == name), None)
        return cell.text.strip() if cell else ""

    def require(self, row: ReadRow, column: Column, *, template: str = "") -> None:
        """Note that a cell is blank that must not be."""
        row.refused |= {column.name}
        self._findings.refuse("required", row.record, column.name, template=template)

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

    def _note(self, row: ReadRow, column: Column, read: OddCell) -> None:
        """Note what should be known of a cell, or why it is refused."""
        for told in read.told:
            self._findings.tell(told.code, row.record, column.name, self._cell(row.record, column), **told.values)
        if read.refused is not None:
            self._refuse(row, column, read)

    def _refuse(self, row: ReadRow, column: Column, read: OddCell) -> None:
        row.refused |= {column.name}
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
        key = tuple([row.given.get(name) for name in self._table.register.key])
        if None in key:
            for column in self._key:
                if column.required and column.name not in row.refused and row.given.get(column.name) is None:
                    self.require(row, column)
            key = () if key.count(None) == len(key) else key
        if row.refused.isdisjoint(self._table.register.key):
            row.key = key


def _reader_of(column: Column, names: NameLists) -> Callable[[Cell | None], Read]:
    """What reads a column's cells."""
    read = cell_reader(column, names.get(column.name))
    return cache(read) if column.type in _OFTEN_SAID else read
