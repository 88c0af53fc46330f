"""The long layout written: one row a line, ready to fill in and to send back."""

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import xlsxwriter

from common.workbook.printing import fit_height, print_on_one_width
from progress.excel.form_cells import (
    OPTIONS,
    Formats,
    FormLine,
    fill,
    fill_base,
    guide_value,
    value_of,
    write_help,
)
from progress.excel.headers import DECLARED, READ, Column
from progress.excel.tables import Layout, mark_of, stamped

_COLUMNS = (
    *((one.column, one.width) for one in DECLARED),
    (Column.MEASURE, 10),
    (Column.BASE_MEASURE, 10),
)
_VALUE, _BASE = READ.index(Column.VALUE), READ.index(Column.BASE)
HELP = (
    "一行是一个地区、一个季度、一个指标；不要改动表头。",
    *(f"{one.header}：{one.how}。" for one in DECLARED),
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
    print_on_one_width(sheet, header=0)


def _write_line(sheet: Any, formats: Formats, number: int, line: FormLine, *, quarter: str) -> None:
    for column, text in enumerate((line.unit, quarter, line.indicator)):
        sheet.write_string(number, column, text, formats.text)
    fill(sheet, (number, _VALUE), value_of(line), formats.numbers[line.decimals])
    fill_base(sheet, (number, _BASE), line, formats)
    for column, text in enumerate((line.note, line.measure, line.base_measure), start=_BASE + 1):
        sheet.write_string(number, column, text, formats.text)
    guide_value(sheet, (number, _VALUE), line)
    fit_height(sheet, number, [(line.indicator, _COLUMNS[_VALUE - 1][1]), (line.note, _COLUMNS[_BASE + 1][1])])
