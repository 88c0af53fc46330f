"""The long layout written: one row a line, ready to fill in and to send back."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import xlsxwriter

from progress.excel.headers import Column
from progress.excel.tables import Layout, mark_of
from progress.excel.values import CLEAR, NOT_APPLICABLE
from progress.line_checks import number_words

_COLUMNS = (
    (Column.UNIT, 14),
    (Column.QUARTER, 16),
    (Column.INDICATOR, 40),
    (Column.VALUE, 14),
    (Column.BASE, 14),
    (Column.NOTE, 36),
    (Column.MEASURE, 10),
    (Column.BASE_MEASURE, 10),
)
_VALUE, _BASE = 3, 4
_MARK_COLUMN = len(_COLUMNS)
_SHEET, _HELP_SHEET = "明细表", "填写说明"
HELP = (
    "一行是一个地区、一个季度、一个指标；不要改动表头。",
    "季度写成“2023年第1季度”或“2023Q1”。",
    "完成值只填数字；百分比填百分点，例如 50% 填 50。没有完成请填 0。",
    "有基数的指标（基数单位一列有内容）须同时填基数。",
    "不涉及的指标，在完成值中填“不涉及”，并在备注中说明理由。",
    "完成值留空表示不改动原有数据；填“清空”表示删去原有数据。",
    "全部正确才会导入；有错误时一行也不导入，并列出每一处错误。",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LongRow:
    """One row of the file: names, what is measured, and what stands (None: nothing yet)."""

    unit: str
    indicator: str
    measure: str
    base_measure: str
    decimals: int
    minimum: Decimal
    maximum: Decimal
    may_be_not_applicable: bool
    value: Decimal | None = None
    base: Decimal | None = None
    not_applicable: bool = False
    note: str = ""


def write_long_form(rows: Sequence[LongRow], *, year: int, quarter: int, at: datetime) -> bytes:
    """The .xlsx of one quarter. Texts are never formulas; the same rows at the same instant give the same file."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": f"{year}年第{quarter}季度明细表", "created": at.replace(tzinfo=None)})
    writing = _Writing(book, f"{year}年第{quarter}季度")
    writing.head(mark_of(Layout.LONG, year))
    for number, row in enumerate(rows, start=1):
        writing.row(number, row)
    writing.help()
    book.close()
    return target.getvalue()


class _Writing:
    def __init__(self, book: Any, quarter: str) -> None:
        self._sheet = book.add_worksheet(_SHEET)
        self._help = book.add_worksheet(_HELP_SHEET)
        self._quarter = quarter
        self._header = book.add_format({"bold": True, "bg_color": "#E8EEF4", "border": 1, "align": "center"})
        self._text = book.add_format({"border": 1, "valign": "top"})
        self._wrapped = book.add_format({"border": 1, "valign": "top", "text_wrap": True})
        self._unused = book.add_format({"border": 1, "bg_color": "#EEEEEE"})
        self._numbers = {
            places: book.add_format({"border": 1, "num_format": "0" + ("." + "0" * places if places else "")})
            for places in range(5)
        }

    def head(self, mark: str) -> None:
        """Header, widths, frozen row, print set-up, and the mark in a hidden column."""
        for column, (header, width) in enumerate(_COLUMNS):
            self._sheet.set_column(column, column, width)
            self._sheet.write_string(0, column, header.value, self._header)
        self._sheet.write_string(0, _MARK_COLUMN, mark)
        self._sheet.set_column(_MARK_COLUMN, _MARK_COLUMN, None, None, {"hidden": True})
        self._sheet.freeze_panes(1, 3)
        self._sheet.set_landscape()
        self._sheet.set_paper(9)
        self._sheet.repeat_rows(0)
        self._sheet.fit_to_pages(1, 0)

    def row(self, number: int, row: LongRow) -> None:
        """One line; what stands is filled in."""
        texts = (row.unit, self._quarter, row.indicator)
        for column, text in enumerate(texts):
            self._sheet.write_string(number, column, text, self._text)
        value = NOT_APPLICABLE if row.not_applicable else row.value
        self._fill(number, _VALUE, value, row.decimals)
        if row.base_measure:
            self._fill(number, _BASE, row.base, row.decimals)
        else:
            self._sheet.write_blank(number, _BASE, None, self._unused)
        for column, text in enumerate((row.note, row.measure, row.base_measure), start=_BASE + 1):
            self._sheet.write_string(number, column, text, self._wrapped)
        self._validate(number, row)

    def help(self) -> None:
        """The sheet that says how to fill in the first."""
        self._help.set_column(0, 0, 90)
        for number, line in enumerate(HELP):
            self._help.write_string(number, 0, line)

    def _fill(self, number: int, column: int, value: Decimal | str | None, places: int) -> None:
        if isinstance(value, str):
            self._sheet.write_string(number, column, value, self._text)
        elif value is None:
            self._sheet.write_blank(number, column, None, self._numbers[places])
        else:
            self._sheet.write_number(number, column, float(value), self._numbers[places])

    def _validate(self, number: int, row: LongRow) -> None:
        """Warn, as one types, of what the import would refuse."""
        cell = f"D{number + 1}"
        words = [NOT_APPLICABLE, CLEAR] if row.may_be_not_applicable else [CLEAR]
        allowed = [f"AND(ISNUMBER({cell}),{cell}>={row.minimum:f},{cell}<={row.maximum:f})"]
        allowed += [f'{cell}="{word}"' for word in words]
        said = f"请填 {number_words(row.minimum)} 到 {number_words(row.maximum)} 的数，或填“{'”“'.join(words)}”"
        options = {
            "validate": "custom",
            "value": f"=OR({','.join(allowed)})",
            "error_title": "请核对完成值",
            "error_message": said,
            "error_type": "warning",
        }
        self._sheet.data_validation(number, _VALUE, number, _VALUE, options)
