"""校验: which revision this is, what it was made from; every sum as the portal has it and as the formulas give it.

It also counts every sheet's formulas: a number typed over one is seen even where it is the same number.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from calculations.rounding import Number
from reporting.exports.assessment_workbook.addresses import Place, near, near_range
from reporting.exports.assessment_workbook.book import CHECK as NAME
from reporting.exports.assessment_workbook.book import EVIDENCE, LEDGERS, ROW_HEIGHT, Book, Sheet, moment_words
from reporting.exports.assessment_workbook.data import Assessed
from reporting.exports.assessment_workbook.figure_layouts import AttainmentLayout
from reporting.exports.assessment_workbook.formulas import formula_count, text
from reporting.exports.assessment_workbook.ledger_sheet import AGREES, differences
from reporting.exports.assessment_workbook.list_sheet import FIRST_ROW
from reporting.exports.assessment_workbook.result_sheet import WORTH_ROW
from reporting.exports.assessment_workbook.titles import actual_format
from reporting.exports.assessment_workbook.words import DIFFERENT, NONE, SAME

UNIT, ITEM, PORTAL, WORKBOOK, VERDICT, LAST = 0, 1, 2, 3, 4, 4
WIDTHS = (22.0, 44.0, 22.0, 22.0, 20.0)
HEADER = ("单位", "项目", "门户结果", "本簿公式", "结论")

NOTES = (
    "“门户结果”为生成本簿时写入的数值，“本簿公式”引用各表由公式计算的结果；两者一致，说明可以不依赖门户复核。",
    "“公式个数”核对各表的公式是否被数字覆盖；少于生成时的个数，说明有公式被改动，请重新导出。",
    "在本簿中改动数据后，结论显示“不一致”属正常；正式结果以门户为准。",
    "输入、结果的 SHA-256 摘要可在门户的核验功能中比对：数据或程序有任何变动，摘要都会不同。",
)


@dataclass(frozen=True, slots=True)
class Item:
    """What is compared: whose, what it is, the portal's value (None: there is none), the workbook's formula for it."""

    whose: str
    name: str
    value: Number | str | None
    written: str
    num_format: str = "0"


def write(book: Book) -> None:
    """The whole sheet."""
    facts = list(_facts(book))
    header = 2 + len(facts) + 2
    first = header + 1
    blocks = [list(each) for each in _blocks(book)]
    compared = sum(len(each) for each in blocks)
    blocks.append(list(_formula_counts(book, first, compared)))
    items = [item for block in blocks for item in block]
    sheet = book.sheet(NAME, f"{book.data.year}年度考核校验", last_column=LAST, header_rows=2)
    sheet.widths(WIDTHS)
    for row, (name, value) in enumerate(facts, start=2):
        sheet.text(row, UNIT, name, "band")
        sheet.merge(row, (ITEM, LAST), value, "text")
    verdicts = near_range((first, VERDICT), (first + len(items) - 1, VERDICT))
    _conclusion(sheet, header - 2, verdicts, len(items))
    for column, head in enumerate(HEADER):
        sheet.text(header, column, head, "head")
    sheet.height(header, 20)
    sheet.page.repeat_rows(header)
    for row, item in enumerate(items, start=first):
        _comparison(sheet, row, item)
    sheet.colour_words((first, VERDICT), (first + len(items) - 1, VERDICT), {SAME: "good", DIFFERENT: "poor"})
    _keep_together(sheet, first, blocks)
    end = sheet.notes(first + len(items), NOTES, width=sum(WIDTHS))
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


def _comparison(sheet: Sheet, row: int, item: Item) -> None:
    sheet.height(row, ROW_HEIGHT)
    sheet.text(row, UNIT, item.whose, "center")
    sheet.text(row, ITEM, item.name, "text")
    if item.value is None or isinstance(item.value, str):
        sheet.text(row, PORTAL, item.value or NONE, "center")
    else:
        sheet.number(row, PORTAL, item.value, "points", num_format=item.num_format)
    shown = NONE if item.value is None else item.value
    sheet.formula((row, WORKBOOK), item.written, shown, "points", num_format=item.num_format)
    portal, own = near(row, PORTAL), near(row, WORKBOOK)
    is_same = f"IF(AND(ISNUMBER({portal}),ISNUMBER({own})),ABS(N({portal})-N({own}))<0.000001,{portal}={own})"
    sheet.formula((row, VERDICT), f"IF({is_same},{text(SAME)},{text(DIFFERENT)})", SAME, "center")


def _keep_together(sheet: Sheet, first: int, blocks: Sequence[Sequence[Item]]) -> None:
    """What stands above the first block stays with it."""
    rows, start = [], sheet.header_rows
    for block in blocks:
        first += len(block)
        rows.append(range(start, first))
        start = first
    sheet.keep_together(rows, width=sum(WIDTHS))


def _blocks(book: Book) -> Iterator[Iterator[Item]]:
    """What is compared, in blocks that a page should not part."""
    for unit in book.at.results.assessed:
        yield _of_unit(book, unit)
    yield _of_root(book)
    yield _of_lists(book)


def _of_unit(book: Book, unit: Assessed) -> Iterator[Item]:
    """The sums of a unit, in the order of 考核结果."""
    layout, result = book.at.results, unit.result
    row = layout.unit_rows[unit.code]
    for column, section in enumerate(result.sections, start=layout.first_section):
        name = f"{section.code} {book.data.scheme.sections[column - layout.first_section].name}"
        yield Item(unit.name, name, section.score, layout.far(row, column), "0.00")
    for name, label, value in (
        ("base", "基本分", result.base),
        ("bonus", "加分", result.bonus),
        ("deduction", "扣分", result.deduction),
        ("total", "总分", result.total),
        ("grade", "等次", result.grade),
    ):
        yield Item(unit.name, label, value, layout.far(row, layout.column(name)), "0.00")
    yield Item(unit.name, "名次", result.rank, layout.far(row, layout.RANK))


def _of_root(book: Book) -> Iterator[Item]:
    """What all units come to together, by indicator."""
    layout = book.at.attainment
    for block in book.blocks:
        if block.has_root:
            cell = layout.far(layout.root_row(block), AttainmentLayout.ACTUAL)
            name = f"{block.indicator.name}：实际完成"
            yield Item(book.data.root.name, name, block.root[-1].actual, cell, actual_format(block))


def _of_lists(book: Book) -> Iterator[Item]:
    """The sums of the other sheets: what the sections are worth, the files, the differences of the ledgers."""
    results, scheme, data = book.at.results, book.data.scheme, book.data
    worth = sum(section.points for section in scheme.sections)
    yield Item(data.root.name, "评分方案：各部分分值合计", worth, results.far(WORTH_ROW, results.base), "0.##")
    if data.evidence:
        numbers = Place(EVIDENCE).far_range((FIRST_ROW, 0), (FIRST_ROW + len(data.evidence) - 1, 0))
        yield Item(data.root.name, "佐证清单：份数", len(data.evidence), f"COUNTA({numbers})")
    if data.ledgers:
        verdicts = Place(LEDGERS).far_range((FIRST_ROW, AGREES), (FIRST_ROW + len(data.ledgers) - 1, AGREES))
        counted = f"COUNTIF({verdicts},{text(DIFFERENT)})"
        yield Item(data.root.name, "台账汇总：与填报不一致的项数", differences(book), counted)


def _formula_counts(book: Book, first: int, compared: int) -> Iterator[Item]:
    """How many formulas every sheet has; this one in the rows of comparisons above."""
    for name, sheet in book.written.items():
        if sheet.formulas:
            rows, columns = zip(*sheet.formulas, strict=True)
            area = Place(name).far_range((min(rows), min(columns)), (max(rows), max(columns)))
            yield Item(name, "公式个数", len(sheet.formulas), formula_count(area))
    own = near_range((first, WORKBOOK), (first + compared - 1, VERDICT))
    yield Item(NAME, "公式个数（以上各行）", 2 * compared, formula_count(own))
