"""Taking imports back one after another: the last first, and what a refusal says on the batch's page."""

import json
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime

from accounts.models import User
from accounts.policy import Role
from audit.models import AuditEvent
from progress.models import ImportBatch, Line, Report
from progress.services.corrections import reopen_report
from progress.services.entry import ReportHeader, save_header
from targets.models import Plan
from tests.factories import make_report, make_user, plan_unit_of, sign_in
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


@pytest.fixture
def county(plan: Plan) -> Client:
    """The county's browser."""
    return sign_in(make_user(Role.REPORTER, COUNTY))


def sent(client: Client, plan: Plan, *rows: list[Any], name: str = "报表.xlsx", **choices: Any) -> ImportBatch:
    send(client, plan, workbook(rows), name, **choices)
    batch = last_batch()
    assert batch.state == State.APPLIED
    return batch


def reasons_of(answer: Any) -> list[str]:
    """The list in the refusal on the batch's page."""
    content = answer.content.decode()
    alert = content[content.index('<div class="alert alert-error"') :]
    inside = alert[alert.index("<ul>") : alert.index("</ul>")]
    return [item.split("</li>")[0].strip() for item in inside.split("<li>")[1:]]


# --- unwinding


def test_imports_of_the_same_lines_are_undone_last_first(plan: Plan, county: Client) -> None:
    sent(county, plan, row(value=1))
    before_first = standing()
    first = sent(county, plan, row(value=3, note="首批"), row(indicator=RATE, value=1.5))
    before_second = standing()
    second = sent(county, plan, row(value=4, note="改"))
    third = sent(county, plan, row(value=5))

    assert [move(county, "undo", one).status_code for one in (first, second)] == [409, 409]
    assert [move(county, "undo", one).status_code for one in (third, second)] == [200, 200]
    assert standing() == before_second
    assert move(county, "undo", first).status_code == 200

    assert standing() == before_first
    assert import_events()[-3:] == ["import.undo"] * 3
    events = AuditEvent.objects.filter(action="report.undo_import").order_by("pk")
    values = [[float(json.loads(said)["CSO"]["value"]) for said in (one.before, one.after)] for one in events]
    assert values == [[5, 4], [4, 3], [3, 1]]


def test_new_lines_changed_by_an_import_that_was_taken_back_then_they_go(plan: Plan, county: Client) -> None:
    first = sent(county, plan, row(value=3))
    second = sent(county, plan, row(value=4))

    move(county, "undo", second)
    move(county, "undo", first)

    assert standing() == []


def test_hand_between_two_imports_then_the_first_stays_refused(plan: Plan, client: Client, officer: User) -> None:
    first = sent(client, plan, row(value=3))
    type_in(plan, officer, 4)
    second = sent(client, plan, row(value=5), all="overwrite")
    move(client, "undo", second)

    answer = move(client, "undo", first)

    assert answer.status_code == 409
    assert reasons_of(answer) == [f"海州区第 1 季度 {COUNT}：后来由 {officer.name} 改过"]
    assert Line.objects.get().value == 4


def test_hand_that_typed_the_same_number_again_then_it_stays_refused(plan: Plan, client: Client, officer: User) -> None:
    batch = sent(client, plan, row(value=3))
    type_in(plan, officer, 4)
    type_in(plan, officer, 3)

    assert move(client, "undo", batch).status_code == 409
    assert Line.objects.get().value == 3


def test_correction_since_was_taken_back_then_the_approval_still_refuses(plan: Plan, client: Client) -> None:
    first = sent(client, plan, row(value=3))
    Report.objects.update(state=Report.State.APPROVED, is_effective=True)
    upload(client, plan, workbook([row(value=9)]))
    confirm(client, all="overwrite", **{"answer-reason": "更正"})
    assert move(client, "undo").status_code == 200

    answer = move(client, "undo", first)

    assert answer.status_code == 409
    assert reasons_of(answer) == ["海州区第 1 季度：已审核"]
    assert Line.objects.get(report__is_effective=True).value == 3


@pytest.fixture
def approved(plan: Plan) -> Report:
    """The county's report of the first quarter, which counts."""
    lines = {"CSO": (3, None), "NEV": (1, None)}
    return make_report(plan_unit_of(plan, COUNTY), lines=lines, state=Report.State.APPROVED, by=make_user())


def overwritten(client: Client, plan: Plan, *rows: list[Any]) -> ImportBatch:
    """The import that wrote over the approved report, and so began a correction."""
    return sent(client, plan, *rows, all="overwrite", **{"answer-reason": "更正"})


def test_two_imports_in_one_correction_undone_last_first_then_all_is_as_before_the_first(
    plan: Plan, client: Client, approved: Report
) -> None:
    before = standing()
    first, second = overwritten(client, plan, row(value=9)), sent(client, plan, row(value=8))

    assert [move(client, "undo", one).status_code for one in (first, second, first)] == [409, 200, 200]

    assert Report.objects.standing().get() == approved
    assert standing(approved) == before


def test_two_imports_of_other_lines_in_one_correction_then_the_last_to_go_takes_it_along(
    plan: Plan, client: Client, approved: Report
) -> None:
    first, second = overwritten(client, plan, row(value=9)), sent(client, plan, row(indicator=RATE, value=1.5))

    assert move(client, "undo", first).status_code == 200
    correction = Report.objects.open_corrections().get()
    assert sorted(correction.lines.filled().values_list("value", flat=True)) == [1, Decimal("1.5"), 3]
    assert move(client, "undo", second).status_code == 200

    assert Report.objects.standing().get() == approved


def test_correction_that_an_officer_began_then_undoing_leaves_it(plan: Plan, client: Client, approved: Report) -> None:
    officer = make_user(Role.OFFICER)
    correction = reopen_report(approved, by=officer, at=timezone.now(), reason="更正")
    batch = sent(client, plan, row(value=9))

    move(client, "undo", batch)

    assert Report.objects.open_corrections().get() == correction


@pytest.mark.parametrize("done", ["value", "header", "evidence"])
def test_a_hand_in_the_correction_of_two_imports_then_it_stays(
    done: str, plan: Plan, client: Client, officer: User, approved: Report
) -> None:
    first, second = overwritten(client, plan, row(value=9)), sent(client, plan, row(value=8))
    correction = Report.objects.open_corrections().get()
    match done:
        case "value":
            type_in(plan, officer, 2, "NEV")
        case "header":
            save_header(correction, ReportHeader(filled_in_by="张三"), by=officer, at=timezone.now())
        case "evidence":
            add_file(correction, "NEV")

    for batch in (second, first):
        assert move(client, "undo", batch).status_code == 200

    assert Report.objects.open_corrections().get() == correction
    assert correction.lines.get(indicator__code="CSO").value == 3


# --- what the page says


def test_later_import_is_named_once_on_the_page_with_what_to_do(plan: Plan, county: Client) -> None:
    first = sent(county, plan, row(value=3), row(indicator=RATE, value=1.5), name="一月.xlsx")
    second = sent(county, plan, row(value=4), row(indicator=RATE, value=2.5), name="二月.xlsx")

    answer = move(county, "undo", first)

    assert answer.status_code == 409
    assert answer.templates[0].name == "progress/import_batch.html"
    at = date_format(localtime(second.applied_at), "Y-m-d H:i")
    said = f"“二月.xlsx”（{second.by.name} 于 {at} 导入）后来改过其中 2 行，请先撤销“二月.xlsx”。"
    assert reasons_of(answer) == [said]
    text = answer.content.decode()
    assert "然后再撤销这一次导入。" in text
    assert "已导入" in text, "the batch stands as it was"
    assert answer.context["batch"].state == State.APPLIED
    assert said in AuditEvent.objects.filter(action="refused:progress:import_undo").latest("pk").reason


def test_later_import_and_a_hand_then_both_are_named(plan: Plan, client: Client, officer: User) -> None:
    first = sent(client, plan, row(value=3), row(indicator=RATE, value=1.5))
    sent(client, plan, row(indicator=RATE, value=2.5), name="二月.xlsx")
    type_in(plan, officer, 4)

    answer = move(client, "undo", first)

    later, by_hand = reasons_of(answer)
    assert "后来改过其中 1 行，请先撤销“二月.xlsx”。" in later
    assert by_hand == f"海州区第 1 季度 {COUNT}：后来由 {officer.name} 改过"
    assert "请在报告中逐项更正。" in answer.content.decode()


def test_many_reasons_then_the_first_twenty_and_how_many_more(plan: Plan, client: Client) -> None:
    names = list(plan.plan_units.reporting().values_list("name", flat=True))
    indicators = (COUNT, "光伏装机容量")
    sent(client, plan, *[[name, QUARTER, one, 3, None, None] for name in names for one in indicators])
    Line.objects.update(origin=Line.Origin.FORM)

    reasons = reasons_of(move(client, "undo"))

    assert len(names) * 2 > 20
    assert len(reasons) == 21
    assert reasons[-1] == f"……还有 {len(names) * 2 - 20} 处"
