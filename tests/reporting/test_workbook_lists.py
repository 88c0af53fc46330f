"""The workbook's lists: extras and vetoes, ledgers beside reports, evidence, appeals and adjustments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from calculations.inputs import Adjustment
from calculations.scheme import Criterion
from reporting.exports.assessment_workbook import WorkbookData, build_workbook
from reporting.exports.assessment_workbook.data import Appeal
from tests.reporting.office import formulas_of
from tests.reporting.workbook_year import MADE_AT, Year, make_year


def judged_by_people(part: Sequence[Criterion]) -> str:
    """The code of the first criterion that reviewers score."""
    return next(each.code for each in part if each.rule is not None and each.rule.tag == "manual")


@pytest.fixture(scope="module")
def year() -> Year:
    """A year with a bonus, a deduction, a flagged unit, an adjustment and two appeals; one unit's piles unreported."""
    year = make_year()
    piles = next(entry.code for entry in year.plan.indicators if entry.kind == "count")
    year.lines[year.assessed[2].code, piles] = [None] * 4
    first, second = (unit.code for unit in year.assessed[:2])
    bonus, deduction = (judged_by_people(part) for part in (year.scheme.bonus, year.scheme.deduction))
    year.manual[first][bonus] = Fraction(1)
    year.manual[second][deduction] = Fraction(1, 2)
    scored = year.scheme.sections[0].criteria[0].code
    year.adjustments[second] = {scored: Adjustment(Fraction(-1), "扣除重复计算的充电桩")}
    year.appeals = [
        Appeal(year.assessed[0].name, scored, "漏计两个充电桩", "成立", "已核实，予以补计", "李明", MADE_AT),
        Appeal(year.assessed[1].name, scored, "对调整有异议", "待处理"),
    ]
    return year


@pytest.fixture(scope="module")
def data(year: Year) -> WorkbookData:
    return year.data()


@pytest.fixture(scope="module")
def content(data: WorkbookData) -> bytes:
    return build_workbook(data)


def rows_of(content: bytes, name: str, *, hidden: bool = False) -> list[list[Any]]:
    """The rows between a list's header and the gap before its notes: those that show, or those filtered away."""
    sheet = load_workbook(BytesIO(content), data_only=True)[name]
    rows = [([cell.value for cell in row], row[0].row) for row in sheet.iter_rows(min_row=4)]
    ends = next(number for number, (row, _) in enumerate(rows) if str(row[0] or "").startswith("注：")) - 1
    return [row for row, number in rows[:ends] if sheet.row_dimensions[number].hidden is hidden]


def test_extras_show_what_was_added_and_taken_with_its_basis(year: Year, content: bytes) -> None:
    rows = rows_of(content, "加减分及否决")

    kinds = {(row[0], row[1], row[4]) for row in rows}
    assert (year.assessed[0].name, "加分", 1) in kinds
    assert (year.assessed[1].name, "扣分", 0.5) in kinds
    assert all(row[5] in ("计入", "触发") and row[6] for row in rows)


def test_extras_without_effect_are_there_and_filtered_away(year: Year, content: bytes) -> None:
    rows, hidden = (rows_of(content, "加减分及否决", hidden=each) for each in (False, True))

    each_has = len([*year.scheme.bonus, *year.scheme.deduction, *year.scheme.vetoes])
    assert len(rows) + len(hidden) == len(year.assessed) * each_has
    assert {(row[4] or 0, row[5]) for row in hidden} == {(0, "—")}
    assert load_workbook(BytesIO(content))["加减分及否决"].auto_filter.ref is not None


def test_every_tripped_veto_is_listed(data: WorkbookData, content: bytes) -> None:
    listed = [(row[0], row[2]) for row in rows_of(content, "加减分及否决") if row[1] == "一票否决"]

    assert listed == [(unit.name, veto.code) for unit in data.assessed for veto in unit.result.vetoes]
    assert listed


def test_points_of_extras_and_adjustments_are_the_score_sheets_own(content: bytes) -> None:
    formulas = formulas_of(content)
    of_extras = [formula for (sheet, _), formula in formulas.items() if sheet == "加减分及否决"]
    of_decisions = [formula for (sheet, _), formula in formulas.items() if sheet == "申诉及调整"]

    assert of_extras
    assert of_decisions
    points = [formula for formula in of_extras + of_decisions if not formula.startswith("=IF(")]
    assert all(formula.startswith(("='得分明细'!", "=得分明细!")) for formula in points)
    assert len(points) > 20


def test_ledgers_say_same_different_or_not_reported(content: bytes) -> None:
    rows = rows_of(content, "台账汇总")

    assert {(row[8], row[9]) for row in rows} == {(0, "一致"), (-1, "不一致"), ("—", "未填报"), ("—", "不承担")}
    assert all(row[7] - row[6] == row[8] for row in rows if row[8] != "—")


def test_reported_numbers_of_the_ledgers_are_those_of_the_attainment_sheet(content: bytes) -> None:
    formulas = formulas_of(content)
    reported = [formula for (sheet, cell), formula in formulas.items() if sheet == "台账汇总" and cell[0] == "H"]

    assert len(reported) > 20
    assert all(formula.startswith(("='指标完成情况'!", "=指标完成情况!")) for formula in reported)


def test_evidence_is_listed_with_its_digest(data: WorkbookData, content: bytes) -> None:
    rows = rows_of(content, "佐证清单")

    assert [row[0] for row in rows] == [file.number for file in data.evidence]
    assert rows[0][4] == "5e" * 32
    assert rows[0][6] == "2024年1月12日 09:30"


def test_adjustments_and_appeals_stand_with_reasons_and_decisions(year: Year, content: bytes) -> None:
    rows = rows_of(content, "申诉及调整")

    assert [(row[1], row[4], row[5], row[6], row[7]) for row in rows] == [
        ("调整", -1, "扣除重复计算的充电桩", "已计入", ""),
        ("申诉", None, "漏计两个充电桩", "成立", "已核实，予以补计"),
        ("申诉", None, "对调整有异议", "待处理", ""),
    ]


def test_a_list_with_nothing_in_it_says_so(data: WorkbookData) -> None:
    quiet = tuple(replace(unit, inputs=replace(unit.inputs, adjustments={})) for unit in data.assessed)
    bare = build_workbook(replace(data, evidence=(), ledgers=(), appeals=(), assessed=quiet))

    assert rows_of(bare, "佐证清单")[0][0] == "计入考核的报告没有附佐证材料。"
    assert rows_of(bare, "台账汇总")[0][0] == "本年度没有登记台账。"
    assert rows_of(bare, "申诉及调整")[0][0] == "没有申诉，也没有调整。"
