"""加减分及否决: every bonus, deduction and veto that changed a result, with its basis and evidence."""

from __future__ import annotations

from collections.abc import Iterator

from calculations.scheme import Criterion
from reporting.exports.assessment_workbook.book import EXTRAS as NAME
from reporting.exports.assessment_workbook.book import Book
from reporting.exports.assessment_workbook.data import Assessed
from reporting.exports.assessment_workbook.list_sheet import Column, Formula, ListSheet
from reporting.exports.assessment_workbook.score_layouts import ScoreLayout

COLUMNS = (
    Column("单位", 14.0, "strong"),
    Column("类别", 10.0, "center"),
    Column("代码", 8.0, "center"),
    Column("项目", 30.0),
    Column("分值", 10.0, "points"),
    Column("依据", 62.0),
    Column("佐证编号", 34.0),
)
NOTES = (
    "只列实际加分、扣分或触发否决的项目；没有列出的单位没有加减分和否决。",
    "分值取自“得分明细”最终得分，加分合计不超过评分方案规定的上限；否决不改变总分，只限制等次。",
)


def write(book: Book) -> None:
    """The whole sheet."""
    data = book.data
    rows = [row for unit in data.assessed for row in (*_points(book, unit), *_vetoes(book, unit))]
    ListSheet(
        NAME, f"{data.year}年度考核加减分及否决", COLUMNS, rows, "没有单位加分、扣分或触发一票否决。", NOTES
    ).write(book)


def _points(book: Book, unit: Assessed) -> Iterator[tuple[object, ...]]:
    lines = {line.code: line for line in unit.result.lines}
    layout, row = book.at.scores, book.at.scores.unit_rows[unit.code] + ScoreLayout.FINAL
    columns = layout.criterion_columns()
    for kind, criteria in (("加分", book.data.scheme.bonus), ("扣分", book.data.scheme.deduction)):
        for criterion in criteria:
            line = lines[criterion.code]
            if line.points:
                cell = Formula(layout.far(row, columns[criterion.code]), line.points)
                files = _evidence(book, unit, criterion)
                yield unit.name, kind, criterion.code, criterion.name, cell, line.why, files


def _vetoes(book: Book, unit: Assessed) -> Iterator[tuple[object, ...]]:
    names = {veto.code: veto.name for veto in book.data.scheme.vetoes}
    for veto in unit.result.vetoes:
        yield unit.name, "一票否决", veto.code, names.get(veto.code, ""), None, veto.why, ""


def _evidence(book: Book, unit: Assessed, criterion: Criterion) -> str:
    """The numbers of the files behind the criterion's indicators."""
    own = (each for each in book.data.evidence if each.unit == unit.code)
    return "、".join(each.number for each in own if each.indicator in criterion.indicators)
