"""考核结果: rank, unit, section scores, base, bonus, deduction, total, veto, grade; below, charts and signatures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from calculations.rounding import exact
from calculations.scheme import RankBy
from reporting.exports.assessment_workbook import charts, result_formulas, rule_formulas
from reporting.exports.assessment_workbook.addresses import near, near_range
from reporting.exports.assessment_workbook.book import CHECK, Book, Sheet
from reporting.exports.assessment_workbook.book import RESULTS as NAME
from reporting.exports.assessment_workbook.data import Assessed
from reporting.exports.assessment_workbook.figure_layouts import AttainmentLayout
from reporting.exports.assessment_workbook.score_layouts import BONUS, DEDUCTION, ResultLayout
from reporting.exports.assessment_workbook.styles import LINE_HEIGHT, lines_needed
from reporting.exports.assessment_workbook.words import NONE, RANKED_BY

L = ResultLayout
WORTH_ROW = 3
SECTION_WIDTH, SIGNATURES_HEIGHT = 14.0, 34.0
ROOMY, DENSE, FEW_UNITS = 26.0, 21.0, 8
"""The height of a row for a few units, and for more."""
HEADS = {
    "base": ("基本分", 11.0),
    "bonus": ("加分", 9.0),
    "deduction": ("扣分", 9.0),
    "total": ("总分", 11.0),
    "vetoes": ("一票否决", 24.0),
    "grade": ("等次", 10.0),
    "remark": ("备注", 30.0),
}
CALC_HEADS = {"group": "排名组", "band": "总分等次", "best": "最高等次", "key": "排序值", "tripped": "否决"}
SIGNATURES = ("制表人：", "审核人：", "签发人：")


def write(book: Book) -> None:
    """The whole sheet."""
    layout, data = book.at.results, book.data
    sheet = book.sheet(NAME, f"{data.title}考核结果", last_column=layout.last, header_rows=layout.first_row)
    width = _header(book, sheet)
    for unit in layout.assessed:
        UnitRow(book, sheet, unit).write()
    grades = [band.name for band in data.scheme.bands]
    tones = dict(zip(grades, charts.spread(["good", "fair", "poor"], len(grades)), strict=True))
    column = layout.column("grade")
    sheet.colour_words((layout.first_row, column), (layout.end, column), tones)
    row = sheet.notes(layout.end, _notes(book), width=width)
    end = _foot(book, sheet, _verdict(sheet, row), width)
    sheet.page.print_area(0, 0, end - 1, layout.last)
    sheet.page.freeze_panes(layout.first_row, L.UNIT + 1)
    sheet.page.activate()


def _header(book: Book, sheet: Sheet) -> float:
    """Header and the row of what each part is worth; the printed width."""
    layout, scheme = book.at.results, book.data.scheme
    heads = [("名次", 8.0), ("单位", 16.0), *([("组别", 12.0)] if layout.has_groups else [])]
    heads += [(f"{each.code}\n{each.name}", SECTION_WIDTH) for each in scheme.sections]
    heads += list(HEADS.values())
    sheet.widths([width for _, width in heads])
    for column, (head, _) in enumerate(heads):
        sheet.text(2, column, head, "head")
        sheet.text(WORTH_ROW, column, "分值" if column == L.UNIT else "", "subhead")
    for column, section in enumerate(scheme.sections, start=layout.first_section):
        points = book.at.scheme.points_of(section.code)
        sheet.formula((WORTH_ROW, column), points, section.points, "subhead", num_format="0.##")
    sections = near_range((WORTH_ROW, layout.first_section), (WORTH_ROW, layout.base - 1))
    worth = sum(section.points for section in scheme.sections)
    sheet.formula((WORTH_ROW, layout.base), f"SUM({sections})", worth, "subhead", num_format="0.##")
    for name, head in CALC_HEADS.items():
        sheet.text(2, layout.column(name), head, "calc_head")
    for number, block in enumerate(layout.charted):
        sheet.text(2, layout.charted_column(number), block.indicator.name, "calc_head")
    lines = max(lines_needed(head, width) for head, width in heads)
    sheet.height(2, (lines + 0.6) * LINE_HEIGHT)
    sheet.height(WORTH_ROW, 18)
    sheet.widths([3, *([9.0] * (len(CALC_HEADS) + len(layout.charted)))], first=layout.column(""))
    return sum(width for _, width in heads)


def _verdict(sheet: Sheet, row: int) -> int:
    """Whether the table still says what the portal says, above the signatures; the first row after it.

    Not counted among the sheet's formulas: 校验 looks at those, and this one looks at 校验.
    """
    style = sheet.styles("line", bold=True)
    sheet.page.merge_range(row, 0, row, sheet.last_column, "", style)
    sheet.page.write_formula(row, 0, f"={result_formulas.verdict(CHECK)}", style, result_formulas.ALL_SAME)
    sheet.height(row, 20)
    return row + 1


def _foot(book: Book, sheet: Sheet, row: int, width: float) -> int:
    """Charts and signatures on the page of the table; where that is full, the charts on one of their own.

    The first row after them.
    """
    left = sheet.page_height(width) - sheet.height_of(range(row)) - SIGNATURES_HEIGHT
    if left >= charts.LEAST_HEIGHT:
        row = charts.write(book, sheet, row, (width, left))
        return _signatures(sheet, row)
    row = _signatures(sheet, row)
    sheet.page.set_h_pagebreaks([row])
    if left > 0:
        sheet.page.repeat_rows(0, 1)
    return charts.write(book, sheet, row, (width, charts.MOST_HEIGHT))


def _signatures(sheet: Sheet, row: int) -> int:
    """Who made, checked and issued the table, spread over its width; the first row after them."""
    width = (sheet.last_column + 1) / len(SIGNATURES)
    for place, name in enumerate(SIGNATURES):
        sheet.merge(row, (round(place * width), round((place + 1) * width) - 1), name, "sign")
    sheet.height(row, SIGNATURES_HEIGHT)
    return row + 1


@dataclass(frozen=True)
class UnitRow:
    """Writes the row of one unit."""

    book: Book
    sheet: Sheet
    unit: Assessed

    @property
    def layout(self) -> ResultLayout:
        return self.book.at.results

    @property
    def row(self) -> int:
        return self.layout.unit_rows[self.unit.code]

    @property
    def bands(self) -> int:
        return len(self.book.data.scheme.bands)

    def write(self) -> None:
        """The printed cells and the calculation cells."""
        self.sheet.height(self.row, ROOMY if len(self.layout.assessed) <= FEW_UNITS else DENSE)
        self.sheet.text(self.row, L.UNIT, self.unit.name, "strong")
        if self.layout.has_groups:
            self.sheet.text(self.row, L.GROUP, self.unit.group_name, "center")
        self._scores()
        self._grade()
        self._rank()
        self._charted()

    def _cell(self, name: str) -> str:
        return near(self.row, self.layout.column(name))

    def _put(self, name: str, formula: str, value: object, look: str) -> None:
        self.sheet.formula((self.row, self.layout.column(name)), formula, NONE if value is None else value, look)

    def _scores(self) -> None:
        result, layout = self.unit.result, self.layout
        for column, section in enumerate(result.sections, start=layout.first_section):
            source = self.book.at.scores.score(self.unit.code, section.code) or text_none()
            score = NONE if section.score is None else section.score
            self.sheet.formula((self.row, column), source, score, "points")
        sections = near_range((self.row, layout.first_section), (self.row, layout.base - 1))
        worth = near_range((WORTH_ROW, layout.first_section), (WORTH_ROW, layout.base - 1))
        base = rule_formulas.base_score(sections, worth, len(result.sections))
        self._put("base", base, result.base, "points")
        self._put("bonus", self.book.at.scores.score(self.unit.code, BONUS) or "0", result.bonus, "points")
        self._put("deduction", self.book.at.scores.score(self.unit.code, DEDUCTION) or "0", result.deduction, "points")
        total = result_formulas.total(self._cell("base"), self._cell("bonus"), self._cell("deduction"))
        self._put("total", total, result.total, "total")

    def _grade(self) -> None:
        scheme, result = self.book.at.scheme, self.unit.result
        names = scheme.bands(scheme.BAND_NAME)
        band, best = self._band_places()
        self._put(
            "band",
            result_formulas.band(self._cell("total"), scheme.bands(scheme.BAND_LOWER), self._judged_targets()),
            band,
            "calc",
        )
        tripped = [self.book.at.scores.veto(self.unit.code, each) for each in range(len(scheme.scheme.vetoes))]
        places = [scheme.veto(each, scheme.BEST_BAND) for each in range(len(tripped))]
        self._put("best", result_formulas.best(list(zip(tripped, places, strict=True)), self.bands), best, "calc")
        written = result_formulas.grade(self._cell("band"), self._cell("best"), names, self.bands)
        self._put("grade", written, result.grade, "strong")
        veto_names = [scheme.veto(each, scheme.VETO_NAME) for each in range(len(tripped))]
        codes = {each.code for each in result.vetoes}
        fallen = [each.name for each in scheme.scheme.vetoes if each.code in codes]
        words = result_formulas.tripped_names(list(zip(tripped, veto_names, strict=True)))
        self._put("tripped", words, "；".join([result_formulas.NO_VETO, *fallen]), "calc")
        shown = result_formulas.shown_names(self._cell("tripped"))
        self._put("vetoes", shown, "；".join(fallen) or result_formulas.NO_VETO, "center")
        written = result_formulas.remark(self._cell("band"), self._cell("best"), names, self.bands)
        self._put("remark", written, self._remark(band, best), "text")

    def _band_places(self) -> tuple[int, int]:
        """The place from below by the total (0: none), and the best that the vetoes leave."""
        scheme, result = self.book.data.scheme, self.unit.result
        band = scheme.grade_rank(result.band) if result.band is not None else 0
        return band, min([self.bands, *(each.best_band for each in result.vetoes)])

    def _remark(self, band: int, best: int) -> str:
        if band == 0:
            return "无法评定"
        return f"按总分为{self.unit.result.band}，一票否决后降等" if best < band else NONE

    def _judged_targets(self) -> list[str]:
        """The target cells of the first section: without any of them a unit gets no grade."""
        figures = self.book.at.attainment
        judging = [each for each in self.book.data.scheme.sections[0].criteria if each.rule and each.rule.needs_target]
        codes = dict.fromkeys(code for criterion in judging for code in criterion.indicators)
        return [figures.far(figures.row_of[self.unit.code, code], AttainmentLayout.TARGET) for code in codes]

    def _rank(self) -> None:
        layout, by = self.layout, self.book.data.scheme.rank_by
        self.sheet.text(self.row, layout.column("group"), self.unit.inputs.rank_group, "calc")
        key = result_formulas.key(self._cell("total"), self._cell("band"), self._cell("best"), by=by)
        self._put("key", key, self._key(), "calc")
        keys, groups = (layout.range_of(layout.column(name)) for name in ("key", "group"))
        written = result_formulas.rank(self._cell("key"), keys, self._cell("group"), groups)
        rank = NONE if self.unit.result.rank is None else self.unit.result.rank
        self.sheet.formula((self.row, L.RANK), written, rank, "rank")

    def _key(self) -> object:
        total, (band, best) = self.unit.result.total, self._band_places()
        if band == 0 or total is None:
            return -1
        first = min(band, best) * result_formulas.GRADE_WEIGHT if self.book.data.scheme.rank_by is RankBy.GRADE else 0
        return first + exact(total)

    def _charted(self) -> None:
        """The attainment of the charted indicators beside the unit's name; 0 where there is none."""
        figures = self.book.at.attainment
        for number, block in enumerate(self.layout.charted):
            row = figures.row_of.get((self.unit.code, block.indicator.code))
            at = (self.row, self.layout.charted_column(number))
            if row is None:
                self.sheet.number(*at, 0, "calc")
                continue
            scored = self.unit.inputs.indicators[block.indicator.code]
            source = figures.far(row, AttainmentLayout.ATTAINMENT)
            self.sheet.formula(at, f"N({source})", scored.attainment or 0, "calc", num_format="0.0")


def text_none() -> str:
    """The sign that there is no number, in a formula."""
    return f'"{NONE}"'


def _notes(book: Book) -> Sequence[str]:
    data = book.data
    notes = []
    if data.scheme_words.is_default:
        notes.append("评分方案为默认方案，可修改；正式考核以市局印发的评分办法为准。")
    ranked = RANKED_BY[data.scheme.rank_by]
    notes.append(
        f"各项得分四舍五入保留两位小数；名次在同类单位内{ranked}，相同的并列。本表由公式计算，改动原始数据后自动重算。"
    )
    notes.append("“—”表示没有可评的内容：单位不涉及或没有下达目标的评分项不计入，所在部分按其余评分项折算。")
    waiting = [f"{each.name}（{'、'.join(each.result.unscored)}）" for each in data.assessed if each.result.unscored]
    if waiting:
        notes.append(f"人工评分尚未完成，暂按 0 分计：{'；'.join(waiting)}。")
    if data.provenance.is_stale:
        notes.append("考核计算后数据又有变动，本表为计算时的结果，请重新计算考核后再使用。")
    return notes
