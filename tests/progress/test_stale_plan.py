"""A request that began before the announcement or the archive is judged by what holds when it writes."""

from datetime import datetime

import pytest

from accounts.models import User
from common.errors import Locked
from progress.services.changes import LineChange
from progress.services.entry import save_lines
from progress.services.review import submit_report
from targets.models import Plan, PlanUnit
from tests.factories import LOADED_AT, make_report

AFTERWARDS = [
    ({"announced_at": LOADED_AT}, "announced"),
    ({"state": Plan.State.CLOSED}, "archived"),
]


@pytest.mark.parametrize(("facts", "reason"), AFTERWARDS)
def test_nothing_is_saved_after_the_plan_was_locked(
    facts: dict[str, object], reason: str, county: PlanUnit, clerk: User, open_at: datetime
) -> None:
    report = make_report(county, 1, {})
    Plan.objects.update(**facts)

    with pytest.raises(Locked) as refused:
        save_lines(report, [LineChange("CP", None)], by=clerk, at=open_at)

    assert refused.value.reason.value == reason


@pytest.mark.parametrize(("facts", "reason"), AFTERWARDS)
def test_nothing_is_submitted_after_the_plan_was_locked(
    facts: dict[str, object], reason: str, county: PlanUnit, clerk: User, open_at: datetime
) -> None:
    report = make_report(county, 1)
    Plan.objects.update(**facts)

    with pytest.raises(Locked) as refused:
        submit_report(report, by=clerk, at=open_at, note="说明")

    assert refused.value.reason.value == reason
    report.refresh_from_db()
    assert report.state == "draft"
