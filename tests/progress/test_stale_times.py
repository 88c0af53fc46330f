"""A deadline that moved after a request read it: what is written is judged by the deadline that holds then."""

from datetime import timedelta
from decimal import Decimal

import pytest

from accounts.models import User
from common.errors import Conflict, Locked
from progress.models import Report
from progress.queries.sheet import load_sheet
from progress.services.changes import LineChange
from progress.services.entry import save_lines
from progress.services.review import submit_report, withdraw_report
from targets.models import PlanUnit, Quarter
from targets.services.quarters import close_quarter
from tests.factories import make_report

DAY = timedelta(days=1)


@pytest.fixture
def loaded(county: PlanUnit, first: Quarter, clerk: User) -> Report:
    """A draft whose plan and quarter a request has read, just before the quarter is closed."""
    make_report(county, 1, {"CP": (4, None)})
    sheet = load_sheet(county, 1, at=first.opens)
    assert sheet is not None
    return sheet.report


def close_now(first: Quarter, officer: User) -> None:
    close_quarter(Quarter.objects.select_related("plan__owner").get(pk=first.pk), by=officer, at=first.opens + DAY)


def test_what_arrived_after_the_close_is_not_submitted(
    loaded: Report, first: Quarter, clerk: User, officer: User
) -> None:
    close_now(first, officer)

    with pytest.raises(Locked, match="已过截止时间"):
        submit_report(loaded, by=clerk, at=first.opens + DAY, note="说明")

    loaded.refresh_from_db()
    assert loaded.state == Report.State.DRAFT


def test_what_arrived_after_the_close_is_not_saved(loaded: Report, first: Quarter, clerk: User, officer: User) -> None:
    close_now(first, officer)

    with pytest.raises(Locked, match="已过截止时间"):
        save_lines(loaded, [LineChange("CP", Decimal(9))], by=clerk, at=first.opens + DAY)

    assert loaded.lines.get(indicator__code="CP").value == 4


def test_what_arrived_before_it_counts(loaded: Report, first: Quarter, clerk: User, officer: User) -> None:
    close_now(first, officer)

    submit_report(loaded, by=clerk, at=first.opens + DAY - timedelta(microseconds=1), note="说明")

    loaded.refresh_from_db()
    assert loaded.state == Report.State.SUBMITTED


def test_a_report_is_not_withdrawn_after_the_close(loaded: Report, first: Quarter, clerk: User, officer: User) -> None:
    submit_report(loaded, by=clerk, at=first.opens, note="说明")
    close_now(first, officer)

    with pytest.raises(Conflict, match="已过截止时间，不能撤回"):
        withdraw_report(loaded, by=clerk, at=first.opens + DAY)

    loaded.refresh_from_db()
    assert loaded.state == Report.State.SUBMITTED
