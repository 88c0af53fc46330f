"""What stands still from quarter to quarter, and files: a new draft starts with it, a back-filled report does not."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pytest

from accounts.models import User
from accounts.policy import Role
from progress.models import Line, Report
from progress.services.backfill import Backfill, import_and_approve
from progress.services.imports import import_progress_file, read_sent_file
from targets.models import Plan
from tests.factories import make_plan, make_report, make_user, plan_unit_of, quarter_of
from tests.progress_import.files import workbook

pytestmark = pytest.mark.django_db
PILES, LEFT = "新建充电桩", "超能耗定额约束值机构（未整改）"


@pytest.fixture
def plan(db: None) -> Plan:
    return make_plan()


@pytest.fixture
def officer(plan: Plan) -> User:
    return make_user(Role.OFFICER)


@pytest.fixture
def at(plan: Plan) -> datetime:
    """When the second quarter can be reported."""
    return quarter_of(plan, 2).opens


@pytest.fixture
def first(plan: Plan) -> Report:
    """The first quarter: nine institutions left of nine."""
    return make_report(plan_unit_of(plan, "320706"), 1, {"OVQ": (9, 9)}, state=Report.State.APPROVED)


def row(indicator: str, value: Any, base: Any = None) -> list[Any]:
    return ["海州区", "2023年第2季度", indicator, value, base, None]


def stored(number: int = 2) -> dict[str, tuple[Any, str]]:
    """The filled lines of a quarter: value and origin by indicator."""
    lines = Line.objects.filter(report__quarter__number=number).select_related("indicator")
    return {line.indicator.code: (line.value, line.origin) for line in lines if line.is_filled}


def send(plan: Plan, officer: User, at: datetime, rows: Sequence[Sequence[Any]]) -> Any:
    return import_progress_file(workbook(rows), "报表.xlsx", plan=plan, by=officer, at=at)


def backfill(officer: User, at: datetime) -> Backfill:
    return Backfill(by=officer, approver=make_user(Role.REVIEWER), arrived_at=at, at=at)


def test_file_makes_a_draft_then_it_starts_with_what_stands_still(
    plan: Plan, officer: User, at: datetime, first: Report
) -> None:
    send(plan, officer, at, [row(PILES, 3)])

    assert stored() == {"CP": (3, "import"), "OVQ": (9, "carried")}


def test_file_clears_what_a_missing_report_would_start_with_then_it_is_not_there(
    plan: Plan, officer: User, at: datetime, first: Report
) -> None:
    batch = send(plan, officer, at, [row(PILES, 3), row(LEFT, "清空")])
    again = send(plan, officer, at, [row(PILES, 3), row(LEFT, "清空")])

    assert stored() == {"CP": (3, "import")}
    assert (batch.created, batch.changed, batch.unchanged) == (1, 1, 0)
    assert (again.created, again.changed, again.unchanged) == (0, 0, 2)


def test_back_filled_report_then_it_holds_what_the_file_says_and_nothing_else(
    plan: Plan, officer: User, first: Report, at: datetime
) -> None:
    sent = read_sent_file(workbook([row(PILES, 3)]), "报表.xlsx")

    import_and_approve(sent, plan=plan, backfill=backfill(officer, at))

    assert Report.objects.get(quarter__number=2).is_effective
    assert stored() == {"CP": (3, "import")}


def test_draft_holds_what_was_carried_over_then_it_is_approved_with_it(
    plan: Plan, officer: User, first: Report, at: datetime
) -> None:
    send(plan, officer, at, [row(PILES, 3)])
    sent = read_sent_file(workbook([row(PILES, 4)]), "报表.xlsx")

    import_and_approve(sent, plan=plan, backfill=backfill(officer, at))

    assert Report.objects.get(quarter__number=2).is_effective
    assert stored() == {"CP": (4, "import"), "OVQ": (9, "carried")}
