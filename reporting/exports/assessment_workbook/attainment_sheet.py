"""指标完成情况: under every indicator its units and the root, at the year's end: target, value, actual, attainment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from calculations.actual import DataState, Kind
from calculations.compliance import Progress
from reporting.exports.assessment_workbook import formulas
from reporting.exports.assessment_workbook.addresses import near
from reporting.exports.assessment_workbook.book import ATTAINMENT as NAME
from reporting.exports.assessment_workbook.book import ROW_HEIGHT, Book, Sheet
from reporting.exports.assessment_workbook.figure_layouts import AttainmentLayout, QuarterLayout
from reporting.exports.assessment_workbook.figures import Block, Row
from reporting.exports.assessment_workbook.quarter_rows import or_none
from reporting.exports.assessment_workbook.styles import decimals_format, number_width
from reporting.exports.assessment_workbook.titles import actual_format, block_title, target_format
from reporting.exports.assessment_workbook.words import (
    ALL_REPORTED,
    HAS,
    HAVE_REPORTED,
    LACKS,
    NONE,
    OF_UNITS,
    STATES,
    STATUS_TONES,
    STATUSES,
    Yes,
)

L, Q = AttainmentLayout, QuarterLayout
YEAR_END = 4
HEADER = ("单位", "年度目标", "完成值", "基数", "实际完成", "完成率（%）", "状态", "佐证材料", "备注")
CALC_HEADER = ("单位代码", "数据", "应有佐证", "约束性完成率")
WIDTHS = (18.0, 14.0, 15.0, 15.0, 14.0, 13.0, 13.0, 11.0, 40.0)
FROZEN_REMARK = "考核计算后报告有更正，此处为考核时的数"

MEASURE = "见各指标"
NOTES = (
    "完成率 = 实际完成 ÷ 目标 × 100%（剩余数类指标为已整改的比例），超额的高于 100%；显示一位小数，计算时不取整。",
    "完成值、基数由“季度进度”表累计得出；蓝色的目标和佐证情况为原始数据，改动后本簿自动重算。",
    "“不涉及”：单位没有此项工作或比率的基数为零，不参加评分。“跟踪”：没有下达目标。“—”：没有可比的数。",
    "注明“默认分解”的目标不是通知写明的数字，是门户的默认方案，市局可以修改。",
)


def write(book: Book) -> None:
    """The whole sheet."""
    layout = book.at.attainment
    sheet = book.sheet(
        NAME, f"{book.data.year}年度指标完成情况", last_column=L.LAST, header_rows=layout.first_row, measure=MEASURE
    )
    widths = _widths(book)
    sheet.widths([*widths, 3, 10, 9, 9, 11])
    for column, head in enumerate(HEADER):
        sheet.text(2, column, head, "head")
    for offset, head in enumerate(CALC_HEADER):
        sheet.text(2, L.CODE + offset, head, "calc_head")
    sheet.height(2, 22)
    for block, start in layout.starts():
        BlockRows(book, sheet, block, start).write()
    sheet.colour_words((layout.first_row, L.STATUS), (layout.end, L.STATUS), STATUS_TONES)
    sheet.keep_together(layout.block_rows(), width=sum(widths))
    end = sheet.notes(layout.end, NOTES, width=sum(widths))
    sheet.page.print_area(0, 0, end - 1, L.LAST)
    sheet.page.freeze_panes(layout.first_row, 1)


def _widths(book: Book) -> list[float]:
    """The widths, for the longest numbers of the year."""
    widths = list(WIDTHS)
    for block in book.blocks:
        for progress in [block.root[-1], *(row.progress[-1] for row in block.rows)]:
            for column, number in ((L.VALUE, progress.value), (L.BASE, progress.base), (L.ACTUAL, progress.actual)):
                widths[column] = max(widths[column], number_width(number, block.indicator.decimals))
    return widths


@dataclass(frozen=True)
class BlockRows:
    """Writes one indicator: its title at `start`, a row a unit, the root's last."""

    book: Book
    sheet: Sheet
    block: Block
    start: int

    def write(self) -> None:
        """The whole block."""
        self.sheet.merge(self.start, (0, L.LAST), block_title(self.block), "band")
        self.sheet.height(self.start, 18)
        for place in range(self.start + 1, self.start + self.block.height):
            self.sheet.height(place, ROW_HEIGHT)
        for place, row in enumerate(self.block.rows, start=self.start + 1):
            self._unit(row, place)
        if self.block.has_root:
            self._root(self.start + self.block.height - 1)

    def _unit(self, row: Row, place: int) -> None:
        self.sheet.text(place, L.UNIT, row.unit.name, "center")
        self._target(row.target, place)
        if row.is_frozen and row.scored is not None:
            scored = row.scored
            self._constants(place, (scored.value, scored.base, scored.state))
        else:
            self._from_quarters(place, row.progress[-1])
        actual = row.scored.actual if row.scored else row.progress[-1].actual
        alpha = row.scored.attainment if row.scored else row.progress[-1].attainment
        self._judge(place, actual, alpha)
        self._status(place, STATUSES[row.progress[-1].status] if row.is_concerned else NONE)
        self._evidence(row, place)
        self._calculated(row, place)
        self.sheet.text(place, L.REMARK, _remark(row))

    def _target(self, target: Fraction | None, place: int) -> None:
        style: dict[str, Any] = {"num_format": target_format(self.block)}
        if target is None:
            self.sheet.text(place, L.TARGET, NONE, "input", **style)
        else:
            self.sheet.number(place, L.TARGET, target, "input", **style)

    def _from_quarters(self, place: int, progress: Progress, *, root: bool = False) -> None:
        """V, B and the state are those of the last quarter; percentages of milestones have no sum."""
        style: dict[str, Any] = {"num_format": decimals_format(self.block.indicator.decimals), "bold": root}
        source = self._quarter_cell(place)
        is_silent = progress.state is DataState.NO_DATA
        has_value = not (root and self.block.indicator.spec.kind is Kind.MILESTONE)
        for column, summed, number, is_shown in (
            (L.VALUE, Q.SUM_VALUE, progress.value, has_value),
            (L.BASE, Q.SUM_BASE, progress.base, self.block.indicator.has_base),
        ):
            if not is_shown:
                self.sheet.text(place, column, NONE, "number", bold=root)
                continue
            written = formulas.unless_silent(near(place, L.STATE), source(summed))
            self.sheet.formula((place, column), written, NONE if is_silent else number, **style)
        self.sheet.formula((place, L.STATE), source(Q.STATE), STATES[progress.state], "calc")

    def _constants(self, place: int, scored: tuple[Fraction, Fraction, DataState]) -> None:
        """V, B and the state as they were scored: the reports say something else by now."""
        value, base, state = scored
        style: dict[str, Any] = {"num_format": decimals_format(self.block.indicator.decimals)}
        for column, number in ((L.VALUE, value), (L.BASE, base)):
            if state is DataState.NO_DATA or (column == L.BASE and not self.block.indicator.has_base):
                self.sheet.text(place, column, NONE, "input", **style)
            else:
                self.sheet.number(place, column, number, "input", **style)
        self.sheet.text(place, L.STATE, STATES[state], "calc")

    def _judge(self, place: int, actual: Fraction | None, alpha: Fraction | None, *, bold: bool = False) -> None:
        spec = self.block.indicator.spec
        value, base, state = (near(place, column) for column in (L.VALUE, L.BASE, L.STATE))
        written = formulas.actual(spec, value, base, state)
        style: dict[str, Any] = {"num_format": actual_format(self.block), "bold": bold}
        self.sheet.formula((place, L.ACTUAL), written, or_none(actual), **style)
        self._alpha(place, alpha, bold=bold)

    def _alpha(self, place: int, alpha: Fraction | None, *, bold: bool) -> None:
        spec = self.block.indicator.spec
        written = formulas.attainment(spec, near(place, L.ACTUAL), near(place, L.TARGET), near(place, L.BASE))
        style: dict[str, Any] = {"num_format": decimals_format(1), "bold": bold}
        self.sheet.formula((place, L.ATTAINMENT), written, or_none(alpha), **style)

    def _status(self, place: int, word: str, *, bold: bool = False) -> None:
        source = self._quarter_cell(place, printed=True)(Q.STATUS)
        self.sheet.formula((place, L.STATUS), source, word, "center", bold=bold)

    def _evidence(self, row: Row, place: int) -> None:
        if row.scored is None:
            self.sheet.text(place, L.EVIDENCE, "", "center")
        else:
            self.sheet.text(place, L.EVIDENCE, HAS if row.scored.has_evidence else LACKS, "input_center")

    def _calculated(self, row: Row, place: int) -> None:
        """What the evidence criterion and the vetoes count: the unit's code, and whether this row counts for it."""
        self.sheet.text(place, L.CODE, formulas.unit_key(row.unit.code), "calc")
        if row.scored is None:
            return
        cells = {column: near(place, column) for column in (L.TARGET, L.BASE, L.ACTUAL, L.ATTAINMENT, L.STATE)}
        needs = formulas.needs_evidence(
            self.block.indicator.spec, cells[L.ACTUAL], target=cells[L.TARGET], start=cells[L.BASE]
        )
        has_to = row.scored.target is not None and row.scored.has_achievement
        self.sheet.formula((place, L.NEEDS_EVIDENCE), needs, Yes.of(answer=has_to), "calc")
        if row.scored.binding:
            written = formulas.binding_attainment(cells[L.ATTAINMENT], cells[L.TARGET], cells[L.STATE])
            self.sheet.formula((place, L.BINDING), written, _binding(row), "calc", num_format="0.0")

    def _root(self, place: int) -> None:
        progress = self.block.root[-1]
        self.sheet.text(place, L.UNIT, self.book.data.root.name, "strong")
        self._target(progress.target, place)
        self._from_quarters(place, progress, root=True)
        source = self._quarter_cell(place, printed=True)(Q.ACTUAL)
        style: dict[str, Any] = {"num_format": actual_format(self.block), "bold": True}
        self.sheet.formula((place, L.ACTUAL), source, or_none(progress.actual), **style)
        self._alpha(place, progress.attainment, bold=True)
        self._status(place, STATUSES[progress.status], bold=True)
        self.sheet.text(place, L.EVIDENCE, "", "center")
        written = formulas.units_reported(*(self._over_units(column) for column in (Q.OWING, Q.STATE)))
        self.sheet.formula((place, L.REMARK), written, _reported_words(progress), "text", bold=True)

    def _over_units(self, column: int) -> str:
        """A calculation column of 季度进度 at the year's end, over all units of the block."""
        layout = self.book.at.quarters
        first = self.start + 1 - self.book.at.attainment.first_row + layout.first_row
        at = layout.calculated(YEAR_END, column)
        return layout.far_range((first, at), (first + len(self.block.rows) - 1, at))

    def _quarter_cell(self, place: int, *, printed: bool = False) -> Callable[[int], str]:
        """The cells of the same row at the end of the last quarter, on 季度进度: both sheets have the same blocks."""
        layout = self.book.at.quarters
        row = place - self.book.at.attainment.first_row + layout.first_row

        def cell(column: int) -> str:
            at = layout.printed(YEAR_END, column) if printed else layout.calculated(YEAR_END, column)
            return layout.far(row, at)

        return cell


def _remark(row: Row) -> str:
    if not row.is_concerned:
        return "不承担此项指标"
    origin = f"目标：{row.series.target_origin}" if row.series.target_origin and row.target is not None else ""
    return "；".join(part for part in (origin, FROZEN_REMARK if row.is_frozen else "") if part)


def _reported_words(progress: Progress) -> str:
    reported, owing = progress.units_reported
    if not owing:
        return NONE
    return f"{owing}{OF_UNITS}{reported}{HAVE_REPORTED}" if reported < owing else f"{owing}{ALL_REPORTED}"


def _binding(row: Row) -> Fraction | str:
    scored = row.scored
    if scored is None or scored.target is None:
        return NONE
    if scored.state is DataState.NO_DATA:
        return Fraction(-1)
    return or_none(scored.attainment)
