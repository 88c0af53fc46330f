"""The long layout written: one row a line, ready to fill in and to send back."""

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import xlsxwriter

from progress.excel.form_cells import (
    OPTIONS,
    Formats,
    FormLine,
    fill,
    fill_base,
    value_of,
    warn_of_refusals,
    write_help,
)
from progress.excel.headers import Column
from progress.excel.tables import Layout, mark_of, stamped

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
HELP = (
    "一行是一个地区、一个季度、一个指标；不要改动表头。",
    "季度写成“2023年第1季度”或“2023Q1”。",
    "完成值只填数字；百分比填百分点，例如 50% 填 50。没有完成请填 0。",
    "有基数的指标（基数单位一列有内容）须同时填基数。",
    "不涉及的指标，在完成值中填“不涉及”，并在备注中说明理由。",
    "完成值留空表示不改动原有数据；填“清空”表示删去原有数据。",
    "全部正确才会导入；有错误时一行也不导入，并列出每一处错误。",
)


def write_long_form(lines: Sequence[FormLine], *, year: int, quarter: int, at: datetime) -> bytes:
    """The .xlsx of one quarter. Texts are never formulas; the same lines at the same instant give the same file."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, OPTIONS)
    book.set_properties({"title": f"{year}年第{quarter}季度明细表", "created": at.replace(tzinfo=None)})
    formats = Formats(book)
    sheet = book.add_worksheet("明细表")
    _write_head(sheet, formats, stamped(mark_of(Layout.LONG, year), at))
    for number, line in enumerate(lines, start=1):
        _write_line(sheet, formats, number, line, quarter=f"{year}年第{quarter}季度")
    write_help(book, HELP)
    book.close()
    return target.getvalue()


def _write_head(sheet: Any, formats: Formats, mark: str) -> None:
    for column, (header, width) in enumerate(_COLUMNS):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, header.value, formats.header)
    sheet.write_string(0, len(_COLUMNS), mark)
    sheet.set_column(len(_COLUMNS), len(_COLUMNS), None, None, {"hidden": True})
    sheet.freeze_panes(1, _VALUE)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.repeat_rows(0)
    sheet.fit_to_pages(1, 0)


def _write_line(sheet: Any, formats: Formats, number: int, line: FormLine, *, quarter: str) -> None:
    for column, text in enumerate((line.unit, quarter, line.indicator)):
        sheet.write_string(number, column, text, formats.text)
    fill(sheet, (number, _VALUE), value_of(line), formats.numbers[line.decimals])
    fill_base(sheet, (number, _BASE), line, formats)
    for column, text in enumerate((line.note, line.measure, line.base_measure), start=_BASE + 1):
        sheet.write_string(number, column, text, formats.text)
    warn_of_refusals(sheet, (number, _VALUE), line)
