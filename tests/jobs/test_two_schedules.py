"""Several schedules tell of everything at the same moment: each task has its effect once a period (R3)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings

from accounts.policy import Role
from assessments import tasks as assessment_tasks
from assessments.services.compliance import compute_compliance
from jobs.models import Job, ScheduledRun
from jobs.services import run
from lianyungang_portal.celery import app
from notices.models import Delivery, Notice
from targets.models import Plan
from tests.factories import load_both_plans, make_user, quarter_of
from tests.jobs.conftest import Together

pytestmark = pytest.mark.usefixtures("nowhere")
SCHEDULES = 4
LONG_AGO = datetime(2023, 5, 15, tzinfo=UTC)


@pytest.fixture
def plans(together: Together) -> tuple[Plan, Plan]:
    """Two plans whose figures are old, and a clerk who has not reported."""
    plans = load_both_plans()
    for plan in plans:
        compute_compliance(plan, as_of=LONG_AGO)
    make_user(Role.REPORTER, "320722")
    return plans


@contextmanager
def a_reminders_morning(plan: Plan) -> Iterator[None]:
    """Three days before the second quarter is due, in the first of the hours in which reminders go out."""
    day = quarter_of(plan, 2).due - timedelta(days=3, hours=15, minutes=30)
    with time_machine.travel(day, tick=True):
        yield


def told_at_once(task: str, together: Together) -> None:
    """What several schedules bring about that start a task at the same moment."""
    together.all_at_once(app.tasks[task], times=SCHEDULES)


def effects() -> dict[str, int]:
    """How much of everything there is that a task may bring about."""
    counted: dict[str, Any] = {
        "jobs": Job.objects, "notices": Notice.objects, "deliveries": Delivery.objects, "periods": ScheduledRun.objects
    }  # fmt: skip
    return {name: rows.count() for name, rows in counted.items()}


def messages() -> int:
    """How many messages wait in the queue."""
    with app.connection_for_read() as connection:
        return int(connection.default_channel.queue_declare(app.conf.task_default_queue, passive=True).message_count)


def do_the_waiting_jobs() -> None:
    for job in Job.objects.unfinished():
        run(job.uuid)


EFFECTS = {
    "assessments.recompute_all": {"jobs": 2, "notices": 0, "deliveries": 0, "periods": 1},
    "assessments.recompute_due": {"jobs": 2, "notices": 0, "deliveries": 0, "periods": 0},
    # Every unit of both plans is reminded, whether or not somebody is there to read it.
    "progress.remind": {"jobs": 0, "notices": 14, "deliveries": 1, "periods": 1},
    "jobs.repair": {"jobs": 0, "notices": 0, "deliveries": 0, "periods": 0},
}


def test_every_task_of_the_schedule_is_told_below() -> None:
    assert {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()} == EFFECTS.keys()


@pytest.mark.parametrize("task", EFFECTS)
def test_schedules_that_tell_of_a_task_at_once_bring_it_about_once(
    task: str, plans: tuple[Plan, Plan], together: Together
) -> None:
    with a_reminders_morning(plans[0]):
        told_at_once(task, together)
        do_the_waiting_jobs()
        told_at_once(task, together)

    assert effects() == EFFECTS[task]


def test_lost_job_is_sent_once_by_schedules_that_repair_at_once(plans: tuple[Plan, Plan], together: Together) -> None:
    Job.objects.create(kind="compliance", key="x", args={"plan": plans[0].pk}, arrived_at=LONG_AGO)
    before = messages()

    told_at_once("jobs.repair", together)

    assert messages() == before + 1


def test_without_the_claim_of_a_period_the_night_computes_everything_twice(
    plans: tuple[Plan, Plan], together: Together, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: the second schedule comes when the first one's jobs are done."""
    monkeypatch.setattr(assessment_tasks, "claim_period", lambda *_task, **_when: True)

    with a_reminders_morning(plans[0]):
        told_at_once("assessments.recompute_all", together)
        do_the_waiting_jobs()
        told_at_once("assessments.recompute_all", together)

    assert effects()["jobs"] == 4
