"""Which layout a file has, by its headers, and its one table (excel.md, section 1)."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping

from common.workbook.book import Book, Cell, Kind, Row, Sheet
from common.workbook.header_rows import MARK, Header, header_key, marks_above, table_below, texts_above
from common.workbook.limits import Limits
from common.workbook.names import Names, key_of
from common.workbook.problems import FileRefused
from progress.excel.headers import (
    AMBIGUOUS,
    READ,
    REQUIRED,
    Column,
    column_of,
    columns_of,
    indicator_of,
    progress_headers,
)
from progress.excel.quarters import find_quarter, read_quarter
from progress.excel.tables import Layout, Table, ValueColumns, mark_of

_UNIT_SAID = re.compile(r"(?:填报单位|填报地区|单位名称)[:：](.*?)(?=填报|季度|报告期|填表|联系|日期|$)")
_BESIDE_VALUES = (Column.UNIT, Column.QUARTER, Column.ORDER, Column.NOTE, Column.PROBLEM)
_REQUIRED = {
    Layout.LONG: REQUIRED,
    Layout.UNIT: (Column.INDICATOR, Column.VALUE),
    Layout.MATRIX: (Column.UNIT,),
}


def find_table(book: Book, indicators: Names, limits: Limits, *, year: int | None = None) -> Table:
    """The one table of a book. FileRefused where there is none, more than one, or its header is incomplete.

    A form made for another year than `year` is refused too; None takes any.
    """
    if year is not None:
        _check_marks(book, limits, year)
    below = table_below(book, lambda sheet: _find_header(sheet, indicators, limits), limits)
    if below is None:
        raise _no_header(book)
    sheet, header, layout, rows = below
    table = _BUILDERS[layout](sheet, header, rows, indicators)
    if not rows:
        raise FileRefused("no_data_rows", sheet=sheet.name)
    return table


def _no_header(book: Book) -> FileRefused:
    hidden = "、".join(sheet.name for sheet in book.hidden)
    return FileRefused("no_header", template="only_hidden", sheets=hidden) if hidden else FileRefused("no_header")


def years_named(book: Book, indicators: Names, limits: Limits) -> Counter[int]:
    """How often the quarters of a book's table name each year; nothing where it has no table that can be used."""
    try:
        table = find_table(book, indicators, limits)
    except FileRefused:
        return Counter()
    cells = (table.record(row).cell(Column.QUARTER) for row in table.rows)
    return Counter(named.year for cell in cells if cell and (named := read_quarter(cell.text)))


# --- the header


def _find_header(sheet: Sheet, indicators: Names, limits: Limits) -> tuple[Header, Layout] | None:
    """The first header that is complete in the fewest rows, else the first that is one at all."""
    candidates = [
        (header, layout)
        for header in progress_headers(sheet, limits.header_rows, indicators)
        if (layout := _layout_of(header, indicators))
    ]
    return min(candidates, key=_rank) if candidates else None


def _rank(candidate: tuple[Header, Layout]) -> tuple[bool, int]:
    """The better header first: complete, then of few rows; but a matrix with all the rows below its indicators."""
    header, layout = candidate
    is_incomplete = not columns_of(header).issuperset(_REQUIRED[layout])
    return is_incomplete, -header.depth if layout is Layout.MATRIX else header.depth


def _layout_of(header: Header, indicators: Names) -> Layout | None:
    columns = columns_of(header)
    if sum(column in columns for column in _REQUIRED[Layout.LONG]) >= 3:
        return Layout.LONG
    if Column.UNIT in columns and any(indicator_of(word, indicators) for word in header.words):
        return Layout.MATRIX
    if columns.issuperset(_REQUIRED[Layout.UNIT]):
        return Layout.UNIT
    return None


def _check_marks(book: Book, limits: Limits, year: int) -> None:
    ours = tuple(mark_of(layout, year) for layout in Layout)
    for sheet in book.visible:
        for mark in marks_above(sheet, limits.header_rows + 1):
            if not mark.startswith(ours):
                raise FileRefused("wrong_template_version", sheet=sheet.name, read=mark)


# --- long


def _long(sheet: Sheet, header: Header, rows: tuple[Row, ...], _indicators: Names) -> Table:
    places, ignored = _places(sheet, header.labels)
    _require(sheet, places, _REQUIRED[Layout.LONG])
    return Table(
        layout=Layout.LONG,
        sheet=sheet,
        rows=rows,
        places=places,
        headers=header.labels,
        header_row=header.last_row,
        width=header.width,
        ignored=ignored,
    )


def _places(sheet: Sheet, labels: Mapping[int, str]) -> tuple[dict[Column, int], tuple[str, ...]]:
    """Where each known column stands, and the headers that nobody reads."""
    places: dict[Column, int] = {}
    ignored = []
    has_own_unit = any(header_key(text) == Column.UNIT for text in labels.values())
    for place, text in sorted(labels.items()):
        column = column_of(text)
        if MARK.fullmatch(text.strip()):
            continue
        if column is None or (header_key(text) == AMBIGUOUS and has_own_unit):
            ignored.append(text.strip())
        elif column not in places:
            places[column] = place
        elif column in READ:
            raise FileRefused("duplicate_column", sheet=sheet.name, column=column.value)
    return places, tuple(ignored)


def _require(sheet: Sheet, places: Mapping[Column, int], columns: Iterable[Column]) -> None:
    for column in columns:
        if column not in places:
            raise FileRefused("missing_column", sheet=sheet.name, column=column.value)


# --- unit form


def _unit(sheet: Sheet, header: Header, rows: tuple[Row, ...], _indicators: Names) -> Table:
    """One unit's form: unit and quarter are said above the header."""
    labels = {place: text for place, text in header.labels.items() if header_key(text) != AMBIGUOUS}
    places, ignored = _places(sheet, labels)
    places.pop(Column.UNIT, None)
    unit = _unit_said(sheet, header.first_row)
    if not unit:
        raise FileRefused("no_unit", sheet=sheet.name)
    given = {Column.UNIT: Cell(Kind.TEXT, unit), Column.QUARTER: _quarter_said(sheet, header)}
    if Column.QUARTER in places:
        del given[Column.QUARTER]
    return Table(
        layout=Layout.UNIT,
        sheet=sheet,
        rows=rows,
        places=places,
        headers=header.labels,
        header_row=header.last_row,
        given=given,
        width=header.width,
        ignored=ignored,
        mark=next(marks_above(sheet, header.last_row + 1), ""),
    )


def _unit_said(sheet: Sheet, before: int) -> str:
    """The unit after 填报单位：, in the same cell or the next one; empty where nobody says it."""
    texts = [key_of(text) for text in texts_above(sheet, before)]
    for text, following in zip(texts, [*texts[1:], ""], strict=True):
        match = _UNIT_SAID.search(text)
        if match:
            return match[1].strip() or following
    return ""


def _quarter_said(sheet: Sheet, header: Header) -> Cell:
    """The one quarter that the texts above the header name."""
    texts = (unicodedata.normalize("NFKC", key_of(text)) for text in texts_above(sheet, header.first_row))
    named = {str(quarter) for text in texts for quarter in find_quarter(text)}
    if len(named) != 1:
        raise FileRefused("no_quarter", sheet=sheet.name)
    return Cell(Kind.TEXT, named.pop())


# --- matrix


def _matrix(sheet: Sheet, header: Header, rows: tuple[Row, ...], indicators: Names) -> Table:
    """Units down, indicators across, one quarter for all (or a column of quarters)."""
    places: dict[Column, int] = {}
    texts: dict[int, tuple[str, ...]] = {}
    for place, words in sorted(header.texts.items()):
        columns = [column for word in words if (column := column_of(word)) in _BESIDE_VALUES]
        if columns and columns[0] is not None:
            places.setdefault(columns[0], place)
        else:
            texts[place] = words
    values, unknown = _value_columns(sheet, texts, indicators)
    given = {} if Column.QUARTER in places else {Column.QUARTER: _quarter_said(sheet, header)}
    return Table(
        layout=Layout.MATRIX,
        sheet=sheet,
        rows=rows,
        places={column: place for column, place in places.items() if column in (Column.UNIT, Column.QUARTER)},
        headers=header.labels,
        header_row=header.last_row,
        given=given,
        values=values,
        width=header.width,
        unknown=unknown,
    )


def _value_columns(
    sheet: Sheet, texts: Mapping[int, tuple[str, ...]], indicators: Names
) -> tuple[tuple[ValueColumns, ...], dict[int, str]]:
    """The columns of each indicator, and the headers that name none, by place."""
    places: dict[tuple[str, bool], int] = {}
    unknown = {}
    last = ""
    for place, words in sorted(texts.items()):
        named = next((one for word in words if (one := indicator_of(word, indicators))), None)
        says_base = any(column_of(word) is Column.BASE for word in words)
        last = named.known.name if named else last
        if named is None and not (says_base and last):
            unknown[place] = words[-1].strip()
            continue
        key = (last, says_base or bool(named and named.is_base))
        if key in places:
            raise FileRefused("duplicate_column", sheet=sheet.name, column=last)
        places[key] = place
    columns = [
        ValueColumns(name, place, places.get((name, True))) for (name, is_base), place in places.items() if not is_base
    ]
    return tuple(columns), unknown


_BUILDERS = {Layout.LONG: _long, Layout.UNIT: _unit, Layout.MATRIX: _matrix}
