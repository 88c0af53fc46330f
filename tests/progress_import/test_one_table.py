"""What stands around and above the table of a progress file: all of it is read, told, or refused (policy P7)."""

from typing import Any

import pytest
from django.test import Client

from progress.models import ImportBatch, Line
from targets.models import Plan
from tests.progress_import.files import COUNT, HEADER, QUARTER, last_batch, problems_of, row, send, sheet_file, upload

PILES, ROOFS = "新建充电桩", "新建建筑可安装光伏面积覆盖率"
TITLE = ["2023年第一季度汇总表"]
State = ImportBatch.State


def codes(level: str = "error") -> list[str]:
    return [problem["code"] for problem in last_batch().problems if problem["level"] == level]


def lines() -> dict[tuple[str, str], Any]:
    found = Line.objects.values_list("report__plan_unit__name", "indicator__name", "value", "base")
    return {(unit, indicator): (value, base) for unit, indicator, value, base in found}


# --- nothing above the header is lost


@pytest.mark.parametrize(
    "rows",
    [
        [TITLE, ["地区", COUNT], ["海州区", 3], ["合计", 3], ["表二"], ["地区", PILES], ["连云区", 50]],
        [row(), ["地区", "季度", "指标", "完成值"], row("连云区")],
        [HEADER, row(), ["地区", COUNT], ["连云区", 4]],
    ],
    ids=["two blocks of a matrix", "data above the header", "a matrix below a long table"],
)
def test_second_table_or_rows_above_the_header_then_refused(rows: list[list[Any]], plan: Plan, client: Client) -> None:
    send(client, plan, sheet_file(rows))

    assert last_batch().state == State.REFUSED
    assert not Line.objects.exists()


def test_data_above_the_header_then_the_message_names_both_rows(plan: Plan, client: Client) -> None:
    answer = upload(client, plan, sheet_file([row(), HEADER, row("连云区")]))

    assert codes() == ["several_data_sheets"]
    assert "第 1 行在表头（第 2 行）上面" in answer.content.decode()


def test_header_in_two_rows_and_once_more_in_one_then_all_rows_are_read(plan: Plan, client: Client) -> None:
    upper = ["地区", "季度", "指标", "进展"]
    lower = [None, None, None, "完成值", "基数", "备注"]

    send(client, plan, sheet_file([upper, lower, row(), row("连云区"), HEADER, row("赣榆区")], "D1:F1"))

    assert {unit for unit, _indicator in lines()} == {"海州区", "连云区", "赣榆区"}
    assert codes("warning") == ["skipped_header"]


# --- whose form it is


@pytest.mark.parametrize(
    "above",
    [
        ["填报单位（盖章）：海州区", "季度：2023年第一季度"],
        ["填报单位：海州区（盖章）　2023年第一季度"],
        ["填报单位：海州区　制表人：张三　电话：8580", "2023年第一季度"],
        ["填报单位", "海州区", "2023年第一季度"],
        ["地区：海州区", "2023年第一季度"],
    ],
)
@pytest.mark.parametrize("measure", ["单位", "计量单位"])
def test_form_says_its_unit_in_any_usual_way_then_it_is_read(
    above: list[str], measure: str, plan: Plan, client: Client
) -> None:
    header = ["序号", "指标", measure, "本季完成值", "备注"]

    send(client, plan, sheet_file([above, header, [1, COUNT, "个", 3, None]]))

    assert lines() == {("海州区", COUNT): (3, None)}


def test_long_table_with_a_column_of_measures_then_its_own_word_for_the_unit_counts(plan: Plan, client: Client) -> None:
    header = ["序号", "县区", "季度", "指标名称", "单位", "完成数", "基期", "说明"]

    send(client, plan, sheet_file([header, [1, "海州区", QUARTER, COUNT, "个", 3, None, "注"]]))

    assert lines() == {("海州区", COUNT): (3, None)}


# --- a matrix's header


@pytest.mark.parametrize("said", [["季度", "2023年第一季度"], ["季度：", "2023年第一季度"], ["季度：2023年第一季度"]])
def test_quarter_in_a_row_of_its_own_above_a_matrix_then_read(said: list[str], plan: Plan, client: Client) -> None:
    send(client, plan, sheet_file([said, ["地区", COUNT], ["海州区", 3]]))

    assert lines() == {("海州区", COUNT): (3, None)}


def test_base_with_its_measure_in_brackets_then_read(plan: Plan, client: Client) -> None:
    header = ["地区", f"{ROOFS}（平方米）", f"{ROOFS}基数（平方米）"]

    send(client, plan, sheet_file([TITLE, header, ["海州区", 50, 100]]))

    assert lines() == {("海州区", ROOFS): (50, 100)}


def test_target_and_rate_beside_the_value_of_an_indicator_then_only_the_value_is_read(
    plan: Plan, client: Client
) -> None:
    rows = [TITLE, ["地区", COUNT], [None, "年度目标", "完成值", "完成率"], ["海州区", 9, 3, 33]]

    send(client, plan, sheet_file(rows, "B2:D2"))

    assert lines() == {("海州区", COUNT): (3, None)}
    assert last_batch().problems == []


def test_notes_in_a_matrix_then_told_that_they_are_not_read(plan: Plan, client: Client) -> None:
    send(client, plan, sheet_file([TITLE, ["地区", COUNT, "备注"], ["海州区", 3, "含新建"]]))

    assert lines() == {("海州区", COUNT): (3, None)}
    assert problems_of(last_batch(), "warning") == {(None, "备注", "column_ignored")}


# --- a matrix's totals

RATE = "人均综合能耗下降率"


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([["海州区", 3], ["连云区", 5], ["平均", 4]], set()),
        ([["合计", 8], ["海州区", 3], ["连云区", 5]], set()),
        ([["海州区", 3], ["县区小计", 3], ["开发区", 5], ["园区小计", 5], ["合计", 8]], set()),
        ([["海州区", 3], ["县区小计", 4], ["开发区", 5], ["园区小计", 5], ["合计", 9]], {3 + 1, 3 + 4}),
    ],
)
def test_totals_then_only_wrong_sums_are_told(
    rows: list[list[Any]], told: set[int], plan: Plan, client: Client
) -> None:
    upload(client, plan, sheet_file([TITLE, ["地区", COUNT], *rows]))

    mismatches = {one["row"] for one in last_batch().problems if one["code"] == "total_mismatch"}
    assert mismatches == told


def test_total_of_percentages_then_not_compared_but_a_wrong_base_is_told(plan: Plan, client: Client) -> None:
    header = ["地区", RATE, ROOFS, "基数"]
    rows = [["海州区", 3, 5, 10], ["连云区", 5, 5, 10], ["合计", 4, 10, 99]]

    upload(client, plan, sheet_file([TITLE, header, *rows]))

    mismatches = [one for one in last_batch().problems if one["code"] == "total_mismatch"]
    assert [(one["row"], one["column"], one["read"]) for one in mismatches] == [(5, f"{ROOFS}基数", "99")]
