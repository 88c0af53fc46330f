"""The receipt of an import, written: facts above, then tables, each on a sheet of its own."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import xlsxwriter

from progress.excel.form_cells import OPTIONS

_WIDEST = 48


@dataclass(frozen=True, slots=True)
class ReceiptSheet:
    """One sheet: its name, its headers (none: no header row) and its rows of texts and counts."""

    name: str
    headers: Sequence[str]
    rows: Sequence[Sequence[str | int]]


def write_receipt_book(title: str, sheets: Sequence[ReceiptSheet], *, at: datetime) -> bytes:
    """The .xlsx. Texts are never formulas; the same sheets at the same instant give the same file."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, OPTIONS)
    book.set_properties({"title": title, "created": at.replace(tzinfo=None)})
    edge = {"border": 1, "valign": "top", "text_wrap": True}
    header = book.add_format({**edge, "bold": True, "bg_color": "#E8EEF4"})
    text = book.add_format(edge)
    for one in sheets:
        sheet = book.add_worksheet(one.name)
        for place in range(max(map(len, [one.headers, *one.rows]), default=0)):
            sheet.set_column(place, place, _width(one, place))
        table = [one.headers, *one.rows] if one.headers else one.rows
        for number, row in enumerate(table):
            form = header if one.headers and number == 0 else text
            for place, said in enumerate(row):
                if isinstance(said, int):
                    sheet.write_number(number, place, said, form)
                else:
                    sheet.write_string(number, place, said, form)
        if one.headers:
            sheet.freeze_panes(1, 0)
            sheet.repeat_rows(0)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
    book.close()
    return target.getvalue()


def _width(sheet: ReceiptSheet, place: int) -> float:
    """Wide enough for the longest text of a column; a Chinese character is two wide."""
    texts = [str(row[place]) for row in [sheet.headers, *sheet.rows] if len(row) > place]
    longest = max((sum(2 if ord(char) > 0x2E80 else 1 for char in text) for text in texts), default=0)
    return min(max(longest + 2, 8), _WIDEST)
