"""得分明细: every unit's points of every criterion; each unit's rows: self-score, computed, adjustment, final."""

from __future__ import annotations

from dataclasses import dataclass

from calculations.quarters import QUARTERS
from calculations.rules import Manual
from calculations.scheme import BindingMissed, Criterion
from calculations.scoring import LineResult
from reporting.exports.assessment_workbook import filing_block, formulas, rule_formulas
from reporting.exports.assessment_workbook.addresses import near, near_range
from reporting.exports.assessment_workbook.book import SCORES as NAME
from reporting.exports.assessment_workbook.book import Book, Sheet
from reporting.exports.assessment_workbook.data import Assessed
from reporting.exports.assessment_workbook.figure_layouts import AttainmentLayout
from reporting.exports.assessment_workbook.rule_formulas import (
    CriterionCells,
    EvidenceRanges,
    FilingCells,
    IndicatorCells,
)
from reporting.exports.assessment_workbook.scheme_sheet import parameters_of
from reporting.exports.assessment_workbook.score_layouts import BONUS, DEDUCTION, ScoreLayout
from reporting.exports.assessment_workbook.styles import LINE_HEIGHT, lines_needed
from reporting.exports.assessment_workbook.words import NONE, Yes

L, A = ScoreLayout, AttainmentLayout
UNIT_WIDTH, WHAT_WIDTH, CRITERION_WIDTH, SCORE_WIDTH = 11.0, 10.0, 6.4, 7.4
SIZE, ROW_HEIGHT = 11, 20.0
ROWS = ("自评得分", "计算得分", "调整", "最终得分")

NOTES = (
    "每个单位四行：单位自评（不计入得分）；按评分方案计算的得分；审核人员的调整（须写明理由）；最终得分。各项得分四舍五入保留两位小数，合计为各项之和。",
    "部分得分 = 各项最终得分之和 × 部分分值 ÷ 适用各项满分之和；“—”为不涉及或没有下达目标的评分项，不计入。",
    "蓝色为自评、人工评分、调整、否决认定和填报情况，改动后本簿自动重算；空白的人工评分按 0 分计。",
)


def write(book: Book) -> None:
    """The whole sheet."""
    layout = book.at.scores
    sheet = book.sheet(
        NAME, f"{book.data.year}年度考核得分明细", last_column=layout.last_printed, header_rows=layout.first_row
    )
    _header(book, sheet)
    for unit in layout.assessed:
        UnitRows(book, sheet, unit).write()
    end = layout.first_row + L.HEIGHT * len(layout.assessed)
    sheet.colour_words(
        (layout.first_row, layout.first_veto), (end, max(layout.last, layout.first_veto)), {Yes.YES: "poor"}
    )
    filing_block.write(book, sheet)
    width = UNIT_WIDTH + WHAT_WIDTH + CRITERION_WIDTH * (layout.last_printed - 1)
    sheet.keep_together(layout.printed_blocks(), width=width)
    end = sheet.notes(layout.filing_end, NOTES, width=width)
    sheet.page.print_area(0, 0, end - 1, layout.last_printed)
    sheet.page.freeze_panes(layout.first_row, L.FIRST)


def part_name(book: Book, part: str) -> str:
    """What a part of the scheme is called."""
    names = {each.code: f"{each.code}　{each.name}" for each in book.data.scheme.sections}
    return {BONUS: "加分", DEDUCTION: "扣分", **names}[part]


def _header(book: Book, sheet: Sheet) -> None:
    layout, scheme = book.at.scores, book.at.scheme
    sheet.widths([UNIT_WIDTH, WHAT_WIDTH, *([CRITERION_WIDTH] * (layout.last_printed - 1))])
    sheet.merge_block((2, L.UNIT), (3, L.WHAT), "单位", "head")
    sheet.merge(4, (L.UNIT, L.WHAT), "满分", "subhead")
    for part, criteria, first in layout.parts():
        last = first + len(criteria)
        sheet.merge(2, (first, last), part_name(book, part), "head")
        for column, criterion in enumerate(criteria, start=first):
            sheet.text(3, column, f"{criterion.code}\n{criterion.name}", "head", font_size=10)
            sheet.formula((4, column), scheme.max_of(criterion.code), criterion.max, "subhead", num_format="0.##")
        sheet.widths([SCORE_WIDTH], first=last)
        sheet.text(3, last, "得分" if part not in (BONUS, DEDUCTION) else f"{part_name(book, part)}合计", "head")
        _worth(book, sheet, part, last)
    if book.data.scheme.vetoes:
        sheet.merge(2, (layout.first_veto, layout.last), "一票否决", "head")
    for column, veto in enumerate(book.data.scheme.vetoes, start=layout.first_veto):
        sheet.text(3, column, f"{veto.code}\n{veto.name}", "head", font_size=10)
        sheet.text(4, column, NONE, "subhead")
    names = [each.name for each in book.data.scheme.criteria()] + [each.name for each in book.data.scheme.vetoes]
    lines = max((lines_needed(name, CRITERION_WIDTH + 1) for name in names), default=1)
    sheet.height(2, 20)
    sheet.height(3, (lines + 1) * LINE_HEIGHT + 6)


def _worth(book: Book, sheet: Sheet, part: str, column: int) -> None:
    """What a section is worth, or the cap of the bonus; a deduction has none."""
    if part == DEDUCTION:
        sheet.text(4, column, NONE, "subhead")
        return
    worth = {each.code: each.points for each in book.data.scheme.sections}
    points = worth.get(part, book.data.scheme.bonus_cap)
    sheet.formula((4, column), book.at.scheme.points_of(part), points, "subhead", num_format="0.##", bold=True)


@dataclass(frozen=True)
class UnitRows:
    """Writes the rows of one unit."""

    book: Book
    sheet: Sheet
    unit: Assessed

    @property
    def first(self) -> int:
        return self.book.at.scores.unit_rows[self.unit.code]

    @property
    def _key(self) -> str:
        return formulas.text(formulas.unit_key(self.unit.code))

    def write(self) -> None:
        """Its names, lines, part scores and vetoes."""
        layout = self.book.at.scores
        names = ((self.first, L.UNIT), (self.first + L.FINAL, L.UNIT))
        self.sheet.merge_block(*names, self.unit.name, "strong", font_size=SIZE)
        for offset, name in enumerate(ROWS):
            self.sheet.height(self.first + offset, ROW_HEIGHT)
            self.sheet.text(self.first + offset, L.WHAT, name, "strong" if offset == L.FINAL else "center")
        lines = {line.code: line for line in self.unit.result.lines}
        for part, criteria, first in layout.parts():
            for column, criterion in enumerate(criteria, start=first):
                self._line(criterion, lines[criterion.code], column)
            self._part(part, (first, first + len(criteria) - 1))
        for number in range(len(self.book.data.scheme.vetoes)):
            self._veto(number)

    def _line(self, criterion: Criterion, line: LineResult, column: int) -> None:
        own, computed, adjustment, final = (self.first + offset for offset in range(L.HEIGHT))
        said = self.unit.self_scores.get(criterion.code)
        self.sheet.number(own, column, said, "input_center", num_format="0.00", font_size=SIZE)
        maximum = near_range((4, column), (4, column))
        if isinstance(criterion.rule, Manual):
            given = self.unit.inputs.manual.get(criterion.code)
            self.sheet.number(computed, column, given, "input_center", num_format="0.00", font_size=SIZE)
        elif criterion.rule is not None:
            written = rule_formulas.rule_formula(criterion.rule, self._cells(criterion, maximum))
            self.sheet.formula((computed, column), written, _points(line.computed), "points", font_size=SIZE)
        self.sheet.number(
            adjustment, column, line.adjustment, "input_center", num_format="+0.00;-0.00;0.00", font_size=SIZE
        )
        written = rule_formulas.final_points(
            near(computed, column), near(adjustment, column), maximum, rule=criterion.rule
        )
        value = line.points if line.applicable else NONE
        self.sheet.formula((final, column), written, value, "total", font_size=SIZE)

    def _part(self, part: str, columns: tuple[int, int]) -> None:
        final = self.first + L.FINAL
        score = columns[1] + 1
        lines = near_range((final, columns[0]), (final, columns[1]))
        maxima = near_range((4, columns[0]), (4, columns[1]))
        worth = near_range((4, score), (4, score))
        result = self.unit.result
        scores = {each.code: each.score for each in result.sections}
        written, value = {
            BONUS: (f"ROUND(MIN({worth},SUM({lines})),2)", result.bonus),
            DEDUCTION: (f"ROUND(SUM({lines}),2)", result.deduction),
        }.get(part, (rule_formulas.section_score(lines, maxima, worth), scores.get(part)))
        for row in range(self.first, self.first + L.FINAL):
            self.sheet.text(row, score, "", "total")
        self.sheet.formula((final, score), written, _points(value), "total", font_size=SIZE)

    def _veto(self, number: int) -> None:
        layout, veto = self.book.at.scores, self.book.data.scheme.vetoes[number]
        column = layout.first_veto + number
        for row in range(self.first, self.first + L.FINAL):
            self.sheet.text(row, column, "", "center")
        at = (self.first + L.FINAL, column)
        if not isinstance(veto.condition, BindingMissed):
            raised = Yes.of(answer=veto.code in self.unit.inputs.flags)
            self.sheet.text(*at, raised, "input_center")
            return
        figures, threshold = self.book.at.attainment, self.book.at.scheme.veto(number, self.book.at.scheme.THRESHOLD)
        missed = formulas.missed_bindings(figures.column(A.CODE), self._key, figures.column(A.BINDING), threshold)
        tripped = Yes.of(answer=veto.code in {each.code for each in self.unit.result.vetoes})
        self.sheet.formula(at, f"IF({missed}>0,{formulas.text(Yes.YES)},{formulas.text(Yes.NO)})", tripped, "center")

    def _cells(self, criterion: Criterion, maximum: str) -> CriterionCells:
        scheme, figures = self.book.at.scheme, self.book.at.attainment
        steps = parameters_of(criterion)
        return CriterionCells(
            maximum=maximum,
            indicators=[self._indicator(code) for code in criterion.indicators],
            filings=[self._filing(quarter) for quarter in QUARTERS],
            evidence=EvidenceRanges(
                self._key,
                figures.column(A.CODE),
                figures.column(A.NEEDS_EVIDENCE),
                figures.column(A.EVIDENCE),
            ),
            first=[scheme.parameter(criterion.code, 0, step=step) for step in range(len(steps))],
            second=[scheme.parameter(criterion.code, 1, step=step) for step in range(len(steps))],
        )

    def _indicator(self, code: str) -> IndicatorCells:
        figures = self.book.at.attainment
        row = figures.row_of[self.unit.code, code]
        state, target, actual, alpha = (
            figures.far(row, column) for column in (A.STATE, A.TARGET, A.ACTUAL, A.ATTAINMENT)
        )
        return IndicatorCells(state, target, actual, alpha)

    def _filing(self, quarter: int) -> FilingCells:
        layout = self.book.at.scores
        row, height = layout.filing_of[self.unit.code]
        on_time, counted, required, filled, returned = (
            near_range((row, column), (row, column))
            for column in (
                layout.filing(quarter, each) for each in (L.ON_TIME, L.COUNTED, L.REQUIRED, L.FILLED, L.RETURNED)
            )
        )
        if height > 1:
            column = layout.filing(quarter, L.RETURNED)
            returned = near_range((row, column), (row + height - 1, column))
        return FilingCells(on_time, counted, required, filled, returned)


def _points(points: object) -> object:
    return NONE if points is None else points
