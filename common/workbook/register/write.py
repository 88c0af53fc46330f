"""A register written: the blank form, or the export of what stands, which can be sent back as it is."""

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter

from common.workbook.printing import fit_height, lines_in, print_on_one_width, print_side_by_side
from common.workbook.register import texts
from common.workbook.register.columns import Column, Register, Type, Value, Values
from common.workbook.register.help import describe, how_to_fill, rules_of
from common.workbook.register.shown import Labels, said
from common.workbook.register.table import LISTS

OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
HELP_SHEET = "填写说明"
_HEADER_ROW = 2
_SPARE_ROWS = 1_000  # rows below the last one that choices and warnings reach too
_LONGEST_INLINE = 255  # characters that Excel takes as a list of choices
_LONGEST_PROMPT = 255
_HEADER_LINE = 15  # points
_HELP_WIDTHS = (32, 8, 80, 30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What stands above the table, and the names of the codes in its columns of names, which one may choose from."""

    title: str
    line: str = ""
    labels: Labels = field(default_factory=dict)


def write_register(register: Register, rows: Iterable[Values], head: Head, *, at: datetime) -> bytes:
    """The .xlsx of some rows (none: the blank form). Texts are never formulas; the same rows give the same file."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, OPTIONS)
    book.set_properties({"title": head.title, "created": at.replace(tzinfo=None)})
    sheet = book.add_worksheet(head.title[:31])
    writer = _Writer(book, sheet, register, head)
    writer.write_head()
    last = writer.write_rows(rows)
    lists = writer.write_choices(last + _SPARE_ROWS)
    _write_help(book, register)
    _write_lists(book, lists)
    book.close()
    return target.getvalue()


class _Writer:
    def __init__(self, book: Any, sheet: Any, register: Register, head: Head) -> None:
        self._book, self._sheet, self._register, self._head = book, sheet, register, head
        edge = {"border": 1, "border_color": "#C5CED8", "valign": "vcenter"}
        self._formats = {column.name: book.add_format({**edge, **_format(column)}) for column in register.columns}

    def write_head(self) -> None:
        """Title, line, header, widths, what is printed."""
        book, sheet, columns = self._book, self._sheet, self._register.columns
        title = book.add_format({"bold": True, "font_size": 16, "valign": "vcenter"})
        quiet = book.add_format({"font_color": "#5B6770", "valign": "vcenter"})
        sheet.set_row(0, 28)
        beside = int(self._register.has_indicators_across)  # of the column that each page repeats
        sheet.write_string(0, beside, self._head.title, title)
        sheet.write_string(1, beside, self._head.line or texts.STARRED, quiet)
        for place, column in enumerate(columns):
            sheet.set_column(place, place, column.width, self._book.add_format(_format(column)))
            sheet.write_string(_HEADER_ROW, place, column.header + "*" * column.required, self._header(column))
        sheet.set_row(_HEADER_ROW, _HEADER_LINE * max(_lines(column) for column in columns) + 6)
        sheet.write_string(0, len(columns), self._register.mark)
        sheet.set_column(len(columns), len(columns), None, None, {"hidden": True})
        sheet.freeze_panes(_HEADER_ROW + 1, min(2, len(columns) - 1))
        self._set_up_pages()

    def _set_up_pages(self) -> None:
        first, *others = (column.width for column in self._register.columns)
        if self._register.has_indicators_across:
            groups = [[width] for width in others]
            print_side_by_side(self._sheet, self._head.title, header=_HEADER_ROW, first=first, groups=groups)
        else:
            print_on_one_width(self._sheet, header=_HEADER_ROW)

    def _header(self, column: Column) -> Any:
        colour = "#DCE8F3" if column.required else "#EEF2F5"
        look = {"border": 1, "border_color": "#C5CED8", "bold": True, "bg_color": colour, "text_wrap": True}
        return self._book.add_format({**look, "align": "center", "valign": "vcenter"})

    def write_rows(self, rows: Iterable[Values]) -> int:
        """The rows; returns the number of the last."""
        number = _HEADER_ROW
        for number, row in enumerate(rows, start=_HEADER_ROW + 1):
            for place, column in enumerate(self._register.columns):
                self._write(number, place, column, row.get(column.name))
            self._fit_height(number, row)
        if number > _HEADER_ROW:
            self._sheet.autofilter(_HEADER_ROW, 0, number, len(self._register.columns) - 1)
        return number

    def _fit_height(self, number: int, row: Values) -> None:
        wrapped = [column for column in self._register.columns if _is_wrapped(column)]
        shown = ((said(column, row.get(column.name), self._head.labels), column.width) for column in wrapped)
        fit_height(self._sheet, number, shown)

    def _write(self, number: int, place: int, column: Column, value: Value) -> None:
        look = self._formats[column.name]
        if value is None or value == "":
            self._sheet.write_blank(number, place, None, look)
        elif isinstance(value, Decimal):
            self._sheet.write_number(number, place, float(value), look)
        elif isinstance(value, date):
            self._sheet.write_datetime(number, place, value, look)
        else:
            self._sheet.write_string(number, place, said(column, value, self._head.labels), look)

    def write_choices(self, last: int) -> dict[str, Sequence[str]]:
        """What each cell offers and warns of, as one types; returns the lists that are too long to stand in a rule."""
        lists: dict[str, Sequence[str]] = {}
        for place, column in enumerate(self._register.columns):
            offered = self._offered(column)
            if offered and len(",".join(offered)) > _LONGEST_INLINE:
                lists[column.name] = offered
            rule = _rule(column, offered, len(lists) if column.name in lists else 0)
            # Excel asks for a title of at most 32 characters; the header stands above the cell anyway.
            prompt = {"input_message": how_to_fill(column)[:_LONGEST_PROMPT], "error_type": "warning"}
            self._sheet.data_validation(_HEADER_ROW + 1, place, last, place, {**rule, **prompt, "ignore_blank": True})
        return lists

    def _offered(self, column: Column) -> Sequence[str]:
        if column.type is Type.NAME:
            return list(self._head.labels.get(column.name, {}).values())
        if column.type is Type.BOOLEAN:
            return [texts.YES, texts.NO]
        return [option.label for option in column.choices]


def _rule(column: Column, offered: Sequence[str], list_number: int) -> dict[str, Any]:
    """The data validation of a column; `list_number`: the column of the hidden sheet that holds its list."""
    if list_number:
        letter = chr(ord("A") + list_number - 1)
        return {"validate": "list", "source": f"={LISTS}!${letter}$1:${letter}${len(offered)}"}
    if offered:
        return {"validate": "list", "source": list(offered)}
    low, high = column.minimum, column.maximum
    if column.type not in (Type.NUMBER, Type.DATE) or low is None or high is None:
        return {"validate": "any"}
    kind = "date" if column.type is Type.DATE else "integer" if column.decimals == 0 else "decimal"
    bounds = {"minimum": _bound(low), "maximum": _bound(high)}
    return {"validate": kind, "criteria": "between", **bounds}


def _bound(value: Decimal | date) -> float | date:
    if not isinstance(value, Decimal):
        return value
    return int(value) if value == value.to_integral_value() else float(value)


def _format(column: Column) -> dict[str, Any]:
    """How the cells of a column show what they hold. Text cells stay text, so that no code loses its digits."""
    match column.type:
        case Type.NUMBER:
            return {} if column.decimals else {"num_format": "0"}
        case Type.DATE:
            return {"num_format": "yyyy-mm-dd", "align": "center"}
        case Type.TEXT:
            return {"num_format": "@", "text_wrap": _is_wrapped(column)}
        case Type.NAME:
            return {"text_wrap": True}
        case _:
            return {}


def _is_wrapped(column: Column) -> bool:
    """Whether a long text of the column goes on in a further line: names and texts, but no codes."""
    return column.type is Type.NAME or (column.type is Type.TEXT and not column.is_code)


def _lines(column: Column) -> int:
    """How many lines a header takes."""
    return lines_in(column.header + "*" * column.required, column.width)


def _write_help(book: Any, register: Register) -> None:
    """The sheet that says how to fill in the first."""
    sheet = book.add_worksheet(HELP_SHEET)
    head = book.add_format({"bold": True, "bg_color": "#EEF2F5", "border": 1, "border_color": "#C5CED8"})
    cell = book.add_format({"text_wrap": True, "valign": "top", "border": 1, "border_color": "#C5CED8"})
    rules = rules_of(register)
    for number, rule in enumerate(rules):
        sheet.write_string(number, 0, f"{number + 1}. {rule}")
    print_on_one_width(sheet, header=len(rules) + 1)
    words = (texts.COLUMN, texts.REQUIRED, texts.HOW, texts.EXAMPLE)
    for place, (word, width) in enumerate(zip(words, _HELP_WIDTHS, strict=True)):
        sheet.set_column(place, place, width)
        sheet.write_string(len(rules) + 1, place, word, head)
    for number, line in enumerate(describe(register), start=len(rules) + 2):
        required = texts.YES if line.is_required else ""
        said_of = (line.header, required, line.how, line.example)
        for place, text in enumerate(said_of):
            sheet.write_string(number, place, text, cell)
        fit_height(sheet, number, zip(said_of, _HELP_WIDTHS, strict=True))


def _write_lists(book: Any, lists: Mapping[str, Sequence[str]]) -> None:
    """The hidden sheet that choices point to."""
    if not lists:
        return
    sheet = book.add_worksheet(LISTS)
    sheet.hide()
    for place, offered in enumerate(lists.values()):
        for number, text in enumerate(offered):
            sheet.write_string(number, place, text)
