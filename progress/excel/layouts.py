"""Which layout a file has, by its headers, and where each column stands (excel.md, section 1)."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from progress.excel.book import Book, Cell, Row, Sheet, column_letters
from progress.excel.limits import Limits
from progress.excel.names import Names, key_of, read_quarter
from progress.excel.problems import FileRefused

_MARK = re.compile(r"template:[0-9A-Za-z_-]{1,40}")


def mark_of(layout: "Layout", year: int) -> str:
    """What our own files carry, so that a form of another year or version is told from this year's."""
    return f"template:{year}-{layout}-v1"


class Layout(StrEnum):
    """The three shapes of a progress file."""

    LONG = "long"
    UNIT = "unit"
    MATRIX = "matrix"


class Column(StrEnum):
    """What a column holds; the value is its header in our own files."""

    UNIT = "地区"
    QUARTER = "季度"
    INDICATOR = "指标"
    VALUE = "完成值"
    BASE = "基数"
    NOTE = "备注"
    # read by nobody, and no surprise
    ORDER = "序号"
    MEASURE = "计量单位"
    BASE_MEASURE = "基数单位"
    TARGET = "年度目标"
    BEFORE = "上季累计"


REQUIRED = (Column.UNIT, Column.QUARTER, Column.INDICATOR, Column.VALUE)
_OURS = {
    Column.UNIT, Column.QUARTER, Column.INDICATOR, Column.VALUE, Column.BASE, Column.NOTE,
}  # fmt: skip
_SYNONYMS: dict[Column, tuple[str, ...]] = {
    Column.UNIT: ("单位", "区县", "县区", "填报单位", "地区名称", "单位名称"),
    Column.QUARTER: ("填报季度", "报告期"),
    Column.INDICATOR: ("指标名称",),
    Column.VALUE: ("本季完成", "本季完成值", "完成数", "完成量"),
    Column.BASE: ("分母", "基期"),
    Column.NOTE: ("说明",),
    Column.MEASURE: ("单位名", "计量单位名称"),
}
_HEADERS = {column.value: column for column in Column} | {
    word: column for column, words in _SYNONYMS.items() for word in words
}
# 单位 is also what a measure is called: beside 地区 it is no second 地区.
_AMBIGUOUS = "单位"
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】")
_MAX_DEPTH = 3


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet with its header found: where each column stands, and the rows below."""

    layout: Layout
    sheet: Sheet
    columns: Mapping[Column, int]
    labels: Mapping[int, str]
    rows: tuple[Row, ...]
    header_width: int | None = None
    ignored: tuple[str, ...] = ()
    indicators: Mapping[int, str] = field(default_factory=dict)

    def cell(self, row: Row, column: Column) -> Cell | None:
        """The row's cell in a column; None where it is blank or the column is missing."""
        place = self.columns.get(column)
        return row.cells.get(place) if place else None

    def address(self, row: Row, column: Column) -> str:
        """Excel's address of a row's cell, such as D2; empty without the column."""
        place = self.columns.get(column)
        return f"{column_letters(place)}{row.number}" if place else ""


def find_table(book: Book, indicators: Names, limits: Limits, *, year: int | None = None) -> Table:
    """The one table of a book. FileRefused where there is none, more than one, or its header is incomplete.

    A form made for another year than `year` is refused too; None takes any.
    """
    found = [(sheet, header) for sheet in book.visible if (header := _find_header(sheet, indicators, limits))]
    if year is not None:
        _check_marks(book, limits, year)
    if not found:
        raise FileRefused("no_header")
    if len(found) > 1:
        raise FileRefused("several_data_sheets", sheets="、".join(f"“{sheet.name}”" for sheet, _ in found))
    return _table(*found[0], limits)


def header_key(text: str) -> str:
    """A header as it is compared: without spaces, line breaks, brackets, stars and colons."""
    folded = unicodedata.normalize("NFKC", key_of(text))
    return _BRACKETS.sub("", folded).strip("*:#.、").casefold()


# --- the header


@dataclass(frozen=True, slots=True)
class _Header:
    """Labels by column, found in the rows up to `last_row`."""

    labels: Mapping[int, str]
    depth: int
    last_row: int
    layout: Layout
    width: int | None


def _find_header(sheet: Sheet, indicators: Names, limits: Limits) -> _Header | None:
    """The first header that is complete in the fewest rows, else the first that is one at all."""
    head = [row for row in sheet.rows if row.number <= limits.header_rows]
    starts = range(len(head))
    candidates = sorted(
        (header for start in starts for header in _headers_from(head[start:], indicators)),
        key=lambda header: (not _is_complete(header), header.depth),
    )
    return next(iter(candidates), None)


def _headers_from(rows: list[Row], indicators: Names) -> Iterable[_Header]:
    """What the rows from here on say as a header of one to three rows."""
    labels: dict[int, str] = {}
    for depth, row in enumerate(rows[:_MAX_DEPTH], start=1):
        texts = {column: cell.text for column, cell in row.cells.items()}
        if labels and not _can_continue(texts):
            return
        labels = labels | texts
        layout = _layout_of(labels, indicators)
        if layout:
            yield _Header(labels, depth, row.number, layout, row.width)


def _can_continue(texts: Mapping[int, str]) -> bool:
    """Whether a row can be the lower part of a header: nothing in it but headers."""
    return all(header_key(text) in _HEADERS for text in texts.values())


def _layout_of(labels: Mapping[int, str], indicators: Names) -> Layout | None:
    columns = {_HEADERS.get(header_key(text)) for text in labels.values()}
    if sum(column in columns for column in REQUIRED) >= 3:
        return Layout.LONG
    if Column.UNIT in columns and any(indicators.find(text) for text in labels.values()):
        return Layout.MATRIX
    if {Column.INDICATOR, Column.VALUE} <= columns:
        return Layout.UNIT
    return None


def _is_complete(header: _Header) -> bool:
    columns = {_HEADERS.get(header_key(text)) for text in header.labels.values()}
    return header.layout is not Layout.LONG or columns.issuperset(REQUIRED)


def _check_marks(book: Book, limits: Limits, year: int) -> None:
    ours = {mark_of(layout, year) for layout in Layout}
    for sheet in book.visible:
        head = (row for row in sheet.rows if row.number <= limits.header_rows)
        for text in (cell.text.strip() for row in head for cell in row.cells.values()):
            if _MARK.fullmatch(text) and text not in ours:
                raise FileRefused("wrong_template_version", sheet=sheet.name, read=text)


# --- the table


def _table(sheet: Sheet, header: _Header, limits: Limits) -> Table:
    if header.layout is Layout.MATRIX:
        _refuse_matrix(sheet, header)
    if header.layout is Layout.UNIT:
        raise FileRefused("layout_unsupported", sheet=sheet.name, layout="季度报表")
    columns, ignored = _columns(sheet, header.labels)
    for required in REQUIRED:
        if required not in columns:
            raise FileRefused("missing_column", sheet=sheet.name, column=required.value)
    rows = tuple(row for row in sheet.rows if row.number > header.last_row)
    if not rows:
        raise FileRefused("no_data_rows", sheet=sheet.name)
    if len(rows) > limits.rows:
        raise FileRefused("too_many_rows", sheet=sheet.name, limit=str(limits.rows))
    return Table(header.layout, sheet, columns, header.labels, rows, header.width, tuple(ignored))


def _columns(sheet: Sheet, labels: Mapping[int, str]) -> tuple[dict[Column, int], list[str]]:
    """Where each known column stands, and the headers that nobody reads."""
    columns: dict[Column, int] = {}
    ignored = []
    has_own_unit = any(header_key(text) == Column.UNIT for text in labels.values())
    for place, text in sorted(labels.items()):
        key = header_key(text)
        column = _HEADERS.get(key)
        if _MARK.fullmatch(text.strip()):
            continue
        if column is None or (key == _AMBIGUOUS and has_own_unit):
            ignored.append(text.strip())
        elif column not in columns:
            columns[column] = place
        elif column in _OURS:
            raise FileRefused("duplicate_column", sheet=sheet.name, column=column.value)
    return columns, ignored


def _refuse_matrix(sheet: Sheet, header: _Header) -> None:
    """A matrix needs its quarter said above the header or in a column."""
    raise FileRefused("no_quarter", sheet=sheet.name)


def years_named(book: Book, limits: Limits) -> Counter[int]:
    """How often the quarters of a book's table name each year; nothing where it has no table that can be used."""
    try:
        table = find_table(book, Names(), limits)
    except FileRefused:
        return Counter()
    cells = (table.cell(row, Column.QUARTER) for row in table.rows)
    return Counter(named.year for cell in cells if cell and (named := read_quarter(cell.text)))
