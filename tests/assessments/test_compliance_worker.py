"""An approved report reaches the city's figures through the queue and a worker in a process of its own."""

import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.policy import Role
from assessments.queries import is_recomputing
from assessments.services.compliance import compute_compliance
from assessments.services.marks import mark_and_queue
from jobs.models import Job
from jobs.services import HEARTBEAT_LIMIT, SENT_LIMIT
from jobs.tasks import repair
from progress.models import Report
from progress.services.review import approve_report
from targets.models import Plan
from tests.assessments.figures import AFTER_THE_YEAR, figures, file_report, units
from tests.factories import make_plan, make_user

pytestmark = [pytest.mark.jobs, pytest.mark.usefixtures("celery_worker_process")]
DONGHAI, CITY = "320722", "320700"


@pytest.fixture
def plan(transactional_db: None) -> Plan:
    plan = make_plan()
    compute_compliance(plan, as_of=AFTER_THE_YEAR)
    return plan


def within(seconds: float, holds: Callable[[], bool]) -> bool:
    """Whether something comes to hold within so many seconds."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def piles_of_the_city(plan: Plan) -> list[object]:
    return [row.value for row in figures(plan, CITY, "CP")]


def test_approved_report_is_in_the_citys_figures_within_three_seconds(plan: Plan) -> None:
    report = file_report(plan, DONGHAI, 1, {"CP": (4, None)}, state=Report.State.SUBMITTED)

    approve_report(report, by=make_user(Role.REVIEWER), at=AFTER_THE_YEAR, version=report.version)

    assert within(3, lambda: not is_recomputing(plan))
    assert piles_of_the_city(plan) == [4, 4, 4, 4]
    assert [job.state for job in Job.objects.all()] == [Job.State.DONE]


def test_reports_approved_one_after_the_other_are_all_counted(plan: Plan) -> None:
    reviewer = make_user(Role.REVIEWER)
    codes = list(plan.plan_units.reporting().values_list("unit__code", flat=True))
    reports = [file_report(plan, code, 1, {"CP": (2, None)}, state=Report.State.SUBMITTED) for code in codes]

    for report in reports:
        approve_report(report, by=reviewer, at=AFTER_THE_YEAR, version=report.version)

    assert within(10, lambda: not is_recomputing(plan) and not Job.objects.unfinished().exists())
    assert piles_of_the_city(plan) == [22, 22, 22, 22]


def test_job_whose_message_is_lost_is_done_after_the_sweeper_came_by(plan: Plan) -> None:
    file_report(plan, DONGHAI, 1, {"CP": (4, None)})
    long_ago = timezone.now() - SENT_LIMIT - timedelta(seconds=1)
    mark_and_queue(plan.pk, units(plan, [DONGHAI]), at=long_ago)  # and nobody sends it

    repair()

    assert within(5, lambda: piles_of_the_city(plan) == [4, 4, 4, 4])


def test_job_that_a_killed_worker_left_is_done_after_the_sweeper_came_by(plan: Plan) -> None:
    file_report(plan, DONGHAI, 1, {"CP": (4, None)})
    long_ago = timezone.now() - HEARTBEAT_LIMIT - timedelta(seconds=1)
    job = mark_and_queue(plan.pk, units(plan, [DONGHAI]), at=long_ago)
    Job.objects.filter(pk=job.pk).update(state=Job.State.RUNNING, attempts=1, heartbeat_at=long_ago)

    repair()

    assert within(5, lambda: piles_of_the_city(plan) == [4, 4, 4, 4])
    assert Job.objects.get(pk=job.pk).attempts == 2
