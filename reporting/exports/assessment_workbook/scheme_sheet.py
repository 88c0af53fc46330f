"""评分方案: criteria with rules and parameters, grades, vetoes. The formulas of the other sheets use these numbers."""

from __future__ import annotations

from calculations.rounding import Number
from calculations.rules import (
    Average,
    Completeness,
    Evidence,
    Manual,
    OverTarget,
    PerItem,
    Proportional,
    Returns,
    Rule,
    Steps,
    Timeliness,
)
from calculations.scheme import BindingMissed, Cap, Criterion, Veto
from reporting.exports.assessment_workbook.book import SCHEME as NAME
from reporting.exports.assessment_workbook.book import Book, Sheet
from reporting.exports.assessment_workbook.score_layouts import BONUS, SchemeLayout, parts_of
from reporting.exports.assessment_workbook.styles import height_for
from reporting.exports.assessment_workbook.words import NONE, RANKED_BY

L = SchemeLayout
GAP, MOST_ROWS_A_PAGE = 6.0, 60
HEADER = ("", "代码", "评分项", "满分", "计分规则", "指标", "参数", "值", "参数", "值")
WIDTHS = (5.0, 7.0, 24.0, 8.0, 68.0, 36.0, 15.0, 8.0, 15.0, 8.0)

RULES: dict[type[Rule], str] = {
    Proportional: "按完成率计分：达到 100% 得满分，低于下限得 0 分，其余按完成率乘以满分",
    Steps: "按完成率分档计分：达到哪一档得哪一档的分，低于最低一档得 0 分",
    PerItem: "按数量计分：每项得分乘以数量，不超过满分",
    Average: "按各指标实际完成（%，最高按 100%）的平均数乘以满分",
    OverTarget: "超额计分：完成率超过 100% 的部分，每满一档得分，不超过满分",
    Timeliness: "按时提交并最终审核通过的季度计分，折算为四个季度",
    Completeness: "每季按应填项目已填的比例计分，折算为四个季度",
    Evidence: "有目标且有进展的指标中，有佐证材料或台账条目的所占比例乘以满分；没有进展的得 0 分",
    Returns: "报告退回次数超过免扣次数的，每次扣分，不超过满分",
    Manual: "评审人员评分，0 至满分",
}

PARAMETERS: dict[type[Rule], tuple[tuple[str, str], ...]] = {
    Proportional: (("下限（%）", "floor"),),
    PerItem: (("每项得分", "each"), ("每个指标最多计", "cap_each")),
    OverTarget: (("每满（百分点）", "per"), ("得分", "each")),
    Timeliness: (("每季得分", "each"),),
    Completeness: (("每季得分", "each"),),
    Returns: (("免扣次数", "free"), ("每次扣分", "each")),
}
"""What a rule's parameters are called; the formulas find them in this order. Steps have a row each."""

Parameter = tuple[str, Number] | None


def parameters_of(criterion: Criterion) -> list[tuple[Parameter, Parameter]]:
    """The parameters of a criterion's rule, two a row: name and value."""
    rule = criterion.rule
    if isinstance(rule, Steps):
        return [(("完成率达到（%）", step.bound), ("得分", step.points)) for step in rule.steps]
    named = PARAMETERS.get(type(rule), ()) if rule is not None else ()
    given = [(label, getattr(rule, name)) for label, name in named]
    first, second, *_ = [*(each if each[1] is not None else None for each in given), None, None]
    return [(first, second)]


def write(book: Book) -> None:
    """The whole sheet."""
    layout, words = book.at.scheme, book.data.scheme_words
    sheet = book.sheet(NAME, words.name, last_column=L.LAST, header_rows=layout.first_row)
    sheet.widths(WIDTHS)
    for column, head in enumerate(HEADER):
        sheet.text(2, column, head, "head")
    sheet.height(2, 20)
    starts = layout.part_rows()
    for part, criteria in parts_of(book.data.scheme):
        _part(book, sheet, part, starts[part])
        for criterion in criteria:
            _criterion(book, sheet, criterion)
    _bands(book, sheet)
    _vetoes(book, sheet)
    for gap in (layout.bands_row - 1, layout.vetoes_row - 1):
        sheet.height(gap, GAP)
    end = layout.vetoes_row + 2 + len(book.data.scheme.vetoes)
    end = sheet.notes(end, _notes(book), width=sum(WIDTHS))
    if end <= MOST_ROWS_A_PAGE:
        sheet.page.fit_to_pages(1, 1)
    sheet.page.print_area(0, 0, end - 1, L.LAST)
    sheet.page.freeze_panes(layout.first_row, 0)


def _part(book: Book, sheet: Sheet, part: str, row: int) -> None:
    """A part's title row: its name, and what it is worth."""
    scheme = book.data.scheme
    section = next((each for each in scheme.sections if each.code == part), None)
    if section is not None:
        title, worth, rest = f"{section.code}　{section.name}", section.points, "部分分值"
    elif part == BONUS:
        title, worth, rest = "加分", scheme.bonus_cap, "加分合计上限"
    else:
        title, worth, rest = "扣分", None, "从基本分与加分之和中扣除"
    sheet.merge(row, (L.PART, L.NAME), title, "band")
    if worth is None:
        sheet.text(row, L.MAX, NONE, "band", align="center")
    else:
        sheet.number(row, L.MAX, worth, "input_center", num_format="0.##", bold=True)
    sheet.merge(row, (L.RULE, L.LAST), rest, "band")
    sheet.height(row, 16)


def _criterion(book: Book, sheet: Sheet, criterion: Criterion) -> None:
    layout = book.at.scheme
    row = layout.criterion_rows()[criterion.code]
    last = row + layout.height(criterion) - 1
    names = {each.code: each.name for each in book.data.indicators}
    rule = RULES[type(criterion.rule)] if criterion.rule else "未设定"
    checklist = book.data.scheme_words.checklists.get(criterion.code, "")
    rule = f"{rule}：\n{checklist}" if checklist else rule
    indicators = "、".join(names.get(code, code) for code in criterion.indicators)
    for column, text, look in (
        (L.PART, "", "text"),
        (L.CODE, criterion.code, "center"),
        (L.NAME, criterion.name, "text"),
        (L.RULE, rule, "text"),
        (L.INDICATORS, indicators, "text"),
    ):
        sheet.merge_block((row, column), (last, column), text, look)
    sheet.merge_block((row, L.MAX), (last, L.MAX), "", "input_center", num_format="0.##")
    sheet.number(row, L.MAX, criterion.max, "input_center", num_format="0.##")
    for place, (first, second) in enumerate(parameters_of(criterion), start=row):
        _parameter(sheet, place, L.FIRST_NAME, first)
        _parameter(sheet, place, L.SECOND_NAME, second)
    height = max(height_for(rule, WIDTHS[L.RULE]), height_for(indicators, WIDTHS[L.INDICATORS]))
    for place in range(row, last + 1):
        sheet.height(place, max(15.5, height / (last - row + 1)))


def _parameter(sheet: Sheet, row: int, column: int, parameter: Parameter) -> None:
    sheet.text(row, column, parameter[0] if parameter else "", "text", font_size=9)
    if parameter is None:
        sheet.text(row, column + 1, "", "center")
    else:
        sheet.number(row, column + 1, parameter[1], "input_center", num_format="0.####")


def _bands(book: Book, sheet: Sheet) -> None:
    layout = book.at.scheme
    row = layout.bands_row
    sheet.merge(row, (L.PART, L.LAST), "等次", "band")
    sheet.merge(row + 1, (L.PART, L.CODE), "序号", "head")
    sheet.text(row + 1, L.BAND_NAME, "等次", "head")
    sheet.text(row + 1, L.BAND_LOWER, "总分不低于", "head", font_size=9)
    sheet.merge(row + 1, (L.RULE, L.LAST), "说明", "head")
    for number, band in enumerate(book.data.scheme.bands):
        place = row + 2 + number
        sheet.merge(place, (L.PART, L.CODE), str(number + 1), "center")
        sheet.text(place, L.BAND_NAME, band.name, "center")
        sheet.number(place, L.BAND_LOWER, band.lower, "input_center", num_format="0.##")
        sheet.merge(place, (L.RULE, L.LAST), "总分达到下限的最高一等；再看有无一票否决" if number == 0 else "", "text")


def _vetoes(book: Book, sheet: Sheet) -> None:
    row = book.at.scheme.vetoes_row
    sheet.merge(row, (L.PART, L.LAST), "一票否决", "band")
    sheet.merge(row + 1, (L.PART, L.CODE), "代码", "head")
    sheet.merge(row + 1, (L.VETO_NAME, L.VETO_NAME + 1), "名称", "head")
    sheet.merge(row + 1, (L.VETO_CONDITION, L.VETO_CONDITION + 1), "情形和后果", "head")
    for column, head in (
        (L.FIRST_NAME, "参数"),
        (L.FIRST_VALUE, "值"),
        (L.SECOND_NAME, "参数"),
        (L.SECOND_VALUE, "值"),
    ):
        sheet.text(row + 1, column, head, "head")
    for place, veto in enumerate(book.data.scheme.vetoes, start=row + 2):
        sheet.merge(place, (L.PART, L.CODE), veto.code, "center")
        sheet.merge(place, (L.VETO_NAME, L.VETO_NAME + 1), veto.name, "text")
        sheet.merge(place, (L.VETO_CONDITION, L.VETO_CONDITION + 1), _veto_words(book, veto), "text")
        threshold = veto.condition.threshold if isinstance(veto.condition, BindingMissed) else None
        _parameter(sheet, place, L.FIRST_NAME, None if threshold is None else ("完成率低于（%）", threshold))
        _parameter(sheet, place, L.SECOND_NAME, ("最高为倒数第几等", best_band(veto)))


def best_band(veto: Veto) -> int:
    """The best grade a veto leaves, from below: 1 is the lowest."""
    return veto.effect.band if isinstance(veto.effect, Cap) else 1


def _veto_words(book: Book, veto: Veto) -> str:
    bands = book.data.scheme.bands
    grade = bands[max(0, len(bands) - best_band(veto))].name
    if isinstance(veto.condition, BindingMissed):
        return f"任一约束性目标的完成率低于规定比例或未报，等次最高为“{grade}”"
    return f"经两名管理员认定，等次最高为“{grade}”"


def _notes(book: Book) -> list[str]:
    words, notes = book.data.scheme_words, []
    if words.is_default:
        notes.append(words.note or "默认方案，可修改。")
    elif words.note:
        notes.append(words.note)
    notes.append(
        f"方案第 {words.version} 版；名次在同类单位内排列，{RANKED_BY[book.data.scheme.rank_by]}，分数相同的名次并列。"
    )
    notes.append(
        "总分 = 基本分 + 加分（不超过上限）− 扣分，不低于 0 分；有整个部分不适用的，基本分按其余部分折算。"
        "蓝色的分值和参数改动后，本簿自动重算。"
    )
    return notes
