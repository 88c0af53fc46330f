"""The unit form and the matrix, as the bureau and the counties make them by hand."""

import io
from collections.abc import Sequence
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from accounts.policy import Role
from common.workbook.problems import Problem
from progress.models import ImportBatch, Line
from targets.models import Plan
from tests.factories import make_user, sign_in
from tests.progress_import.files import COUNT, QUARTER, RATE, last_batch, problems_of, send, sheet_file

Outcome = ImportBatch.Outcome
RATIO = "新建建筑可安装光伏面积覆盖率"
FORM_HEADER = ["序号", "指标", "计量单位", "年度目标", "上季累计", "本季完成值", "基数", "备注"]


def stored() -> set[tuple[str, str, Any, Any]]:
    lines = Line.objects.values_list("report__plan_unit__name", "indicator__name", "value", "base")
    return set(lines)


# --- the unit form


def unit_form(*rows: Sequence[Any], meta: Sequence[Any] = ("填报单位：海州区　季度：2023年第一季度",)) -> bytes:
    title = ["2023年公共机构绿色低碳引领行动季度报表"]
    notes = [[], ["注：数据来源于统计台账"], ["填表人：张三", None, "审核人：李四"]]
    return sheet_file([title, list(meta), FORM_HEADER, *rows, *notes], *(["A1:H1", "A2:H2"] if len(meta) == 1 else []))


@pytest.mark.parametrize(
    "meta",
    [
        ["填报单位：海州区　季度：2023年第一季度"],
        ["填报单位：", "海州区", None, "季度：", "2023Q1"],
        ["填报单位: 海州区", None, "填报季度: 2023年1-3月"],
    ],
    ids=["one cell", "beside", "half-width"],
)
def test_unit_form_then_unit_and_quarter_are_read_above_the_header(meta: list[Any], plan: Plan, client: Client) -> None:
    content = unit_form(
        [1, COUNT, "个", None, 0, 3, None, "说明"],
        [2, RATIO, "m²", 50, 0, 5, 10, None],
        [3, RATE, "%", None, None, None, None, None],
        meta=meta,
    )

    send(client, plan, content)

    assert (last_batch().layout, last_batch().outcome) == ("unit", Outcome.WARNINGS)
    assert stored() == {("海州区", COUNT, 3, None), ("海州区", RATIO, 5, 10)}
    assert problems_of(last_batch(), "warning") == {
        (6, "完成值", "blank_value"),
        (8, "", "skipped_note"),
    }


def test_unit_form_without_a_unit_then_it_is_refused(plan: Plan, client: Client) -> None:
    send(client, plan, unit_form([1, COUNT, "个", None, 0, 3, None, None], meta=["季度：2023年第一季度"]))

    assert [problem["code"] for problem in last_batch().problems] == ["no_unit"]


def test_unit_form_of_two_quarters_then_it_is_refused(plan: Plan, client: Client) -> None:
    meta = ["填报单位：海州区　季度：2023年第一季度", "2023年第二季度"]

    send(client, plan, unit_form([1, COUNT, "个", None, 0, 3, None, None], meta=meta))

    assert [problem["code"] for problem in last_batch().problems] == ["no_quarter"]


def test_unit_form_of_an_unknown_unit_then_that_is_said_once(plan: Plan, client: Client) -> None:
    rows = [[n, name, "", None, 0, 1, None, None] for n, name in enumerate([COUNT, RATE], start=1)]

    send(client, plan, unit_form(*rows, meta=["填报单位：火星县　季度：2023年第一季度"]))

    assert problems_of(last_batch()) == {(None, "地区", "unknown_region")}


def test_unit_form_of_a_closed_quarter_then_that_is_said_once(plan: Plan, client: Client) -> None:
    rows = [[n, name, "", None, 0, 1, None, None] for n, name in enumerate([COUNT, RATE], start=1)]

    send(client, plan, unit_form(*rows, meta=["填报单位：海州区　季度：2023年第三季度"]))

    assert [(p["code"], p["read"]) for p in last_batch().problems if p["level"] == "error"] == [
        ("quarter_not_open", "2023Q3")
    ]


LONG_HEADER = ["序号", "地区", "季度", "指标", "完成值", "备注"]


@pytest.mark.parametrize(
    "content",
    [
        sheet_file(
            [
                LONG_HEADER,
                [1, "海州区", QUARTER, COUNT, 3, None],
                ["注：数据来源于统计台账"],
                ["填表人：张三", None, None, None, "审核：李四"],
            ],
            "A3:F3", "A4:D4",
        ),
        sheet_file(
            [
                ["填报单位：海州区　季度：2023年第一季度"],
                FORM_HEADER,
                [1, COUNT, "个", None, 0, 3, None, None],
                ["注：数据来源于统计台账"],
                ["填表人：张三", None, None, None, None, "审核：李四"],
            ],
        ),
        sheet_file(
            [
                [QUARTER],
                ["县区", COUNT],
                ["海州区", 3],
                ["注：数据来源于统计台账"],
                ["填表人：张三", "审核：李四"],
            ],
        ),
    ],
    ids=["long with 序号", "unit form", "matrix"],
)  # fmt: skip
def test_notes_and_signatures_below_then_told_even_where_they_stand_in_columns_that_are_read(
    content: bytes, plan: Plan, client: Client
) -> None:
    send(client, plan, content)

    assert problems_of(last_batch()) == set()
    assert stored() == {("海州区", COUNT, 3, None)}
    assert {code for _row, _column, code in problems_of(last_batch(), "warning")} == {"skipped_note"}


def test_note_beside_a_blank_value_then_the_warning_says_it_was_not_read(plan: Plan, client: Client) -> None:
    rows = [[1, "海州区", QUARTER, COUNT, 3, None], [2, "海州区", QUARTER, RATE, None, "冬季尚未到高峰"]]

    send(client, plan, sheet_file([LONG_HEADER, *rows]))

    (told,) = [one for one in last_batch().problems if one["code"] == "blank_value"]
    assert "备注也没有读取" in told["template"]


# --- the matrix


def matrix(*rows: Sequence[Any], header: Sequence[Any] = ("县区", COUNT, RATE), title: str = QUARTER) -> bytes:
    return sheet_file([[f"{title}完成情况汇总表"], list(header), *rows], "A1:C1")


def test_matrix_then_every_unit_and_indicator_is_read(plan: Plan, client: Client) -> None:
    send(client, plan, matrix(["海州区", 3, 1.5], ["连云区", 4, 2.5], ["合计", 7, None]))

    assert (last_batch().layout, last_batch().outcome) == ("matrix", Outcome.WARNINGS)
    assert stored() == {
        ("海州区", COUNT, 3, None), ("海州区", RATE, 1.5, None),
        ("连云区", COUNT, 4, None), ("连云区", RATE, 2.5, None),
    }  # fmt: skip
    assert problems_of(last_batch(), "warning") == {(5, "", "skipped_total")}


def test_matrix_whose_total_differs_then_that_is_told(plan: Plan, client: Client) -> None:
    send(client, plan, matrix(["海州区", 3, 1.5], ["连云区", 4, 2.5], ["合计", 8, None]))

    assert (5, COUNT, "total_mismatch") in problems_of(last_batch(), "warning")
    assert Line.objects.count() == 4


@pytest.mark.parametrize(
    ("headers", "merges"),
    [
        ([["县区", RATIO, f"{RATIO}（基数）", COUNT]], []),
        ([["县区", f"{RATIO}（m²）", "基数", COUNT]], []),
        ([["县区", RATIO, None, COUNT], [None, "完成值", "基数", None]], ["B2:C2", "A2:A3", "D2:D3"]),
    ],
    ids=["in brackets", "beside", "two rows"],
)
def test_matrix_with_a_base_column_then_the_base_is_read(
    headers: list[list[Any]], merges: list[str], plan: Plan, client: Client
) -> None:
    rows = [[QUARTER], *headers, ["海州区", 5, 10, 3], ["连云区", 6, 12, 4]]

    send(client, plan, sheet_file(rows, *merges))

    assert stored() == {
        ("海州区", RATIO, 5, 10), ("海州区", COUNT, 3, None), ("连云区", RATIO, 6, 12), ("连云区", COUNT, 4, None),
    }  # fmt: skip


def test_matrix_with_a_quarter_column_then_each_row_has_its_own(plan: Plan, client: Client) -> None:
    rows = [["县区", "季度", COUNT], ["海州区", QUARTER, 3], ["连云区", "2023Q2", 4]]

    send(client, plan, sheet_file(rows))

    assert problems_of(last_batch()) == {(3, "季度", "quarter_not_open")}


def test_matrix_with_wrong_cells_then_each_is_named_by_its_indicator(plan: Plan, client: Client) -> None:
    send(client, plan, matrix(["海州区", 2.5, 101], ["火星县", 1, "约1"]))

    assert problems_of(last_batch()) == {
        (3, COUNT, "too_many_decimals"),
        (3, RATE, "out_of_range"),
        (4, "地区", "unknown_region"),
        (4, RATE, "not_a_number"),
    }
    assert [p["cell"] for p in last_batch().problems] == ["B3", "C3", "A4", "C4"]


def test_matrix_with_an_indicator_twice_then_it_is_refused(plan: Plan, client: Client) -> None:
    send(client, plan, matrix(["海州区", 1, 2], header=["县区", COUNT, COUNT]))

    assert [(p["code"], p["column"]) for p in last_batch().problems] == [("duplicate_column", COUNT)]


def test_matrix_cell_that_the_unit_does_not_report_then_refused_unless_blank(plan: Plan, client: Client) -> None:
    pilots_only = "整县推进党政机关光伏建设比例"
    header = ["县区", COUNT, pilots_only, "基数"]

    send(client, plan, matrix(["海州区", 1, None, None], header=header))
    blank = last_batch()
    send(client, plan, matrix(["海州区", 1, 5, 10], header=header))

    assert blank.outcome == Outcome.ACCEPTED
    assert problems_of(last_batch()) == {
        (3, pilots_only, "indicator_not_reported"),
        (3, f"{pilots_only}基数", "indicator_not_reported"),
    }


def test_matrix_says_not_applicable_then_the_form_that_takes_the_reason_is_named(plan: Plan, client: Client) -> None:
    area = "新建建筑可安装光伏面积覆盖率"

    send(client, plan, matrix(["海州区", 3, "不涉及"], header=["县区", COUNT, area]))

    (problem,) = last_batch().problems
    assert (problem["code"], problem["column"], problem["cell"]) == ("reason_missing", area, "C3")
    assert "请用明细表（有“备注”列）导入，或在网页上填报" in Problem.from_json(problem).text(str)


# --- the long layout's header


@pytest.mark.parametrize(
    "headers",
    [
        [["地 区", "季度 ", "*指标", "完成\n值", "备注（选填）"]],
        [["区县", "填报季度", "指标名称", "本季完成", "说明"]],
        [["基本信息", None, None, "填报", None], ["地区", "季度", "指标", "完成值", "备注"]],
        [["地区", "季度", "指标", "填报", None], [None, None, None, "完成量", "备注"]],
    ],
    ids=["spaces", "synonyms", "groups above", "two rows"],
)
def test_header_written_otherwise_then_its_columns_are_found(
    headers: list[list[Any]], plan: Plan, client: Client
) -> None:
    send(client, plan, sheet_file([*headers, ["海州区", QUARTER, COUNT, 3, "说明"]]))

    assert last_batch().outcome == Outcome.ACCEPTED
    assert stored() == {("海州区", COUNT, 3, None)}


def test_columns_and_rows_in_any_order_then_the_same_is_stored(plan: Plan, client: Client) -> None:
    send(
        client,
        plan,
        sheet_file([["完成值", "指标", "地区", "季度"], [4, RATE, "连云区", QUARTER], [3, COUNT, "海州区", QUARTER]]),
    )

    assert stored() == {("海州区", COUNT, 3, None), ("连云区", RATE, 4, None)}


def test_measure_column_called_unit_then_it_is_no_second_region(plan: Plan, client: Client) -> None:
    send(client, plan, sheet_file([["地区", "季度", "指标", "单位", "完成值"], ["海州区", QUARTER, COUNT, "个", 3]]))

    assert problems_of(last_batch(), "warning") == {(None, "单位", "column_ignored")}
    assert stored() == {("海州区", COUNT, 3, None)}


@pytest.mark.parametrize(
    ("rows", "letter"),
    [
        ([[None, "地区", "季度", "指标", "完成值"], [1, "海州区", QUARTER, COUNT, 3, "另有 2 个"]], "F"),
        ([["填报单位：海州区　季度：2023年第一季度"], FORM_HEADER, [1, COUNT, "个", "", "", 3, "", "", 2]], "I"),
        ([[f"{QUARTER}完成情况汇总表"], ["县区", COUNT], ["海州区", 3, None, 5]], "D"),
    ],
    ids=["long", "form", "matrix"],
)
def test_filled_column_without_a_header_then_it_is_told(
    rows: list[list[Any]], letter: str, plan: Plan, client: Client
) -> None:
    foot = [None] * 10 + ["制表人：王"]

    send(client, plan, sheet_file([*rows, foot]))

    (told,) = [one for one in last_batch().problems if one["code"] == "column_ignored"]
    assert Problem.from_json(told).text(str) == f"{letter} 列没有表头，没有读取。如果有要导入的内容，请补上表头。"
    assert stored() == {("海州区", COUNT, 3, None)}


def test_another_units_form_is_refused_as_a_whole_and_not_by_a_row(plan: Plan) -> None:
    clerk = sign_in(make_user(Role.REPORTER, "320722"))

    send(
        clerk,
        plan,
        sheet_file([["填报单位：海州区　季度：2023年第一季度"], FORM_HEADER, [1, COUNT, "个", "", "", 3, "", ""]]),
    )

    (problem,) = last_batch().problems
    assert problem["code"] == "region_not_yours"
    assert Problem.from_json(problem).text(str) == "这是“海州区”的报表，不是您的单位。请下载本单位的报表填写。"


def test_a_table_that_is_hidden_is_named_where_no_other_is_found(plan: Plan, client: Client) -> None:
    book = load_workbook(io.BytesIO(sheet_file([["地区", "季度", "指标", "完成值"], ["海州区", QUARTER, COUNT, 3]])))
    book.worksheets[0].title, book.worksheets[0].sheet_state = "旧表", "hidden"
    book.create_sheet("说明")["A1"] = "见旧表"
    target = io.BytesIO()
    book.save(target)

    send(client, plan, target.getvalue())

    (problem,) = last_batch().problems
    assert problem["code"] == "no_header"
    assert "隐藏的工作表“旧表”" in Problem.from_json(problem).text(str)
