"""Sheets that we hand out, on paper: A4 landscape, pages side by side where needed, rows as high as their text."""

from collections.abc import Iterable, Sequence
from math import ceil
from typing import Any
from unicodedata import east_asian_width

_A4 = 9
_FOOTER = "&C第 &P 页，共 &N 页"
_ACROSS = 690.0  # points between the usual margins of A4 landscape, less what programs make columns wider
LINE_HEIGHT, HIGHEST_ROW = 15.0, 409.0  # points; Excel allows no higher row


def print_on_one_width(sheet: Any, *, header: int) -> None:
    """All columns on one page's width, the header row above each page."""
    _print(sheet)
    sheet.repeat_rows(header)
    sheet.fit_to_pages(1, 0)


def print_side_by_side(sheet: Any, title: str, *, header: int, first: float, groups: Sequence[Sequence[float]]) -> None:
    """In full size on as many pages side by side as it takes, each with the header row, the first column, the title.

    `first` is the first column's width; the columns behind it are given by their widths, those of a group on one page.
    """
    _print(sheet, below=f"&L{title.replace('&', '&&')}")
    sheet.repeat_rows(header)
    sheet.repeat_columns(0)
    sheet.print_across()
    sheet.set_v_pagebreaks(_breaks(_ACROSS - _points(first), groups))


def _print(sheet: Any, *, below: str = "") -> None:
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.set_footer(below + _FOOTER)


def _breaks(room: float, groups: Sequence[Sequence[float]]) -> list[int]:
    """Behind how many columns each page but the last ends."""
    breaks, column, left = [], 1, room
    for widths in groups:
        needed = sum(map(_points, widths))
        if needed > left:
            breaks.append(column)
            left = room
        column, left = column + len(widths), left - needed
    return breaks


def _points(width: float) -> float:
    """A column's width on paper, of its width in figures."""
    return (7 * width + 5) * 0.75


def text_width(text: str) -> int:
    """How many narrow characters the widest line of a text takes: a Chinese one counts two."""
    return max(sum(2 if east_asian_width(each) in "WFA" else 1 for each in line) for line in text.split("\n"))


def lines_in(text: str, width: float) -> int:
    """How many lines a wrapped text takes in a column of this width."""
    return sum(max(1, ceil(text_width(line) / (width - 1))) for line in text.split("\n"))


def fit_height(sheet: Any, row: int, texts: Iterable[tuple[str, float]]) -> None:
    """A row as high as its wrapped texts, each with its column's width: not every program sees to it by itself."""
    lines = max((lines_in(text, width) for text, width in texts), default=1)
    if lines > 1:
        sheet.set_row(row, min(HIGHEST_ROW, lines * LINE_HEIGHT))
