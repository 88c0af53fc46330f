"""The unit form written: one unit's quarter, prefilled, protected but for the cells to fill in, ready to print."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import xlsxwriter

from common.workbook.printing import fit_height, print_on_one_width
from progress.excel.foot import NOTES, SIGNATURES
from progress.excel.form_cells import OPTIONS, Formats, FormLine, fill, fill_base, guide_value, value_of
from progress.excel.headers import Column
from progress.excel.tables import Layout, mark_of, stamped

_COLUMNS = (
    (Column.ORDER.value, 6),
    (Column.INDICATOR.value, 42),
    (Column.MEASURE.value, 10),
    (Column.TARGET.value, 12),
    (Column.BEFORE.value, 20),
    ("本季完成值", 14),
    (Column.BASE.value, 14),
    (Column.NOTE.value, 34),
)
_TARGET, _VALUE, _BASE, _NOTE = 3, 5, 6, 7
_HEADER_ROW = 2
_NUMERALS = ("", "一", "二", "三", "四")


@dataclass(frozen=True, slots=True)
class FormHead:
    """Whose form of which quarter it is; `code` is the unit's."""

    unit: str
    code: str
    year: int
    quarter: int

    @property
    def mark(self) -> str:
        """The hidden mark: checked against what the file says, never believed instead of it."""
        return f"{mark_of(Layout.UNIT, self.year)}:{self.code}:{self.quarter}"


def write_unit_form(lines: Sequence[FormLine], head: FormHead, *, at: datetime) -> bytes:
    """The .xlsx of one unit and quarter."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, OPTIONS)
    book.set_properties({"title": _title(head), "created": at.replace(tzinfo=None)})
    formats = Formats(book)
    sheet = book.add_worksheet("季度报表")
    _write_head(sheet, formats, head, stamped(head.mark, at))
    for order, line in enumerate(lines, start=1):
        _write_line(sheet, formats, order, line)
    _write_foot(sheet, formats, first=_HEADER_ROW + len(lines) + 2)
    sheet.protect("", {"format_columns": True, "format_rows": True})
    book.close()
    return target.getvalue()


def _title(head: FormHead) -> str:
    return f"{head.year}年公共机构绿色低碳引领行动季度报表"


def _write_head(sheet: Any, formats: Formats, head: FormHead, mark: str) -> None:
    last = len(_COLUMNS) - 1
    sheet.merge_range(0, 0, 0, last, _title(head), formats.title)
    said = f"填报单位：{head.unit}　　季度：{head.year}年第{_NUMERALS[head.quarter]}季度"
    sheet.merge_range(1, 0, 1, last, said, formats.meta)
    sheet.write_string(0, last + 1, mark)
    sheet.set_column(last + 1, last + 1, None, None, {"hidden": True})
    for column, (header, width) in enumerate(_COLUMNS):
        sheet.set_column(column, column, width)
        sheet.write_string(_HEADER_ROW, column, header, formats.header)
    sheet.freeze_panes(_HEADER_ROW + 1, 2)
    print_on_one_width(sheet, header=_HEADER_ROW)


def _write_line(sheet: Any, formats: Formats, order: int, line: FormLine) -> None:
    row = _HEADER_ROW + order
    sheet.write_number(row, 0, order, formats.text)
    for column, text in enumerate((line.indicator, line.measure), start=1):
        sheet.write_string(row, column, text, formats.text)
    fill(sheet, (row, _TARGET), line.target, formats.target(line))
    fill(sheet, (row, _TARGET + 1), line.before, formats.before(line))
    fill(sheet, (row, _VALUE), value_of(line), formats.numbers[line.decimals])
    fill_base(sheet, (row, _BASE), line, formats)
    sheet.write_string(row, _NOTE, line.note, formats.note)
    guide_value(sheet, (row, _VALUE), line)
    fit_height(sheet, row, [(line.indicator, _COLUMNS[1][1]), (line.note, _COLUMNS[_NOTE][1])])


def _write_foot(sheet: Any, formats: Formats, *, first: int) -> None:
    for number, line in enumerate(NOTES):
        sheet.write_string(first + number, 0, line, formats.meta)
    signed = first + len(NOTES) + 1
    for column, who in zip((0, 2, 4, _NOTE), SIGNATURES, strict=True):
        sheet.write_string(signed, column, who, formats.meta)
