"""The columns of a progress file, and the words that name them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from common.workbook.book import Sheet
from common.workbook.header_rows import Header, header_candidates, header_key
from common.workbook.names import Known, Names, key_of


def _(message: str) -> str:
    """The message itself: the underscore marks it for the catalogue."""
    return message


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
    RATE = "完成率"
    PROBLEM = "问题"


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """A column that is read: other words for it, whether a row of the long layout needs it, what to write (a message).

    From this come reading, the long form, its sheet of help, the page's help and the columns' document for programs.
    """

    column: Column
    synonyms: tuple[str, ...]
    how: str
    width: int
    is_required: bool = False

    @property
    def header(self) -> str:
        return self.column.value


DECLARED = (
    Declared(
        column=Column.UNIT,
        synonyms=("单位", "区县", "县区", "填报单位", "地区名称", "单位名称"),
        how=_("名单中的地区名称"),
        width=14,
        is_required=True,
    ),
    Declared(
        column=Column.QUARTER,
        synonyms=("填报季度", "报告期"),
        how=_("写成“2023年第1季度”“2023年度一季度”“2023Q1”“2023-Q1”或“2023年1-3月”"),
        width=16,
        is_required=True,
    ),
    Declared(
        column=Column.INDICATOR,
        synonyms=("指标名称",),
        how=_("名单中的指标名称"),
        width=40,
        is_required=True,
    ),
    Declared(
        column=Column.VALUE,
        synonyms=("本季完成", "本季完成值", "本季度完成", "本季度完成值", "实际完成", "实际完成值", "完成数", "完成量"),
        how=_("数字，没有完成填 0；百分比填百分点，例如 50% 填 50；不涉及的填“不涉及”；留空表示不改动，“清空”表示删去"),
        width=14,
        is_required=True,
    ),
    Declared(column=Column.BASE, synonyms=("分母", "基期"), how=_("数字；有基数的指标须同时填写"), width=14),
    Declared(column=Column.NOTE, synonyms=("说明",), how=_("文字；不涉及的指标须写明理由"), width=36),
)
READ = tuple(one.column for one in DECLARED)
REQUIRED = tuple(one.column for one in DECLARED if one.is_required)
HEADERS = (
    {column.value: column for column in Column}
    | {word: one.column for one in DECLARED for word in one.synonyms}
    | {"计量单位名称": Column.MEASURE}
)
# 单位 is also what a measure is called: beside 地区 or 指标 with a unit of its own it is no second 地区.
AMBIGUOUS = "单位"
_LAST_BRACKET = re.compile(r"(.+?)[（(\[【]([^（()）\[\]【】]*)[)）\]】]")


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
    if name.endswith(Column.BASE.value):
        name, said = name.removesuffix(Column.BASE.value), Column.BASE.value
    known = indicators.find(name)
    return IndicatorHeader(known, is_base=Column.BASE.value in said) if known else None


def columns_of(header: Header) -> set[Column]:
    """The known columns that a header names."""
    return {column for word in header.words if (column := column_of(word))}


def known_words(header: Header, indicators: Names) -> list[str]:
    """A header's own words that name a column that is read, or an indicator; one indicator alone is just a row's."""
    columns = [word.strip() for word in header.words if column_of(word) in READ]
    across = [word.strip() for word in header.labels.values() if indicator_of(word, indicators)]
    return list(dict.fromkeys([*columns, *(across if len(across) > 1 else ())]))


def progress_headers(sheet: Sheet, last_row: int, indicators: Names) -> Iterator[Header]:
    """Everything that could be the header of a progress file, from the top."""

    def is_header(text: str) -> bool:
        return bool(column_of(text) or indicator_of(text, indicators))

    return header_candidates(sheet, last_row, is_header)
