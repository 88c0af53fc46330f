"""From the upload to the confirmation: looking changes nothing, and what is confirmed is what was seen."""

import io
import re
from datetime import timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook
from pytest_django import Settings

from accounts.models import User
from accounts.policy import Role
from audit.models import AuditEvent
from common.actions import SYSTEM
from jobs.models import Job
from progress.models import ImportBatch, Line, Report
from progress.services.changes import LineChange, ReportEntry
from progress.services.corrections import reopen_report
from progress.services.entry import save_entries
from targets.models import Plan
from targets.services.quarters import close_quarter
from tests.factories import make_report, make_user, plan_unit_of, quarter_of, sign_in
from tests.progress_import.files import (
    COUNT,
    RATE,
    confirm,
    do_jobs,
    import_events,
    last_batch,
    move,
    problems_of,
    row,
    send,
    stored_counts,
    upload,
    workbook,
)

State = ImportBatch.State
COUNTY = "320706"


def text_of(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def change_by_hand(plan: Plan, person: User, value: int, indicator: str = "CSO") -> None:
    entry = ReportEntry(plan_unit_of(plan, COUNTY), quarter_of(plan, 1), [LineChange(indicator, Decimal(value))])
    save_entries([entry], by=person, at=timezone.now())


@pytest.fixture
def approved(plan: Plan) -> Report:
    """海州区 has reported three offices and two percent, and both count."""
    lines = {"CSO": (3, None), "EPC": (2, None)}
    return make_report(plan_unit_of(plan, COUNTY), lines=lines, state=Report.State.APPROVED, by=make_user())


# --- looking


def test_form_in_which_nothing_is_filled_in_then_it_says_so_and_offers_no_confirmation(
    plan: Plan, client: Client
) -> None:
    address = reverse("progress:download_matrix", args=["320700", 2023, 1])

    said = text_of(upload(client, plan, client.get(f"{address}?blank=1").content))

    assert "文件里没有填任何数" in said
    assert "文件与现有数据完全相同" not in said
    assert "确认导入</button>" not in said


def test_file_that_says_what_stands_then_it_says_so_and_offers_no_confirmation(
    plan: Plan, client: Client, approved: Report
) -> None:
    said = text_of(upload(client, plan, workbook([row(value=3)])))

    assert "文件与现有数据完全相同" in said
    assert "没有填任何数" not in said
    assert "确认导入</button>" not in said


def test_file_uploaded_then_nothing_is_stored_until_it_is_confirmed(plan: Plan, client: Client) -> None:
    before = stored_counts()

    seen = upload(client, plan, workbook([row(), row("连云区", value=5)]))

    assert last_batch().state == State.CHECKED
    assert stored_counts() == before
    assert "已检查，还没有导入" in text_of(seen)
    assert "确认导入" in text_of(seen)

    confirm(client)

    assert last_batch().state == State.APPLIED
    assert sorted(Line.objects.values_list("value", flat=True)) == [3, 5]


def test_preview_then_every_changed_value_is_shown_old_and_new_with_the_indicators_decimals(
    plan: Plan, client: Client
) -> None:
    send(client, plan, workbook([row(indicator=RATE, value=1.5, note="旧")]))

    seen = text_of(upload(client, plan, workbook([row(indicator=RATE, value=2, note="新"), row("连云区")])))

    assert '<del class="was">1.50</del> <span aria-hidden="true">→</span> <ins class="now">2.00</ins>' in seen
    assert '<del class="was">旧</del>' in seen
    assert '<ins class="now">3</ins>' in seen
    assert f">{RATE}（%）</td>" in seen


def test_discarded_then_it_cannot_be_confirmed_and_stays_in_the_history(plan: Plan, client: Client) -> None:
    upload(client, plan, workbook([row()]))
    batch = last_batch()

    move(client, "discard")
    answer = confirm(client, batch)

    assert last_batch().state == State.DISCARDED
    assert answer.status_code == 409
    assert not Line.objects.exists()
    assert import_events() == ["import.check", "import.discard"]


def test_somebody_else_sees_it_then_only_the_sender_can_confirm(plan: Plan, client: Client) -> None:
    reporter = make_user(Role.REPORTER, COUNTY)
    upload(sign_in(reporter), plan, workbook([row()]))
    batch = last_batch()

    page = client.get(f"/{plan.owner.code}/{plan.year}/imports/{batch.uuid}/")
    answer = confirm(client, batch)

    assert "确认导入</button>" not in text_of(page)
    assert answer.status_code == 403
    assert not Line.objects.exists()


def test_confirmed_twice_then_the_first_answer_and_one_effect(plan: Plan, client: Client) -> None:
    upload(client, plan, workbook([row()]))

    first, second = confirm(client), confirm(client)

    assert (first.status_code, second.status_code) == (200, 200)
    assert first.redirect_chain[-1][0] == second.redirect_chain[-1][0]
    assert Line.objects.get().version == 1
    assert import_events() == ["import.check", "import.apply"]


def test_another_preview_was_seen_then_it_is_refused(plan: Plan, client: Client) -> None:
    upload(client, plan, workbook([row()]))

    answer = confirm(client, seen="0" * 64)

    assert answer.status_code == 409
    assert last_batch().state == State.CHECKED


# --- what changed in between


def test_line_changed_after_the_check_then_nothing_is_written_and_the_new_preview_is_shown(
    plan: Plan, client: Client, officer: User
) -> None:
    upload(client, plan, workbook([row(value=7), row("连云区", value=5)]))
    change_by_hand(plan, officer, 4)

    answer = confirm(client)

    batch = last_batch()
    assert batch.state == State.CHECKED
    assert list(Line.objects.values_list("value", flat=True)) == [4]
    assert "检查之后数据或填报状态有变化，没有导入" in text_of(answer)
    assert '<del class="was">4</del>' in text_of(answer)

    confirm(client)

    assert sorted(Line.objects.values_list("value", flat=True)) == [5, 7]
    assert import_events() == ["import.check", "import.recheck", "import.apply"]


def test_quarter_closed_after_the_check_then_it_is_refused_with_its_reason(plan: Plan, client: Client) -> None:
    upload(client, plan, workbook([row()]))
    close_quarter(quarter_of(plan, 1), by=SYSTEM, at=timezone.now())

    answer = confirm(client)

    assert last_batch().state == State.REFUSED
    assert problems_of(last_batch()) == {(2, "季度", "quarter_not_open")}
    assert "检查之后数据或填报状态有变化，没有导入" in text_of(answer)
    assert not Line.objects.exists()


def test_report_submitted_after_the_check_then_it_is_refused(plan: Plan, client: Client) -> None:
    report = make_report(plan_unit_of(plan, COUNTY), lines={"CSO": (3, None)})
    upload(client, plan, workbook([row(value=4)]))
    Report.objects.filter(pk=report.pk).update(state=Report.State.SUBMITTED, submitted_at=timezone.now())

    confirm(client)

    assert problems_of(last_batch()) == {(2, "季度", "report_submitted")}
    assert Line.objects.get().value == 3


def test_right_lost_after_the_check_then_403_and_nothing_is_written(plan: Plan) -> None:
    reporter = make_user(Role.REPORTER, COUNTY)
    browser = sign_in(reporter)
    upload(browser, plan, workbook([row()]))
    User.objects.filter(pk=reporter.pk).update(role=Role.LEADER)

    assert confirm(browser).status_code == 403
    assert last_batch().state == State.CHECKED
    assert not Line.objects.exists()


# --- conflicts


def test_approved_line_then_an_officers_other_value_is_kept_unless_decided(
    plan: Plan, client: Client, approved: Report
) -> None:
    seen = upload(client, plan, workbook([row(value=9), row("连云区", value=5)]))
    assert (last_batch().conflicts, last_batch().created) == (1, 1)
    assert "报告已审核" in text_of(seen)

    confirm(client)

    assert (last_batch().created, last_batch().changed) == (1, 0)
    assert not Report.objects.open_corrections().exists()
    assert Line.objects.get(report=approved, indicator__code="CSO").value == 3


def test_approved_line_overwritten_then_a_correction_holds_it_and_the_approved_one_counts_on(
    plan: Plan, client: Client, approved: Report
) -> None:
    upload(client, plan, workbook([row(value=9)]))

    answer = confirm(client, **{"decide-0": "overwrite", "answer-reason": "核实后更正"})

    correction = Report.objects.open_corrections().get()
    assert answer.status_code == 200
    assert correction.correction_reason == "核实后更正"
    assert dict(correction.lines.values_list("indicator__code", "value")) == {"CSO": 9, "EPC": 2}
    assert Line.objects.get(report=approved, indicator__code="CSO").value == 3
    assert "核实后更正" in text_of(answer)
    event = AuditEvent.objects.get(action="import.apply")
    assert (event.reason, '"approved"' in event.after) == ("核实后更正", True)


def test_approved_line_overwritten_without_a_reason_then_it_is_asked_for_and_the_choice_stays(
    plan: Plan, client: Client, approved: Report
) -> None:
    upload(client, plan, workbook([row(value=9)]))

    answer = confirm(client, **{"decide-0": "overwrite", "answer-reason": " "})

    assert answer.status_code == 422
    assert '<p class="field-error" id="answer-reason-error">没有写明理由。</p>' in text_of(answer)
    assert 'aria-invalid="true" autofocus aria-describedby="answer-reason-error answer-reason-help"' in text_of(answer)
    assert '<input type="radio" name="decide-0" value="overwrite" checked>' in text_of(answer)
    assert last_batch().state == State.CHECKED
    assert not Report.objects.open_corrections().exists()


def test_approved_line_then_a_reporters_row_is_refused(plan: Plan, approved: Report) -> None:
    upload(sign_in(make_user(Role.REPORTER, COUNTY)), plan, workbook([row(value=9)]))

    assert problems_of(last_batch()) == {(2, "季度", "report_approved")}


@pytest.mark.parametrize(("choice", "value"), [("keep", 4), ("overwrite", 8), (None, 4)])
def test_line_corrected_by_hand_since_the_import_then_it_is_decided(
    choice: str | None, value: int, plan: Plan, client: Client, officer: User
) -> None:
    send(client, plan, workbook([row(value=3)]))
    change_by_hand(plan, officer, 4)

    seen = upload(client, plan, workbook([row(value=8)]))
    assert "上次导入或下载此表后手工改过" in text_of(seen)
    confirm(client, **({"decide-0": choice} if choice else {}))

    assert Line.objects.get().value == value


def test_line_typed_by_hand_that_no_import_wrote_then_it_is_no_conflict(
    plan: Plan, client: Client, officer: User
) -> None:
    change_by_hand(plan, officer, 4)

    upload(client, plan, workbook([row(value=8)]))

    assert (last_batch().conflicts, last_batch().changed) == (0, 1)


@pytest.mark.parametrize("form", ["download_long", "download_matrix"])
def test_line_typed_after_its_form_was_handed_out_then_it_is_decided(
    form: str, plan: Plan, client: Client, officer: User
) -> None:
    change_by_hand(plan, officer, 4)
    handed_out = client.get(reverse(f"progress:{form}", args=["320700", 2023, 1])).content
    Line.objects.update(changed_at=timezone.now() + timedelta(seconds=2), value=7)

    seen = upload(client, plan, handed_out)

    assert "上次导入或下载此表后手工改过" in text_of(seen)
    confirm(client)
    assert Line.objects.get().value == 7


def test_all_overwritten_then_every_conflict_is_and_decisions_of_other_pages_stay(
    plan: Plan, client: Client, approved: Report
) -> None:
    upload(client, plan, workbook([row(value=9), row(indicator=RATE, value=7)]))

    move(client, "decide", all="overwrite")
    assert last_batch().decisions["overwrite"] == [0, 1]
    move(client, "decide", **{"decide-1": "keep"})
    assert last_batch().decisions["overwrite"] == [0]
    confirm(client, **{"answer-reason": "更正"})

    lines = Report.objects.open_corrections().get().lines.values_list("indicator__name", "value")
    assert dict(lines) == {COUNT: 9, RATE: 2}


def test_correction_begun_by_somebody_else_meanwhile_then_nothing_is_written(
    plan: Plan, client: Client, officer: User, approved: Report
) -> None:
    upload(client, plan, workbook([row(value=9)]))
    reopen_report(approved, by=make_user(), at=timezone.now(), reason="另有更正")

    confirm(client, **{"decide-0": "overwrite", "answer-reason": "更正"})

    assert last_batch().state == State.CHECKED
    assert set(Line.objects.filter(indicator__code="CSO").values_list("value", flat=True)) == {3}


# --- long files


@pytest.fixture
def small(settings: Settings) -> None:
    """Everything is long."""
    settings.IMPORT_JOB_BYTES = 100


def job_of(batch: ImportBatch) -> Job:
    assert batch.job is not None
    return batch.job


@pytest.mark.usefixtures("small")
def test_long_file_then_a_job_reads_it_and_another_writes_it(plan: Plan, client: Client) -> None:
    address = f"/{plan.owner.code}/{plan.year}/imports/"
    waiting = client.post(address, {"file": SimpleUploadedFile("报表.xlsx", workbook([row()]))}, follow=True)
    assert last_batch().state == State.READING
    assert "正在后台处理" in text_of(waiting)
    assert f'hx-get="/jobs/{job_of(last_batch()).uuid}/"' in text_of(waiting)

    do_jobs()
    assert last_batch().state == State.CHECKED
    answer = confirm(client)

    assert last_batch().state == State.APPLIED
    assert Line.objects.get().value == 3
    imports = Job.objects.filter(kind__startswith="import_").values_list("kind", "state")
    assert set(imports) == {("import_check", "done"), ("import_apply", "done")}
    assert answer.status_code == 200


def test_small_file_of_many_rows_then_a_job_checks_and_writes_it(
    plan: Plan, client: Client, settings: Settings
) -> None:
    settings.IMPORT_JOB_ROWS = 3
    content = workbook([row(), row("连云区"), row("海州区", RATE)])
    address = f"/{plan.owner.code}/{plan.year}/imports/"

    waiting = client.post(address, {"file": SimpleUploadedFile("报表.xlsx", content)}, follow=True)
    assert (last_batch().state, last_batch().problems, last_batch().changes) == (State.READING, [], [])
    assert f'hx-get="/jobs/{job_of(last_batch()).uuid}/"' in text_of(waiting)

    do_jobs()
    assert (last_batch().state, last_batch().created) == (State.CHECKED, 3)
    confirm(client)
    assert last_batch().state == State.APPLIED


def test_file_with_as_many_rows_as_a_request_may_check_then_no_job(
    plan: Plan, client: Client, settings: Settings
) -> None:
    settings.IMPORT_JOB_ROWS = 3

    send(client, plan, workbook([row(), row("连云区")]))

    assert (last_batch().state, last_batch().job) == (State.APPLIED, None)


@pytest.mark.usefixtures("small")
def test_long_file_at_work_then_its_jobs_page_says_each_step(
    plan: Plan, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jobs.services.SHOWN_EVERY_S", 0)  # however quickly a step is over
    address = f"/{plan.owner.code}/{plan.year}/imports/"
    client.post(address, {"file": SimpleUploadedFile("报表.xlsx", workbook([row()]))})

    checking = steps_while_at_work(client)
    batch = last_batch()
    client.post(f"{address}{batch.uuid}/confirm/", {"seen": batch.digest})
    writing = steps_while_at_work(client)

    assert checking == [("正在读取文件。", "0 / 2"), ("正在逐行核对。", "1 / 2")]
    assert writing == [("正在核对并写入。", "0 / 1")]
    assert last_batch().state == State.APPLIED


def steps_while_at_work(client: Client) -> list[tuple[str, str]]:
    """What the page of the job says, message and count, whenever the waiting job has written its row."""
    address = f"/jobs/{job_of(last_batch()).uuid}/"
    said: list[tuple[str, str]] = []

    def look(execute: Any, sql: str, params: Any, many: Any, context: Any) -> Any:
        answer = execute(sql, params, many, context)
        if sql.startswith('UPDATE "jobs_job"') and '"done"' in sql and '"total"' in sql:
            page = text_of(client.get(address))
            message = re.search(r'<span role="status"> (.*?) </span>', page)
            count = re.search(r'<span class="job-count">(.*?)</span>', page)
            assert message is not None
            assert count is not None
            said.append((message[1], count[1]))
        return answer

    with connection.execute_wrapper(look):
        do_jobs()
    return said


@pytest.mark.usefixtures("small")
def test_long_file_refused_then_its_error_workbook_is_kept_in_the_senders_language(plan: Plan, client: Client) -> None:
    sender = make_user(Role.REPORTER, COUNTY)
    User.objects.filter(pk=sender.pk).update(language="en")
    upload(sign_in(sender), plan, workbook([row("火星县")]))
    batch = last_batch()
    kept = batch.error_book
    assert batch.state == State.REFUSED
    assert kept is not None
    # What is not there cannot be marked again.
    batch.file.content.storage.delete(batch.file.content.name)

    address = reverse("progress:error_book", args=["320700", 2023, batch.uuid])
    answers = [browser.get(address) for browser in (client, sign_in(sender))]

    contents = [b"".join(answer.streaming_content) for answer in answers]
    assert [sha256(content).hexdigest() for content in contents] == [kept.sha256] * 2
    sheet = load_workbook(io.BytesIO(contents[0])).worksheets[0]
    assert sheet["A2"].comment is not None
    assert sheet["A2"].comment.text.startswith("Row 2: the unit “火星县” is not in the list.")
    assert sign_in(make_user(Role.REPORTER, "320707")).get(address).status_code == 404


@pytest.mark.usefixtures("small")
def test_long_file_without_problems_then_no_error_workbook_is_kept(plan: Plan, client: Client) -> None:
    send(client, plan, workbook([row()]))

    assert (last_batch().state, last_batch().error_book) == (State.APPLIED, None)


@pytest.mark.usefixtures("small")
def test_long_file_refused_after_its_check_then_its_error_workbook_is_kept(plan: Plan, client: Client) -> None:
    upload(client, plan, workbook([row()]))
    close_quarter(quarter_of(plan, 1), by=SYSTEM, at=timezone.now())

    confirm(client)

    assert (last_batch().state, last_batch().error_book is not None) == (State.REFUSED, True)


@pytest.mark.usefixtures("small")
def test_long_file_confirmed_before_the_end_and_written_after_it_then_it_counts(plan: Plan, client: Client) -> None:
    upload(client, plan, workbook([row()]))
    batch = last_batch()
    client.post(f"/{plan.owner.code}/{plan.year}/imports/{batch.uuid}/confirm/", {"seen": batch.digest})
    assert last_batch().state == State.APPLYING

    close_quarter(quarter_of(plan, 1), by=SYSTEM, at=timezone.now() + timedelta(seconds=1))
    do_jobs()

    assert last_batch().state == State.APPLIED


@pytest.mark.usefixtures("small")
def test_long_file_whose_lines_changed_then_its_job_writes_nothing_and_the_new_preview_waits(
    plan: Plan, client: Client, officer: User
) -> None:
    upload(client, plan, workbook([row(value=7)]))
    change_by_hand(plan, officer, 4)

    answer = confirm(client)

    assert last_batch().state == State.CHECKED
    assert last_batch().changes[0]["old"]["value"] == "4"
    assert answer.status_code == 200
    assert Line.objects.get().value == 4


@pytest.mark.usefixtures("small")
def test_long_file_that_the_writing_refuses_then_it_waits_again_and_says_why(
    plan: Plan, client: Client, approved: Report
) -> None:
    upload(client, plan, workbook([row(value=9)]))

    confirm(client, **{"decide-0": "overwrite"})

    page = client.get(f"/{plan.owner.code}/{plan.year}/imports/{last_batch().uuid}/")
    assert last_batch().state == State.CHECKED
    assert "没有写明理由" in text_of(page)


@pytest.mark.usefixtures("small")
def test_job_that_failed_then_it_is_said_and_can_be_tried_again(plan: Plan, client: Client) -> None:
    address = f"/{plan.owner.code}/{plan.year}/imports/"
    client.post(address, {"file": SimpleUploadedFile("报表.xlsx", workbook([row()]))})
    Job.objects.update(state=Job.State.FAILED, message="处理中断")

    page = client.get(f"{address}{last_batch().uuid}/")
    assert "后台任务没有完成" in text_of(page)
    move(client, "retry")

    assert last_batch().state == State.CHECKED
    assert Job.objects.filter(kind="import_check").count() == 2


@pytest.mark.usefixtures("small")
def test_long_file_discarded_while_it_waits_then_its_job_writes_nothing(plan: Plan, client: Client) -> None:
    upload(client, plan, workbook([row()]))
    batch = last_batch()
    client.post(f"/{plan.owner.code}/{plan.year}/imports/{batch.uuid}/confirm/", {"seen": batch.digest})

    move(client, "discard", batch)

    assert last_batch().state == State.DISCARDED
    assert not Line.objects.exists()
