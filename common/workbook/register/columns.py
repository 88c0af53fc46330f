"""The columns of a register, declared once: what each holds, what it is called, what may stand in it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

Value = str | Decimal | date | bool | None
"""What a cell holds once it is read: a name or a choice as its code, a blank as None."""
Values = Mapping[str, Value]
"""A row by the names of its columns."""
Key = tuple[Value, ...]
"""What tells one row of a register from another: its values in the key's columns."""


class Type(StrEnum):
    """What a column holds. `NAME`: something that is listed elsewhere (a unit, an institution), read as its code."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    CHOICE = "choice"
    BOOLEAN = "boolean"
    NAME = "name"

    __hash__ = str.__hash__  # Enum's own is a call in Python, and the type of every cell is looked up


@dataclass(frozen=True, slots=True)
class Option:
    """One of the values of a choice: what is stored, what people read and write, what else they write for it."""

    code: str
    label: str
    synonyms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a value or a row: a stable code, and a half-sentence (a message) with its values.

    The whole sentence names row, column and what was read: `detail` goes on from there, e.g. "不能早于纳入日期".
    """

    code: str
    detail: str
    values: Mapping[str, str] = field(default_factory=dict)
    column: str = ""


Check = Callable[[Any], Fault | None]
RowCheck = Callable[[Values], Iterable[Fault]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column. `header` is its word in our own files (and a message: pages translate it), `synonyms` other words.

    Text: at most `max_length` characters; `is_code`: without spaces, half-width, in capitals; `is_long`: may have
    several lines. Number: in `unit`, with at most `decimals` places. Numbers and dates lie within `minimum` and
    `maximum`, both included. Choice: one of `choices`. `check` says what else is wrong with a value.
    `required`: a new row needs it; a blank that is not required becomes `default`. `help` says what to write, as a
    message; without it the type says so.
    """

    name: str
    header: str
    type: Type = Type.TEXT
    synonyms: tuple[str, ...] = ()
    required: bool = False
    default: Value = None
    max_length: int = 200
    is_code: bool = False
    is_long: bool = False
    unit: str = ""
    decimals: int = 0
    minimum: Decimal | date | None = None
    maximum: Decimal | date | None = None
    choices: tuple[Option, ...] = ()
    check: Check | None = None
    help: str = ""
    example: str = ""
    width: int = 14

    @property
    def is_numeric(self) -> bool:
        return self.type is Type.NUMBER


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """A table of rows told apart by `key` (names of columns; empty: every row is a new one).

    `title` and `notes` are messages: the table's heading, and what its filler should know beside the usual rules, or
    beside `rules` where those do not fit. `checks` look at a row as
    it will stand, with what is stored already where its cells are blank. `version` is raised whenever a form of
    before could no longer be read right. `has_indicators_across`: its columns of numbers are indicators, and another
    header over numbers refuses the file; in other registers it is a warning.
    """

    code: str
    title: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    checks: tuple[RowCheck, ...] = ()
    version: int = 1
    has_indicators_across: bool = False

    @property
    def by_name(self) -> dict[str, Column]:
        """The columns by their names."""
        return {column.name: column for column in self.columns}

    @property
    def headers(self) -> tuple[str, ...]:
        """The headers in their order."""
        return tuple(column.header for column in self.columns)

    @property
    def mark(self) -> str:
        """What our own forms of it carry, hidden."""
        return f"template:{self.code}-v{self.version}"

    def key_of(self, values: Values) -> Key:
        """A row's key."""
        return tuple(values.get(name) for name in self.key)
