"""`import_progress`: what operators and scripts see, exit codes included."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from accounts.policy import Role
from assessments.models import Compliance
from audit.models import AuditEvent
from jobs.models import Job
from progress.models import ImportBatch, Line, Report
from targets.models import Plan
from tests.factories import SECOND_CITY, make_plan, make_user
from tests.progress_import.files import COUNT, RATE, last_batch, row, stored_counts, workbook

COUNTS = ("created", "changed", "unchanged", "skipped")
WITHIN_Q1 = "2023-05-20T10:00"


@pytest.fixture
def sent(tmp_path: Path) -> Path:
    """A good file: two units, three lines."""
    return write(tmp_path, [row(), row("连云区", value=5), row("连云区", RATE, "1.5")])


def write(folder: Path, rows: list[list[Any]], name: str = "报表.xlsx") -> Path:
    path = folder / name
    path.write_bytes(workbook(rows))
    return path


def run(capsys: pytest.CaptureFixture[str], path: Path, *arguments: str) -> Any:
    """The JSON answer of an accepted file."""
    call_command("import_progress", str(path), "--json", *arguments)
    return json.loads(capsys.readouterr().out)


def refused(capsys: pytest.CaptureFixture[str], path: Path, *arguments: str) -> tuple[Any, str]:
    """The JSON answer of a refused file, and what is said on standard error."""
    with pytest.raises(CommandError) as caught:
        call_command("import_progress", str(path), "--json", *arguments)
    assert caught.value.returncode == 1
    return json.loads(capsys.readouterr().out or "null"), str(caught.value)


def told_alone(said: Any) -> str:
    """The code of the one problem in the answer to what is refused as a whole."""
    (problem,) = said.pop("problems")
    assert said == {"outcome": "rejected_file", **dict.fromkeys(COUNTS, 0)}
    nowhere = dict.fromkeys(("sheet", "row", "column", "read"))
    assert problem == {"level": "error", "code": problem["code"], **nowhere, "message": problem["message"]}
    assert problem["message"]
    return str(problem["code"])


def test_good_file_then_its_lines_are_stored(sent: Path, officer: User, capsys: pytest.CaptureFixture[str]) -> None:
    said = run(capsys, sent, "--as", officer.username)

    assert said == {
        "outcome": "accepted", **dict.fromkeys(COUNTS, 0), "created": 3, "problems": [],
    }  # fmt: skip
    assert Line.objects.filter(origin=Line.Origin.IMPORT, batch=last_batch()).count() == 3
    assert set(Report.objects.values_list("state", flat=True)) == {"draft"}


def test_same_file_again_then_nothing_changes(sent: Path, officer: User, capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, sent, "--as", officer.username)
    before = list(Line.objects.order_by("pk").values())

    said = run(capsys, sent, "--as", officer.username)

    assert (said["created"], said["changed"], said["unchanged"]) == (0, 0, 3)
    assert list(Line.objects.order_by("pk").values()) == before


def test_wrong_rows_then_every_problem_is_answered_and_nothing_stored(
    tmp_path: Path, officer: User, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path, [row(), row("火星县"), row("连云区", value="约12")])
    before = stored_counts()

    said, told = refused(capsys, path, "--as", officer.username)

    assert said["outcome"] == "rejected_rows"
    assert [(p["level"], p["code"], p["sheet"], p["row"], p["column"], p["read"]) for p in said["problems"]] == [
        ("error", "unknown_region", "Sheet", 3, "地区", "火星县"),
        ("error", "not_a_number", "Sheet", 4, "完成值", "约12"),
    ]
    assert all(set(p) == {"level", "code", "sheet", "row", "column", "read", "message"} for p in said["problems"])
    assert "2 处错误" in told
    assert stored_counts() == before
    assert last_batch().state == ImportBatch.State.REFUSED


def test_file_that_is_no_workbook_then_it_is_refused(
    tmp_path: Path, officer: User, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "报表.xlsx"
    path.write_bytes(b"%PDF-1.4 nothing")

    said, _told = refused(capsys, path, "--as", officer.username)

    assert said["outcome"] == "rejected_file"
    assert [p["code"] for p in said["problems"]] == ["not_xlsx"]


def test_dry_run_then_nothing_is_stored_at_all(sent: Path, officer: User, capsys: pytest.CaptureFixture[str]) -> None:
    said = run(capsys, sent, "--as", officer.username, "--dry-run")

    assert (said["outcome"], said["created"]) == ("accepted", 3)
    assert not ImportBatch.objects.exists()
    assert not Report.objects.exists()


def test_approved_as_another_then_the_reports_count_and_compliance_is_computed(
    sent: Path, officer: User, capsys: pytest.CaptureFixture[str]
) -> None:
    reviewer = make_user(Role.REVIEWER)

    run(capsys, sent, "--as", officer.username, "--approve-as", reviewer.username)

    approved = Report.objects.filter(state=Report.State.APPROVED, is_effective=True)
    assert sorted(approved.values_list("plan_unit__name", flat=True)) == ["海州区", "连云区"]
    assert set(approved.values_list("submitted_by", "decided_by")) == {(officer.pk, reviewer.pk)}
    assert not Job.objects.unfinished().exists()
    assert Compliance.objects.filter(plan_unit__name="海州区", indicator__name=COUNT, actual=3).exists()


def test_interrupted_before_approving_then_the_same_command_finishes(
    sent: Path, officer: User, capsys: pytest.CaptureFixture[str]
) -> None:
    reviewer = make_user(Role.REVIEWER)
    run(capsys, sent, "--as", officer.username)

    said = run(capsys, sent, "--as", officer.username, "--approve-as", reviewer.username)
    again = run(capsys, sent, "--as", officer.username, "--approve-as", reviewer.username)

    assert (said["unchanged"], again["unchanged"]) == (3, 3)
    assert Report.objects.filter(state=Report.State.APPROVED).count() == 2


def test_rows_that_differ_from_what_is_approved_then_they_are_kept_out_and_each_is_told(
    sent: Path, tmp_path: Path, officer: User, capsys: pytest.CaptureFixture[str]
) -> None:
    run(capsys, sent, "--as", officer.username, "--approve-as", make_user(Role.REVIEWER).username)
    other = write(tmp_path, [row(value=9), row("连云区", value=5), row("赣榆区", value=2)], "另一份.xlsx")

    said = run(capsys, other, "--as", officer.username)

    assert said["outcome"] == "accepted_with_warnings"
    assert {name: said[name] for name in COUNTS} == dict(zip(COUNTS, (1, 0, 1, 0), strict=True))
    assert [(p["level"], p["code"], p["row"]) for p in said["problems"]] == [("warning", "conflict_kept", 2)]
    assert Line.objects.filter(report__plan_unit__name="海州区", value=9).count() == 0
    assert not Report.objects.open_corrections().exists()


def test_one_report_cannot_be_approved_then_nothing_of_the_file_is_stored(
    sent: Path, officer: User, capsys: pytest.CaptureFixture[str]
) -> None:
    leader = make_user(Role.LEADER)

    _said, told = refused(capsys, sent, "--as", officer.username, "--approve-as", leader.username)

    assert "不能进行此操作" in told
    assert not ImportBatch.objects.exists()
    assert not Line.objects.exists()


def test_arrival_given_then_it_decides_the_lock_and_is_kept(
    tmp_path: Path, db: None, capsys: pytest.CaptureFixture[str]
) -> None:
    make_plan()
    officer = make_user()
    reviewer = make_user(Role.REVIEWER)
    path = write(tmp_path, [row()])
    began = timezone.now()

    run(capsys, path, "--as", officer.username, "--approve-as", reviewer.username, "--at", WITHIN_Q1)

    arrived = datetime(2023, 5, 20, 2, tzinfo=UTC)
    assert last_batch().arrived_at == arrived
    report = Report.objects.get()
    assert report.first_submitted_at == report.submitted_at == arrived
    assert report.decided_at is not None
    assert report.decided_at >= began
    submit, approve = report.moves.order_by("pk")
    assert (submit.arrived_at, submit.at >= began, approve.at >= began) == (arrived, True, True)
    event = AuditEvent.objects.get(action="import.apply")
    assert json.loads(event.after)["arrived_at"] == arrived.isoformat()
    assert event.at > arrived


def test_arrival_after_the_close_then_the_quarter_is_not_open(
    tmp_path: Path, db: None, capsys: pytest.CaptureFixture[str]
) -> None:
    make_plan()
    path = write(tmp_path, [row()])

    said, _told = refused(capsys, path, "--as", make_user().username, "--at", "2023-06-08")

    assert [(p["code"], p["column"]) for p in said["problems"]] == [("quarter_not_open", "季度")]


def test_arrival_given_by_a_reporter_then_it_is_refused(
    sent: Path, plan: Plan, capsys: pytest.CaptureFixture[str]
) -> None:
    reporter = make_user(Role.REPORTER, "320706")

    said, told = refused(capsys, sent, "--as", reporter.username, "--at", WITHIN_Q1)

    assert told_alone(said) == "not_allowed"
    assert "不能进行此操作" in told


def test_arrival_in_the_future_then_it_is_refused(
    sent: Path, officer: User, capsys: pytest.CaptureFixture[str]
) -> None:
    tomorrow = (timezone.now() + timedelta(days=1)).isoformat()

    _said, told = refused(capsys, sent, "--as", officer.username, "--at", tomorrow)

    assert "不能晚于现在" in told


def test_two_cities_have_a_plan_then_the_sender_sees_only_theirs(
    sent: Path, officer: User, capsys: pytest.CaptureFixture[str]
) -> None:
    make_plan(SECOND_CITY)

    said = run(capsys, sent, "--as", officer.username)

    assert said["created"] == 3
    assert last_batch().plan.owner.code == "320700"


def test_rows_name_a_year_without_a_plan_then_each_row_says_so(
    tmp_path: Path, officer: User, capsys: pytest.CaptureFixture[str]
) -> None:
    old = row()
    old[1] = "2022年第1季度"

    said, _told = refused(capsys, write(tmp_path, [old]), "--as", officer.username)

    assert [(p["row"], p["code"]) for p in said["problems"]] == [(2, "quarter_not_open")]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--as", "nobody"], "invalid"),
        (["--as", "boss"], "not_allowed"),
        (["--as", "boss", "--year", "1999"], "invalid"),
    ],
    ids=["unknown user", "wrong role", "no such plan"],
)
def test_refused_before_the_file_is_looked_at_then_the_answer_is_json_too(
    sent: Path, plan: Plan, arguments: list[str], code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    make_user(Role.LEADER, username="boss")

    said, _told = refused(capsys, sent, *arguments)

    assert told_alone(said) == code


def test_too_large_file_then_it_is_refused_as_a_file_and_not_kept(
    sent: Path, officer: User, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.IMPORT_MAX_BYTES = sent.stat().st_size - 1

    said, _told = refused(capsys, sent, "--as", officer.username)

    assert told_alone(said) == "file_too_large"
    assert not ImportBatch.objects.exists()


def test_draft_holds_what_the_file_does_not_name_then_nothing_is_submitted_and_it_is_said_where(
    sent: Path, tmp_path: Path, officer: User, capsys: pytest.CaptureFixture[str]
) -> None:
    run(capsys, sent, "--as", officer.username)
    before = stored_counts()
    part = write(tmp_path, [row("连云区", value=6)], "部分.xlsx")

    arguments = ["--as", officer.username, "--approve-as", make_user(Role.REVIEWER).username]
    said, told = refused(capsys, part, *arguments)

    assert told_alone(said) == "conflict"
    assert "连云区第 1 季度" in told
    assert RATE in told
    assert stored_counts() == before
    assert set(Report.objects.values_list("state", flat=True)) == {"draft"}


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--as", "somebody", "--approve-as", "somebody"],
        ["--as", "somebody", "--at", "soon"],
        ["--as", "somebody", "--nonsense"],
    ],
    ids=["without --as", "approved by the sender", "no time", "unknown option"],
)
def test_wrong_usage_then_exit_code_2(sent: Path, officer: User, arguments: list[str]) -> None:
    from django.core.management import ManagementUtility

    with pytest.raises((CommandError, SystemExit)) as caught:
        ManagementUtility(["manage.py", "import_progress", str(sent), *arguments]).execute()

    assert getattr(caught.value, "returncode", getattr(caught.value, "code", None)) == 2


def test_missing_file_then_exit_code_2(officer: User) -> None:
    with pytest.raises(CommandError, match="没有文件"):
        call_command("import_progress", "/nowhere/报表.xlsx", "--as", officer.username)
