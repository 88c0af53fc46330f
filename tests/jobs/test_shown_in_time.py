"""What a reviewer approves stands on the dashboard within three seconds, without Redis too: with messages as files."""

import re
import time
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.policy import Role
from assessments.services.compliance import compute_compliance
from progress.models import Report
from targets.models import Plan, Quarter
from tests.factories import load_both_plans, make_report, make_user, plan_unit_of, sign_in
from tests.services.fixtures import Worker

pytestmark = pytest.mark.jobs
SHOWN_WITHIN_S = 3.0
CELL = re.compile(r'<a href="/320700/2023/q1/reports/320722/#row-CP".*?</a>', re.DOTALL)


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@pytest.fixture
def submitted(transactional_db: None, now: datetime) -> Report:
    """A county's first quarter, twelve piles of forty, which waits for its review."""
    plan: Plan = load_both_plans()[0]
    Quarter.objects.filter(plan=plan, number=1).update(opens=now - timedelta(days=9), due=now, closes=now)
    report = make_report(plan_unit_of(plan, "320722"), 1, {"CP": (12, None)}, state=Report.State.SUBMITTED)
    compute_compliance(plan, as_of=now)
    return report


def cell_of(board: Client) -> str:
    """What the matrix says of the county's piles."""
    found = CELL.search(board.get("/320700/2023/q1/").text)
    assert found is not None
    return " ".join(re.findall(r">([^<>]+)<", found[0]))


def test_approved_report_is_on_the_dashboard_within_three_seconds(
    submitted: Report, embedded_worker_process: Worker
) -> None:
    reviewer, board = sign_in(make_user(Role.REVIEWER)), sign_in(make_user(Role.LEADER))
    assert cell_of(board) == "— 未报"

    approved_at = time.monotonic()
    answer = reviewer.post("/320700/2023/q1/reports/320722/approve/", {"version": submitted.version})
    assert answer.status_code == 302
    while cell_of(board) != "12 达序时" and time.monotonic() - approved_at < SHOWN_WITHIN_S:
        time.sleep(0.05)

    assert cell_of(board) == "12 达序时"
