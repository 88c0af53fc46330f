"""Two who decide or change at the same moment; the same form sent twenty times (reliability.md, R8, R9)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.policy import Role
from audit.models import AuditEvent
from common.errors import Conflict, PortalError
from progress.models import Line, LineComment, Report
from progress.queries.review_queue import load_queue
from progress.services.bulk_review import Approvals, Seen, approve_clean
from progress.services.changes import LineChange
from progress.services.comments import add_comment
from progress.services.corrections import discard_correction, reopen_report
from progress.services.entry import save_lines
from progress.services.review import approve_report, return_report, submit_report, withdraw_report
from targets.models import Plan, PlanUnit, Quarter
from tests.factories import load_both_plans, make_report, make_user, plan_unit_of, quarter_of
from tests.progress.builders import add_file
from tests.progress.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)

TIMES = 20
ROUNDS = 4
DAY = timedelta(days=1)
PAGE = "/320700/2023/q1/reports/320722/"
State = Report.State


@pytest.fixture
def county() -> PlanUnit:
    plan, _second = load_both_plans()
    return plan_unit_of(plan, "320722")


@pytest.fixture
def at(county: PlanUnit) -> datetime:
    return quarter_of(county.plan, 1).opens


@pytest.fixture
def clerk(county: PlanUnit) -> User:
    return make_user(Role.REPORTER, county.unit)


@pytest.fixture
def reviewer(county: PlanUnit) -> User:
    return make_user(Role.REVIEWER)


@pytest.fixture
def officer(county: PlanUnit) -> User:
    return make_user(Role.OFFICER)


def refused(answers: list[object]) -> list[object]:
    return [answer for answer in answers if isinstance(answer, PortalError)]


def value_of(report: Report) -> object:
    return Line.objects.get(report=report, indicator__code="CP").value


# --- two who decide


def test_of_two_reviewers_one_decides_and_the_other_is_told(
    county: PlanUnit, clerk: User, reviewer: User, officer: User, at: datetime
) -> None:
    for number in range(1, ROUNDS + 1):
        report = make_report(county, number, state=State.SUBMITTED, by=clerk)

        answers = at_once(
            lambda report=report: approve_report(report, by=reviewer, at=at, version=1),  # type: ignore[misc]
            lambda report=report: approve_report(report, by=officer, at=at, version=1),  # type: ignore[misc]
        )

        (lost,) = refused(answers)
        assert isinstance(lost, Conflict)
        assert report.moves.count() == 1
        assert AuditEvent.objects.filter(action="report.approve").count() == number


def test_of_an_approval_and_a_return_one_happens(
    county: PlanUnit, clerk: User, reviewer: User, officer: User, at: datetime
) -> None:
    for number in range(1, ROUNDS + 1):
        report = make_report(county, number, state=State.SUBMITTED, by=clerk)

        answers = at_once(
            lambda report=report: approve_report(report, by=reviewer, at=at, version=1),  # type: ignore[misc]
            lambda report=report: return_report(report, by=officer, at=at, reason="请核对"),  # type: ignore[misc]
        )

        report.refresh_from_db()
        assert len(refused(answers)) == 1
        assert report.moves.count() == 1
        assert report.is_effective is (report.state == State.APPROVED)


def test_without_the_old_state_in_the_update_both_decide(county: PlanUnit, clerk: User, at: datetime) -> None:
    """The negative control: who only looks first and then writes overwrites the other's decision."""
    report = make_report(county, 1, state=State.SUBMITTED, by=clerk)
    seen = [Report.objects.get(pk=report.pk).state for _reviewer in range(2)]

    def decide(state: str, reason: str) -> Callable[[], object]:
        fields = {"state": state, "return_reason": reason}
        return lambda: Report.objects.filter(pk=report.pk).update(**fields)

    answers = at_once(decide(State.APPROVED, ""), decide(State.RETURNED, "请核对"))

    assert seen == [State.SUBMITTED, State.SUBMITTED]
    assert answers == [1, 1]


# --- one decides, one changes


def test_nothing_counts_that_the_reviewer_has_not_seen(
    county: PlanUnit, clerk: User, reviewer: User, at: datetime
) -> None:
    for number in range(1, ROUNDS + 1):
        report = make_report(county, number, {"CP": (1, None)}, state=State.SUBMITTED, by=clerk)
        opens = report.quarter.opens

        def change(report: Report = report, opens: datetime = opens) -> None:
            withdraw_report(report, by=clerk, at=opens)
            save_lines(report, [LineChange("CP", Decimal(9))], by=clerk, at=opens)
            submit_report(report, by=clerk, at=opens, note="说明")

        at_once(
            change,
            lambda report=report, opens=opens: approve_report(report, by=reviewer, at=opens, version=1),  # type: ignore[misc]
        )

        report.refresh_from_db()
        assert (report.state, value_of(report)) in {(State.APPROVED, 1), (State.SUBMITTED, 9)}


def test_without_the_version_seen_another_number_counts(
    county: PlanUnit, clerk: User, reviewer: User, at: datetime
) -> None:
    """The negative control: approving whatever is there lets a number count that nobody has looked at."""
    report = make_report(county, 1, {"CP": (1, None)}, state=State.SUBMITTED, by=clerk)
    looked_at = value_of(report)
    withdraw_report(report, by=clerk, at=at)
    save_lines(report, [LineChange("CP", Decimal(9))], by=clerk, at=at)
    submit_report(report, by=clerk, at=at, note="说明")

    approve_report(report, by=reviewer, at=at, version=Report.objects.get(pk=report.pk).version)

    assert (looked_at, value_of(report)) == (1, 9)


def test_a_comment_goes_with_the_return_or_is_refused(
    county: PlanUnit, clerk: User, reviewer: User, officer: User, at: datetime
) -> None:
    for number in range(1, ROUNDS + 1):
        report = make_report(county, number, state=State.SUBMITTED, by=clerk)

        said, _returned = at_once(
            lambda report=report: add_comment(report, "CP", by=officer, at=at, text="请核对"),  # type: ignore[misc]
            lambda report=report: return_report(report, by=reviewer, at=at, reason="请核对"),  # type: ignore[misc]
        )

        kept = LineComment.objects.filter(report=report)
        assert kept.count() == (0 if isinstance(said, PortalError) else 1)
        assert all(comment.sent_at is not None for comment in kept)


def test_a_correction_is_handed_in_or_discarded(county: PlanUnit, clerk: User, officer: User, at: datetime) -> None:
    for number in range(1, ROUNDS + 1):
        approved = make_report(county, number, state=State.APPROVED, by=clerk)
        copy = reopen_report(approved, by=officer, at=at, reason="多报")

        answers = at_once(
            lambda copy=copy: submit_report(copy, by=clerk, at=at, note="说明"),  # type: ignore[misc]
            lambda copy=copy: discard_correction(copy, by=officer, at=at, reason="不用"),  # type: ignore[misc]
        )

        copy.refresh_from_db()
        assert len(refused(answers)) == 1
        assert copy.state == (State.DISCARDED if answers[1] is None else State.SUBMITTED)


# --- many together


def test_two_who_approve_the_same_reports_together_approve_each_once(
    county: PlanUnit, clerk: User, reviewer: User, officer: User, at: datetime
) -> None:
    plan = county.plan
    for code in ("320706", "320703", "320722"):
        report = make_report(plan_unit_of(plan, code), 1, state=State.SUBMITTED, by=clerk)
        for line in report.lines.values_list("indicator__code", flat=True):
            add_file(report, line)
    due = quarter_of(plan, 1).due

    def approve(user: User) -> Callable[[], Approvals]:
        queue = load_queue(user, Plan.objects.select_related("owner").get(pk=plan.pk), 1, as_of=due)
        assert queue is not None
        ticked = [Seen.of(each.seen) for each in queue.clean]
        return lambda: approve_clean(queue, ticked, by=user, at=due)

    one, other = at_once(approve(reviewer), approve(officer))

    assert isinstance(one, Approvals)
    assert isinstance(other, Approvals)
    assert len(one.approved) + len(other.approved) == 3
    assert len(one.left_out) + len(other.left_out) == 3
    assert Report.objects.effective().count() == 3
    assert AuditEvent.objects.filter(action="report.approve").count() == 3


# --- the same form twenty times


def send(user: User, address: str, data: dict[str, str]) -> list[tuple[int, str]]:
    """Twenty answers to the same form with the same token, sent at once: status and where each leads."""
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(user, backend="accounts.backends.PolicyBackend")
    browser.cookies["csrftoken"] = "a" * 32

    def post() -> tuple[int, str]:
        each = Client(enforce_csrf_checks=True)
        each.cookies = browser.cookies.copy()
        answer: HttpResponse = each.post(address, {**data, "csrfmiddlewaretoken": "a" * 32})
        return answer.status_code, answer.headers.get("Location", "")

    answers = at_once(*[post] * TIMES)
    return [answer for answer in answers if isinstance(answer, tuple)]


@pytest.fixture
def _open_now(county: PlanUnit) -> None:
    now = timezone.now()
    Quarter.objects.filter(plan=county.plan, number=1).update(opens=now - DAY, due=now + DAY, closes=now + 2 * DAY)


@pytest.mark.usefixtures("_open_now")
@pytest.mark.parametrize("move", ["submit", "return", "approve", "comment"])
def test_the_same_form_sent_twenty_times_at_once_has_one_effect_and_twenty_equal_answers(
    move: str, county: PlanUnit, clerk: User, reviewer: User
) -> None:
    report = make_report(county, 1, state=State.DRAFT if move == "submit" else State.SUBMITTED, by=clerk)
    addresses = {"comment": f"{PAGE}lines/CP/comments/"}
    data = {
        "submit": {"note": "说明"},
        "return": {"reason": "请核对"},
        "approve": {"version": "1"},
        "comment": {"text": "请核对"},
    }[move]

    answers = send(clerk if move == "submit" else reviewer, addresses.get(move, f"{PAGE}{move}/"), data)

    assert len(answers) == TIMES
    assert set(answers) == {(302, f"{PAGE}#row-CP" if move == "comment" else PAGE)}
    assert AuditEvent.objects.filter(action=f"report.{move}").count() == 1
    assert report.moves.count() == (0 if move == "comment" else 1)
    assert not AuditEvent.objects.filter(outcome="refused").exists()
