"""The sender's own workbook, with every problem where it is: cells coloured and commented, a column, a summary."""

import io
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, isfinite
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill

from common.workbook.book import Book, Cell, Kind, Sheet, column_letters
from common.workbook.limits import Limits
from common.workbook.read import read_book

SUMMARY = "问题汇总"
PROBLEM = "问题"  # the header of the column that is added
_AUTHOR = "导入检查"
_COLOURS = {"error": "FFF4B6B6", "warning": "FFFFF2B3"}
_LEVELS = {"error": "错误", "warning": "提示"}
_WIDTH = 60


@dataclass(frozen=True, slots=True)
class Mark:
    """One problem in the reader's words: `cell` is Excel's address, empty where it is about the row or the table.

    `code` is the problem's stable name, the same in every language.
    """

    level: str
    sheet: str
    row: int | None
    cell: str
    column: str
    text: str
    code: str = ""


def mark_file(content: bytes, name: str, marks: Sequence[Mark], limits: Limits, headers: Sequence[str] = ()) -> bytes:
    """The .xlsx that goes back; a file that is no .xlsx, or that cannot be kept as it is, is written anew.

    `headers` are words by which its header row is found.
    """
    book = read_book(content, name, limits)
    own = _own_marked(content, book, marks, headers) if book.format == "xlsx" else None
    return own or _marked(_anew(book), book, marks, headers)


def _own_marked(content: bytes, book: Book, marks: Sequence[Mark], headers: Sequence[str]) -> bytes | None:
    """The workbook as the sender made it, marked; None where this library cannot open or save what Excel could."""
    try:
        return _marked(load_workbook(io.BytesIO(content), keep_links=False), book, marks, headers)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, OverflowError):
        return None


def _marked(workbook: Workbook, book: Book, marks: Sequence[Mark], headers: Sequence[str]) -> bytes:
    sheet = next((one for one in book.visible if any(mark.sheet == one.name for mark in marks)), next(book.visible))
    worksheet = workbook[sheet.name] if sheet.name in workbook.sheetnames else workbook.worksheets[0]
    _mark_cells(worksheet, marks)
    _add_column(worksheet, sheet, marks, headers)
    _add_summary(workbook, marks)
    target = io.BytesIO()
    workbook.save(target)
    return target.getvalue()


def _anew(book: Book) -> Workbook:
    """A workbook with the texts and numbers that were read."""
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    for sheet in book.visible:
        worksheet = workbook.create_sheet(sheet.name or "数据")
        for row in sheet.rows:
            for column, cell in row.cells.items():
                _write(worksheet, row.number, column, _plain(cell))
    return workbook


def _plain(cell: Cell) -> str | float:
    """A cell's number, or its text where it is none that a workbook can hold."""
    try:
        number = float(cell.text) if cell.kind is Kind.NUMBER else inf
    except ValueError:
        return cell.text
    return number if isfinite(number) else cell.text


def _write(worksheet: Any, row: int, column: int, value: str | float) -> Any:
    cell = worksheet.cell(row, column)
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"  # never a formula
    return cell


def _mark_cells(worksheet: Any, marks: Sequence[Mark]) -> None:
    by_cell: dict[str, list[Mark]] = defaultdict(list)
    for mark in marks:
        if mark.cell:
            by_cell[mark.cell].append(mark)
    for address, here in by_cell.items():
        cell = worksheet[address]
        level = "error" if any(mark.level == "error" for mark in here) else "warning"
        cell.fill = PatternFill("solid", fgColor=_COLOURS[level])
        if not isinstance(cell, MergedCell):
            comment = Comment("\n".join(mark.text for mark in here), _AUTHOR)
            comment.width, comment.height = 320, 120
            cell.comment = comment


def _add_column(worksheet: Any, sheet: Sheet, marks: Sequence[Mark], headers: Sequence[str]) -> None:
    """A column 问题 right of everything, with each row's problems."""
    column = 1 + max((max(row.cells) for row in sheet.rows), default=0)
    texts: dict[int, list[str]] = defaultdict(list)
    for mark in marks:
        if mark.row:
            texts[mark.row].append(mark.text)
    header_row = _header_row(sheet, marks, headers)
    if header_row:
        _write(worksheet, header_row, column, PROBLEM).font = Font(bold=True)
    for row, said in texts.items():
        cell = _write(worksheet, row, column, "\n".join(said))
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        cell.font = Font(color="FFB00020")
    worksheet.column_dimensions[column_letters(column)].width = _WIDTH


def _header_row(sheet: Sheet, marks: Sequence[Mark], headers: Sequence[str]) -> int | None:
    """The row that names most of the columns that problems are about."""
    names = {mark.column for mark in marks if mark.column} | {PROBLEM, *headers}
    filled = [(sum(cell.text.strip() in names for cell in row.cells.values()), -row.number) for row in sheet.rows[:20]]
    best = max(filled, default=(0, 0))
    return -best[1] if best[0] else None


def _add_summary(workbook: Workbook, marks: Sequence[Mark]) -> None:
    """A sheet with every problem, errors first."""
    if SUMMARY in workbook.sheetnames:
        workbook.remove(workbook[SUMMARY])
    sheet = workbook.create_sheet(SUMMARY)
    counts = {level: sum(mark.level == level for mark in marks) for level in _LEVELS}
    _write(sheet, 1, 1, f"没有导入，原有数据未改动。错误 {counts['error']} 处，提示 {counts['warning']} 处。")
    _write(sheet, 2, 1, "请在原表中改正涂色的单元格后，直接上传本文件。")
    for column, word in enumerate(("级别", "工作表", "行", "单元格", "列名", "怎么改", "代码"), start=1):
        _write(sheet, 4, column, word).font = Font(bold=True)
    for number, mark in enumerate(sorted(marks, key=lambda one: one.level), start=5):
        values = (_LEVELS[mark.level], mark.sheet, str(mark.row or ""), mark.cell, mark.column, mark.text, mark.code)
        for column, value in enumerate(values, start=1):
            _write(sheet, number, column, value)
    sheet.column_dimensions["F"].width = 90
    sheet.column_dimensions["G"].width = 28
