"""The matrix written: one quarter, units down, indicators across; blank, or with what stands."""

import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import xlsxwriter

from common.workbook.printing import print_side_by_side
from progress.excel.form_cells import OPTIONS, Formats, FormLine, fill, fill_base, guide_value, value_of
from progress.excel.headers import Column
from progress.excel.tables import Layout, mark_of, stamped

_HEADER_ROW = 2
_UNIT_WIDTH, _WIDTH = 16, 13


def write_matrix_form(lines: Sequence[FormLine], *, year: int, quarter: int, at: datetime) -> bytes:
    """The .xlsx of one quarter; cells of indicators that a unit does not report are grey."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, OPTIONS)
    title = f"{year}年第{quarter}季度公共机构绿色低碳引领行动汇总表"
    book.set_properties({"title": title, "created": at.replace(tzinfo=None)})
    formats = Formats(book)
    sheet = book.add_worksheet("汇总表")
    columns = _columns(lines)
    _write_head(sheet, formats, columns, title=title)
    sheet.write_string(0, 1, title, formats.meta)  # beside the column that each page repeats
    sheet.write_string(1, 0, stamped(mark_of(Layout.MATRIX, year), at))
    sheet.set_row(1, None, None, {"hidden": True})
    by_unit: dict[str, dict[str, FormLine]] = {}
    for line in lines:
        by_unit.setdefault(line.unit, {})[line.indicator] = line
    for row, (unit, own) in enumerate(by_unit.items(), start=_HEADER_ROW + 1):
        sheet.write_string(row, 0, unit, formats.text)
        _write_unit(sheet, formats, row, own, columns)
    book.close()
    return target.getvalue()


def _columns(lines: Sequence[FormLine]) -> dict[str, tuple[int, int | None, str]]:
    """Each indicator's column, its base's column, and what it is measured in."""
    found: dict[str, tuple[int, int | None, str]] = {}
    following = 1
    for line in lines:
        if line.indicator not in found:
            base = following + 1 if line.base_measure else None
            found[line.indicator] = (following, base, line.measure)
            following += 2 if base else 1
    return found


def _write_head(
    sheet: Any, formats: Formats, columns: Mapping[str, tuple[int, int | None, str]], *, title: str
) -> None:
    sheet.set_column(0, 0, _UNIT_WIDTH)
    sheet.write_string(_HEADER_ROW, 0, Column.UNIT.value, formats.header)
    for indicator, (value, base, measure) in columns.items():
        sheet.set_column(value, base or value, _WIDTH)
        sheet.write_string(_HEADER_ROW, value, f"{indicator}（{measure}）", formats.header)
        if base:
            sheet.write_string(_HEADER_ROW, base, f"{indicator}（基数）", formats.header)
    sheet.set_row(_HEADER_ROW, 75)
    sheet.freeze_panes(_HEADER_ROW + 1, 1)
    groups = [[_WIDTH] * (2 if base else 1) for _value, base, _measure in columns.values()]
    print_side_by_side(sheet, title, header=_HEADER_ROW, first=_UNIT_WIDTH, groups=groups)


def _write_unit(
    sheet: Any,
    formats: Formats,
    row: int,
    own: Mapping[str, FormLine],
    columns: Mapping[str, tuple[int, int | None, str]],
) -> None:
    for indicator, (value, base, _measure) in columns.items():
        line = own.get(indicator)
        if line is None:
            for place in (value, base):
                if place:
                    sheet.write_blank(row, place, None, formats.unused)
            continue
        fill(sheet, (row, value), value_of(line), formats.numbers[line.decimals])
        guide_value(sheet, (row, value), line)
        if base:
            fill_base(sheet, (row, base), line, formats)
