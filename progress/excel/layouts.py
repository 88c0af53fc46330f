"""Which layout a file has, by its headers, and its one table (excel.md, section 1)."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import pairwise

from common.workbook.book import Book, Cell, Kind, Row, Sheet
from common.workbook.header_rows import (
    MARK,
    Header,
    closest_header,
    header_key,
    incomplete_header,
    marks_above,
    table_below,
    texts_above,
    uppermost,
)
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
    known_words,
    progress_headers,
)
from progress.excel.quarters import find_quarter, read_quarter
from progress.excel.tables import Layout, Table, ValueColumns, mark_of

_BRACKETED = r"(?:[(（][^()（）]*[)）])?"
_UNIT_WORDS = rf"(?:填报单位|填报地区|单位名称|地区名称|(?<![一-鿿])(?:地区|区县|县区)){_BRACKETED}"
_UNIT_ENDS = r"填报|季度|报告期|填表|制表|审核|负责|联系|电话|日期|时间|单位[:：]|\d{4}年|[(（](?:盖章|公章|签章)|$"
_UNIT_SAID = re.compile(rf"{_UNIT_WORDS}[:：](.*?)(?={_UNIT_ENDS})|^{_UNIT_WORDS}$")
_BESIDE_VALUES = (Column.UNIT, Column.QUARTER, Column.ORDER, Column.NOTE, Column.PROBLEM)
_UNREAD = (Column.TARGET, Column.BEFORE, Column.RATE, Column.MEASURE, Column.BASE_MEASURE)  # below an indicator
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
        raise _no_header(book, indicators, limits)
    sheet, header, layout, rows = below
    table = _BUILDERS[layout](sheet, header, rows, indicators)
    if not rows:
        raise FileRefused("no_data_rows", sheet=sheet.name)
    return table


def _no_header(book: Book, indicators: Names, limits: Limits) -> FileRefused:
    hidden = "、".join(sheet.name for sheet in book.hidden)
    if hidden:
        return FileRefused("no_header", template="only_hidden", sheets=hidden)

    def headers(sheet: Sheet) -> Iterable[Header]:
        return progress_headers(sheet, limits.header_rows, indicators)

    closest = closest_header(book, headers, lambda header: known_words(header, indicators))
    if closest is None:
        return FileRefused("no_header")
    sheet, header = closest
    known, columns = known_words(header, indicators), columns_of(header)
    layout = Layout.UNIT if _unit_said(sheet, header.first_row) else Layout.LONG
    if any(column_of(word) is None for word in known):
        layout = Layout.MATRIX
    return incomplete_header(sheet, header, known, [one for one in _REQUIRED[layout] if one not in columns])


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
        if (layout := _layout_of(sheet, header, indicators))
    ]
    complete = [each for each in candidates if columns_of(each[0]).issuperset(_REQUIRED[each[1]])]
    return min(uppermost(complete) or candidates, key=_rank, default=None)


def _rank(candidate: tuple[Header, Layout]) -> int:
    """Of headers that share rows the one of few rows; but a matrix with all the rows below its indicators."""
    header, layout = candidate
    return -header.depth if layout is Layout.MATRIX else header.depth


def _layout_of(sheet: Sheet, header: Header, indicators: Names) -> Layout | None:
    columns = columns_of(header)
    if not _names_unit(header.words) and Column.QUARTER not in columns and _unit_said(sheet, header.first_row):
        columns.discard(Column.UNIT)  # its 单位 is the measure's: the unit is said above
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
    has_own_unit = _names_unit(labels.values())
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


def _names_unit(words: Iterable[str]) -> bool:
    """Whether a word can mean nothing but the reporting unit."""
    return any(column_of(word) is Column.UNIT and header_key(word) != AMBIGUOUS for word in words)


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
    for text, following in pairwise([*texts, ""]):
        match = _UNIT_SAID.search(text)
        if match:
            return (match[1] or "").strip() or following
    return ""


def _quarter_said(sheet: Sheet, header: Header) -> Cell:
    """The one quarter that the header, or the texts above it, name."""
    texts = (unicodedata.normalize("NFKC", key_of(text)) for text in texts_above(sheet, header.last_row + 1))
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
        columns = [column for word in words if (column := column_of(word)) and column in _BESIDE_VALUES]
        if columns:
            # Beside a title's 季度 above it, 地区 is what the column holds.
            places.setdefault(Column.UNIT if Column.UNIT in columns else columns[0], place)
        else:
            texts[place] = words
    values, unknown, ignored = _value_columns(sheet, texts, indicators)
    note = places.get(Column.NOTE)
    if any(note in row.cells for row in rows):
        ignored.append(Column.NOTE.value)
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
        ignored=tuple(ignored),
        unknown=unknown,
    )


def _value_columns(
    sheet: Sheet, texts: Mapping[int, tuple[str, ...]], indicators: Names
) -> tuple[tuple[ValueColumns, ...], dict[int, str], list[str]]:
    """The columns of each indicator, the headers that name none, by place, and those beside an indicator's 完成值."""
    found: dict[tuple[str, bool], dict[int, tuple[str, ...]]] = {}
    unknown = {}
    last = ""
    for place, words in sorted(texts.items()):
        named = next((one for word in words if (one := indicator_of(word, indicators))), None)
        says_base = any(column_of(word) is Column.BASE for word in words)
        last = named.known.name if named else last
        if named is None and not (says_base and last):
            unknown[place] = words[-1].strip()
        elif column_of(words[-1]) not in _UNREAD:
            found.setdefault((last, says_base or bool(named and named.is_base)), {})[place] = words
    places = {key: _one_of(sheet, key[0], columns) for key, columns in found.items()}
    ignored = [words[-1] for key, columns in found.items() for place, words in columns.items() if place != places[key]]
    columns = [
        ValueColumns(name, place, places.get((name, True))) for (name, is_base), place in places.items() if not is_base
    ]
    return tuple(columns), unknown, ignored


def _one_of(sheet: Sheet, name: str, columns: Mapping[int, tuple[str, ...]]) -> int:
    """Of several columns below one indicator the one that says 完成值; FileRefused where that is not one."""
    said = [place for place, words in columns.items() if column_of(words[-1]) is Column.VALUE]
    chosen = said or list(columns)
    if len(chosen) > 1:
        raise FileRefused("duplicate_column", sheet=sheet.name, column=name)
    return chosen[0]


_BUILDERS = {Layout.LONG: _long, Layout.UNIT: _unit, Layout.MATRIX: _matrix}
