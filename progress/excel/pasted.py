"""Cells pasted from a workbook into the quarterly form: which of them goes into which field (excel.md, P7 to P12).

Rows that start with an indicator's name find their row by it, all others stand one below the other from the field in
which they were pasted. Nothing is guessed and nothing is dropped in silence: what does not fit is refused as a whole,
and total rows are passed over and said.
A message is a Chinese text of the catalogue with its values beside it, as in `progress.line_checks`.
"""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from common.workbook.book import Cell, Kind
from common.workbook.header_rows import header_key
from common.workbook.names import Names
from common.workbook.row_parts import says_total
from common.workbook.values import Asks, Measure, read_value, unit_key
from progress.excel.headers import AMBIGUOUS, Column, column_of

FieldName = Literal["value", "base", "note"]
Cells = Sequence[Sequence[str]]

FIELDS: tuple[FieldName, ...] = ("value", "base", "note")
_HEADERS: Mapping[Column, FieldName] = {Column.VALUE: "value", Column.BASE: "base", Column.NOTE: "note"}
_KEYS = (Column.UNIT, Column.QUARTER)
# What stands behind the name in our own unit form.
_FORM_COLUMNS = (Column.MEASURE, Column.TARGET, Column.BEFORE, Column.VALUE, Column.BASE, Column.NOTE)
MAX_ROWS, MAX_COLUMNS = 500, 64


def _(message: str) -> str:
    """The message itself: the underscore marks it for the catalogue."""
    return message


@dataclass(frozen=True, slots=True)
class GridRow:
    """A row of the form: its indicator, and what its numbers are measured in; `base` is None where it has none."""

    code: str
    name: str
    value: Measure
    base: Measure | None = None

    def has(self, field: FieldName) -> bool:
        """Whether the row has such a field."""
        return field != "base" or self.base is not None


@dataclass(frozen=True, slots=True)
class Grid:
    """The form's rows from top to bottom, and the names of all the plan's indicators."""

    rows: Sequence[GridRow]
    names: Names

    def row(self, code: str) -> GridRow | None:
        """The row of an indicator; None where the unit does not report it."""
        return next((row for row in self.rows if row.code == code), None)


@dataclass(frozen=True, slots=True)
class Focus:
    """The field in which something was pasted."""

    code: str
    field: FieldName


@dataclass(frozen=True, slots=True)
class PasteProblem:
    """Why nothing was pasted."""

    template: str
    values: Mapping[str, str] = dataclasses.field(default_factory=dict)

    def text(self, translate: Callable[[str], str]) -> str:
        """The reason in the language of `translate` (gettext)."""
        return translate(self.template) % self.values


@dataclass(frozen=True, slots=True)
class Patch:
    """What the cells pasted into one row say; a field is None where they say nothing of it: what stands, stays.

    `asks`: whether the value is the word 不涉及 or 清空, which empties the row.
    """

    value: str | None = None
    base: str | None = None
    note: str | None = None
    asks: Asks = Asks.NOTHING


@dataclass(frozen=True, slots=True)
class Placed:
    """The patches by the indicator's code. With a problem nothing is placed: what found its row is `held`.

    `skipped` is what the total rows call themselves.
    """

    patches: Mapping[str, Patch] = dataclasses.field(default_factory=dict)
    problems: tuple[PasteProblem, ...] = ()
    held: Mapping[str, Patch] = dataclasses.field(default_factory=dict)
    skipped: tuple[str, ...] = ()


def place_cells(cells: Cells, grid: Grid, focus: Focus) -> Placed:
    """Where the cells go that were pasted into a field of the form."""
    if len(cells) > MAX_ROWS or any(len(row) > MAX_COLUMNS for row in cells):
        limits = {"rows": str(MAX_ROWS), "columns": str(MAX_COLUMNS)}
        return _refused(_("粘贴的内容太多，最多 %(rows)s 行、%(columns)s 列"), **limits)
    table = _trimmed(cells)
    if not table:
        return _refused(_("没有可粘贴的内容"))
    columns = _columns(table, grid)
    if isinstance(columns, PasteProblem):
        return Placed(problems=(columns,))
    if columns.name is None:
        return _by_position(table[columns.skip :], columns, grid, focus)
    return _by_name(table[columns.skip :], columns, grid)


@dataclass(frozen=True, slots=True)
class _Columns:
    """What the columns hold; `name` is that of the indicators' names, `skip` how many rows are headers.

    `fields` is empty where only the field in focus says what the first column is.
    """

    name: int | None = None
    fields: Mapping[int, FieldName] = dataclasses.field(default_factory=dict)
    skip: int = 0


def _refused(template: str, **values: str) -> Placed:
    return Placed(problems=(PasteProblem(template, values),))


def _is_blank(text: str) -> bool:
    read = read_value(Cell(Kind.TEXT, text), Measure(""))
    return read.asks is Asks.NOTHING and read.refused is None


def _trimmed(cells: Cells) -> list[list[str]]:
    """Without the blank rows at the end and the blank columns on the right."""
    width = max((place for row in cells for place, text in enumerate(row, 1) if not _is_blank(text)), default=0)
    rows = [[*row[:width], *[""] * (width - len(row))] for row in cells]
    while rows and all(_is_blank(text) for text in rows[-1]):
        rows.pop()
    return rows


# --- what the columns are


def _columns(table: list[list[str]], grid: Grid) -> _Columns | PasteProblem:
    for index, row in enumerate(table):
        named = {place: column for place, text in enumerate(row) if (column := column_of(text))}
        fields = {place: _HEADERS[column] for place, column in named.items() if column in _HEADERS}
        if fields and all(place in named for place, text in enumerate(row) if not _is_blank(text)):
            units = _units(row, table[index + 1 :], grid)
            return _by_header({p: c for p, c in named.items() if p not in units}, fields, skip=index + 1)
    return _without_header(table, grid)


def _units(header: list[str], rows: list[list[str]], grid: Grid) -> set[int]:
    """The columns 单位 that hold nothing but what indicators are measured in: they name no 地区."""
    known = {unit for row in grid.rows for unit in (*row.value.units, unit_key(row.value.unit))}
    places = (place for place, text in enumerate(header) if header_key(text) == AMBIGUOUS)
    return {place for place in places if all(_is_blank(row[place]) or unit_key(row[place]) in known for row in rows)}


def _by_header(named: Mapping[int, Column], fields: Mapping[int, FieldName], *, skip: int) -> _Columns | PasteProblem:
    if any(column in _KEYS for column in named.values()):
        return PasteProblem(_("粘贴的内容带有“地区”或“季度”列，请用“导入 Excel”，或只复制“指标”到“备注”各列"))
    if len(set(fields.values())) < len(fields):
        return PasteProblem(_("粘贴的表头里有重复的列，请只保留一列"))
    places = {column: place for place, column in named.items()}
    return _Columns(places.get(Column.INDICATOR), fields, skip)


def _without_header(table: list[list[str]], grid: Grid) -> _Columns | PasteProblem:
    name = next((place for place in (0, 1) if _holds_names(table, place, grid)), None)
    if name is None:
        return _Columns()
    behind = len(table[0]) - name - 1
    if behind <= len(FIELDS):
        return _Columns(name, {name + 1 + place: field for place, field in enumerate(FIELDS[:behind])})
    if behind > len(_FORM_COLUMNS):
        return _unclear()
    columns = {name + 1 + place: column for place, column in enumerate(_FORM_COLUMNS[:behind])}
    fields = {place: _HEADERS[column] for place, column in columns.items() if column in _HEADERS}
    if not fields or not _measures_fit(table, name, grid):
        return _unclear()
    return _Columns(name, fields)


def _unclear() -> PasteProblem:
    return PasteProblem(_("看不出各列是什么，请连同表头一起复制"))


def _holds_names(table: list[list[str]], place: int, grid: Grid) -> bool:
    return len(table[0]) > place + 1 and any(grid.names.find(row[place]) for row in table)


def _measures_fit(table: list[list[str]], name: int, grid: Grid) -> bool:
    """Whether the column behind the names says what each indicator is measured in, as in our own form."""
    for row in table:
        known = grid.names.find(row[name])
        found = grid.row(known.code) if known else None
        if found is not None and unit_key(row[name + 1]) != unit_key(found.value.unit):
            return False
    return True


# --- rows


def _by_name(rows: list[list[str]], columns: _Columns, grid: Grid) -> Placed:
    patches: dict[str, Patch] = {}
    problems = []
    skipped = []
    for row in rows:
        texts = {field: row[place] for place, field in columns.fields.items() if not _is_blank(row[place])}
        if not texts:
            continue  # a heading, a note, or an indicator of which nothing is said
        name = row[columns.name or 0]
        if total := _total(row, name, grid):
            skipped.append(total)
            continue
        found = _named(name, grid, patches)
        if isinstance(found, PasteProblem):
            problems.append(found)
        elif patch := _patch(found, texts):
            patches[found.code] = patch
    if not patches and not problems:
        return _refused(_("没有可粘贴的内容"))
    return Placed(problems=tuple(problems), held=patches) if problems else Placed(patches, skipped=tuple(skipped))


def _total(row: list[str], name: str, grid: Grid) -> str:
    """What a total row calls itself, in the column of the names or its first filled cell; empty where it is none."""
    first = next(text for text in row if not _is_blank(text))
    said = next((text for text in (name, first) if says_total(text)), "")
    return "" if grid.names.find(name) else said.strip()


def _named(name: str, grid: Grid, taken: Mapping[str, Patch]) -> GridRow | PasteProblem:
    known = grid.names.find(name)
    if known is None:
        nearest = grid.names.nearest(name)
        if nearest:
            return PasteProblem(
                _("指标“%(read)s”不在名单里，是不是“%(nearest)s”？"), _short(name) | {"nearest": nearest}
            )
        return PasteProblem(_("指标“%(read)s”不在名单里"), _short(name))
    row = grid.row(known.code)
    if row is None:
        return PasteProblem(_("本单位不填报“%(read)s”，请删去这一行"), _short(name))
    if row.code in taken:
        return PasteProblem(_("指标“%(read)s”出现了两次，请只保留一行"), _short(name))
    return row


def _short(text: str) -> dict[str, str]:
    return {"read": text if len(text) <= 60 else text[:59] + "…"}


def _by_position(rows: list[list[str]], columns: _Columns, grid: Grid, focus: Focus) -> Placed:
    fields = columns.fields or _from(focus.field, rows)
    if fields is None:
        return _refused(_("粘贴的列比表格里从这一格往右的列多，请从“完成值”一列开始粘贴，或少复制几列"))
    first = next((index for index, row in enumerate(grid.rows) if row.code == focus.code), len(grid.rows))
    targets = [row for row in grid.rows[first:] if row.has(fields[min(fields)])]
    if len(rows) > len(targets):
        counts = {"rows": str(len(rows)), "room": str(len(targets))}
        return _refused(_("粘贴了 %(rows)s 行，从这一格往下只有 %(room)s 行，请从上面的行开始，或少复制几行"), **counts)
    patches = {}
    for target, row in zip(targets, rows, strict=False):
        texts = {field: row[place] for place, field in fields.items() if not _is_blank(row[place])}
        if patch := _patch(target, texts):
            patches[target.code] = patch
    return Placed(patches) if patches else _refused(_("没有可粘贴的内容"))


def _from(first: FieldName, rows: list[list[str]]) -> Mapping[int, FieldName] | None:
    """The fields from one on to the right, a column each; None where there are more columns than fields."""
    fields = FIELDS[FIELDS.index(first) :]
    width = max(len(row) for row in rows)
    return dict(enumerate(fields[:width])) if width <= len(fields) else None


def _patch(row: GridRow, texts: Mapping[FieldName, str]) -> Patch | None:
    if not texts:
        return None
    value, base = texts.get("value"), texts.get("base")
    asks = read_value(Cell(Kind.TEXT, value or ""), row.value).asks
    return Patch(value and value.strip(), base and base.strip(), texts.get("note"), asks)
