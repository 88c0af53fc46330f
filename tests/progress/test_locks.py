"""The seven reasons why a report cannot be changed, and the instants at which they begin."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from accounts.models import User
from accounts.policy import Role
from common.errors import LOCK_TEXTS, Locked, LockReason
from progress.models import Report
from progress.services.locks import check_editable, lock_reason
from targets.models import Plan, PlanUnit, Quarter
from targets.services.quarters import ExtensionTerms, grant_extension
from tests.factories import make_report, make_user

SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)
Arrange = Callable[[Report], None]


def nothing(report: Report) -> None:
    """A draft of an open quarter."""


def state(name: str) -> Arrange:
    def arrange(report: Report) -> None:
        report.state = name

    return arrange


def plan_fact(**facts: object) -> Arrange:
    def arrange(report: Report) -> None:
        for name, value in facts.items():
            setattr(report.plan_unit.plan, name, value)

    return arrange


def both(*arrangements: Arrange) -> Arrange:
    def arrange(report: Report) -> None:
        for each in arrangements:
            each(report)

    return arrange


ANNOUNCED = plan_fact(announced_at=datetime.fromisoformat("2024-02-01T00:00+08:00"))
ARCHIVED = plan_fact(state=Plan.State.CLOSED)

TABLE = [
    (nothing, 0 * DAY, None),
    (nothing, -2 * DAY, LockReason.NOT_OPEN),
    (nothing, 40 * DAY, LockReason.CLOSED),
    (state("submitted"), 0 * DAY, LockReason.SUBMITTED),
    (state("approved"), 0 * DAY, LockReason.APPROVED),
    (ANNOUNCED, 0 * DAY, LockReason.ANNOUNCED),
    (ARCHIVED, 0 * DAY, LockReason.ARCHIVED),
    (plan_fact(state=Plan.State.DRAFT), 0 * DAY, LockReason.NOT_OPEN),
    # the last of several is said
    (state("submitted"), 40 * DAY, LockReason.SUBMITTED),
    (state("approved"), 40 * DAY, LockReason.APPROVED),
    (both(state("approved"), ANNOUNCED), 40 * DAY, LockReason.ANNOUNCED),
    (both(state("approved"), ANNOUNCED, ARCHIVED), 40 * DAY, LockReason.ARCHIVED),
]


@pytest.mark.parametrize(("arrange", "later", "reason"), TABLE)
def test_each_reason_is_said(
    arrange: Arrange, later: timedelta, reason: LockReason | None, county: PlanUnit, clerk: User, open_at: datetime
) -> None:
    report = make_report(county, 1, {})
    arrange(report)

    assert lock_reason(report, by=clerk, at=open_at + later) is reason


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.LEADER, Role.AUDITOR, Role.SYSADMIN])
def test_who_does_not_enter_has_no_right(role: Role, county: PlanUnit, open_at: datetime) -> None:
    report = make_report(county, 1, {})

    assert lock_reason(report, by=make_user(role), at=open_at) is LockReason.NO_RIGHT


def test_another_units_reporter_has_no_right(pilot: PlanUnit, clerk: User, open_at: datetime) -> None:
    report = make_report(pilot, 1, {})
    ARCHIVED(report)

    assert lock_reason(report, by=clerk, at=open_at) is LockReason.NO_RIGHT


def test_the_seven_texts_are_the_agreed_ones() -> None:
    assert [str(message) for message, _hint in LOCK_TEXTS.values()] == [
        "未到填报期",
        "已过截止时间",
        "已提交待审",
        "已审核",
        "考核已公示",
        "年度已归档",
        "无权限",
    ]


# --- instants, decided by arrival


@pytest.mark.parametrize("number", [1, 2, 3, 4])
@pytest.mark.parametrize(
    ("instant", "off", "reason"),
    [
        ("opens", -SECOND, LockReason.NOT_OPEN),
        ("opens", 0 * SECOND, None),
        ("opens", SECOND, None),
        ("due", -SECOND, None),
        ("due", 0 * SECOND, None),
        ("due", SECOND, None),
        ("closes", -SECOND, None),
        ("closes", 0 * SECOND, LockReason.CLOSED),
        ("closes", SECOND, LockReason.CLOSED),
    ],
)
def test_a_quarter_opens_and_closes_to_the_second(
    number: int, instant: str, off: timedelta, reason: LockReason | None, county: PlanUnit, clerk: User
) -> None:
    report = make_report(county, number, {})
    at = getattr(report.quarter, instant) + off

    assert lock_reason(report, by=clerk, at=at) is reason


def test_an_extension_opens_longer_for_its_unit_alone(
    county: PlanUnit, pilot: PlanUnit, first: Quarter, clerk: User, officer: User
) -> None:
    until = first.closes + 7 * DAY
    terms = ExtensionTerms(due=until, closes=until, counts_as_late=False, reason="台风")
    grant_extension(first, county, terms, by=officer, at=first.opens)
    report, other = make_report(county, 1, {}), make_report(pilot, 1, {})

    assert lock_reason(report, by=clerk, at=until - SECOND) is None
    assert lock_reason(report, by=clerk, at=until) is LockReason.CLOSED
    assert lock_reason(other, by=officer, at=first.closes) is LockReason.CLOSED


def test_a_returned_report_is_open_until_its_own_end(county: PlanUnit, first: Quarter, clerk: User) -> None:
    until = first.closes + 5 * DAY
    report = make_report(county, 1, {}, state=Report.State.RETURNED, return_open_until=until)

    assert lock_reason(report, by=clerk, at=until - SECOND) is None
    assert lock_reason(report, by=clerk, at=until) is LockReason.CLOSED


def test_a_return_does_not_shorten_the_quarter(county: PlanUnit, first: Quarter, clerk: User) -> None:
    report = make_report(county, 1, {}, state=Report.State.RETURNED, return_open_until=first.opens + DAY)

    assert lock_reason(report, by=clerk, at=first.closes - SECOND) is None


def test_a_correction_has_no_deadline(county: PlanUnit, first: Quarter, clerk: User) -> None:
    report = make_report(county, 1, {}, revision=2)

    assert lock_reason(report, by=clerk, at=first.closes + 300 * DAY) is None


def test_a_lock_is_raised_with_its_reason(county: PlanUnit, first: Quarter, clerk: User) -> None:
    report = make_report(county, 1, {})

    with pytest.raises(Locked) as refused:
        check_editable(report, by=clerk, at=first.closes)

    assert refused.value.reason is LockReason.CLOSED
    assert "延长填报期" in str(refused.value)
