"""The rows of a table: which hold data, which are totals, headers, examples or notes (policy P7)."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from common.workbook.book import Cell, Kind, Row
from common.workbook.header_rows import header_key
from common.workbook.names import key_of

_TOTAL = re.compile(r".{0,8}(合计|小计|总计|共计|平均值?|平均数)[:：]?")
_EXAMPLE = re.compile(r"[(（【\[]?示例")
_FOOT = re.compile(
    r"(注\d{0,2}|备注|说明|填表说明|数据来源|(填表|填报|制表|编制|审核|复核|负责|联系|经办|单位负责)人?|联系电话|"
    r"((填表|填报|制表|报送)(日期|时间))|日期)([(（][^()（）]*[)）])?[:：]"
)
_SAME_AS_HEADER = 3


class Part(StrEnum):
    """What a row is; the value is the code of the warning that names it, empty for data."""

    DATA = ""
    TOTAL = "skipped_total"
    HEADER = "skipped_header"
    EXAMPLE = "skipped_example"
    NOTE = "skipped_note"


# A member of an enumeration is found slowly, and these are looked for in every row.
_DATA, _TOTAL_ROW, _EXAMPLE_ROW, _TEXT = Part.DATA, Part.TOTAL, Part.EXAMPLE, Kind.TEXT


@dataclass(frozen=True, slots=True, kw_only=True)
class RowParts:
    """What tells the rows of a table apart.

    `headers` are its header's words by column, `used` the columns that are read, `named` the column whose own cell may
    say 合计; below row `last_data` only what looks like data is data.
    """

    headers: Mapping[int, str]
    used: frozenset[int]
    named: int | None
    last_data: int
    looks_like_data: Callable[[Row], bool]

    def of(self, row: Row) -> Part:
        """What a row is."""
        first, named = _first_cell(row), row.cells.get(self.named) if self.named else None
        said = _said_by(first.text)
        # The name's own cell may say total, whatever stands before it (an order number).
        if said is _TOTAL_ROW or (named and named is not first and _said_by(named.text) is _TOTAL_ROW):
            return _TOTAL_ROW
        if said is _EXAMPLE_ROW:
            return said
        if self._repeats_header(row):
            return Part.HEADER
        is_used = not self.used.isdisjoint(row.cells)
        if not is_used or (row.number > self.last_data and not self.looks_like_data(row)):
            return Part.NOTE
        return _DATA

    def _repeats_header(self, row: Row) -> bool:
        headers, cells = self.headers, row.cells
        for cell in reversed(cells.values()):  # numbers and days come last
            if cell.kind is not _TEXT:
                return False
        same = [p for p in cells if p in headers and header_key(cells[p].text) == header_key(headers[p])]
        return len(same) >= min(_SAME_AS_HEADER, len(headers))


@lru_cache(4096)
def _said_by(text: str) -> Part:
    """What the text of a row's first cell makes of it, as far as it does."""
    key = key_of(text)
    if _TOTAL.fullmatch(key):
        return Part.TOTAL
    return Part.EXAMPLE if _EXAMPLE.match(key) else Part.DATA


def says_total(text: str) -> bool:
    """Whether a header or a name says total or mean."""
    return _said_by(text) is _TOTAL_ROW


def is_foot(row: Row) -> bool:
    """Whether a row begins as notes and signatures below a table do (注：, 填表人：) and holds no number."""
    if _FOOT.match(key_of(first_text(row))) is None:
        return False
    return all(cell.kind is not Kind.NUMBER for cell in row.cells.values())


def first_text(row: Row) -> str:
    """The text of a row's first filled cell."""
    return _first_cell(row).text


def _first_cell(row: Row) -> Cell:
    return row.cells[min(row.cells)]
