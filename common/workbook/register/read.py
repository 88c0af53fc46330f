"""Every problem of every row of a register's file, and what its rows ask for; nothing is stored here."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from common.collecting import uncollected
from common.workbook.book import Book, Cell, Kind, Row
from common.workbook.limits import Limits
from common.workbook.names import Names
from common.workbook.problems import FileRefused
from common.workbook.records import Findings, Record
from common.workbook.register import texts
from common.workbook.register.columns import Column, Fault, Key, Register, RowCheck, Type, Value, Values
from common.workbook.register.results import Entry, RegisterRead, World, note_fault
from common.workbook.register.row_reader import ReadRow, RowReader
from common.workbook.register.table import LISTS, Table, find_register
from common.workbook.row_parts import RowParts, first_text, is_foot
from common.workbook.texts import template_of
from common.workbook.unknown_columns import tell_unknown_column, tell_without_header

_INDICATOR = "指标"
_MOST_NAMED = 20  # rows that a duplicate names
_HELD_AS_TEXT = (Type.TEXT, Type.CHOICE, Type.NAME)  # a blank may stand as an empty text


def read_register(book: Book, register: Register, world: World, limits: Limits) -> RegisterRead:
    """The rows and problems of a book; FileRefused where it holds no table of this register that can be used."""
    table = find_register(book, register, limits)
    with uncollected():
        return _Reading(book, table, world).run()


def _is_telling(column: Column) -> bool:
    """Whether not any text can stand in a column."""
    return column.type is not Type.TEXT or column.check is not None


class _Reading:
    def __init__(self, book: Book, table: Table, world: World) -> None:
        self._book, self._table, self._world = book, table, world
        self._register: Register = table.register
        self._columns = table.columns
        self._findings = Findings[str](table.sheet.name)
        self._reader = RowReader(table, world.names, self._findings)
        self._blank: dict[str, Value] = dict.fromkeys(column.name for column in table.register.columns)
        self._texts = [column.name for column in table.register.columns if column.type in _HELD_AS_TEXT]
        self._required = [column for column in table.register.columns if column.required]
        self._required_names = {column.name for column in self._required}
        self._defaults = {
            column.name: column.default
            for column in table.register.columns
            if column.default is not None and not column.required
        }
        self._lacking: dict[str, Column] = {}
        self._perhaps_lacking: dict[str, Column] = {}
        self._skipped = 0

    def run(self) -> RegisterRead:
        self._check_above()
        self._tell_hidden()
        rows = self._rows()
        self._refuse_twice(rows)
        standing = self._world.standing([row.key for row in rows if row.key])
        entries = [self._entry(row, standing) for row in rows if row.key is not None]
        unkeyed = [self._entry(row, standing) for row in rows if row.key is None]
        for column in self._lacking.values():
            self._findings.note("missing_column", column=column.header, level="error")
        for name, column in self._perhaps_lacking.items():
            if name not in self._lacking:
                template = template_of("perhaps_missing_column")
                self._findings.note("missing_column", column=column.header, template=template)
        records = {row.record.row.number: row.record for row in rows}
        return RegisterRead(entries, unkeyed, self._skipped, records, self._findings)

    def _tell_hidden(self) -> None:
        table = self._table
        for sheet in self._book.hidden:
            if not (table.is_ours and sheet.name == LISTS):
                self._findings.note("hidden_sheet_ignored", sheet=sheet.name)
        self._tell_ignored()
        for column in self._columns:
            place = table.places[column.name]
            if any(first <= place <= last for first, last in table.sheet.hidden_columns):
                self._findings.note("hidden_column", column=column.header)

    def _check_above(self) -> None:
        """FileRefused where a row above the header is one of the table's: it would be lost without a word."""
        table = self._table
        for row in table.sheet.rows:
            if row.number >= table.header_row:
                return
            if self._is_keyed(row):
                said = {"template": "rows_above_header", "above": str(row.number), "header": str(table.header_row)}
                raise FileRefused("several_data_sheets", sheet=table.sheet.name, **said)

    def _is_keyed(self, row: Row) -> bool:
        """Whether a row has a key that can be read and is not just any text, and something beside it."""
        record = self._table.record(row)
        keys = [column for column in self._columns if column.name in self._register.key]
        if not any(_is_telling(key) for key in keys):
            return False
        if any(record.cell(key.name) is None or not self._reader.is_readable(record, key) for key in keys):
            return False
        return any(record.cell(column.name) is not None for column in self._columns if column not in keys)

    def _tell_ignored(self) -> None:
        """The columns that are none of the register's."""
        table = self._table
        if not self._register.has_indicators_across:
            for label in table.ignored.values():
                self._findings.note("column_ignored", column=label)
            return
        indicators = Names.of((one.name, one.header, one.synonyms) for one in self._register.columns if one.is_numeric)
        for place, label in table.ignored.items():
            header = Record(Row(table.header_row, {place: Cell(Kind.TEXT, label)}), {_INDICATOR: place})
            tell_unknown_column(self._findings, header, _INDICATOR, table.rows, indicators)

    # --- rows

    def _rows(self) -> list[ReadRow]:
        """The rows that hold data, read; the others are told and counted."""
        parts, table = self._parts(), self._table
        records = []
        for row in table.rows:
            part = parts.of(row)
            record = table.record(row)
            if part:
                self._skipped += 1
                self._findings.tell(part.value, record, None, first_text(row))
                continue
            if row.hidden:
                self._findings.tell("hidden_row", record, None)
            if self._fits_header(record):
                records.append(record)
        data = [record.row for record in records]
        tell_without_header(self._findings, data, table.headers, table.places.values())
        rows = self._reader.read(records)
        if not rows and not self._findings.has_error_since(0):
            raise FileRefused("no_data_rows", sheet=self._table.sheet.name)
        return rows

    def _parts(self) -> RowParts:
        places = self._table.places
        named = next((places[column.name] for column in self._columns if column.type is Type.NAME), None)
        # From below: only what stands under the last row of data is looked at twice.
        data = (row.number for row in reversed(self._table.rows) if self._looks_like_data(row))
        return RowParts(
            headers=self._table.headers,
            used=frozenset(places.values()),
            named=named,
            last_data=next(data, 0),
            looks_like_data=self._looks_like_data,
        )

    def _looks_like_data(self, row: Row) -> bool:
        """Whether a row has a number, day, choice or listed name that can be read, or most of what is required.

        No foot of a table has.
        """
        if is_foot(row):
            return False
        record = self._table.record(row)
        filled = [column for column in self._columns if record.cell(column.name) is not None]
        required = sum(column.required for column in self._columns)
        if sum(column.required for column in filled) >= max(2, (required + 1) // 2):
            return True
        telling = (column for column in filled if _is_telling(column))
        return any(self._reader.is_readable(record, column) for column in telling)

    def _fits_header(self, record: Record[str]) -> bool:
        """Whether a row of a text file has as many fields as the header; blank ones at the end do not count."""
        row, expected = record.row, self._table.width
        if expected is None or row.width is None or (row.width >= expected >= max(row.cells)):
            return True
        self._findings.refuse("wrong_column_count", record, None, found=str(row.width), expected=str(expected))
        return False

    # --- rows as they will stand

    def _refuse_twice(self, rows: list[ReadRow]) -> None:
        """The same key twice: each row names the others (policy P13)."""
        by_key: dict[Key, list[ReadRow]] = defaultdict(list)
        for row in rows:
            if row.key:
                by_key[row.key].append(row)
        headers = "、".join(column.header for column in self._columns if column.name in self._register.key)
        template = template_of("duplicate_row")
        for same in by_key.values():
            for row in same if len(same) > 1 else ():
                others = "、".join(
                    str(other.record.row.number) for other in same[: _MOST_NAMED + 1] if other is not row
                )
                name = self._register.key[0]
                read = "、".join(self._reader.text_of(row.record, key) for key in self._register.key)
                said = {"others": others, "key": headers, "template": template}
                self._findings.refuse("duplicate_key", row.record, name, read, **said)

    def _entry(self, row: ReadRow, standing: Mapping[Key, Values]) -> Entry:
        stands = standing.get(row.key) if row.key else None
        if stands is None:
            self._refuse_blanks(row)
        elif row.clears:
            self._refuse_cleared(row)
        was = None if stands is None else self._as_read(stands)
        values = {**(was or self._blank), **row.given}
        for name, default in self._defaults.items():
            if values[name] is None:
                values[name] = default
        unread = row.refused
        if row.key is None:
            unread |= self._blank.keys() - row.given.keys()  # what it leaves blank may stand already
        for check in self._register.checks:
            for fault in _faults_of_read(check, values, unread) if unread else check(values):
                note_fault(self._findings, row.record, fault)
        return Entry(row.record.row.number, row.key or (), values, was, row.given.keys(), values != was, unread)

    def _as_read(self, stands: Values) -> dict[str, Value]:
        """What stands, by the register's own columns, with None for every blank."""
        was = {name: stands.get(name) for name in self._blank}
        for name in self._texts:
            was[name] = was[name] or None
        return was

    def _refuse_blanks(self, row: ReadRow) -> None:
        """A new row has everything that is required; what the whole table lacks is said once.

        A row whose key cannot be read may be new or not.
        """
        if not row.refused and not row.clears and self._required_names <= row.given.keys():
            return
        for column in self._required:
            if column.name in row.refused or row.given.get(column.name) is not None:
                continue
            if column.name in self._table.places:
                self._reader.require(row, column)
            else:
                row.refused |= {column.name}
                lacking = self._perhaps_lacking if row.key is None else self._lacking
                lacking[column.name] = column

    def _refuse_cleared(self, row: ReadRow) -> None:
        """What is required cannot be cleared."""
        for column in self._required:
            if column.name in row.given and row.given[column.name] is None:
                row.refused |= {column.name}
                note_fault(self._findings, row.record, Fault("required", texts.CANNOT_CLEAR), column=column.name)


class _Unread(Exception):
    """A check asks for a cell that was refused."""


class _Readable(dict[str, Value]):
    """A row's values without those of refused cells: who asks for one of these is stopped."""

    def __init__(self, values: Values, refused: frozenset[str]) -> None:
        super().__init__(values)
        self._refused = refused

    def __getitem__(self, name: str) -> Value:
        if name in self._refused:
            raise _Unread
        return super().__getitem__(name)

    def get(self, name: str, default: Any = None) -> Any:
        if name not in self:
            return default
        return self[name]


def _faults_of_read(check: RowCheck, values: Values, refused: frozenset[str]) -> Iterator[Fault]:
    """What a check finds in the cells that could be read, as far as it looks at no other."""
    try:
        yield from (fault for fault in check(_Readable(values, refused)) if fault.column not in refused)
    except _Unread:
        return
