"""季度进度: every line of every quarter, and what they add up to against the pace.

The numbers of the quarters are what everything else in the workbook is calculated from.
"""

from __future__ import annotations

from calculations.quarters import QUARTERS
from reporting.exports.assessment_workbook.book import QUARTERS as NAME
from reporting.exports.assessment_workbook.book import Book, Sheet
from reporting.exports.assessment_workbook.figure_layouts import QuarterLayout
from reporting.exports.assessment_workbook.quarter_rows import BlockRows
from reporting.exports.assessment_workbook.styles import number_width
from reporting.exports.assessment_workbook.titles import SHARE_DECIMALS
from reporting.exports.assessment_workbook.words import QUARTER_NAMES, STATUS_TONES

L = QuarterLayout
HEADER = ("本季填报", "基数", "累计完成", "应达", "状态")
CALC_HEADER = ("累计值", "累计基数", "数据", "目标", "应报", "终结")
UNIT_WIDTH, TARGET_WIDTH, NARROWEST, STATUS_WIDTH = 13.0, 10.0, 9.0, 9.0

MEASURE = "见各指标"
NOTES = (
    "蓝色为经审核的季度报告原始数据，改动后本簿各表自动重算；右侧浅色小字是计算列，不打印。",
    "“累计完成”按指标口径由完成值和基数重新计算，不对百分数求平均；“应达”为序时进度要求，整数指标向有利于单位的方向取整。",
    "空白：该季度没有这项数据。“不涉及”：单位申报没有此项工作并经审核确认。“—”：没有可比的数。",
)


def write(book: Book) -> None:
    """The whole sheet."""
    layout = book.at.quarters
    sheet = book.sheet(
        NAME, f"{book.data.year}年度指标季度进度", last_column=L.LAST, header_rows=layout.first_row, measure=MEASURE
    )
    widths = _widths(book)
    _header(sheet, widths)
    for block, start in layout.starts():
        BlockRows(book, sheet, block, start).write()
    for quarter in QUARTERS:
        column = layout.printed(quarter, L.STATUS)
        sheet.colour_words((layout.first_row, column), (layout.end, column), STATUS_TONES)
    width = UNIT_WIDTH + TARGET_WIDTH + sum(widths) * len(QUARTERS)
    sheet.keep_together(layout.block_rows(), width=width)
    end = sheet.notes(layout.end, NOTES, width=width)
    sheet.page.print_area(0, 0, end - 1, L.LAST)
    sheet.page.freeze_panes(layout.first_row, L.FIRST)


def _widths(book: Book) -> list[float]:
    """The widths of a quarter's columns, for the longest numbers of the year."""
    widest = [NARROWEST] * L.STATUS
    for block in book.blocks:
        decimals = block.indicator.decimals
        shown = SHARE_DECIMALS if block.indicator.is_share else decimals
        lines = [each.line for row in block.rows for each in row.series.quarters if each.line]
        progress = [*block.root, *(each for row in block.rows for each in row.progress)]
        needed = (
            max((number_width(line.value, decimals) for line in lines), default=0),
            max((number_width(line.base, decimals) for line in lines), default=0),
            max((number_width(each.actual, shown) for each in progress), default=0) + block.indicator.is_share,
            max((number_width(each.expected, shown) for each in progress), default=0) + block.indicator.is_share,
        )
        widest = [max(pair) for pair in zip(widest, needed, strict=True)]
    return [*widest, STATUS_WIDTH]


def _header(sheet: Sheet, widths: list[float]) -> None:
    sheet.widths([UNIT_WIDTH, TARGET_WIDTH, *(widths * len(QUARTERS)), 3])
    sheet.widths([8.0] * L.CALCULATED * len(QUARTERS), first=L.FIRST_CALC)
    sheet.merge_block((2, L.UNIT), (3, L.UNIT), "单位", "head")
    sheet.merge_block((2, L.TARGET), (3, L.TARGET), "年度目标", "head")
    for quarter, name in zip(QUARTERS, QUARTER_NAMES, strict=True):
        first = L.FIRST + L.PRINTED * (quarter - 1)
        sheet.merge(2, (first, first + L.PRINTED - 1), name, "head")
        for offset, head in enumerate(HEADER):
            sheet.text(3, first + offset, head, "head")
        calculated = L.FIRST_CALC + L.CALCULATED * (quarter - 1)
        sheet.text(2, calculated, f"计算列：{name}", "calc_head", text_wrap=False, align="left")
        for offset, head in enumerate(CALC_HEADER):
            sheet.text(3, calculated + offset, head, "calc_head")
    sheet.height(2, 18)
    sheet.height(3, 18)
