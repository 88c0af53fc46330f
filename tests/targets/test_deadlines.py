"""Deadlines are instants in Asia/Shanghai, decided by arrival, wherever the server stands (R13)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from common.actions import SYSTEM
from targets.models import Extension, Plan, Quarter
from targets.queries import calendar_of_plan, deadlines
from targets.services.quarters import ExtensionTerms, grant_extension, open_quarter

SECOND = timedelta(seconds=1)

# Written in UTC by hand: 00:00 in Shanghai is 16:00 UTC of the day before.
INSTANTS = {
    1: ("2023-05-15T16:00", "2023-05-31T16:00", "2023-06-07T16:00"),  # 16 May, 31 May, 7 June: the notice is of 15 May
    2: ("2023-07-02T16:00", "2023-07-17T16:00", "2023-07-24T16:00"),
    3: ("2023-10-06T16:00", "2023-10-16T16:00", "2023-10-23T16:00"),
    4: ("2024-01-01T16:00", "2024-01-15T16:00", "2024-01-22T16:00"),
}
State = Quarter.State


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def around(answer: Callable[[datetime], object], instant: datetime) -> list[object]:
    """What is answered a second before, at, and a second after an instant."""
    return [answer(instant - SECOND), answer(instant), answer(instant + SECOND)]


@pytest.mark.usefixtures("_server_zone")
@pytest.mark.parametrize("number", INSTANTS)
def test_quarter_changes_its_state_at_the_instant_and_not_a_second_off(number: int, plan: Plan) -> None:
    opens, due, closes = (utc(text) for text in INSTANTS[number])

    quarter = plan.quarters.get(number=number)

    around = [
        (opens, State.UPCOMING, State.OPEN),
        (due, State.OPEN, State.OVERDUE),
        (closes, State.OVERDUE, State.CLOSED),
    ]
    for instant, before, after in around:
        states = [quarter.state_at(instant - SECOND), quarter.state_at(instant), quarter.state_at(instant + SECOND)]
        assert states == [before, after, after]


@pytest.mark.usefixtures("_server_zone")
@pytest.mark.parametrize("number", INSTANTS)
def test_report_is_on_time_until_the_last_instant_of_the_due_day(number: int, plan: Plan) -> None:
    due = utc(INSTANTS[number][1])
    unit = plan.plan_units.get(unit__code="320722")

    found = deadlines(plan.quarters.get(number=number), unit)

    assert around(found.is_on_time, due) == [True, False, False]


@pytest.mark.usefixtures("_server_zone")
@pytest.mark.parametrize("counts_as_late", [False, True])
def test_extension_moves_both_deadlines_of_its_unit_only(counts_as_late: bool, plan: Plan) -> None:
    quarter = plan.quarters.get(number=2)
    extended, other = plan.plan_units.get(unit__code="320722"), plan.plan_units.get(unit__code="320723")
    due, closes = quarter.due + timedelta(days=3), quarter.closes + timedelta(days=3)
    terms = ExtensionTerms(due=due, closes=closes, counts_as_late=counts_as_late, reason="汛期")

    grant_extension(quarter, extended, terms, by=SYSTEM, at=quarter.due)

    found = deadlines(quarter, extended)
    assert (found.due, found.closes) == (due, closes)
    assert [found.state_at(due + offset * SECOND) for offset in (-1, 0, 1)] == [
        State.OPEN,
        State.OVERDUE,
        State.OVERDUE,
    ]
    assert [found.is_on_time(due + offset * SECOND) for offset in (-1, 0, 1)] == [not counts_as_late, False, False]
    assert found.is_on_time(quarter.due - SECOND)
    assert deadlines(quarter, other).due == quarter.due


def test_deadlines_of_a_plan_are_those_of_each_unit_in_two_queries(plan: Plan, django_assert_num_queries) -> None:
    quarter = plan.quarters.get(number=3)
    extended = plan.plan_units.get(unit__code="320724")
    Extension.objects.create(
        quarter=quarter,
        plan_unit=extended,
        due=quarter.closes,
        closes=quarter.closes + timedelta(days=9),
        reason="停电",
        created_at=quarter.due,
    )

    with django_assert_num_queries(2):
        found = calendar_of_plan(plan).of(plan.plan_units.values_list("pk", flat=True))

    assert len(found) == 12 * 4
    for plan_unit in plan.plan_units.all():
        for each in plan.quarters.all():
            assert found[plan_unit.pk, each.number] == deadlines(each, plan_unit)


@pytest.mark.parametrize("counts_as_late", [False, True])
@pytest.mark.parametrize("moved", [{"due", "closes"}, {"closes"}], ids=["both", "the close"])
def test_whole_quarter_is_moved_past_an_extension_then_no_unit_has_less_time(
    moved: set[str], counts_as_late: bool, plan: Plan
) -> None:
    quarter = plan.quarters.get(number=2)
    extended = plan.plan_units.get(unit__code="320722")
    due, closes = quarter.due + timedelta(days=1), quarter.closes + timedelta(days=3)
    terms = ExtensionTerms(due=due, closes=closes, counts_as_late=counts_as_late, reason="汛期")
    grant_extension(quarter, extended, terms, by=SYSTEM, at=quarter.due)

    later = {name: getattr(quarter, name) + timedelta(days=30) for name in moved}
    open_quarter(quarter, by=SYSTEM, at=quarter.due, **later)

    found = deadlines(plan.quarters.get(number=2), extended)
    assert (found.due, found.closes) == (max(due, quarter.due), quarter.closes)
    assert found.on_time_until == (quarter.due if counts_as_late else max(due, quarter.due))
    assert calendar_of_plan(plan).of([extended.pk])[extended.pk, 2] == found
