"""Through the door, what counts is when a request arrived, in Shanghai, wherever the server stands (R13)."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.policy import Role
from progress.models import Line, Report
from targets.models import Plan, PlanUnit
from tests.factories import make_report, make_user, plan_unit_of, sign_in
from tests.targets.test_deadlines import INSTANTS, utc

AROUND = {"320722": -1, "320706": 0, "320723": 1}
"""A county each for the second before, at and after an instant."""


class Clock:
    """A clock for one request: it arrives at an instant, and everything else it asks the time for is an hour later."""

    def __init__(self) -> None:
        self.instants: Iterator[datetime] = iter(())
        self.last = datetime(2023, 5, 20, tzinfo=UTC)

    def arrives(self, at: datetime) -> None:
        """The next request arrives at `at`."""
        self.instants, self.last = iter([at]), at + timedelta(hours=1)

    def now(self) -> datetime:
        return next(self.instants, self.last)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(timezone, "now", clock.now)
    return clock


def enter(county: PlanUnit, clock: Clock, at: datetime) -> Client:
    """A browser of the county's clerk, who has signed in on that day."""
    clock.last = at - timedelta(minutes=1)
    return sign_in(make_user(Role.REPORTER, county.unit))


@pytest.mark.usefixtures("_server_zone")
@pytest.mark.parametrize("number", INSTANTS)
def test_a_report_is_late_by_the_instant_at_which_its_submission_arrived(number: int, plan: Plan, clock: Clock) -> None:
    due = utc(INSTANTS[number][1])
    late = {}

    for code, second in AROUND.items():
        report, at = make_report(plan_unit_of(plan, code), number), due + timedelta(seconds=second)
        browser = enter(report.plan_unit, clock, at)
        clock.arrives(at)
        browser.post(f"/320700/2023/q{number}/reports/{code}/submit/", {"note": "已核对"})

        report.refresh_from_db()
        assert report.first_submitted_at == at
        page = browser.get(f"/320700/2023/q{number}/reports/{code}/").text
        late[second] = "逾期</span>" in page
    assert late == {-1: False, 0: True, 1: True}


@pytest.mark.usefixtures("_server_zone")
@pytest.mark.parametrize("number", INSTANTS)
def test_a_row_is_taken_until_the_instant_at_which_the_quarter_closes(number: int, plan: Plan, clock: Clock) -> None:
    closes = utc(INSTANTS[number][2])
    taken = {}

    for code, second in AROUND.items():
        report, at = (
            make_report(plan_unit_of(plan, code), number, {"CP": (1, None)}),
            closes + timedelta(seconds=second),
        )
        browser = enter(report.plan_unit, clock, at)
        clock.arrives(at)
        answer = browser.post(f"/320700/2023/q{number}/reports/{code}/lines/CP/", {"value": "9", "version": "1"})

        taken[second] = Line.objects.get(report=report).value == 9
        assert taken[second] or "已过截止时间" in answer.json()["message"]
    assert taken == {-1: True, 0: False, 1: False}
    assert {report.state for report in Report.objects.all()} == {Report.State.DRAFT}
