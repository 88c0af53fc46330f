"""What a register's file says: its rows as they will stand, and every problem."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from common.workbook.book import Cell
from common.workbook.problems import Level, Problem
from common.workbook.records import Findings, Record
from common.workbook.register.columns import Fault, Key, Value, Values
from common.workbook.register.names import NameLists
from common.workbook.texts import template_of


def _nothing_stands(_keys: Collection[Key]) -> Mapping[Key, Values]:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What the portal knows: the lists of the columns of names, and what stands of the rows with the given keys.

    `standing` is asked once, with every key of the file: one query, whatever the number of rows.
    """

    names: NameLists = field(default_factory=dict)
    standing: Callable[[Collection[Key]], Mapping[Key, Values]] = _nothing_stands


class Entry(NamedTuple):
    """One row: its key (empty: it has none), its values as they will stand, and as they stand now (None: it is new).

    `asked` are the columns that the row says something of; the others keep what stands. `is_change`: the two differ.
    `unread` are the columns that could not be read: such a row is there to be checked further, never to be stored.
    """

    row: int
    key: Key
    values: Values
    standing: Values | None
    asked: Collection[str]
    is_change: bool
    unread: frozenset[str] = frozenset()

    @property
    def is_sound(self) -> bool:
        return not self.unread

    @property
    def is_new(self) -> bool:
        return self.standing is None

    @property
    def changed(self) -> frozenset[str]:
        """The columns whose values will be others."""
        standing = self.standing or {}
        return frozenset(name for name, value in self.values.items() if value != standing.get(name))

    @property
    def overwritten(self) -> dict[str, Value]:
        """What stands in the columns whose values will be others."""
        standing, values = self.standing or {}, self.values
        return {name: value for name, value in standing.items() if value != values[name]}


@dataclass(slots=True)
class RegisterRead:
    """What a file says. Nothing of it may be stored while `is_refused`.

    `unkeyed` are the rows of which it cannot be told which they mean, to be checked as far as they could be read.

    Whoever knows more than the file and its columns adds problems by `refuse` and `tell`.
    """

    entries: list[Entry]
    unkeyed: list[Entry]
    skipped: int
    _records: Mapping[int, Record[str]]
    _findings: Findings[str]

    @property
    def problems(self) -> list[Problem]:
        """Every problem, in the order of the rows."""
        return sorted(self._findings.problems, key=lambda problem: problem.row or 0)

    @property
    def is_refused(self) -> bool:
        return self._findings.has_error_since(0)

    @property
    def changes(self) -> list[Entry]:
        """The rows that would change anything; none while there is an error."""
        return [] if self.is_refused else [entry for entry in self.entries if entry.is_change]

    @property
    def unchanged(self) -> list[Entry]:
        """The rows that say what stands already; none while there is an error."""
        return [] if self.is_refused else [entry for entry in self.entries if not entry.is_change]

    def refuse(self, entry: Entry, fault: Fault, *, column: str = "") -> None:
        """Note an error of a row, in the fault's own column or in `column`."""
        note_fault(self._findings, self._records[entry.row], fault, column=column)

    def tell(self, entry: Entry, fault: Fault, *, column: str = "") -> None:
        """Note a warning of a row."""
        note_fault(self._findings, self._records[entry.row], fault, column=column, level="warning")


def note_fault(
    findings: Findings[str], record: Record[str], fault: Fault, *, column: str = "", level: Level = "error"
) -> None:
    """Note a fault of a row: the sentence names row, column and what was read, the fault's half-sentence the rest."""
    where = fault.column or column or None
    cell: Cell | None = record.cell(where) if where else None
    template = "line_problem" if cell else "line_problem_blank" if where else "row_problem"
    note = findings.refuse if level == "error" else findings.tell
    note(fault.code, record, where, cell, template=template_of(template), detail=fault.detail, **fault.values)
