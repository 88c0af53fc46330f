"""加减分及否决: every bonus, deduction and veto of every unit; those without effect are filtered away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from calculations.scheme import Criterion
from reporting.exports.assessment_workbook.addresses import near
from reporting.exports.assessment_workbook.book import EXTRAS as NAME
from reporting.exports.assessment_workbook.book import Book
from reporting.exports.assessment_workbook.data import Assessed
from reporting.exports.assessment_workbook.formulas import text
from reporting.exports.assessment_workbook.list_sheet import FIRST_ROW, Column, Formula, ListSheet
from reporting.exports.assessment_workbook.score_layouts import ScoreLayout
from reporting.exports.assessment_workbook.words import NONE, Yes

COLUMNS = (
    Column("单位", 14.0, "strong"),
    Column("类别", 10.0, "center"),
    Column("代码", 8.0, "center"),
    Column("项目", 30.0),
    Column("分值", 10.0, "points"),
    Column("情况", 10.0, "center"),
    Column("依据", 58.0),
    Column("佐证编号", 28.0),
)
_POINTS, _EFFECT = 4, 5
COUNTED, TRIPPED = "计入", "触发"
NOTES = (
    "只显示实际加分、扣分或触发否决的项目，其余各行已筛选隐藏；没有列出的单位没有加减分和否决。改动数据后请在“情况”列重新应用筛选。",
    "分值取自“得分明细”最终得分，加分合计不超过评分方案规定的上限；否决不改变总分，只限制等次。依据为门户计算时的说明。",
)
Cells = tuple[object, ...]


def write(book: Book) -> None:
    """The whole sheet."""
    data = book.data
    rows: list[Cells] = []
    for unit in data.assessed:
        rows += _points(book, unit, FIRST_ROW + len(rows))
        rows += _vetoes(book, unit)
    title, nothing = f"{data.year}年度考核加减分及否决", "没有单位加分、扣分或触发一票否决。"
    ListSheet(NAME, title, COLUMNS, rows, nothing, NOTES, filtered=_EFFECT, hidden=_without_effect(rows)).write(book)


def _without_effect(rows: Sequence[Cells]) -> frozenset[int]:
    """The numbers of the rows that the filter hides."""
    effects = [row[_EFFECT] for row in rows]
    return frozenset(place for place, each in enumerate(effects) if isinstance(each, Formula) and each.value == NONE)


def _points(book: Book, unit: Assessed, first: int) -> Iterator[Cells]:
    """The bonus and deduction lines of a unit, from a row on."""
    lines = {line.code: line for line in unit.result.lines}
    layout, row = book.at.scores, book.at.scores.unit_rows[unit.code] + ScoreLayout.FINAL
    columns = layout.criterion_columns()
    kinds = [("加分", each) for each in book.data.scheme.bonus] + [
        ("扣分", each) for each in book.data.scheme.deduction
    ]
    for place, (kind, criterion) in enumerate(kinds, start=first):
        line = lines[criterion.code]
        points = line.points if line.applicable else NONE
        amount = near(place, _POINTS)
        effect = Formula(
            f"IF(N({amount})>0,{text(COUNTED)},{text(NONE)})", COUNTED if line.applicable and line.points else NONE
        )
        cell = Formula(layout.far(row, columns[criterion.code]), points)
        yield unit.name, kind, criterion.code, criterion.name, cell, effect, line.why, _evidence(book, unit, criterion)


def _vetoes(book: Book, unit: Assessed) -> Iterator[Cells]:
    tripped = {veto.code: veto.why for veto in unit.result.vetoes}
    for number, veto in enumerate(book.data.scheme.vetoes):
        answer = book.at.scores.veto(unit.code, number)
        effect = Formula(
            f"IF({answer}={text(Yes.YES)},{text(TRIPPED)},{text(NONE)})", TRIPPED if veto.code in tripped else NONE
        )
        yield unit.name, "一票否决", veto.code, veto.name, None, effect, tripped.get(veto.code, ""), ""


def _evidence(book: Book, unit: Assessed, criterion: Criterion) -> str:
    """The numbers of the files behind the criterion's indicators."""
    own = (each for each in book.data.evidence if each.unit == unit.code)
    return "\n".join(each.number for each in own if each.indicator in criterion.indicators)
