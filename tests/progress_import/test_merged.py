"""One number in a cell merged over several rows: it is nobody's number, whatever stands in the rows below."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from progress.models import ImportBatch, Line
from targets.models import Plan
from targets.queries import owed_indicators
from tests.progress_import.files import COUNT, HEADER, QUARTER, RATE, last_batch, problems_of, row, send, sheet_file
from tests.progress_import.test_register_imports import address
from tests.targets.institution_files import HEADER as INSTITUTION_HEADER
from tests.targets.institution_files import line

State = ImportBatch.State
RATIO = "新建建筑可安装光伏面积覆盖率"
FORM_HEADER = ["序号", "指标", "计量单位", "年度目标", "上季累计", "本季完成值", "基数", "备注"]
FORM_HEAD = [["2023年公共机构绿色低碳引领行动季度报表"], ["填报单位：海州区　季度：2023年第一季度"], FORM_HEADER]
MATRIX_HEAD = [[f"{QUARTER}完成情况汇总表"], ["县区", COUNT, RATIO, f"{RATIO}（基数）"]]


LONG = [HEADER, row(indicator=RATIO, value=5, base=10)]
FORM = [*FORM_HEAD, [1, RATIO, "m²", 50, 0, 5, 10, None]]
MATRIX = [*MATRIX_HEAD, ["海州区", 3, 5, 10]]


@pytest.mark.parametrize(
    ("rows", "merge", "place"),
    [
        (LONG, "D2:D3", (2, "完成值")),
        (LONG, "E2:E4", (2, "基数")),
        (FORM, "F4:F5", (4, "完成值")),
        (FORM, "G4:G5", (4, "基数")),
        (MATRIX, "C3:C4", (3, RATIO)),
        (MATRIX, "D3:D4", (3, f"{RATIO}基数")),
    ],
    ids=["long value", "long base", "form value", "form base", "matrix value", "matrix base"],
)
def test_number_merged_over_blank_rows_then_it_is_refused(
    rows: list[list[Any]], merge: str, place: tuple[int, str], plan: Plan, client: Client
) -> None:
    send(client, plan, sheet_file(rows, merge))

    assert problems_of(last_batch()) == {(*place, "required")}
    assert not Line.objects.exists()


@pytest.mark.parametrize("rows", [LONG, FORM, MATRIX], ids=["long", "form", "matrix"])
def test_same_rows_without_a_merge_then_they_are_read(rows: list[list[Any]], plan: Plan, client: Client) -> None:
    send(client, plan, sheet_file(rows))

    assert last_batch().state == State.APPLIED


def test_matrix_number_merged_over_a_unit_that_does_not_report_it_then_it_is_refused(
    plan: Plan, client: Client
) -> None:
    name = "整县推进党政机关光伏建设比例"
    names = dict(plan.plan_units.values_list("pk", "name"))
    owed = {names[unit]: {one.name for one in owes} for unit, owes in owed_indicators(plan).items()}
    reports = next(unit for unit, owes in owed.items() if {name, RATE} <= owes)
    others = next(unit for unit, owes in owed.items() if name not in owes and RATE in owes)
    rows = [[QUARTER], ["县区", name, f"{name}（基数）", RATE], [reports, 3, 10, 1.5], [others, None, None, 2.5]]

    send(client, plan, sheet_file(rows, "B3:B4"))

    assert problems_of(last_batch()) == {(3, name, "required")}


def test_number_merged_over_two_rows_of_data_then_the_blank_one_is_named_once(plan: Plan, client: Client) -> None:
    rows = [HEADER, row(), row("连云区", value=None)]

    send(client, plan, sheet_file(rows, "D2:D3"))

    assert problems_of(last_batch()) == {(3, "完成值", "required")}


def test_names_and_titles_merged_over_rows_then_the_file_is_read(plan: Plan, client: Client) -> None:
    rows = [["明细表"], [], HEADER, row(), row(unit=None, indicator=RATIO, value=5, base=10), [], ["注：说明"], []]  # type: ignore[arg-type]

    send(client, plan, sheet_file(rows, "A1:F2", "A4:A5", "A7:F8"))

    assert last_batch().state == State.APPLIED
    assert Line.objects.count() == 2


def test_note_merged_over_rows_then_the_rows_below_are_told_that_it_is_not_theirs(plan: Plan, client: Client) -> None:
    rows = [HEADER, row(note="已核对"), row("连云区"), row("赣榆区", value=None), row("东海县")]

    send(client, plan, sheet_file(rows, "F2:F4"))

    assert problems_of(last_batch(), "warning") == {(3, "备注", "note_in_merge"), (4, "完成值", "blank_value")}
    notes = Line.objects.values_list("report__plan_unit__name", "note")
    assert dict(notes) == {"海州区": "已核对", "连云区": "", "东海县": ""}


def test_register_value_merged_over_a_blank_row_then_it_is_refused(plan: Plan, client: Client) -> None:
    people = INSTITUTION_HEADER.index("用能人数")
    letter = "ABCDEFGHIJ"[people]
    content = sheet_file([INSTITUTION_HEADER, line()], f"{letter}2:{letter}3")

    client.post(address(plan, "institutions"), {"file": SimpleUploadedFile("名录.xlsx", content)})

    assert problems_of(last_batch()) == {(2, "用能人数（人）", "required")}
