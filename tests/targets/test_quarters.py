"""Quarters are opened, closed and extended by the officer, and by nobody else."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError

from audit.models import AuditEvent
from common.actions import SYSTEM
from common.errors import Conflict, Invalid, Locked, NotAllowed, NotYet
from targets.models import Extension, Plan, PlanUnit, Quarter
from targets.services.quarters import (
    ExtensionTerms,
    close_quarter,
    grant_extension,
    open_quarter,
    set_timeliness,
)
from targets.signals import plan_changed
from tests.factories import make_user

DAY = timedelta(days=1)
LONG_AFTER = datetime(2026, 3, 1, 9, tzinfo=UTC)


@pytest.fixture
def quarter(plan: Plan) -> Quarter:
    return plan.quarters.get(number=2)


@pytest.fixture
def county(plan: Plan) -> PlanUnit:
    return plan.plan_units.get(unit__code="320722")


def terms_for(quarter: Quarter, *, reason: str = "汛期") -> ExtensionTerms:
    return ExtensionTerms(due=quarter.due + DAY, closes=quarter.closes + DAY, counts_as_late=False, reason=reason)


def stored(quarter: Quarter) -> tuple[datetime, datetime, datetime]:
    fresh = Quarter.objects.get(pk=quarter.pk)
    return fresh.opens, fresh.due, fresh.closes


# --- open


def test_quarter_long_past_when_opened_is_due_in_14_and_closes_in_21_days(quarter: Quarter) -> None:
    opens = quarter.opens

    open_quarter(quarter, by=SYSTEM, at=LONG_AFTER)

    assert stored(quarter) == (opens, LONG_AFTER + 14 * DAY, LONG_AFTER + 21 * DAY)
    assert quarter.state_at(LONG_AFTER) == Quarter.State.OPEN


def test_quarter_to_come_when_opened_opens_now_and_keeps_its_deadlines(quarter: Quarter) -> None:
    due, closes, now = quarter.due, quarter.closes, quarter.opens - 30 * DAY

    open_quarter(quarter, by=SYSTEM, at=now)

    assert stored(quarter) == (now, due, closes)


def test_overdue_quarter_when_opened_does_not_close_earlier_than_before(quarter: Quarter) -> None:
    closes = quarter.due + 60 * DAY
    Quarter.objects.filter(pk=quarter.pk).update(closes=closes)
    quarter.refresh_from_db()

    open_quarter(quarter, by=SYSTEM, at=quarter.due)

    assert stored(quarter)[2] == closes


def test_open_quarter_when_opened_again_stays_as_it_is_and_leaves_no_event(quarter: Quarter) -> None:
    before, events = stored(quarter), AuditEvent.objects.count()

    open_quarter(quarter, by=SYSTEM, at=quarter.opens + DAY)

    assert stored(quarter) == before
    assert AuditEvent.objects.count() == events


def test_quarter_given_instants_takes_them_literally(quarter: Quarter) -> None:
    opens = quarter.opens
    due, closes = LONG_AFTER - 9 * DAY, LONG_AFTER - DAY

    open_quarter(quarter, by=SYSTEM, at=LONG_AFTER, due=due, closes=closes)

    assert stored(quarter) == (opens, due, closes)


@pytest.mark.parametrize(
    "window",
    [{"due": LONG_AFTER}, {"opens": LONG_AFTER}, {"due": LONG_AFTER, "closes": LONG_AFTER - DAY}],
    ids=["due after closing", "opens after due", "closes before due"],
)
def test_quarter_given_instants_out_of_order_is_refused(window: dict[str, datetime], quarter: Quarter) -> None:
    before = stored(quarter)

    with pytest.raises(Invalid, match="按时截止"):
        open_quarter(quarter, by=SYSTEM, at=LONG_AFTER, **window)

    assert stored(quarter) == before


def test_database_itself_refuses_instants_out_of_order(quarter: Quarter) -> None:
    with pytest.raises(IntegrityError):
        Quarter.objects.filter(pk=quarter.pk).update(closes=quarter.opens)


def test_quarter_changed_by_somebody_else_meanwhile_is_a_conflict(quarter: Quarter) -> None:
    same = Quarter.objects.get(pk=quarter.pk)
    open_quarter(quarter, by=SYSTEM, at=LONG_AFTER)

    with pytest.raises(Conflict):
        open_quarter(same, by=SYSTEM, at=LONG_AFTER + DAY)


# --- close


def test_open_quarter_when_closed_ends_at_once(quarter: Quarter) -> None:
    opens, now = quarter.opens, quarter.opens + DAY

    close_quarter(quarter, by=SYSTEM, at=now)

    assert stored(quarter) == (opens, now, now)


def test_overdue_quarter_when_closed_keeps_its_due(quarter: Quarter) -> None:
    due = quarter.due

    close_quarter(quarter, by=SYSTEM, at=due + DAY)

    assert stored(quarter)[1:] == (due, due + DAY)


def test_closed_quarter_when_closed_again_stays_as_it_is(quarter: Quarter) -> None:
    before = stored(quarter)

    close_quarter(quarter, by=SYSTEM, at=LONG_AFTER)

    assert stored(quarter) == before


def test_quarter_that_has_not_opened_cannot_be_closed(quarter: Quarter) -> None:
    with pytest.raises(NotYet):
        close_quarter(quarter, by=SYSTEM, at=quarter.opens)


# --- extend


def test_extension_given_twice_replaces_the_first_one(quarter: Quarter, county: PlanUnit) -> None:
    grant_extension(quarter, county, terms_for(quarter), by=SYSTEM, at=quarter.due)
    later = ExtensionTerms(
        due=quarter.due + 5 * DAY, closes=quarter.closes + 5 * DAY, counts_as_late=True, reason="再延"
    )

    grant_extension(quarter, county, later, by=SYSTEM, at=quarter.due)

    extension = Extension.objects.get()
    assert (extension.due, extension.counts_as_late, extension.reason) == (later.due, True, "再延")
    events = AuditEvent.objects.filter(stream="320722", action="quarter.extend").order_by("seq")
    assert [event.reason for event in events] == ["汛期", "再延"]
    assert events[1].before == events[0].after


def test_extension_without_a_reason_is_refused(quarter: Quarter, county: PlanUnit) -> None:
    with pytest.raises(Invalid, match="理由"):
        grant_extension(quarter, county, terms_for(quarter, reason=" "), by=SYSTEM, at=quarter.due)


@pytest.mark.parametrize(("due", "closes"), [(-1, 1), (1, -1), (9, 1)])
def test_extension_that_is_none_is_refused(due: int, closes: int, quarter: Quarter, county: PlanUnit) -> None:
    terms = ExtensionTerms(
        due=quarter.due + due * DAY, closes=quarter.closes + closes * DAY, counts_as_late=False, reason="汛期"
    )

    with pytest.raises(Invalid):
        grant_extension(quarter, county, terms, by=SYSTEM, at=quarter.due)


def test_extension_that_is_over_already_is_refused(quarter: Quarter, county: PlanUnit) -> None:
    with pytest.raises(Invalid, match="已经过去"):
        grant_extension(quarter, county, terms_for(quarter), by=SYSTEM, at=quarter.closes + DAY)


def test_extension_for_a_unit_that_does_not_report_in_this_plan_is_refused(
    quarter: Quarter, plan: Plan, second_plan: Plan
) -> None:
    for unit in (plan.plan_units.get(unit__code="320700"), second_plan.plan_units.get(unit__code="LGZ")):
        with pytest.raises(Invalid, match="不填报"):
            grant_extension(quarter, unit, terms_for(quarter), by=SYSTEM, at=quarter.due)


# --- rights, locks, the trail, the message


@pytest.mark.parametrize("role", ["reporter", "reviewer", "leader", "auditor", "sysadmin"])
def test_only_the_officer_manages_quarters(role: str, quarter: Quarter, county: PlanUnit) -> None:
    person, before = make_user(role), stored(quarter)

    for attempt in (
        lambda: open_quarter(quarter, by=person, at=LONG_AFTER),
        lambda: close_quarter(quarter, by=person, at=quarter.due),
        lambda: set_timeliness(quarter, counts=False, reason="疫情", by=person),
        lambda: grant_extension(quarter, county, terms_for(quarter), by=person, at=quarter.due),
    ):
        with pytest.raises(NotAllowed):
            attempt()

    assert stored(quarter) == before
    assert not Extension.objects.exists()


@pytest.mark.parametrize("change", [{"state": "closed"}, {"announced_at": LONG_AFTER}], ids=["archived", "announced"])
def test_quarter_of_a_frozen_plan_does_not_move(change: dict[str, object], quarter: Quarter, county: PlanUnit) -> None:
    Plan.objects.filter(pk=quarter.plan_id).update(**change)
    before = stored(quarter)

    for attempt in (
        lambda: open_quarter(quarter, by=SYSTEM, at=LONG_AFTER),
        lambda: close_quarter(quarter, by=SYSTEM, at=quarter.due),
        lambda: set_timeliness(quarter, counts=False, reason="疫情", by=SYSTEM),
        lambda: grant_extension(quarter, county, terms_for(quarter), by=SYSTEM, at=quarter.due),
    ):
        with pytest.raises(Locked):
            attempt()

    assert stored(quarter) == before


def test_quarter_can_be_taken_out_of_the_count_for_timeliness(quarter: Quarter) -> None:
    officer = make_user("officer")

    set_timeliness(quarter, counts=False, reason="通知下发较晚", by=officer)
    set_timeliness(quarter, counts=False, reason="通知下发较晚", by=officer)

    assert Quarter.objects.get(pk=quarter.pk).counts_timeliness is False
    event = AuditEvent.objects.get(action="quarter.timeliness")
    assert (event.actor, event.reason, event.stream) == (officer.username, "通知下发较晚", "320700")


def test_every_move_is_told_to_the_later_stages_with_the_units_it_concerns(
    quarter: Quarter, county: PlanUnit, plan: Plan
) -> None:
    told: list[tuple[int, list[int]]] = []

    def listen(plan_id: int, plan_unit_ids: list[int], **_: object) -> None:
        told.append((plan_id, plan_unit_ids))

    plan_changed.connect(listen)
    try:
        grant_extension(quarter, county, terms_for(quarter), by=SYSTEM, at=quarter.due)
        close_quarter(quarter, by=SYSTEM, at=quarter.due)
    finally:
        plan_changed.disconnect(listen)

    everybody = list(plan.plan_units.reporting().values_list("pk", flat=True))
    assert told == [(plan.pk, [county.pk]), (plan.pk, everybody)]
