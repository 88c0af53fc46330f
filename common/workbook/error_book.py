"""The sender's own workbook, with every problem where it is: cells coloured and commented, a column, a summary."""

import io
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf, isfinite
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.properties import PageSetupProperties

from common.workbook.book import Book, Cell, Kind, Sheet, column_letters
from common.workbook.header_rows import header_key
from common.workbook.limits import Limits
from common.workbook.printing import HIGHEST_ROW, LINE_HEIGHT, lines_in
from common.workbook.read import read_book
from common.workbook.texts import ERROR_BOOK

SUMMARY = "问题汇总"
PROBLEM = "问题"  # the header of the column that is added
_AUTHOR = "导入检查"
_AND = " / "  # between us and the author of the sender's own comment
_BEHIND = "\n————\n"  # between our text and the sender's own comment
_COLOURS = {"error": "FFF4B6B6", "warning": "FFFFF2B3"}
_LEVELS = ("error", "warning")
_SUMMARY_COLUMNS = ("level", "sheet", "row", "cell", "column", "text", "code")
_TEXT = 1 + _SUMMARY_COLUMNS.index("text")
_WIDTH = 60
_SUMMARY_WIDTH = 90
_USUAL_WIDTH = 8.43  # of a column without one of its own
_FREE = 3  # of a column's width, so that no line is missed


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


@dataclass(frozen=True, slots=True)
class Marking:
    """What a file shall be marked with: its problems, words by which its header row is found, and our own words."""

    marks: Sequence[Mark]
    headers: Sequence[str] = ()
    words: Mapping[str, str] = field(default_factory=lambda: ERROR_BOOK)


def mark_file(content: bytes, name: str, marking: Marking, limits: Limits) -> bytes:
    """The .xlsx that goes back; a file that is no .xlsx, or that cannot be kept as it is, is written anew.

    What was marked in it before, when it was sent earlier, is taken off.
    """
    book = read_book(content, name, limits)
    own = _own_marked(content, book, marking) if book.format == "xlsx" else None
    return own or _marked(_anew(book), book, marking)


def _own_marked(content: bytes, book: Book, marking: Marking) -> bytes | None:
    """The workbook as the sender made it, marked; None where this library cannot open or save what Excel could."""
    try:
        return _marked(load_workbook(io.BytesIO(content), keep_links=False), book, marking)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, OverflowError):
        return None


def _marked(workbook: Workbook, book: Book, marking: Marking) -> bytes:
    marks = marking.marks
    sheet = next((one for one in book.visible if any(mark.sheet == one.name for mark in marks)), next(book.visible))
    worksheet = workbook[sheet.name] if sheet.name in workbook.sheetnames else workbook.worksheets[0]
    header_row = _header_row(sheet, marking)
    column = _problem_column(worksheet, sheet, header_row)
    _take_off(worksheet)
    _mark_cells(worksheet, marks)
    _add_column(worksheet, sheet, marking, header_row=header_row, column=column)
    _add_summary(workbook, marking)
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


def _take_off(worksheet: Any) -> None:
    """Take off what was marked when the file was sent before; a colour that is not ours is the sender's."""
    for row in worksheet.iter_rows():
        for cell in row:
            if cell.comment is not None and _is_ours(cell.comment):
                cell.comment = _senders(cell.comment)
                if cell.fill.fgColor.rgb in _COLOURS.values():
                    cell.fill = PatternFill()


def _is_ours(comment: Comment) -> bool:
    return str(comment.author).partition(_AND)[0] == _AUTHOR


def _senders(ours: Comment) -> Comment | None:
    """The sender's own comment that stands behind ours; None where there was none."""
    text = ours.text.partition(_BEHIND)[2]
    return Comment(text, ours.author.partition(_AND)[2]) if text else None


def _ours(text: str, senders: Comment | None) -> Comment:
    """Our comment, with the sender's own behind it."""
    comment = Comment(text, _AUTHOR)
    if senders is not None and senders.text:
        comment = Comment(text + _BEHIND + senders.text, _AUTHOR + _AND + (senders.author or ""))
    comment.width, comment.height = 320, 120
    return comment


def _mark_cells(worksheet: Any, marks: Sequence[Mark]) -> None:
    by_cell: dict[str, list[Mark]] = defaultdict(list)
    for mark in marks:
        if mark.cell:
            by_cell[_shown_cell(worksheet, mark.cell).coordinate].append(mark)
    for address, here in by_cell.items():
        cell = worksheet[address]
        level = "error" if any(mark.level == "error" for mark in here) else "warning"
        cell.fill = PatternFill("solid", fgColor=_COLOURS[level])
        cell.comment = _ours("\n".join(mark.text for mark in here), cell.comment)


def _shown_cell(worksheet: Any, address: str) -> Any:
    """The cell of an address; inside a merged range the one that is seen."""
    cell = worksheet[address]
    if not isinstance(cell, MergedCell):
        return cell
    area = next(area for area in worksheet.merged_cells.ranges if address in area)
    return worksheet.cell(area.min_row, area.min_col)


def _add_column(worksheet: Any, sheet: Sheet, marking: Marking, *, header_row: int | None, column: int) -> None:
    """A column 问题 with each row's problems, its header commented: so it is known when the file comes again."""
    texts: dict[int, list[str]] = defaultdict(list)
    for mark in marking.marks:
        if mark.row:
            texts[mark.row].append(mark.text)
    for before in sheet.rows:
        if column in before.cells and before.number > (header_row or 0):
            worksheet.cell(before.number, column).value = None
    if header_row:
        meaning = marking.words["problem"]
        header = _write(worksheet, header_row, column, PROBLEM if meaning == PROBLEM else f"{PROBLEM} ({meaning})")
        header.font = Font(bold=True)
        header.comment = Comment(marking.words["column_note"], _AUTHOR)
    for row, said in texts.items():
        cell = _write(worksheet, row, column, "\n".join(said))
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        cell.font = Font(color="FFB00020")
    worksheet.column_dimensions[column_letters(column)].width = _WIDTH
    _raise_rows(worksheet, texts)


def _raise_rows(worksheet: Any, rows: Iterable[int]) -> None:
    """Make rows high enough for their wrapped texts: what we write is not measured when the workbook is opened."""
    widths: dict[int, float] = {}
    for one in worksheet.column_dimensions.values():
        one.reindex()  # one that was just made has no bounds yet
        width = one.width if one.width and isfinite(one.width) else _USUAL_WIDTH
        widths |= dict.fromkeys(range(one.min, one.max + 1), width)
    for row in rows:
        wrapped = [cell for cell in worksheet[row] if cell.value and cell.alignment.wrap_text]
        rooms = (max(widths.get(cell.column, _USUAL_WIDTH) - _FREE, _FREE) for cell in wrapped)
        lines = max((lines_in(str(cell.value), room) for cell, room in zip(wrapped, rooms, strict=True)), default=1)
        shown = worksheet.row_dimensions[row]
        shown.height = min(HIGHEST_ROW, max(shown.height or 0, lines * LINE_HEIGHT))


def _problem_column(worksheet: Any, sheet: Sheet, header_row: int | None) -> int:
    """Where the column stands that was added before, else the place right of everything.

    The sender's own column of that name stays as it is: ours has our comment; without comments, as in .xls, it is the
    last one, in a workbook that has our summary.
    """
    after = 1 + max((max(row.cells) for row in sheet.rows), default=0)
    header = next((row.cells for row in sheet.rows if row.number == header_row), {})
    places = [place for place, cell in header.items() if header_key(cell.text) == PROBLEM]
    for place in places:
        comment = worksheet.cell(header_row, place).comment
        if comment is not None and comment.author == _AUTHOR:
            return place
    is_returned = SUMMARY in worksheet.parent.sheetnames
    return after - 1 if is_returned and after - 1 in places else after


def _header_row(sheet: Sheet, marking: Marking) -> int | None:
    """The row that names most of the columns that problems are about."""
    words = {PROBLEM, *marking.headers, *(mark.column for mark in marking.marks if mark.column)}
    names = {header_key(word) for word in words}
    filled = [
        (sum(header_key(cell.text) in names for cell in row.cells.values()), -row.number) for row in sheet.rows[:20]
    ]
    best = max(filled, default=(0, 0))
    return -best[1] if best[0] else None


def _add_summary(workbook: Workbook, marking: Marking) -> None:
    """A sheet with every problem, errors first."""
    marks, words = marking.marks, marking.words
    if SUMMARY in workbook.sheetnames:
        workbook.remove(workbook[SUMMARY])
    sheet = workbook.create_sheet(SUMMARY)
    counts = {level: sum(mark.level == level for mark in marks) for level in _LEVELS}
    _write(sheet, 1, 1, words["told"] % counts)
    _write(sheet, 2, 1, words["hint"])
    for column, name in enumerate(_SUMMARY_COLUMNS, start=1):
        _write(sheet, 4, column, words[name]).font = Font(bold=True)
    for number, mark in enumerate(sorted(marks, key=lambda one: one.level), start=5):
        values = (words[mark.level], mark.sheet, str(mark.row or ""), mark.cell, mark.column, mark.text, mark.code)
        for column, value in enumerate(values, start=1):
            _write(sheet, number, column, value).alignment = Alignment(wrap_text=column == _TEXT, vertical="top")
    for letters, width in (("B", 14), ("E", 18), ("F", _SUMMARY_WIDTH), ("G", 28)):
        sheet.column_dimensions[letters].width = width
    _raise_rows(sheet, range(5, 5 + len(marks)))
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
