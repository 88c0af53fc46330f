"""申诉及调整: what was asked for and decided beside the rules, with reasons."""

from __future__ import annotations

from collections.abc import Iterator

from reporting.exports.assessment_workbook.book import DECISIONS as NAME
from reporting.exports.assessment_workbook.book import Book, moment_words
from reporting.exports.assessment_workbook.data import Appeal, Assessed
from reporting.exports.assessment_workbook.list_sheet import Column, Formula, ListSheet
from reporting.exports.assessment_workbook.score_layouts import ScoreLayout

COLUMNS = (
    Column("单位", 12.0, "strong"),
    Column("类别", 8.0, "center"),
    Column("代码", 7.0, "center"),
    Column("评分项", 24.0),
    Column("调整分", 9.0, "points"),
    Column("申诉或调整理由", 42.0),
    Column("处理结果", 10.0, "center"),
    Column("处理意见", 32.0),
    Column("处理人", 11.0, "center"),
    Column("处理时间", 21.0, "center"),
)
NOTES = (
    "调整是审核人员对某一评分项的加减，须写明理由，计入“得分明细”的调整行。",
    "申诉成立的，考核退回重新计算并再次公示。",
)


def write(book: Book) -> None:
    """The whole sheet."""
    data = book.data
    names = {each.code: each.name for each in data.scheme.criteria()}
    rows = [row for unit in data.assessed for row in _adjustments(book, unit, names)]
    rows += [_appeal(each, names) for each in data.appeals]
    title = f"{data.year}年度考核申诉及调整"
    ListSheet(NAME, title, COLUMNS, rows, "没有申诉，也没有调整。", NOTES).write(book)


def _adjustments(book: Book, unit: Assessed, names: dict[str, str]) -> Iterator[tuple[object, ...]]:
    layout = book.at.scores
    columns, row = layout.criterion_columns(), layout.unit_rows[unit.code] + ScoreLayout.ADJUSTMENT
    for code, adjusted in sorted(unit.inputs.adjustments.items()):
        if code in columns:
            cell = Formula(layout.far(row, columns[code]), adjusted.amount)
            yield unit.name, "调整", code, names[code], cell, adjusted.reason, "已计入", "", "", ""


def _appeal(appeal: Appeal, names: dict[str, str]) -> tuple[object, ...]:
    return (
        appeal.unit_name,
        "申诉",
        appeal.criterion,
        names.get(appeal.criterion, ""),
        None,
        appeal.reason,
        appeal.outcome,
        appeal.answer,
        appeal.decided_by,
        moment_words(appeal.decided_at) if appeal.decided_at else "",
    )
