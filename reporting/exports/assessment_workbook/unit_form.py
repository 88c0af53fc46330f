"""One unit's score sheet (得分表): every line with its why, to be read by somebody who has never seen the scheme."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from io import BytesIO
from typing import Any

from xlsxwriter import Workbook

from calculations.scheme import Criterion
from calculations.scoring import LineResult
from reporting.exports.assessment_workbook import result_formulas, rule_formulas
from reporting.exports.assessment_workbook.addresses import near, near_range
from reporting.exports.assessment_workbook.book import Sheet
from reporting.exports.assessment_workbook.build import OPTIONS
from reporting.exports.assessment_workbook.data import Assessed, WorkbookData
from reporting.exports.assessment_workbook.result_sheet import SIGNATURES
from reporting.exports.assessment_workbook.score_layouts import BONUS, DEDUCTION, parts_of
from reporting.exports.assessment_workbook.styles import Styles, height_for
from reporting.exports.assessment_workbook.words import NONE

NAME = "得分表"
HEADS = (
    ("代码", 7.0), ("评分项", 26.0), ("满分", 8.0), ("自评", 8.0), ("计算得分", 9.0), ("调整", 8.0), ("最终得分", 10.0),
    ("得分依据", 62.0),
)  # fmt: skip
CODE, ITEM, MAX, SELF, COMPUTED, ADJUSTMENT, FINAL, WHY = range(len(HEADS))
HEADER_ROW, FIRST_ROW = 3, 4
ON_TWO_PAGES = 32
"""So many lines can still be read when they are made to fit on two pages."""
NOTES = (
    "自评由单位填写，不计入得分；调整由审核人员作出并写明理由；各项得分四舍五入保留两位小数。",
    "“—”为不涉及或没有下达目标的评分项，其分值由同一部分的其他项按比例承担。",
)


def build_unit_form(data: WorkbookData, unit: Assessed) -> bytes:
    """The bytes of a one-sheet .xlsx; the same for the same data."""
    stream = BytesIO()
    workbook = Workbook(stream, OPTIONS)
    made = data.provenance
    workbook.set_properties(
        {
            "title": f"{unit.name}{data.year}年度考核得分表",
            "author": made.generated_by,
            "company": data.root.name,
            "created": made.generated_at.astimezone(UTC).replace(tzinfo=None),
        }
    )
    sheet = Sheet(workbook.add_worksheet(NAME), Styles(workbook), len(HEADS) - 1)
    _Form(data, unit, sheet).write()
    workbook.close()
    return stream.getvalue()


@dataclass
class _Form:
    data: WorkbookData
    unit: Assessed
    sheet: Sheet
    row: int = FIRST_ROW

    def write(self) -> None:
        """The whole sheet."""
        sheet, data = self.sheet, self.data
        sheet.set_up(data, f"{self.unit.name}{data.year}年度考核得分表", header_rows=FIRST_ROW)
        sheet.line_below_title(data, "分")
        self._standing()
        sheet.widths([width for _, width in HEADS])
        for place, (head, _) in enumerate(HEADS):
            sheet.text(HEADER_ROW, place, head, "head")
        sheet.height(HEADER_ROW, 20)
        scores = {code: self._part(code, criteria) for code, criteria in parts_of(data.scheme)}
        self._total(scores)
        row = sheet.notes(self.row, NOTES, width=sum(width for _, width in HEADS))
        for place, name in enumerate(SIGNATURES):
            sheet.merge(row, ((0, ITEM), (MAX, FINAL), (WHY, WHY))[place], name, "sign")
        sheet.height(row, 34)
        sheet.page.print_area(0, 0, row, sheet.last_column)
        if len(self.unit.result.lines) <= ON_TWO_PAGES:
            sheet.page.fit_to_pages(1, 2)
        sheet.page.freeze_panes(FIRST_ROW, 0)

    def _standing(self) -> None:
        result, made = self.unit.result, self.data.provenance
        said = [f"总分 {_words(result.total)}", f"等次 {result.grade or NONE}"]
        if result.rank is not None:
            said.append(f"{self.unit.group_name}第 {result.rank} 名")
        said.append(f"（{made.state}，第 {made.revision} 次修订）")
        text = "\n".join(["　　".join(said), *(f"一票否决：{veto.name}（{veto.why}）" for veto in result.vetoes)])
        self.sheet.merge(2, (0, self.sheet.last_column), text, "strong", font_size=12)
        self.sheet.height(2, max(24.0, height_for(text, sum(width for _, width in HEADS) * 0.8, line=17.0)))

    def _part(self, code: str, criteria: Sequence[Criterion]) -> tuple[int, Any]:
        """A part's title with its score, and its lines; the row of the score, and the score."""
        lines = {line.code: line for line in self.unit.result.lines}
        title, first = self.row, self.row + 1
        for row, criterion in enumerate(criteria, start=first):
            self._line(row, criterion, lines[criterion.code])
        self.row = first + len(criteria)
        name, worth, score = self._part_facts(code)
        last = self.row - 1
        finals, maxima = (near_range((first, column), (last, column)) for column in (FINAL, MAX))
        self.sheet.merge(title, (CODE, ITEM), name, "band")
        self.sheet.number(title, MAX, worth, "subhead", num_format="0.##")
        for column in (SELF, COMPUTED, ADJUSTMENT, WHY):
            self.sheet.text(title, column, "", "subhead")
        written = {
            BONUS: f"ROUND(MIN({near(title, MAX)},SUM({finals})),2)",
            DEDUCTION: f"ROUND(SUM({finals}),2)",
        }.get(code, rule_formulas.section_score(finals, maxima, near(title, MAX)))
        self.sheet.formula((title, FINAL), written, NONE if score is None else score, "total")
        self.sheet.height(title, 20)
        return title, score

    def _part_facts(self, code: str) -> tuple[str, Any, Any]:
        """A part's name, what it is worth (None: no limit), its score."""
        result, scheme = self.unit.result, self.data.scheme
        if code == BONUS:
            return "加分", scheme.bonus_cap, result.bonus
        if code == DEDUCTION:
            return "扣分", None, result.deduction
        section = next(each for each in scheme.sections if each.code == code)
        score = next(each.score for each in result.sections if each.code == code)
        return f"{code}　{section.name}", section.points, score

    def _line(self, row: int, criterion: Criterion, line: LineResult) -> None:
        sheet = self.sheet
        sheet.text(row, CODE, criterion.code, "center")
        sheet.text(row, ITEM, criterion.name)
        sheet.number(row, MAX, criterion.max, "center", num_format="0.##")
        sheet.number(row, SELF, self.unit.self_scores.get(criterion.code), "points")
        if line.computed is None and not line.unscored:
            sheet.text(row, COMPUTED, NONE, "center")
        else:
            sheet.number(row, COMPUTED, line.computed, "points")
        sheet.number(row, ADJUSTMENT, line.adjustment, "points", num_format="+0.00;-0.00;0.00")
        cells = near(row, COMPUTED), near(row, ADJUSTMENT), near(row, MAX)
        written = rule_formulas.final_points(*cells, rule=criterion.rule)
        sheet.formula((row, FINAL), written, line.points if line.applicable else NONE, "points", bold=True)
        sheet.text(row, WHY, line.why)
        heights = (height_for(text, HEADS[place][1]) for text, place in ((line.why, WHY), (criterion.name, ITEM)))
        sheet.height(row, max([18.0, *heights]))

    def _total(self, scores: dict[str, tuple[int, Any]]) -> None:
        """The base and the total; the base is the portal's where a section dropped out."""
        result, row = self.unit.result, self.row
        sections = [scores[each.code] for each in self.data.scheme.sections if each.code in scores]
        all_apply = all(score is not None for _, score in sections)
        base = "ROUND(" + "+".join(near(place, FINAL) for place, _ in sections) + ",2)" if all_apply else ""
        self._sum(row, "基本分", base, result.base)
        extras = [near(scores[each][0], FINAL) if each in scores else "0" for each in (BONUS, DEDUCTION)]
        self._sum(row + 1, "总分", result_formulas.total(near(row, FINAL), *extras), result.total)
        self.row = row + 2

    def _sum(self, row: int, name: str, written: str, value: Any) -> None:
        self.sheet.merge(row, (CODE, ADJUSTMENT), name, "band")
        if written:
            self.sheet.formula((row, FINAL), written, NONE if value is None else value, "total")
        else:
            self.sheet.number(row, FINAL, value, "total")
        self.sheet.text(row, WHY, "", "subhead")
        self.sheet.height(row, 20)


def _words(points: object) -> str:
    return NONE if points is None else f"{points:.2f}"
