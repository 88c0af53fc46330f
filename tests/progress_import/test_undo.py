"""Taking an import back: everything as it stood before, or a refusal that names what depends on it."""

import io
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from accounts.models import User
from accounts.policy import Role
from common.actions import SYSTEM
from progress.models import ImportBatch, Line, Report
from progress.queries.story import load_story
from targets.models import Plan
from targets.services.quarters import close_quarter
from tests.factories import make_report, make_user, plan_unit_of, quarter_of, sign_in
from tests.progress.builders import add_file
from tests.progress_import.files import (
    COUNT,
    QUARTER,
    RATE,
    confirm,
    import_events,
    last_batch,
    move,
    row,
    send,
    upload,
    workbook,
)
from tests.progress_import.undoing import COUNTY, standing, type_in

State = ImportBatch.State


def text_of(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def test_new_lines_undone_then_none_is_left_and_the_same_file_brings_them_back(plan: Plan, client: Client) -> None:
    content = workbook([row(), row("连云区", RATE, 1.5)])
    send(client, plan, content)

    answer = move(client, "undo")

    assert standing() == []
    assert last_batch().state == State.UNDONE
    assert "数据已恢复到导入之前" in text_of(answer)
    assert import_events()[-1] == "import.undo"
    send(client, plan, content)
    assert (last_batch().created, last_batch().conflicts) == (2, 0)
    assert sorted(Line.objects.filled().values_list("value", flat=True)) == [Decimal("1.5"), 3]


def test_import_undone_then_the_report_tells_both_and_names_the_file(plan: Plan, client: Client, officer: User) -> None:
    type_in(plan, officer, 4)
    send(client, plan, workbook([row(value=9)]), all="overwrite")

    move(client, "undo")

    undone, imported, typed = load_story(plan_unit_of(plan, COUNTY), 1).steps
    told = [(step.said, step.is_imported, step.reason, step.changes[0].old, step.changes[0].new) for step in
            (typed, imported, undone)]  # fmt: skip
    file = last_batch().file.name
    assert told == [
        ("填报", False, "", "", "4"),
        ("填报", True, file, "4", "9"),
        ("撤销导入", False, file, "9", "4"),
    ]


def test_changed_lines_undone_then_values_origin_and_author_are_those_of_before(
    plan: Plan, client: Client, officer: User
) -> None:
    type_in(plan, officer, 4)
    send(client, plan, workbook([row(indicator=RATE, value=1.5, note="首批")]))
    before = standing()
    send(client, plan, workbook([row(value=9, note="新"), row(indicator=RATE, value="不涉及")]), all="overwrite")
    send(client, plan, workbook([row(value=9, note="新"), row(indicator=RATE, value=2.5)]))
    assert standing() != before

    move(client, "undo")

    assert standing() == before


def test_line_changed_since_then_it_is_refused_and_named_and_nothing_is_put_back(
    plan: Plan, client: Client, officer: User
) -> None:
    send(client, plan, workbook([row(), row(indicator=RATE, value=1.5)]))
    type_in(plan, officer, 4)

    answer = move(client, "undo")

    assert answer.status_code == 409
    assert f"海州区第 1 季度 {COUNT}：后来由 {officer.name} 改过" in text_of(answer)
    assert last_batch().state == State.APPLIED
    assert sorted(Line.objects.values_list("value", flat=True)) == [Decimal("1.5"), 4]


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"state": Report.State.SUBMITTED, "submitted_at": timezone.now()}, "已提交待审"),
        ({"state": Report.State.APPROVED, "is_effective": True}, "已审核"),
    ],
)
def test_report_moved_on_then_it_is_refused_with_its_reason(
    facts: dict[str, Any], said: str, plan: Plan, client: Client
) -> None:
    send(client, plan, workbook([row()]))
    Report.objects.update(**facts)

    answer = move(client, "undo")

    assert answer.status_code == 409
    assert f"海州区第 1 季度：{said}" in text_of(answer)
    assert Line.objects.get().value == 3


def test_quarter_closed_then_it_is_refused(plan: Plan, client: Client) -> None:
    send(client, plan, workbook([row()]))
    close_quarter(quarter_of(plan, 1), by=SYSTEM, at=timezone.now())

    assert "已过截止时间" in text_of(move(client, "undo"))
    assert Line.objects.get().value == 3


def test_evidence_was_added_to_a_new_line_then_it_is_refused(plan: Plan, client: Client) -> None:
    send(client, plan, workbook([row()]))
    add_file(Report.objects.get(), "CSO")

    assert f"{COUNT}：已有佐证材料" in text_of(move(client, "undo"))
    assert Line.objects.get().value == 3


def test_correction_that_the_import_began_then_undoing_discards_it(plan: Plan, client: Client) -> None:
    approved = make_report(
        plan_unit_of(plan, COUNTY), lines={"CSO": (3, None)}, state=Report.State.APPROVED, by=make_user()
    )
    before = standing(approved)
    upload(client, plan, workbook([row(value=9)]))
    confirm(client, all="overwrite", **{"answer-reason": "更正"})

    move(client, "undo")

    assert not Report.objects.open_corrections().exists()
    assert Report.objects.get(is_effective=True) == approved
    assert standing(approved) == before


def test_something_else_was_entered_in_the_correction_then_it_stays(plan: Plan, client: Client, officer: User) -> None:
    make_report(plan_unit_of(plan, COUNTY), lines={"CSO": (3, None)}, state=Report.State.APPROVED, by=make_user())
    upload(client, plan, workbook([row(value=9)]))
    confirm(client, all="overwrite", **{"answer-reason": "更正"})
    type_in(plan, officer, 7, "NEV")

    move(client, "undo")

    correction = Report.objects.open_corrections().get()
    assert dict(correction.lines.values_list("indicator__code", "value")) == {"CSO": 3, "NEV": 7}


def test_what_was_carried_over_then_undoing_brings_it_back(plan: Plan, client: Client) -> None:
    make_report(plan_unit_of(plan, COUNTY), 1, {"OVQ": (9, 9)}, state=Report.State.APPROVED, by=make_user())
    from targets.services.quarters import open_quarter

    open_quarter(quarter_of(plan, 2), by=SYSTEM, at=timezone.now())
    name = "超能耗定额约束值机构（未整改）"
    send(client, plan, workbook([["海州区", "2023年第2季度", name, 5, None, None]]))

    move(client, "undo")

    line = Line.objects.get(report__quarter__number=2)
    assert (line.value, line.origin) == (9, Line.Origin.CARRIED)


def test_undone_twice_then_the_first_answer(plan: Plan, client: Client) -> None:
    send(client, plan, workbook([row()]))

    assert [move(client, "undo").status_code for _time in range(2)] == [200, 200]
    assert import_events().count("import.undo") == 1


def test_reporter_of_another_unit_then_no_such_import(plan: Plan, client: Client) -> None:
    send(client, plan, workbook([row()]))

    assert move(sign_in(make_user(Role.REPORTER, "320703")), "undo").status_code == 404


@pytest.mark.parametrize("number", [1, 11])
def test_undoing_costs_the_same_whatever_the_number_of_units(number: int, plan: Plan, client: Client) -> None:
    names = list(plan.plan_units.reporting().values_list("name", flat=True))[:number]
    send(client, plan, workbook([[name, QUARTER, COUNT, 3, None, None] for name in names]))
    batch = last_batch()
    address = reverse("progress:import_undo", args=[plan.owner.code, plan.year, batch.uuid])

    with CaptureQueriesContext(connection) as queries:
        client.post(address)

    assert last_batch().state == State.UNDONE
    assert len(queries) == 29


# --- what was put back is no correction by hand


def handed_out(client: Client) -> bytes:
    """The form as the portal gives it, with a number in every line that takes one."""
    content = client.get(reverse("progress:download_long", args=["320700", 2023, 1])).content
    book = load_workbook(io.BytesIO(content))
    sheet = book.worksheets[0]
    header = next(row for row in sheet.iter_rows() if any(cell.value == "完成值" for cell in row))
    columns = {str(cell.value).rstrip("*"): cell.column for cell in header}
    for number in range(header[0].row + 1, sheet.max_row + 1):
        if sheet.cell(number, columns["指标"]).value == COUNT:
            sheet.cell(number, columns["完成值"]).value = 8
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def test_form_imported_and_undone_then_the_form_again_asks_nothing(plan: Plan, client: Client) -> None:
    content = handed_out(client)
    send(client, plan, content)
    written = last_batch().created
    move(client, "undo")

    upload(client, plan, content)

    assert written
    assert (last_batch().created, last_batch().conflicts) == (written, 0)


def test_typed_and_put_back_after_the_form_was_handed_out_then_it_asks_nothing(
    plan: Plan, client: Client, officer: User
) -> None:
    content = handed_out(client)
    type_in(plan, officer, 4)
    type_in(plan, officer, None)

    upload(client, plan, content)

    assert last_batch().conflicts == 0


def test_imported_number_typed_over_and_put_back_then_it_asks_nothing(
    plan: Plan, client: Client, officer: User
) -> None:
    send(client, plan, workbook([row(value=3)]))
    type_in(plan, officer, 4)
    type_in(plan, officer, 3)

    upload(client, plan, workbook([row(value=8)]))

    assert (last_batch().changed, last_batch().conflicts) == (1, 0)


@pytest.mark.parametrize("undoes", [False, True])
def test_number_cleared_by_hand_after_the_import_then_it_is_decided_and_both_sides_are_shown(
    undoes: bool, plan: Plan, client: Client, officer: User
) -> None:
    send(client, plan, workbook([row(value=3)]))
    type_in(plan, officer, None)
    if undoes:
        send(client, plan, workbook([row(value=9)]), all="overwrite")
        move(client, "undo")

    seen = upload(client, plan, workbook([row(value=8)]))

    assert last_batch().conflicts == 1
    assert '<span class="same">—</span> <span aria-hidden="true">→</span> <ins class="now">8</ins>' in text_of(seen)
