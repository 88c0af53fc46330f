"""An old .xls or WPS .et workbook: values by calamine, everything else by its records."""

import io
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from python_calamine import CalamineError, CalamineWorkbook

from common.workbook.biff import Mark, SheetMarks, read_marks
from common.workbook.book import Book, Cell, Kind, Row, Sheet
from common.workbook.cell_text import clean_text
from common.workbook.guard import refusal_of_ole
from common.workbook.limits import Limits
from common.workbook.number_formats import Shown
from common.workbook.ole import read_streams
from common.workbook.problems import FileRefused
from common.workbook.xlsx_sheet import text_cell


def read_xls(content: bytes, limits: Limits) -> Book:
    """The book of an OLE2 file that holds a workbook without macros."""
    streams = {name.casefold(): body for name, body in read_streams(content).items()}
    if refused := refusal_of_ole(streams):
        raise refused
    marks = read_marks(streams.get("workbook") or streams["book"], limits)
    _check_extent(marks, limits)
    try:
        values = CalamineWorkbook.from_filelike(io.BytesIO(content))
        names = [sheet.name for sheet in values.sheets_metadata if str(sheet.typ) == "SheetTypeEnum.WorkSheet"]
        if len(names) != len(marks):
            raise FileRefused("damaged")
        reader = _Reader(limits)
        sheets = [
            Sheet(clean_text(name), hidden=True)
            if mark.hidden
            else reader.read(name, values.get_sheet_by_name(name).to_python(skip_empty_area=False), mark)
            for name, mark in zip(names, marks, strict=True)
        ]
    except CalamineError as error:
        raise FileRefused("damaged") from error
    return Book("xls", sheets)


def _check_extent(marks: list[SheetMarks], limits: Limits) -> None:
    """Before calamine makes a table of it: one far cell would be a table of millions."""
    for sheet in marks:
        if sheet.last_column > 256 or sheet.last_row * max(sheet.last_column, 1) > 10 * limits.cells:
            raise FileRefused("too_many_cells", limit=str(limits.cells))


class _Reader:
    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._cells = 0

    def read(self, name: str, values: Sequence[Sequence[object]], marks: SheetMarks) -> Sheet:
        sheet = Sheet(clean_text(name), merges=marks.merges, hidden_columns=marks.hidden_columns)
        for number, record in enumerate(values, start=1):
            cells = self._row(number, record, marks, sheet.name)
            if not cells:
                continue
            is_far = number > self._limits.last_row
            if is_far or len(sheet.rows) >= self._limits.rows + self._limits.header_rows:
                raise FileRefused("too_many_rows", sheet=sheet.name, limit=str(self._limits.rows))
            sheet.rows.append(Row(number, cells, hidden=number in marks.hidden_rows))
        return sheet

    def _row(self, number: int, record: Sequence[object], marks: SheetMarks, sheet: str) -> dict[int, Cell]:
        cells = {}
        for column, value in enumerate(record, start=1):
            cell = _cell(value, marks.cells.get((number, column), Mark()), self._limits)
            if cell is not None:
                cells[column] = cell
        if cells and max(cells) > self._limits.columns:
            raise FileRefused("too_many_columns", sheet=sheet, limit=str(self._limits.columns))
        self._cells += len(cells)
        if self._cells > self._limits.cells:
            raise FileRefused("too_many_cells", limit=str(self._limits.cells))
        return cells


def _cell(value: object, mark: Mark, limits: Limits) -> Cell | None:
    if mark.kind is Kind.ERROR:
        return Cell(Kind.ERROR, mark.error, formula=mark.formula)
    if isinstance(value, bool):
        return Cell(Kind.BOOLEAN, str(value).upper(), formula=mark.formula)
    if isinstance(value, date | datetime | time | timedelta) or mark.shown is Shown.DATE:
        return Cell(Kind.DATE, str(value), formula=mark.formula)
    if isinstance(value, int | float):
        return Cell(Kind.NUMBER, repr(value), percent=mark.shown is Shown.PERCENT, formula=mark.formula)
    return text_cell(str(value), limits, formula=mark.formula)
