"""The workbook as a form: sheets, print, words beside colours, text that never becomes a formula."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from common.workbook.printing import text_width
from reporting.exports.assessment_workbook import WorkbookData, build_workbook
from reporting.exports.assessment_workbook.styles import lines_needed
from reporting.exports.assessment_workbook.words import STATUS_TONES
from tests.reporting.office import formulas_of, values_of
from tests.reporting.workbook_year import PLAN_2023, PLAN_SECOND, SCHEME_2023, SCHEME_SECOND, make_year

SHEETS = [
    "考核结果", "得分明细", "指标完成情况", "季度进度", "加减分及否决",
    "台账汇总", "佐证清单", "评分方案", "申诉及调整", "校验",
]  # fmt: skip
KNOWN_EVERYWHERE = {
    "ABS", "AND", "COUNT", "COUNTA", "COUNTIF", "COUNTIFS", "IF", "INDEX", "INT", "ISNUMBER", "LEN", "MAX", "MID",
    "MIN", "N", "NOT", "OR", "ROUND", "SUM", "SUMPRODUCT", "_xlfn.ISFORMULA",
}  # fmt: skip
"""Functions that Excel 2013 and later, WPS and LibreOffice share; only the newest of them has a prefix in the file."""


@pytest.fixture(scope="module")
def data() -> WorkbookData:
    return make_year(PLAN_SECOND, SCHEME_SECOND).data()


@pytest.fixture(scope="module")
def content(data: WorkbookData) -> bytes:
    return build_workbook(data)


def parts(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(BytesIO(content)) as package:
        return {name: package.read(name).decode() for name in package.namelist() if name.endswith(".xml")}


def test_sheets_have_their_names_and_order(content: bytes) -> None:
    assert load_workbook(BytesIO(content)).sheetnames == SHEETS


def test_same_data_make_the_same_bytes(data: WorkbookData, content: bytes) -> None:
    assert build_workbook(make_year(PLAN_SECOND, SCHEME_SECOND).data()) == content

    later = replace(data.provenance, generated_at=datetime(2024, 1, 13, tzinfo=UTC))
    assert build_workbook(replace(data, provenance=later)) != content


def test_every_formula_has_its_value_beside_it(content: bytes) -> None:
    formulas, cached = formulas_of(content), values_of(content)

    assert len(formulas) > 1000
    assert [cell for cell in formulas if cached.get(cell) in (None, "")] == []


def test_formulas_use_only_functions_known_everywhere(content: bytes) -> None:
    used = {
        name
        for formula in formulas_of(content).values()
        for name in re.findall(r"\b((?:_xlfn\.)?[A-Z][A-Z.]+|N)\(", formula)
    }

    assert used == KNOWN_EVERYWHERE


def test_attainment_points_sums_grade_and_rank_are_formulas(content: bytes) -> None:
    formulas = formulas_of(content)

    for cell in (
        ("指标完成情况", "C5"), ("指标完成情况", "E5"), ("指标完成情况", "F5"), ("指标完成情况", "G5"),
        ("得分明细", "C7"), ("得分明细", "C9"), ("得分明细", "H9"), ("考核结果", "A5"), ("考核结果", "D5"),
        ("考核结果", "F5"), ("考核结果", "I5"), ("考核结果", "K5"),
    ):  # fmt: skip
        assert cell in formulas, cell


@pytest.mark.parametrize("name", SHEETS)
def test_sheet_is_ready_to_print(content: bytes, name: str) -> None:
    sheet: Worksheet = load_workbook(BytesIO(content))[name]

    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    fitted = sheet.sheet_properties.pageSetUpPr
    assert fitted is not None
    # One page wide is the default, so it is not written.
    assert (sheet.page_setup.fitToWidth, fitted.fitToPage) == (None, True)
    assert sheet.print_title_rows is not None
    assert sheet.print_area
    footer = sheet.oddFooter
    assert footer is not None
    assert footer.center.text == "第 &P 页　共 &N 页"
    merged = {str(each) for each in sheet.merged_cells.ranges}
    assert any(each.startswith("A1:") for each in merged)
    words = [str(cell.value) for row in sheet.iter_rows(max_row=2) for cell in row if cell.value]
    assert any("计量单位：" in each for each in words)
    assert "制表日期：2024年1月12日" in words
    assert any(str(cell.value).startswith("注：1") for (cell,) in sheet.iter_rows(max_col=1) if cell.value)


def test_result_sheet_is_to_be_signed_and_says_it_is_a_default_scheme(content: bytes) -> None:
    words = [value for (sheet, _), value in values_of(content).items() if sheet == "考核结果"]

    assert {"制表人：", "审核人：", "签发人："} <= set(words)
    assert any("默认方案，可修改" in str(each) for each in words)


def test_there_are_two_native_charts_on_the_result_sheet(content: bytes) -> None:
    charts = [part for name, part in parts(content).items() if name.startswith("xl/charts/chart")]

    assert len(charts) == 2
    assert all("'考核结果'!" in part or "考核结果!" in part for part in charts)


def test_no_page_parts_a_unit_from_its_indicator_or_its_rows(content: bytes) -> None:
    book = load_workbook(BytesIO(content))

    assert page_starts(book["指标完成情况"]) <= block_starts(book["指标完成情况"])
    assert page_starts(book["季度进度"]) <= block_starts(book["季度进度"])
    assert page_starts(book["指标完成情况"])


def page_starts(sheet: Worksheet) -> set[int]:
    """The first rows of the pages after the first: a break stands below the row of its number."""
    return {each.id + 1 for each in sheet.row_breaks.brk}


def block_starts(sheet: Worksheet) -> set[int]:
    """The rows with an indicator's title."""
    return {cell.row for (cell,) in sheet.iter_rows(max_col=1) if "计量单位：" in str(cell.value) and cell.row > 2}


def test_with_eleven_units_table_charts_and_signatures_are_one_page() -> None:
    sheet = load_workbook(BytesIO(build_workbook(crowded(PLAN_2023, SCHEME_2023, 11))))["考核结果"]

    assert page_starts(sheet) == set()
    assert len(sheet._charts) == 2  # type: ignore[attr-defined]


def test_with_many_units_the_charts_go_to_a_page_after_the_signatures() -> None:
    sheet = load_workbook(BytesIO(build_workbook(crowded(PLAN_SECOND, SCHEME_SECOND, 20))))["考核结果"]

    (start,) = page_starts(sheet)
    signed = next(cell.row for (cell,) in sheet.iter_rows(max_col=1) if cell.value == "制表人：")
    assert start == signed + 1
    assert {chart.anchor._from.row + 1 for chart in sheet._charts} == {start}  # type: ignore[attr-defined]


def crowded(plan: Path, scheme: Path, count: int) -> WorkbookData:
    """A workbook's data with so many units, all like the first."""
    many = make_year(plan, scheme, only_scored=plan == PLAN_2023).data()
    crowd = tuple(replace(each, name=f"{each.name}{place}") for place in range(count) for each in many.assessed[:1])
    crowd = tuple(replace(each, inputs=replace(each.inputs, unit=f"{place}")) for place, each in enumerate(crowd))
    units = tuple(replace(many.units[0], code=each.code, name=each.name) for each in crowd)

    return replace(many, units=units, assessed=crowd, series={})


def test_colours_stand_on_words(content: bytes) -> None:
    sheet = load_workbook(BytesIO(content))["指标完成情况"]

    coloured = {rule.formula[0].strip('"') for each in sheet.conditional_formatting for rule in each.rules}

    assert coloured == set(STATUS_TONES)


def test_invented_data_are_marked_on_every_sheet(data: WorkbookData) -> None:
    demo = replace(data, provenance=replace(data.provenance, is_demo=True))

    book = load_workbook(BytesIO(build_workbook(demo)))

    assert all("【示例数据】" in str(sheet["A2"].value) for sheet in book)


def test_names_that_look_like_formulas_stay_text(data: WorkbookData) -> None:
    hostile = '=HYPERLINK("http://x.invalid","点我")&"'
    named = replace(
        data,
        root=replace(data.root, name=hostile),
        units=tuple(replace(each, name=hostile) for each in data.units),
        indicators=tuple(replace(each, name=hostile) for each in data.indicators),
        assessed=tuple(replace(each, name=hostile) for each in data.assessed),
        scheme=replace(data.scheme, vetoes=tuple(replace(each, name=hostile) for each in data.scheme.vetoes)),
    )

    made = build_workbook(named)

    assert not any(formula.startswith("=HYPERLINK") for formula in formulas_of(made).values())
    names = [cell for cell, value in values_of(made).items() if value == hostile and cell[1].startswith("B")]
    assert names
    assert "<hyperlink" not in "".join(parts(made).values())


def test_no_name_stands_in_a_formula(data: WorkbookData) -> None:
    """Within one, SORT(1) would be taken for the function, and 256 characters are refused."""
    name = "SORT(1)" * 40
    named = replace(data, scheme=replace(data.scheme, vetoes=(replace(data.scheme.vetoes[0], name=name),)))

    formulas = formulas_of(build_workbook(named))

    assert all("SORT" not in formula for formula in formulas.values())


def test_check_sheet_names_revision_digests_version_and_maker(data: WorkbookData, content: bytes) -> None:
    words = [str(value) for (sheet, _), value in values_of(content).items() if sheet == "校验"]

    made = data.provenance
    for expected in (made.inputs_sha256, made.results_sha256, made.code_version, made.generated_by):
        assert any(expected in each for each in words)
    assert any("第 1 次" in each for each in words)
    assert "2024年1月12日 09:30，市局管理员" in words


def test_document_says_what_it_is(content: bytes) -> None:
    properties = load_workbook(BytesIO(content)).properties

    assert properties.title == "示例市2023年度公共机构节约任务考核结果"
    assert properties.creator == "市局管理员"
    assert properties.created.isoformat() == "2024-01-12T01:30:00"


def test_chinese_text_counts_twice_and_wraps_by_it() -> None:
    assert text_width("公共机构 A1") == 11
    assert lines_needed("公共机构\nA1", 20) == 2
    assert lines_needed("公共机构绿色低碳", 8) == 2
