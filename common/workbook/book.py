"""What was read of a workbook: sheets, rows with Excel's own numbers, cells; and its way through a pipe."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple


class Kind(StrEnum):
    """What stands in a cell. `UNCALCULATED` is a formula whose result is missing."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    ERROR = "error"
    DATE = "date"
    UNCALCULATED = "uncalculated"

    __hash__ = str.__hash__  # Enum's own is a call in Python, and the kind of every cell is looked up


class Cell(NamedTuple):
    """A filled cell. `text` is what stands in the file, for a number its own digits, never a float.

    `percent`: shown as a percentage; `formula`: calculated; `cut`: the limit that the whole
    text exceeds, else 0.
    """

    kind: Kind
    text: str
    percent: bool = False
    formula: bool = False
    cut: int = 0


class Row(NamedTuple):
    """A row with at least one filled cell, by column (1 is A)."""

    number: int
    cells: dict[int, Cell]
    hidden: bool = False
    width: int | None = None


class Area(NamedTuple):
    """A merged range, both corners included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(slots=True)
class Sheet:
    """One sheet; of a hidden one only the name is read."""

    name: str
    hidden: bool = False
    rows: list[Row] = field(default_factory=list)
    merges: list[Area] = field(default_factory=list)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)


@dataclass(slots=True)
class Book:
    """A file as read; `format` is xlsx, xls or csv."""

    format: str
    sheets: list[Sheet]

    @property
    def visible(self) -> Iterator[Sheet]:
        return (sheet for sheet in self.sheets if not sheet.hidden)

    @property
    def hidden(self) -> Iterator[Sheet]:
        return (sheet for sheet in self.sheets if sheet.hidden)


def column_letters(column: int) -> str:
    """Excel's name of a column: 1 is A, 28 is AB."""
    letters = ""
    while column > 0:
        column, digit = divmod(column - 1, 26)
        letters = chr(ord("A") + digit) + letters
    return letters


def to_json(book: Book) -> str:
    """The book as one line of JSON."""
    sheets = [
        {
            "name": sheet.name,
            "hidden": sheet.hidden,
            "rows": [[row.number, row.hidden, row.width, list(row.cells.items())] for row in sheet.rows],
            "merges": sheet.merges,
            "hidden_columns": sheet.hidden_columns,
        }
        for sheet in book.sheets
    ]
    return json.dumps({"format": book.format, "sheets": sheets}, ensure_ascii=True, separators=(",", ":"))


def from_json(text: str | bytes) -> Book:
    """The book that `to_json` wrote."""
    said = json.loads(text)
    return Book(format=said["format"], sheets=[_sheet(sheet) for sheet in said["sheets"]])


def _sheet(said: dict[str, Any]) -> Sheet:
    return Sheet(
        name=said["name"],
        hidden=said["hidden"],
        rows=[
            Row(number, {column: Cell(Kind(kind), *rest) for column, (kind, *rest) in cells}, hidden, width)
            for number, hidden, width, cells in said["rows"]
        ],
        merges=[Area(*area) for area in said["merges"]],
        hidden_columns=[(first, last) for first, last in said["hidden_columns"]],
    )
