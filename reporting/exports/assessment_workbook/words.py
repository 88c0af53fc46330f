"""The Chinese words that the workbook's formulas write and compare."""

from __future__ import annotations

from enum import StrEnum

from calculations.actual import Accumulate, DataState
from calculations.pace import Status
from calculations.scheme import RankBy

NONE = "—"
"""There is no number here: not reported, not applicable, or left out."""


class StateWord(StrEnum):
    """Whether there is a figure to judge."""

    REPORTED = "已报"
    NO_DATA = "未报"
    NOT_APPLICABLE = "不涉及"


class StatusWord(StrEnum):
    """Where an indicator stands."""

    NOT_OPEN = "未到填报期"
    TRACKED = "跟踪"
    NOT_DUE = "未到期"
    NO_DATA = "未报"
    NOT_APPLICABLE = "不涉及"
    MET = "已达标"
    MISSED = "未完成"
    ON_PACE = "达序时"
    BEHIND = "滞后"
    FAR_BEHIND = "严重滞后"


class Yes(StrEnum):
    """Yes or no, in input cells and calculation columns."""

    YES = "是"
    NO = "否"
    NOT_YET = "未开放"

    @classmethod
    def of(cls, *, answer: bool) -> Yes:
        return cls.YES if answer else cls.NO


HAS, LACKS = "有", "无"
OF_UNITS, HAVE_REPORTED, ALL_REPORTED = " 个单位中 ", " 个已报", " 个单位均已报"
SAME, DIFFERENT = "一致", "不一致"

STATES = {
    DataState.REPORTED: StateWord.REPORTED,
    DataState.NO_DATA: StateWord.NO_DATA,
    DataState.NOT_APPLICABLE: StateWord.NOT_APPLICABLE,
    DataState.NOT_DUE: StateWord.NOT_APPLICABLE,
}

STATUSES: dict[Status | None, StatusWord] = {
    None: StatusWord.NOT_OPEN,
    **{each: StatusWord[each.name] for each in Status},
}

STATUS_TONES = {
    StatusWord.MET: "good",
    StatusWord.ON_PACE: "good",
    StatusWord.BEHIND: "fair",
    StatusWord.MISSED: "poor",
    StatusWord.FAR_BEHIND: "poor",
    StatusWord.NO_DATA: "poor",
    StatusWord.TRACKED: "quiet",
    StatusWord.NOT_DUE: "quiet",
    StatusWord.NOT_APPLICABLE: "quiet",
    StatusWord.NOT_OPEN: "quiet",
}

ACCUMULATES = {Accumulate.SUM: "按季累加", Accumulate.LATEST: "取最新值"}
RANKED_BY = {RankBy.GRADE: "先按等次、再按总分排名", RankBy.TOTAL: "按总分排名"}
QUARTER_NAMES = ("第一季度", "第二季度", "第三季度", "第四季度")
