"""校验: which revision this is, what it was made from; every sum as the portal has it and as the formulas give it."""

from __future__ import annotations

from collections.abc import Iterator

from calculations.rounding import Number
from reporting.exports.assessment_workbook.addresses import near, near_range
from reporting.exports.assessment_workbook.book import CHECK as NAME
from reporting.exports.assessment_workbook.book import Book, Sheet, moment_words
from reporting.exports.assessment_workbook.data import Assessed
from reporting.exports.assessment_workbook.words import DIFFERENT, NONE, SAME

UNIT, ITEM, PORTAL, WORKBOOK, VERDICT, LAST = 0, 1, 2, 3, 4, 4
WIDTHS = (22.0, 34.0, 26.0, 26.0, 22.0)
HEADER = ("单位", "项目", "门户结果", "本簿公式", "结论")

NOTES = (
    "“门户结果”为生成本簿时写入的数值，“本簿公式”引用各表由公式计算的结果；两者一致，说明可以不依赖门户复核。",
    "在本簿中改动数据后，结论显示“不一致”属正常；正式结果以门户为准。",
    "输入、结果的 SHA-256 摘要可在门户的核验功能中比对：数据或程序有任何变动，摘要都会不同。",
)

Item = tuple[str, Number | str | None, str, str]
"""What it is, the portal's value (None: there is none), the workbook's cell, the number format."""


def write(book: Book) -> None:
    """The whole sheet."""
    rows = [(unit, item) for unit in book.at.results.assessed for item in _items(book, unit)]
    facts = list(_facts(book))
    header = 3 + len(facts) + 1
    sheet = book.sheet(NAME, f"{book.data.year}年度考核校验", last_column=LAST, header_rows=2)
    sheet.widths(WIDTHS)
    first, last = header + 1, header + len(rows)
    verdicts = near_range((first, VERDICT), (max(first, last), VERDICT))
    for row, (name, value) in enumerate(facts, start=2):
        sheet.text(row, UNIT, name, "band")
        sheet.merge(row, (ITEM, LAST), value, "text")
    _conclusion(sheet, 2 + len(facts), verdicts, len(rows))
    for column, head in enumerate(HEADER):
        sheet.text(header, column, head, "head")
    sheet.page.set_row(header, 20)
    _comparisons(sheet, first, rows)
    tones = {SAME: "good", DIFFERENT: "poor"}
    sheet.colour_words((first, VERDICT), (max(first, last), VERDICT), tones)
    end = sheet.notes(last + 2, NOTES, width=sum(WIDTHS))
    sheet.page.print_area(0, 0, end - 1, LAST)


def _facts(book: Book) -> Iterator[tuple[str, str]]:
    data, made = book.data, book.data.provenance
    yield "计划", f"{data.title}（{data.root.name} {data.root.code}，{data.year} 年度）"
    yield "考核修订", f"第 {made.revision} 次，状态：{made.state}{'（此后数据有变动）' if made.is_stale else ''}"
    yield "评分方案", f"{data.scheme_words.name}，第 {data.scheme_words.version} 版"
    yield "数据截至", moment_words(made.as_of)
    yield "计算", f"{moment_words(made.calculated_at)}，{made.calculated_by}"
    yield "输入摘要 SHA-256", made.inputs_sha256
    yield "结果摘要 SHA-256", made.results_sha256
    yield "程序版本", made.code_version or NONE
    yield "生成", f"{moment_words(made.generated_at)}，{made.generated_by}"


def _conclusion(sheet: Sheet, row: int, verdicts: str, count: int) -> None:
    different = f'COUNTIF({verdicts},"{DIFFERENT}")'
    written = f'IF({different}=0,"全部 {count} 项一致",{different}&" 项不一致")'
    sheet.text(row, UNIT, "校验结论", "band")
    sheet.page.merge_range(row, ITEM, row, LAST, "", sheet.styles("strong"))
    sheet.formula((row, ITEM), written, f"全部 {count} 项一致", "strong")


def _comparisons(sheet: Sheet, first: int, rows: list[tuple[Assessed, Item]]) -> None:
    for place, (unit, (name, value, cell, number_format)) in enumerate(rows, start=first):
        sheet.text(place, UNIT, unit.name, "center")
        sheet.text(place, ITEM, name, "text")
        if value is None or isinstance(value, str):
            sheet.text(place, PORTAL, value or NONE, "center")
        else:
            sheet.number(place, PORTAL, value, "points", num_format=number_format)
        shown = NONE if value is None else value
        sheet.formula((place, WORKBOOK), cell, shown, "points", num_format=number_format)
        verdict = f'IF({near(place, PORTAL)}={near(place, WORKBOOK)},"{SAME}","{DIFFERENT}")'
        sheet.formula((place, VERDICT), verdict, SAME, "center")


def _items(book: Book, unit: Assessed) -> Iterator[Item]:
    """The sums of a unit, in the order of 考核结果."""
    layout, result = book.at.results, unit.result
    row = layout.unit_rows[unit.code]
    for column, section in enumerate(result.sections, start=layout.first_section):
        name = f"{section.code} {book.data.scheme.sections[column - layout.first_section].name}"
        yield name, section.score, layout.far(row, column), "0.00"
    for name, label, value in (
        ("base", "基本分", result.base),
        ("bonus", "加分", result.bonus),
        ("deduction", "扣分", result.deduction),
        ("total", "总分", result.total),
        ("grade", "等次", result.grade),
    ):
        yield label, value, layout.far(row, layout.column(name)), "0.00"
    yield "名次", result.rank, layout.far(row, layout.RANK), "0"
