"""A report's way: submitted, withdrawn, returned, approved, corrected; whoever is second is told who was first."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from accounts.models import User
from accounts.policy import Role
from audit.models import AuditEvent
from common.errors import Conflict, Invalid, Locked, NotAllowed, NotYet
from progress.models import Evidence, Line, Report
from progress.queries.sheet import load_sheet
from progress.services.changes import LineChange
from progress.services.entry import save_lines
from progress.services.review import (
    NeedsNote,
    approve_report,
    reopen_report,
    return_report,
    submit_report,
    withdraw_report,
)
from progress.signals import report_effective
from targets.models import Plan, PlanUnit, Quarter
from tests.factories import make_report, make_user
from tests.progress.builders import add_file

SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)
State = Report.State


def state_of(report: Report) -> str:
    return Report.objects.values_list("state", flat=True).get(pk=report.pk)


def moves_of(report: Report) -> list[tuple[str, str, str]]:
    return list(report.moves.values_list("move", "by_name", "reason"))


@pytest.fixture
def submitted(county: PlanUnit, clerk: User) -> Report:
    return make_report(county, 1, state=State.SUBMITTED, by=clerk)


@pytest.fixture
def approved(county: PlanUnit, clerk: User) -> Report:
    return make_report(county, 1, state=State.APPROVED, by=clerk)


@pytest.fixture
def effective() -> Iterator[list[dict[str, Any]]]:
    """What was said with the signal, once for every report that began to count."""
    heard: list[dict[str, Any]] = []

    def hear(**said: Any) -> None:
        heard.append(said)

    report_effective.connect(hear)
    yield heard
    report_effective.disconnect(hear)


# --- submit


def test_submitting_stores_arrival_person_and_note(county: PlanUnit, clerk: User, open_at: datetime) -> None:
    report = make_report(county, 1)

    submit_report(report, by=clerk, at=open_at, note=" 佐证材料随后补 ")

    report.refresh_from_db()
    assert (report.state, report.submitted_by, report.submit_note) == ("submitted", clerk, "佐证材料随后补")
    assert report.first_submitted_at == report.submitted_at == open_at
    assert report.warning_count > 0
    assert moves_of(report) == [("submit", clerk.name, "佐证材料随后补")]
    event = AuditEvent.objects.get(action="report.submit")
    assert (event.before, event.after) == ('{"state": "draft"}', '{"state": "submitted"}')


def test_warnings_want_a_note(county: PlanUnit, clerk: User, open_at: datetime) -> None:
    report = make_report(county, 1)

    with pytest.raises(NeedsNote, match="项提示需要说明"):
        submit_report(report, by=clerk, at=open_at, note="  ")

    assert state_of(report) == State.DRAFT


def test_a_missing_required_line_is_a_warning_only(county: PlanUnit, clerk: User, open_at: datetime) -> None:
    report = make_report(county, 1, {})

    submit_report(report, by=clerk, at=open_at, note="无数据")

    report.refresh_from_db()
    assert (report.state, report.warning_count) == (State.SUBMITTED, 19)


def test_a_wrong_line_is_refused_and_named(county: PlanUnit, clerk: User, open_at: datetime) -> None:
    report = make_report(county, 1, {"CP": (4, None), "PVN": (5, None)})

    with pytest.raises(Invalid, match="新建建筑可安装光伏面积覆盖率：还缺“可安装面积”"):
        submit_report(report, by=clerk, at=open_at, note="说明")

    assert state_of(report) == State.DRAFT


@pytest.mark.parametrize(("off", "accepted"), [(-SECOND, True), (0 * SECOND, False), (SECOND, False)])
def test_arrival_decides_at_closing(
    off: timedelta, accepted: bool, county: PlanUnit, clerk: User, first: Quarter
) -> None:
    report = make_report(county, 1)

    if accepted:
        submit_report(report, by=clerk, at=first.closes + off, note="迟报")
    else:
        with pytest.raises(Locked, match="已过截止时间"):
            submit_report(report, by=clerk, at=first.closes + off, note="迟报")

    assert state_of(report) == (State.SUBMITTED if accepted else State.DRAFT)


def test_submitting_twice_is_one_submission(county: PlanUnit, clerk: User, open_at: datetime) -> None:
    report = make_report(county, 1)
    submit_report(report, by=clerk, at=open_at, note="说明")

    submit_report(report, by=clerk, at=open_at + SECOND, note="说明")

    report.refresh_from_db()
    assert report.submitted_at == open_at
    assert len(moves_of(report)) == 1


def test_a_second_submitter_is_told_who_was_first(county: PlanUnit, clerk: User, open_at: datetime) -> None:
    report = make_report(county, 1)
    submit_report(report, by=clerk, at=open_at, note="说明")

    with pytest.raises(Conflict, match=f"{clerk.name} 已于 05-17 00:00 提交此报告"):
        submit_report(report, by=make_user(Role.REPORTER, county.unit), at=open_at, note="说明")


def test_a_withdrawn_submission_is_no_first_one(county: PlanUnit, clerk: User, first: Quarter) -> None:
    report = make_report(county, 1, {})
    submit_report(report, by=clerk, at=first.due - DAY, note="先占位")
    withdraw_report(report, by=clerk, at=first.due - SECOND)
    report.refresh_from_db()
    assert report.first_submitted_at is None

    submit_report(report, by=clerk, at=first.due + DAY, note="说明")

    report.refresh_from_db()
    assert report.first_submitted_at == report.submitted_at == first.due + DAY


def test_after_a_return_the_first_submission_stays_the_first(
    submitted: Report, clerk: User, reviewer: User, open_at: datetime
) -> None:
    before = submitted.first_submitted_at
    return_report(submitted, by=reviewer, at=open_at, reason="请核对")
    submit_report(submitted, by=clerk, at=open_at + SECOND, note="已改")

    withdraw_report(submitted, by=clerk, at=open_at + DAY)

    submitted.refresh_from_db()
    assert (submitted.state, submitted.first_submitted_at) == (State.DRAFT, before)


def test_withdrawing_a_correction_keeps_the_first_submission(
    approved: Report, clerk: User, officer: User, open_at: datetime
) -> None:
    correction = reopen_report(approved, by=officer, at=open_at, reason="更正充电桩数")
    submit_report(correction, by=clerk, at=open_at, note="已改")

    withdraw_report(correction, by=clerk, at=open_at + DAY)

    correction.refresh_from_db()
    assert correction.first_submitted_at == approved.first_submitted_at is not None


# --- withdraw


@pytest.mark.parametrize(("off", "accepted"), [(-SECOND, True), (0 * SECOND, False)])
def test_a_report_is_withdrawn_before_its_deadline(
    off: timedelta, accepted: bool, submitted: Report, clerk: User, first: Quarter
) -> None:
    if accepted:
        withdraw_report(submitted, by=clerk, at=first.due + off)
    else:
        with pytest.raises(Conflict, match="已过截止时间，不能撤回"):
            withdraw_report(submitted, by=clerk, at=first.due + off)

    assert state_of(submitted) == (State.DRAFT if accepted else State.SUBMITTED)


def test_an_approved_report_is_not_withdrawn(submitted: Report, clerk: User, reviewer: User, open_at: datetime) -> None:
    approve_report(submitted, by=reviewer, at=open_at, version=1)

    with pytest.raises(Conflict, match=f"{reviewer.name} 已于 .* 审核通过此报告"):
        withdraw_report(submitted, by=clerk, at=open_at)

    assert state_of(submitted) == State.APPROVED


# --- return


def test_returning_opens_the_report_for_five_working_days(
    submitted: Report, reviewer: User, clerk: User, first: Quarter
) -> None:
    friday = datetime.fromisoformat("2023-09-22T16:00+08:00")

    return_report(submitted, by=reviewer, at=friday, reason=" 充电桩数与台账不符 ")

    submitted.refresh_from_db()
    assert (submitted.state, submitted.return_reason, submitted.returned_times) == ("returned", "充电桩数与台账不符", 1)
    # 29 September to 6 October are holidays, 7 and 8 October are worked.
    assert submitted.return_open_until == datetime.fromisoformat("2023-10-08T00:00+08:00")
    save_lines(submitted, [LineChange("CP", None)], by=clerk, at=submitted.return_open_until - SECOND)


def test_reasons_and_notes_are_kept_without_control_characters(
    county: PlanUnit, clerk: User, reviewer: User, open_at: datetime
) -> None:
    report = make_report(county, 1)

    submit_report(report, by=clerk, at=open_at, note="已\x00核对")
    return_report(report, by=reviewer, at=open_at, reason="请\x00核对\x07水表数")

    assert [reason for _move, _name, reason in moves_of(report)] == ["已核对", "请核对水表数"]


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_a_return_wants_a_reason(reason: str, submitted: Report, reviewer: User, open_at: datetime) -> None:
    with pytest.raises(Invalid, match="理由"):
        return_report(submitted, by=reviewer, at=open_at, reason=reason)

    assert state_of(submitted) == State.SUBMITTED


def test_the_plan_says_for_how_many_working_days_a_returned_report_stays_open(
    submitted: Report, reviewer: User, plan: Plan
) -> None:
    plan.return_open_working_days = 2
    plan.save()
    submitted = Report.objects.select_related("plan_unit__plan__owner", "plan_unit__unit").get(pk=submitted.pk)

    return_report(submitted, by=reviewer, at=datetime.fromisoformat("2023-06-02T15:00+08:00"), reason="请核对")

    submitted.refresh_from_db()
    # A Friday: Monday and Tuesday.
    assert submitted.return_open_until == datetime.fromisoformat("2023-06-07T00:00+08:00")


@pytest.mark.parametrize(("factor", "jumps"), [(5, True), (10, False)])
def test_the_plan_says_how_many_times_the_quarter_before_is_a_jump(
    factor: int, jumps: bool, county: PlanUnit, open_at: datetime
) -> None:
    county.plan.jump_factor = factor
    make_report(county, 1, {"CP": (4, None)}, state=State.APPROVED)
    make_report(county, 2, {"CP": (30, None)})

    sheet = load_sheet(county, 2, at=open_at)

    assert sheet is not None
    assert ("jump" in {check.code for check in sheet.checks}) is jumps
    row = sheet.row("CP")
    assert row is not None
    assert any("与上季相差很大" in text for text in row.check_texts) is jumps


@pytest.mark.parametrize(("factor", "is_far"), [(3, True), (4, False)])
def test_the_plan_says_how_many_times_the_target_is_far_above_it(
    factor: int, is_far: bool, county: PlanUnit, open_at: datetime
) -> None:
    """Of forty: ninety in quarter 1, and forty more."""
    county.plan.target_factor = factor
    make_report(county, 1, {"CP": (90, None)}, state=State.APPROVED)
    make_report(county, 2, {"CP": (40, None)})

    sheet = load_sheet(county, 2, at=open_at)

    assert sheet is not None
    assert ("above_target" in {check.code for check in sheet.checks}) is is_far


def test_a_returned_report_stays_on_time_when_it_comes_again(
    submitted: Report, reviewer: User, clerk: User, first: Quarter
) -> None:
    before = submitted.first_submitted_at
    return_report(submitted, by=reviewer, at=first.closes + DAY, reason="请核对")

    submit_report(submitted, by=clerk, at=first.closes + 2 * DAY, note="已核对")

    submitted.refresh_from_db()
    assert (submitted.state, submitted.first_submitted_at) == (State.SUBMITTED, before)


def test_a_draft_is_not_returned(county: PlanUnit, reviewer: User, open_at: datetime) -> None:
    report = make_report(county, 1)

    with pytest.raises(Conflict):
        return_report(report, by=reviewer, at=open_at, reason="请核对")

    assert (state_of(report), report.moves.count()) == (State.DRAFT, 0)


# --- approve


def test_approving_makes_the_report_count(
    submitted: Report, reviewer: User, open_at: datetime, effective: list[dict[str, Any]]
) -> None:
    approve_report(submitted, by=reviewer, at=open_at, version=1)

    submitted.refresh_from_db()
    assert (submitted.state, submitted.is_effective, submitted.decided_by) == ("approved", True, reviewer)
    ((said,),) = [effective]
    assert (said["plan_unit_id"], said["plan_id"]) == (submitted.plan_unit_id, submitted.plan_unit.plan_id)
    assert AuditEvent.objects.filter(action="report.approve", actor=reviewer.username).count() == 1


def test_four_eyes_who_submitted_does_not_approve(county: PlanUnit, officer: User, open_at: datetime) -> None:
    report = make_report(county, 1, state=State.SUBMITTED, by=officer)

    with pytest.raises(NotAllowed, match="不能自己审核"):
        approve_report(report, by=officer, at=open_at, version=1)

    assert state_of(report) == State.SUBMITTED


def test_four_eyes_who_entered_one_line_does_not_approve(
    county: PlanUnit, clerk: User, officer: User, open_at: datetime
) -> None:
    report = make_report(county, 1)
    save_lines(report, [LineChange("NEV", None)], by=officer, at=open_at)
    submit_report(report, by=clerk, at=open_at, note="说明")
    report.refresh_from_db()

    with pytest.raises(NotAllowed, match="不能自己审核"):
        approve_report(report, by=officer, at=open_at, version=report.version)


def test_a_report_that_changed_since_it_was_seen_is_not_approved(
    submitted: Report, clerk: User, reviewer: User, open_at: datetime
) -> None:
    withdraw_report(submitted, by=clerk, at=open_at)
    submit_report(submitted, by=clerk, at=open_at, note="说明")

    with pytest.raises(Conflict, match="打开之后有改动"):
        approve_report(submitted, by=reviewer, at=open_at, version=1)
    approve_report(submitted, by=reviewer, at=open_at, version=3)

    assert state_of(submitted) == State.APPROVED


def test_two_reviewers_the_second_is_told_who_was_first(
    submitted: Report, reviewer: User, officer: User, open_at: datetime, effective: list[dict[str, Any]]
) -> None:
    approve_report(submitted, by=reviewer, at=open_at, version=1)

    with pytest.raises(Conflict, match=f"{reviewer.name} 已于 .* 审核通过此报告"):
        approve_report(submitted, by=officer, at=open_at, version=1)
    approve_report(submitted, by=reviewer, at=open_at, version=1)

    assert len(effective) == 1


def test_a_reporter_does_not_approve(submitted: Report, county: PlanUnit, open_at: datetime) -> None:
    with pytest.raises(NotAllowed):
        approve_report(submitted, by=make_user(Role.REPORTER, county.unit), at=open_at, version=1)


@pytest.mark.parametrize("facts", [{"announced_at": "2024-02-01T00:00+08:00"}, {"state": Plan.State.CLOSED}])
def test_an_announced_or_archived_year_moves_no_more(
    facts: dict[str, str], submitted: Report, reviewer: User, open_at: datetime
) -> None:
    Plan.objects.filter(pk=submitted.plan_unit.plan_id).update(**facts)

    with pytest.raises(Locked):
        approve_report(submitted, by=reviewer, at=open_at, version=1)
    with pytest.raises(Locked):
        return_report(submitted, by=reviewer, at=open_at, reason="请核对")

    assert state_of(submitted) == State.SUBMITTED


def test_a_report_that_no_longer_fits_the_year_is_not_approved(
    county: PlanUnit, clerk: User, reviewer: User, open_at: datetime
) -> None:
    make_report(county, 1, {"CP": (1, None)}, state=State.APPROVED)
    report = make_report(county, 2, {"CP": (-3, None)}, state=State.SUBMITTED, by=clerk)

    with pytest.raises(Conflict, match="新建充电桩：全年累计不能小于 0"):
        approve_report(report, by=reviewer, at=open_at, version=1)

    assert state_of(report) == State.SUBMITTED


# --- correct


def test_a_correction_is_a_draft_copy_and_the_old_one_keeps_counting(
    approved: Report, clerk: User, officer: User, open_at: datetime
) -> None:
    add_file(approved, "CP")

    copy = reopen_report(approved, by=officer, at=open_at, reason="充电桩多报")

    approved.refresh_from_db()
    assert (approved.state, approved.is_effective) == (State.APPROVED, True)
    assert (copy.revision, copy.state, copy.is_effective) == (2, State.DRAFT, False)
    assert (copy.first_submitted_at, copy.correction_reason) == (approved.first_submitted_at, "充电桩多报")
    numbers = ("indicator__code", "value", "base", "not_applicable", "note")
    assert list(copy.lines.values_list(*numbers)) == list(approved.lines.values_list(*numbers))
    one, two = Evidence.objects.order_by("pk")
    assert (one.file_id, one.number, two.line.report) == (two.file_id, two.number, copy)
    assert moves_of(copy) == [("reopen", officer.name, "充电桩多报")]


def test_an_approved_correction_supersedes(
    approved: Report, clerk: User, officer: User, reviewer: User, first: Quarter
) -> None:
    copy = reopen_report(approved, by=officer, at=first.closes + DAY, reason="充电桩多报")
    save_lines(copy, [LineChange("CP", None)], by=clerk, at=first.closes + 30 * DAY)
    submit_report(copy, by=clerk, at=first.closes + 30 * DAY, note="说明")
    copy.refresh_from_db()

    approve_report(copy, by=reviewer, at=first.closes + 31 * DAY, version=copy.version)

    assert list(Report.objects.order_by("revision").values_list("state", "is_effective")) == [
        (State.APPROVED, False),
        (State.APPROVED, True),
    ]


def test_one_correction_at_a_time(approved: Report, officer: User, open_at: datetime) -> None:
    reopen_report(approved, by=officer, at=open_at, reason="多报")

    with pytest.raises(Conflict, match=r"已在更正中（第 2 版）"):
        reopen_report(approved, by=make_user(Role.OFFICER), at=open_at, reason="少报")


def test_only_what_counts_is_corrected(submitted: Report, county: PlanUnit, officer: User, open_at: datetime) -> None:
    with pytest.raises(Conflict):
        reopen_report(submitted, by=officer, at=open_at, reason="多报")
    submitted.delete()
    old = make_report(county, 1, state=State.APPROVED, is_effective=False)
    with pytest.raises(NotYet):
        reopen_report(old, by=officer, at=open_at, reason="多报")


@pytest.mark.parametrize("facts", [{"announced_at": "2024-02-01T00:00+08:00"}, {"state": Plan.State.CLOSED}])
def test_no_correction_once_announced_or_archived(
    facts: dict[str, str], approved: Report, officer: User, open_at: datetime
) -> None:
    Plan.objects.filter(pk=approved.plan_unit.plan_id).update(**facts)

    with pytest.raises(Locked):
        reopen_report(approved, by=officer, at=open_at, reason="多报")


def test_a_reviewer_does_not_reopen(approved: Report, reviewer: User, open_at: datetime) -> None:
    with pytest.raises(NotAllowed):
        reopen_report(approved, by=reviewer, at=open_at, reason="多报")


def test_who_entered_does_not_approve_the_correction_either(
    county: PlanUnit, clerk: User, officer: User, open_at: datetime
) -> None:
    approved = make_report(county, 1, state=State.APPROVED, by=officer)
    copy = reopen_report(approved, by=officer, at=open_at, reason="多报")
    submit_report(copy, by=clerk, at=open_at, note="说明")
    copy.refresh_from_db()

    with pytest.raises(NotAllowed):
        approve_report(copy, by=officer, at=open_at, version=copy.version)
    assert Line.objects.filter(report=copy).exists()
