"""Header rows: which words name which column, however they are spaced, bracketed, spelled or merged."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from common.workbook.book import Area, Row, Sheet
from common.workbook.names import Known, Names, key_of


class Column(StrEnum):
    """What a column holds; the value is its header in our own files."""

    UNIT = "地区"
    QUARTER = "季度"
    INDICATOR = "指标"
    VALUE = "完成值"
    BASE = "基数"
    NOTE = "备注"
    # read by nobody, and no surprise
    ORDER = "序号"
    MEASURE = "计量单位"
    BASE_MEASURE = "基数单位"
    TARGET = "年度目标"
    BEFORE = "上季累计"
    PROBLEM = "问题"


READ = (Column.UNIT, Column.QUARTER, Column.INDICATOR, Column.VALUE, Column.BASE, Column.NOTE)
_SYNONYMS: dict[Column, tuple[str, ...]] = {
    Column.UNIT: ("单位", "区县", "县区", "填报单位", "地区名称", "单位名称"),
    Column.QUARTER: ("填报季度", "报告期"),
    Column.INDICATOR: ("指标名称",),
    Column.VALUE: ("本季完成", "本季完成值", "完成数", "完成量"),
    Column.BASE: ("分母", "基期"),
    Column.NOTE: ("说明",),
    Column.MEASURE: ("计量单位名称",),
}
HEADERS = {column.value: column for column in Column} | {
    word: column for column, words in _SYNONYMS.items() for word in words
}
# 单位 is also what a measure is called: beside 地区 or 指标 with a unit of its own it is no second 地区.
AMBIGUOUS = "单位"
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】")
_LAST_BRACKET = re.compile(r"(.+?)[（(\[【]([^（()）\[\]【】]*)[)）\]】]")
_MAX_DEPTH = 3


def header_key(text: str) -> str:
    """A header as it is compared: without spaces, line breaks, brackets, stars and colons."""
    folded = unicodedata.normalize("NFKC", key_of(text))
    return _BRACKETS.sub("", folded).strip("*:#.、").casefold()


def column_of(text: str) -> Column | None:
    """The column that a header names."""
    return HEADERS.get(header_key(text))


@dataclass(frozen=True, slots=True)
class IndicatorHeader:
    """A header that names an indicator; `is_base`: its base."""

    known: Known
    is_base: bool = False


def indicator_of(text: str, indicators: Names) -> IndicatorHeader | None:
    """The indicator that a header names, with a unit or 基数 in brackets or 基数 behind it."""
    known = indicators.find(text)
    if known is not None:
        return IndicatorHeader(known)
    key = key_of(text).strip("*")
    bracketed = _LAST_BRACKET.fullmatch(key)
    name, said = (bracketed[1], bracketed[2]) if bracketed else (key, "")
    if name.endswith(Column.BASE.value) and not said:
        name, said = name.removesuffix(Column.BASE.value), Column.BASE.value
    known = indicators.find(name)
    return IndicatorHeader(known, is_base=Column.BASE.value in said) if known else None


@dataclass(frozen=True, slots=True)
class Header:
    """One to three rows that name columns; `texts` are a column's words from top to bottom."""

    texts: Mapping[int, tuple[str, ...]]
    first_row: int
    last_row: int
    depth: int
    width: int | None

    @property
    def labels(self) -> dict[int, str]:
        """Each column's lowest word."""
        return {place: words[-1] for place, words in self.texts.items()}

    @property
    def columns(self) -> set[Column]:
        """The known columns that it names."""
        return {column for words in self.texts.values() for word in words if (column := column_of(word))}


def header_candidates(sheet: Sheet, last_row: int, indicators: Names) -> Iterator[Header]:
    """Everything that could be a header, from the top, each start with one to three rows."""
    head = [row for row in sheet.rows if row.number <= last_row]
    merges = [area for area in sheet.merges if area.top <= last_row]
    for start in range(len(head)):
        if not any(column_of(cell.text) or indicator_of(cell.text, indicators) for cell in head[start].cells.values()):
            continue
        texts: dict[int, tuple[str, ...]] = {}
        for depth, row in enumerate(head[start : start + _MAX_DEPTH], start=1):
            said = _texts(row, merges)
            if texts and not _can_continue(row, indicators):
                break
            texts = {place: _joined(texts.get(place, ()), said.get(place)) for place in sorted(texts | said)}
            yield Header(texts, head[start].number, row.number, depth, row.width)


def _texts(row: Row, merges: list[Area]) -> dict[int, str]:
    """The row's words by column; a word merged over several columns stands over each."""
    said = {place: cell.text for place, cell in row.cells.items()}
    for area in merges:
        if area.top == row.number and area.left in said and area.right > area.left:
            for place in range(area.left, min(area.right, area.left + 64) + 1):
                said.setdefault(place, said[area.left])
    return said


def _joined(above: tuple[str, ...], word: str | None) -> tuple[str, ...]:
    return above if word is None else (*above, word)


def _can_continue(row: Row, indicators: Names) -> bool:
    """Whether a row can be the lower part of a header: nothing in it but headers."""
    return all(column_of(cell.text) or indicator_of(cell.text, indicators) for cell in row.cells.values())
