"""Every problem of every row of a table, and what its rows ask for (policies P5 to P16); nothing is stored here."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from common.workbook.book import Book, Cell, Row
from common.workbook.header_rows import marks_above
from common.workbook.limits import Limits
from common.workbook.problems import FileRefused, Problem
from common.workbook.records import SharedCells
from common.workbook.texts import template_of
from progress.excel.foot import is_own_foot
from progress.excel.headers import Column
from progress.excel.keys import KeyReader, RowKey
from progress.excel.layouts import find_table
from progress.excel.lines import Asked, LineReader
from progress.excel.rows import Part, ReadRow, Rows
from progress.excel.tables import Findings, Layout, Record, Table, handed_out_at, unstamped
from progress.excel.told import tell_of_table
from progress.excel.totals import Totals
from progress.excel.world import Key, World
from progress.line_checks import EnteredLine, LineProblem, LineRules, YearContext, check_line


def _(message: str) -> str:
    """The message itself: the underscore marks it for the catalogue."""
    return message


_COLUMNS = {
    "value": Column.VALUE,
    "base": Column.BASE,
    "not_applicable": Column.VALUE,
    "note": Column.NOTE,
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One row that asks for something: the line as it will stand, and as it stands (None: there is none).

    `drops_carried`: it clears what its report, which is still missing, may start with.
    """

    row: int
    key: Key
    line: EnteredLine
    standing: EnteredLine | None
    drops_carried: bool = False

    @property
    def is_change(self) -> bool:
        return self.drops_carried or self.line != (self.standing or EnteredLine())

    @property
    def is_new(self) -> bool:
        """Whether it reports what was not reported before."""
        return self.line.is_filled and not (self.standing and self.standing.is_filled)


@dataclass(slots=True)
class Checked:
    """What a file says: the entries of its rows, and every problem in the order of the rows.

    `handed_out_at`: when the portal handed the form out, as its hidden mark says; None for a file of somebody's own.
    """

    layout: Layout
    entries: list[Entry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    skipped: int = 0
    handed_out_at: datetime | None = None

    @property
    def is_refused(self) -> bool:
        return any(problem.level == "error" for problem in self.problems)


NO_NOTE_IN_MATRIX = _(
    "第 %(row)s 行“%(column)s”：%(detail)s（读到“%(read)s”）。"
    "汇总表没有备注列，这一项请用明细表（有“备注”列）导入，或在网页上填报。"
)
_SHARES = ("percent", "milestone")  # kinds whose values add up to nothing


def check_book(book: Book, world: World, limits: Limits) -> Checked:
    """The entries and problems of a book; FileRefused where it holds no table that can be used."""
    table = find_table(book, world.indicators, limits, year=world.year)
    _check_above(table, world)
    check = _TableCheck(book, table, world)
    check.run()
    problems = sorted(check.findings.problems, key=lambda problem: problem.row or 0)
    marks = marks_above(table.sheet, limits.header_rows + 1)
    handed_out = max(filter(None, map(handed_out_at, marks)), default=None)
    return Checked(table.layout, check.entries, problems, check.skipped, handed_out)


def _check_above(table: Table, world: World) -> None:
    """FileRefused where a row above the header is one of a table's: it would be lost without a word."""
    above = (row for row in table.sheet.rows if row.number < table.header_row)
    lost = next((row.number for row in above if _has_value(table.record(row), table, world)), None)
    if lost is not None:
        said = {"template": "rows_above_header", "above": str(lost), "header": str(table.header_row)}
        raise FileRefused("several_data_sheets", sheet=table.sheet.name, **said)


def _has_value(record: Record, table: Table, world: World) -> bool:
    """Whether a row has a value beside a unit's or an indicator's name."""
    column, names = (Column.INDICATOR, world.indicators)
    if table.layout is Layout.MATRIX:
        column, names = (Column.UNIT, world.units)
    cell = record.cell(column)
    if cell is None or not names.find(cell.text):
        return False
    return any(place in record.row.cells for place in table.value_places)


def _amounts(world: World) -> frozenset[str]:
    """The names of the indicators whose values can be added up."""
    known = world.indicators.known.values()
    return frozenset(one.name for one in known if world.facts[one.code].rules.kind not in _SHARES)


@dataclass(slots=True)
class _Pending:
    """A record whose cells can be read; its line is judged together with the file's others."""

    record: Record
    key: RowKey
    asked: Asked | None


class _TableCheck:
    def __init__(self, book: Book, table: Table, world: World) -> None:
        self.findings = Findings(table.sheet.name)
        self.entries: list[Entry] = []
        self.skipped = 0
        self._book, self._table, self._world = book, table, world
        self._rows = Rows(table, world.units, world.indicators)
        self._keys = KeyReader(self._rows, world, self.findings)
        self._lines = LineReader(self._rows, world.facts, self.findings)
        self._totals = Totals(table, _amounts(world), self.findings)

    def run(self) -> None:
        pending = self._read_rows()
        rows = [one.record.row for one in pending]
        tell_of_table(self.findings, self._book, self._table, rows, self._world.indicators)
        numbers = (Column.VALUE, Column.BASE)
        SharedCells(self._table.sheet.merges).refuse([one.record for one in pending], numbers, self.findings)
        self._check_mark(pending)
        self._refuse_twice(pending)
        whole = self._whole_lines(pending)
        file = {key: entry.line for key, entry in whole.items()}
        for one in pending:
            key = _full_key(one.key)
            if key is not None and key in whole:
                self._judge(one, whole[key], self._world.context(key, file))
            elif one.asked is not None:
                self._judge_alone(one, one.asked)
        if not self.findings.has_error_since(0):
            self.entries = list(whole.values())

    # --- rows

    def _read_rows(self) -> list[_Pending]:
        pending = []
        has_data = False
        for read in self._rows:
            if read.part is not Part.DATA:
                self._skip(read)
                continue
            has_data = True
            if read.record.row.hidden:
                self.findings.tell("hidden_row", read.record, None)
            if self._fits_header(read.record):
                pending += [self._read_record(record) for record in self._table.records(read.record.row)]
        if not has_data:
            raise FileRefused("no_data_rows", sheet=self._table.sheet.name)
        self._totals.check()
        return pending

    def _skip(self, read: ReadRow) -> None:
        if read.part is Part.NOTE and self._table.layout is Layout.UNIT and is_own_foot(read.first):
            return
        self.skipped += 1
        self.findings.tell(read.part.value, read.record, None, read.first)
        if read.part is Part.TOTAL:
            self._totals.note(read.record.row)

    def _read_record(self, record: Record) -> _Pending:
        key = self._keys.read(record)
        is_blank = record.cell(Column.VALUE) is None and record.cell(Column.BASE) is None
        is_owed = key.indicator in self._world.owed.get(key.unit or "", frozenset())
        if self._table.layout is Layout.MATRIX and is_blank and not is_owed:
            return _Pending(record, key, None)
        before = len(self.findings.problems)
        asked = self._lines.read(record, key.indicator)
        if asked is None:
            self.skipped += not self.findings.has_error_since(before)
        else:
            self._totals.add(record)
            if self._keys.refuse_unowed(record, key):
                key = key._replace(unit=None)
        return _Pending(record, key, asked)

    def _fits_header(self, record: Record) -> bool:
        """Whether a record of a text file has as many fields as the header; blank ones at the end do not count."""
        row, expected = record.row, self._table.width
        if expected is None or row.width is None or (row.width >= expected >= max(row.cells)):
            return True
        self.findings.refuse("wrong_column_count", record, None, found=str(row.width), expected=str(expected))
        return False

    def _check_mark(self, pending: list[_Pending]) -> None:
        """The hidden mark of a unit form says the same unit and quarter as the form itself."""
        _form, _, marked = unstamped(self._table.mark).partition(":")[2].partition(":")
        key = next((one.key for one in pending if one.key.unit and one.key.quarter), None)
        if marked and key and marked != f"{key.unit}:{key.quarter}":
            record = self._table.record(Row(0, {}))
            self.findings.refuse("mark_differs", record, Column.UNIT, record.cell(Column.UNIT))

    def _refuse_twice(self, pending: list[_Pending]) -> None:
        """The same unit, quarter and indicator twice: each row names the others (policy P13)."""
        records: dict[Key, list[Record]] = defaultdict(list)
        for one in pending:
            key = _full_key(one.key)
            if key is not None and (one.asked is not None or self._table.layout is not Layout.MATRIX):
                records[key].append(one.record)
        for same in records.values():
            for record in same if len(same) > 1 else ():
                others = "、".join(str(other.row.number) for other in same[:20] if other is not record)
                cell = self._rows.key_cell(record, Column.UNIT)
                self.findings.refuse("duplicate_key", record, Column.UNIT, cell, others=others)

    # --- lines

    def _whole_lines(self, pending: list[_Pending]) -> dict[Key, Entry]:
        """The lines as they will stand, of the rows whose names and cells could be read."""
        whole: dict[Key, Entry] = {}
        for one in pending:
            key = _full_key(one.key)
            if key is None or one.asked is None:
                continue
            standing = self._world.standing.get(key)
            starts_from = standing or self._world.carried.get(key) or EnteredLine()
            line = one.asked.applied_to(starts_from)
            drops_carried = line == EnteredLine() and key[:2] in self._world.missing
            whole[key] = Entry(one.record.row.number, key, line, standing, drops_carried)
        return whole

    def _judge(self, one: _Pending, entry: Entry, context: YearContext) -> None:
        if one.key.lock and not (self._world.may_reopen and one.key.lock == "approved"):
            self._keys.refuse_lock(one.record, one.key)
        rules = self._world.facts[entry.key[2]].rules
        for problem in check_line(rules, entry.line, context, may_fix_base=self._world.may_fix_base):
            self._refuse_line(one.record, problem)

    def _judge_alone(self, one: _Pending, asked: Asked) -> None:
        """A row whose line is not known: only what holds for the indicator whatever else stands."""
        facts = self._world.facts.get(one.key.indicator or "")
        if facts is None:
            return
        line = asked.applied_to(EnteredLine())
        for problem in check_line(facts.rules, line, YearContext(0)):
            is_certain = problem.field in ("value", "base") and not problem.incomplete
            if is_certain and not _depends_on_year(problem, facts.rules, line):
                self._refuse_line(one.record, problem)

    def _refuse_line(self, record: Record, problem: LineProblem) -> None:
        column = _COLUMNS[problem.field]
        template = ""
        if column is Column.NOTE and self._table.layout is Layout.MATRIX:
            column, template = Column.VALUE, NO_NOTE_IN_MATRIX
        cell: Cell | None = record.cell(column)
        self.findings.refuse(
            problem.code,
            record,
            column,
            cell,
            template=template or template_of("line_problem" if cell else "line_problem_blank"),
            detail=problem.template,
            **problem.values,
        )


def _full_key(key: RowKey) -> Key | None:
    if key.unit is None or key.quarter is None or key.indicator is None:
        return None
    return key.unit, key.quarter, key.indicator


def _depends_on_year(problem: LineProblem, rules: LineRules, line: EnteredLine) -> bool:
    is_correction = rules.accepts_corrections and line.value is not None and line.value < 0
    return problem.code == "value_above_base" or (is_correction and problem.code == "out_of_range")
