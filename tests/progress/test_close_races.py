"""A quarter is closed while people save and files come in: nothing is written after it (reliability.md, R10)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from accounts.models import User
from accounts.policy import Role
from audit.models import AuditEvent
from common.errors import Locked, LockReason
from progress.models import Line, Report
from progress.services.changes import LineChange, ReportEntry
from progress.services.entry import save_entries, save_lines
from targets.models import PlanUnit, Quarter
from targets.queries import deadlines
from targets.services.quarters import close_quarter
from tests.factories import load_both_plans, make_report, make_user, plan_unit_of, quarter_of
from tests.progress.test_races import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.timeout(600)]

ROUNDS = 100
DAY = timedelta(days=1)


@pytest.fixture
def county() -> PlanUnit:
    plan, _second = load_both_plans()
    return plan_unit_of(plan, "320722")


@pytest.fixture
def other(county: PlanUnit) -> PlanUnit:
    return plan_unit_of(county.plan, "320706")


@pytest.fixture
def clerk(county: PlanUnit) -> User:
    return make_user(Role.REPORTER, county.unit)


@pytest.fixture
def officer(county: PlanUnit) -> User:
    return make_user(Role.OFFICER)


def open_again(quarter: Quarter) -> Quarter:
    """The quarter as it was before a round: open for a while yet."""
    Quarter.objects.filter(pk=quarter.pk).update(due=quarter.due, closes=quarter.closes)
    return Quarter.objects.select_related("plan__owner").get(pk=quarter.pk)


def closing(quarter: Quarter, officer: User, at: datetime, *, looks: int = 0) -> Callable[[], object]:
    """The close of a quarter; whoever closes looks at it so many times first, so that it comes at another moment."""

    def close() -> object:
        for _look in range(looks):
            quarter.refresh_from_db(fields=["due"])
        return close_quarter(quarter, by=officer, at=at)

    return close


def trail_of(action: str) -> list[int]:
    return list(AuditEvent.objects.filter(action=action).order_by("pk").values_list("pk", flat=True))


def test_each_save_comes_before_the_close_or_is_refused_with_its_reason(
    county: PlanUnit, other: PlanUnit, clerk: User, officer: User
) -> None:
    """A save of the form, and one of many rows as an import writes them, against the close."""
    first = quarter_of(county.plan, 1)
    report, at = make_report(county, 1, {"CP": (0, None)}), first.opens + DAY
    counted = 0

    for round_ in range(1, ROUNDS + 1):
        quarter = open_again(first)
        change = LineChange("CP", Decimal(round_))
        rows = [ReportEntry(unit, first, [LineChange("NEV", Decimal(round_))]) for unit in (county, other)]

        def imported(rows: list[ReportEntry] = rows) -> object:
            return save_entries(rows, by=officer, at=at, origin=Line.Origin.IMPORT)

        saved, many, _closed = at_once(
            lambda change=change: save_lines(report, [change], by=clerk, at=at),  # type: ignore[misc]
            imported,
            closing(quarter, officer, at, looks=round_ % 50),
        )

        for answer, code in ((saved, "CP"), (many, "NEV")):
            values = set(Line.objects.filter(indicator__code=code).values_list("value", flat=True))
            was_saved = values == {Decimal(round_)}
            assert was_saved is not isinstance(answer, Locked), (round_, code, answer)
            if isinstance(answer, Locked):
                assert answer.reason == LockReason.CLOSED
            counted += was_saved
        # What the trail says was written, it says before the close.
        assert max(trail_of("report.save_lines"), default=0) < trail_of("quarter.close")[-1]

    # Both happened, or nothing was raced for.
    assert 0 < counted < 2 * ROUNDS
    assert Report.objects.filter(plan_unit__plan=county.plan).count() <= 2


def test_who_only_looks_at_the_deadline_first_writes_after_the_close(county: PlanUnit, officer: User) -> None:
    """The negative control: between looking and writing the quarter is closed."""
    first = quarter_of(county.plan, 1)
    report, at = make_report(county, 1, {"CP": (0, None)}), first.opens + DAY

    is_open = at < deadlines(first, county).closes
    close_quarter(open_again(first), by=officer, at=at)
    if is_open:
        Line.objects.filter(report=report).update(value=1)

    assert at >= deadlines(quarter_of(county.plan, 1), county).closes
    assert Line.objects.get(report=report).value == 1
