"""What reviewers say of single lines: written, sent with the decision, answered at the very line, never lost."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.policy import Role
from audit.models import AuditEvent
from common.errors import Conflict, Invalid, Locked, NotAllowed
from progress.models import LineComment, Report
from progress.queries.sheet import Sheet, load_sheet
from progress.services.changes import LineChange
from progress.services.comments import add_comment, answer_comment, delete_comment
from progress.services.entry import save_lines
from progress.services.evidence import add_evidence
from progress.services.review import approve_report, reopen_report, return_report, submit_report
from targets.models import Plan, PlanUnit, Quarter
from tests.factories import make_report, make_user, sign_in
from tests.progress.builders import upload

DAY = timedelta(days=1)
State = Report.State


@pytest.fixture
def submitted(county: PlanUnit, clerk: User) -> Report:
    return make_report(county, 1, state=State.SUBMITTED, by=clerk)


def sheet_for(county: PlanUnit, viewer: User, at: datetime) -> Sheet:
    sheet = load_sheet(county, 1, at=at, viewer=viewer)
    assert sheet is not None
    return sheet


def asked(sheet: Sheet, code: str = "CP") -> list[str]:
    row = sheet.row(code)
    assert row is not None
    return [comment.text for comment in row.asked]


def asked_before(sheet: Sheet, code: str = "CP") -> list[str]:
    row = sheet.row(code)
    assert row is not None
    return [comment.text for comment in row.asked_before]


def returned_with(report: Report, reviewer: User, at: datetime, text: str = "与台账不符") -> LineComment:
    comment = add_comment(report, "CP", by=reviewer, at=at, text=text)
    return_report(report, by=reviewer, at=at, reason="请按意见修改")
    comment.refresh_from_db()
    return comment


# --- written


def test_a_comment_stays_with_the_bureau_until_the_report_is_decided(
    submitted: Report, county: PlanUnit, clerk: User, reviewer: User, open_at: datetime
) -> None:
    add_comment(submitted, "CP", by=reviewer, at=open_at, text=" 与台账不符\x00 ")

    assert asked(sheet_for(county, reviewer, open_at)) == ["与台账不符"]
    assert asked(sheet_for(county, clerk, open_at)) == []

    return_report(submitted, by=reviewer, at=open_at + DAY, reason="请按意见修改")

    assert asked(sheet_for(county, clerk, open_at + DAY)) == ["与台账不符"]
    assert LineComment.objects.get().sent_at == open_at + DAY
    event = AuditEvent.objects.get(action="report.return")
    assert event.after == '{"comments": {"CP": ["与台账不符"]}, "state": "returned"}'


def test_the_same_comment_sent_twice_is_one(submitted: Report, reviewer: User, open_at: datetime) -> None:
    first = add_comment(submitted, "CP", by=reviewer, at=open_at, text="与台账不符")

    second = add_comment(submitted, "CP", by=reviewer, at=open_at + DAY, text="与台账不符")

    assert first == second
    assert AuditEvent.objects.filter(action="report.comment").count() == 1


def test_a_line_that_is_missing_can_be_asked_for(
    county: PlanUnit, clerk: User, reviewer: User, open_at: datetime
) -> None:
    report = make_report(county, 1, {}, state=State.SUBMITTED, by=clerk)

    add_comment(report, "NEV", by=reviewer, at=open_at, text="请填报")

    assert asked(sheet_for(county, reviewer, open_at), "NEV") == ["请填报"]


@pytest.mark.parametrize(
    ("code", "text", "said"),
    [("PVG", "x", "本单位不填报"), ("CP", " \n", "没有写内容"), ("CP", "长" * 1001, "内容太长")],
)
def test_a_comment_that_says_nothing_of_a_line_is_refused(
    code: str, text: str, said: str, submitted: Report, reviewer: User, open_at: datetime
) -> None:
    with pytest.raises(Invalid, match=said):
        add_comment(submitted, code, by=reviewer, at=open_at, text=text)

    assert not LineComment.objects.exists()


def test_only_what_waits_for_review_is_commented_on(county: PlanUnit, reviewer: User, open_at: datetime) -> None:
    with pytest.raises(Conflict):
        add_comment(make_report(county, 1), "CP", by=reviewer, at=open_at, text="x")


@pytest.mark.parametrize("role", [Role.REPORTER, Role.LEADER, Role.AUDITOR])
def test_who_does_not_review_does_not_comment(
    role: Role, submitted: Report, county: PlanUnit, open_at: datetime
) -> None:
    with pytest.raises(NotAllowed):
        add_comment(submitted, "CP", by=make_user(role, county.unit), at=open_at, text="x")


def test_a_reviewer_of_another_subtree_does_not_comment(submitted: Report, pilot: PlanUnit, open_at: datetime) -> None:
    with pytest.raises(Locked):
        add_comment(submitted, "CP", by=make_user(Role.REVIEWER, pilot.unit), at=open_at, text="x")


def test_who_only_commented_may_approve(submitted: Report, reviewer: User, open_at: datetime) -> None:
    add_comment(submitted, "CP", by=reviewer, at=open_at, text="下次请附照片")

    approve_report(submitted, by=reviewer, at=open_at + DAY, version=1)

    comment = LineComment.objects.get()
    assert comment.sent_at == open_at + DAY
    assert Report.objects.get().is_effective


def test_who_entered_may_comment_and_still_not_approve(county: PlanUnit, officer: User, open_at: datetime) -> None:
    report = make_report(county, 1, state=State.SUBMITTED, by=officer)

    add_comment(report, "CP", by=officer, at=open_at, text="请核对")

    with pytest.raises(NotAllowed, match="不能自己审核"):
        approve_report(report, by=officer, at=open_at, version=1)


def test_nobody_approves_over_an_objection_they_have_not_read(
    submitted: Report, reviewer: User, officer: User, open_at: datetime
) -> None:
    add_comment(submitted, "CP", by=officer, at=open_at, text="先别通过，数不对")

    with pytest.raises(Conflict, match="又有新的审核意见"):
        approve_report(submitted, by=reviewer, at=open_at, version=1, comments=0)
    assert LineComment.objects.get().sent_at is None
    approve_report(submitted, by=reviewer, at=open_at, version=1, comments=1)

    assert Report.objects.get().is_effective


def test_what_went_with_an_approval_awaits_no_answer(
    submitted: Report, county: PlanUnit, clerk: User, reviewer: User, open_at: datetime
) -> None:
    add_comment(submitted, "CP", by=reviewer, at=open_at, text="下次请附照片")
    approve_report(submitted, by=reviewer, at=open_at, version=1)

    row = sheet_for(county, clerk, open_at).row("CP")

    assert row is not None
    assert not row.awaits_answer
    assert [comment.text for comment in row.asked] == ["下次请附照片"]


# --- taken back


def test_a_comment_is_taken_back_until_it_is_sent(
    submitted: Report, reviewer: User, officer: User, open_at: datetime
) -> None:
    one = add_comment(submitted, "CP", by=reviewer, at=open_at, text="写错了")
    delete_comment(one, by=officer)
    assert not LineComment.objects.exists()
    assert AuditEvent.objects.get(action="report.delete_comment").before == '{"CP": "写错了"}'

    sent = returned_with(submitted, reviewer, open_at)
    with pytest.raises(Conflict, match="已经发给填报单位"):
        delete_comment(sent, by=reviewer)

    assert LineComment.objects.get() == sent


# --- answered


def test_the_unit_answers_while_the_report_is_with_it(
    submitted: Report, county: PlanUnit, clerk: User, reviewer: User, open_at: datetime
) -> None:
    comment = returned_with(submitted, reviewer, open_at)

    answer_comment(comment, by=clerk, at=open_at + DAY, text="台账漏登，已补")
    answer_comment(comment, by=clerk, at=open_at + DAY, text="台账漏登，已补")
    answer_comment(comment, by=clerk, at=open_at + DAY, text="台账漏登 6 个，已补")

    comment.refresh_from_db()
    assert (comment.state, comment.answer, comment.answered_by) == ("answered", "台账漏登 6 个，已补", clerk.name)
    assert AuditEvent.objects.filter(action="report.answer").count() == 2


def test_what_was_handed_in_again_is_answered_no_more(
    submitted: Report, clerk: User, reviewer: User, open_at: datetime
) -> None:
    comment = returned_with(submitted, reviewer, open_at)
    submit_report(submitted, by=clerk, at=open_at + DAY, note="已核对，数值无误")

    with pytest.raises(Locked, match="已提交待审"):
        answer_comment(comment, by=clerk, at=open_at + DAY, text="晚了")

    comment.refresh_from_db()
    assert comment.state == "open"


def test_neither_answered_nor_changed_is_a_warning(
    submitted: Report, county: PlanUnit, clerk: User, reviewer: User, open_at: datetime
) -> None:
    comment = returned_with(submitted, reviewer, open_at)
    later = open_at + DAY

    def unanswered() -> list[str]:
        return [c.indicator_code for c in sheet_for(county, clerk, later).checks if c.code == "unanswered"]

    assert unanswered() == ["CP"]
    save_lines(submitted, [LineChange("CP", Decimal(7))], by=clerk, at=later)
    assert unanswered() == []
    save_lines(submitted, [LineChange("CP", Decimal(1))], by=clerk, at=later)
    answer_comment(comment, by=clerk, at=later, text="数值无误")
    assert unanswered() == []


def test_a_file_for_the_line_answers_too(
    submitted: Report, county: PlanUnit, clerk: User, reviewer: User, open_at: datetime
) -> None:
    returned_with(submitted, reviewer, open_at, "请附照片")
    add_evidence(submitted, "CP", upload(), by=clerk, at=open_at + DAY)

    row = sheet_for(county, clerk, open_at + DAY).row("CP")

    assert row is not None
    assert not row.awaits_answer


def test_what_was_not_heard_is_asked_again_after_the_next_return_and_can_still_be_answered(
    submitted: Report, county: PlanUnit, clerk: User, reviewer: User, open_at: datetime
) -> None:
    comment = returned_with(submitted, reviewer, open_at, "与台账不符")
    submit_report(submitted, by=clerk, at=open_at + DAY, note="稍后说明")
    return_report(submitted, by=reviewer, at=open_at + 2 * DAY, reason="请先答复")
    later = open_at + 3 * DAY

    row = sheet_for(county, clerk, later).row("CP")
    assert row is not None
    assert ([each.text for each in row.asked], row.awaits_answer) == (["与台账不符"], True)
    answer_comment(comment, by=clerk, at=later, text="台账漏登，已补")

    now = sheet_for(county, clerk, later)
    assert (asked(now), asked_before(now)) == (["与台账不符"], [])
    assert now.unanswered_rows == []

    submit_report(submitted, by=clerk, at=later, note="已答复")
    return_report(submitted, by=reviewer, at=later + DAY, reason="另有一处")
    assert asked_before(sheet_for(county, clerk, later + DAY)) == ["与台账不符"]


def test_what_was_heard_is_not_asked_again_because_the_line_changes_once_more(
    submitted: Report, county: PlanUnit, clerk: User, reviewer: User, open_at: datetime
) -> None:
    returned_with(submitted, reviewer, open_at, "与台账不符")
    save_lines(submitted, [LineChange("CP", Decimal(11))], by=clerk, at=open_at + DAY)
    submit_report(submitted, by=clerk, at=open_at + DAY, note="已改")
    return_report(submitted, by=reviewer, at=open_at + 2 * DAY, reason="另有一处")

    save_lines(submitted, [LineChange("CP", Decimal(12))], by=clerk, at=open_at + 3 * DAY)

    now = sheet_for(county, clerk, open_at + 3 * DAY)
    assert (asked(now), asked_before(now)) == ([], ["与台账不符"])


@pytest.mark.parametrize("facts", [{"announced_at": "2024-02-01T00:00+08:00"}, {"state": Plan.State.CLOSED}])
def test_an_announced_or_archived_year_is_not_talked_about(
    facts: dict[str, str], submitted: Report, pilot: PlanUnit, clerk: User, reviewer: User, open_at: datetime
) -> None:
    other = make_report(pilot, 1, state=State.SUBMITTED, by=clerk)
    draft = add_comment(other, "CP", by=reviewer, at=open_at, text="请核对")
    sent = returned_with(submitted, reviewer, open_at)
    Plan.objects.filter(pk=pilot.plan_id).update(**facts)

    with pytest.raises(Locked):
        add_comment(other, "CP", by=reviewer, at=open_at, text="还有")
    with pytest.raises(Locked):
        delete_comment(draft, by=reviewer)
    with pytest.raises(Locked):
        answer_comment(sent, by=clerk, at=open_at, text="已改")

    assert list(LineComment.objects.values_list("answer", flat=True)) == ["", ""]


# --- kept


def test_every_round_is_kept_through_approval_and_correction(
    submitted: Report, county: PlanUnit, clerk: User, reviewer: User, officer: User, first: Quarter, open_at: datetime
) -> None:
    returned_with(submitted, reviewer, open_at, "第一次")
    save_lines(submitted, [LineChange("CP", Decimal(7))], by=clerk, at=open_at + DAY)
    submit_report(submitted, by=clerk, at=open_at + DAY, note="已改")
    returned_with(submitted, reviewer, open_at + 2 * DAY, "第二次")
    now = sheet_for(county, clerk, open_at + 2 * DAY)
    assert (asked(now), asked_before(now)) == (["第二次"], ["第一次"])

    submit_report(submitted, by=clerk, at=open_at + 3 * DAY, note="已改")
    submitted.refresh_from_db()
    approve_report(submitted, by=reviewer, at=open_at + 4 * DAY, version=submitted.version)
    copy = reopen_report(submitted, by=officer, at=first.closes, reason="多报")

    correction = sheet_for(county, clerk, first.closes)
    assert correction.report == copy
    assert (asked(correction), asked_before(correction)) == ([], ["第一次", "第二次"])


# --- on the pages


@pytest.fixture
def _open_now(county: PlanUnit) -> None:
    now = timezone.now()
    Quarter.objects.filter(plan=county.plan, number=1).update(opens=now - DAY, due=now + DAY, closes=now + 2 * DAY)


@pytest.mark.usefixtures("_open_now")
def test_a_returned_report_says_which_lines_and_why_and_takes_the_answer_there(
    submitted: Report, county: PlanUnit, clerk: User, reviewer: User
) -> None:
    bureau, browser = sign_in(reviewer), sign_in(clerk)
    page = reverse("progress:report", args=["320700", 2023, 1, "320722"])
    written = bureau.post(f"{page}lines/CP/comments/", {"text": "与台账 <b>不符"})
    assert written.headers["Location"] == f"{page}#row-CP"
    assert "1 条意见待发出" in bureau.get(page).content.decode()
    assert "不符" not in browser.get(page).content.decode()

    bureau.post(f"{page}return/", {"reason": "请按意见修改"})

    shown = browser.get(page).content.decode()
    assert "审核人对 1 行提出了意见" in shown
    assert '<a href="#row-CP" data-go-to="CP">' in shown
    assert "与台账 &lt;b&gt;不符" in shown
    comment = LineComment.objects.get()
    address = reverse("progress:answer_comment", args=[comment.uuid])
    part = browser.post(address, {f"answer-{comment.uuid}": "已补登"}, headers={"HX-Request": "true"}).content.decode()
    assert part.strip().startswith('<tr id="talk-CP"')
    assert "已补登" in part
    assert "已答复" in bureau.get(page).content.decode()


@pytest.mark.usefixtures("_open_now")
def test_a_comment_by_htmx_answers_with_the_line_and_the_new_count(
    submitted: Report, county: PlanUnit, reviewer: User
) -> None:
    bureau = sign_in(reviewer)
    page = reverse("progress:report", args=["320700", 2023, 1, "320722"])

    part = bureau.post(f"{page}lines/CP/comments/", {"text": "请核对"}, headers={"HX-Request": "true"}).content.decode()

    assert '<tr id="talk-CP"' in part
    assert 'id="draft-count"' in part
    assert 'data-count="1"' in part
    draft = LineComment.objects.get()
    bureau.post(reverse("progress:take_back", args=[draft.uuid]))
    assert not LineComment.objects.exists()


def test_a_draft_comment_is_not_there_for_the_unit(
    submitted: Report, clerk: User, reviewer: User, open_at: datetime
) -> None:
    draft = add_comment(submitted, "CP", by=reviewer, at=open_at, text="请核对")

    answer = sign_in(clerk).post(reverse("progress:answer_comment", args=[draft.uuid]), {f"answer-{draft.uuid}": "x"})

    assert answer.status_code == 404
