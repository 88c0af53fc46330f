"""A table found in a book, as records: one asks for one line, whatever the layout."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from common.workbook import records
from common.workbook.book import Cell, Kind, Row, Sheet
from progress.excel.headers import Column

_STAMP = re.compile(r":t([0-9]{9,11})$")


class Layout(StrEnum):
    """The three shapes of a progress file."""

    LONG = "long"
    UNIT = "unit"
    MATRIX = "matrix"


def mark_of(layout: Layout, year: int) -> str:
    """What our own files carry, so that a form of another year or version is told from this year's."""
    return f"template:{year}-{layout}-v1"


def stamped(mark: str, at: datetime) -> str:
    """A mark that says when the form was handed out, so that what was entered by hand since then can be told."""
    return f"{mark}:t{int(at.timestamp())}"


def handed_out_at(mark: str) -> datetime | None:
    """When a form with this mark was handed out; None where it does not say."""
    found = _STAMP.search(mark)
    return datetime.fromtimestamp(int(found[1]), UTC) if found else None


def unstamped(mark: str) -> str:
    """The mark without when it was made."""
    return _STAMP.sub("", mark)


class Record(records.Record[Column]):
    """What one line is read from."""

    __slots__ = ()


class Findings(records.Findings[Column]):
    """What is wrong with a progress table."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A sheet with its header found. `places` are the columns that every row shares.

    `values` are the columns that hold numbers, each with the indicator's record that reads them: one in the long and
    unit layouts, one an indicator in a matrix. `unknown` are a matrix's headers that name no indicator, by place: they
    must not have numbers below. `mark` is what our own form carries, hidden.
    """

    layout: Layout
    sheet: Sheet
    rows: tuple[Row, ...]
    places: Mapping[Column, int]
    headers: Mapping[int, str]
    header_row: int
    given: Mapping[Column, Cell] = field(default_factory=dict)
    values: tuple["ValueColumns", ...] = ()
    width: int | None = None
    ignored: tuple[str, ...] = ()
    unknown: Mapping[int, str] = field(default_factory=dict)
    mark: str = ""

    def record(self, row: Row) -> Record:
        """The row as a whole: its names, without the numbers of a matrix."""
        return Record(row, self.places, self.given)

    def records(self, row: Row) -> Iterable[Record]:
        """What the row asks for: one record a line."""
        if not self.values:
            return [self.record(row)]
        return [one.record(row, self) for one in self.values]

    @property
    def value_places(self) -> tuple[int, ...]:
        """Every column that holds values."""
        if self.values:
            return tuple(one.value for one in self.values)
        return (self.places[Column.VALUE],)

    @property
    def used(self) -> frozenset[int]:
        """Every column that is read."""
        bases = (one.base for one in self.values if one.base)
        return frozenset({*self.places.values(), *self.value_places, *bases})


@dataclass(frozen=True, slots=True)
class ValueColumns:
    """The columns of one indicator in a matrix: its value's, and its base's where it has one."""

    indicator: str
    value: int
    base: int | None = None

    def record(self, row: Row, table: Table) -> Record:
        """The record of a row and this indicator."""
        places = dict(table.places) | {Column.VALUE: self.value}
        labels = {Column.VALUE: self.indicator, Column.INDICATOR: self.indicator}
        if self.base:
            places[Column.BASE] = self.base
            labels[Column.BASE] = f"{self.indicator}{Column.BASE.value}"
        return Record(row, places, {**table.given, Column.INDICATOR: Cell(Kind.TEXT, self.indicator)}, labels)
