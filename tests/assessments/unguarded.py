"""The portal's Celery application as it would be without its guards, to show what they are for.

A job is claimed by reading its row, its message is gone once a child has it, and results are written one statement
after the other, each committed at once and so slowly that a kill is likely to come between two; then the job is done.
"""

import time
from collections.abc import Callable
from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import django

from lianyungang_portal.celery import app

django.setup()

from django.db import transaction  # noqa: E402 - the portal must be set up first
from django.utils import timezone  # noqa: E402

from assessments.services import assessment, result_rows  # noqa: E402
from jobs import services  # noqa: E402
from jobs.models import Job  # noqa: E402

BETWEEN_TWO_STATEMENTS_S = 0.1


def claim_by_reading(job_uuid: UUID | str) -> Job:
    """The job, whoever else works on it."""
    Job.objects.filter(uuid=job_uuid).update(state=Job.State.RUNNING, started_at=timezone.now())
    return Job.objects.select_related("by__unit").get(uuid=job_uuid)


def hold_on_to(progress: services.Progress, job: Job) -> None:
    """A progress that never notices that the job is somebody else's, or done."""
    progress.job, progress.args, progress._shown_at = job, job.args, 0.0
    progress.mine = Job.objects.filter(pk=job.pk)


finish = services.Progress.finish


def finish_after_the_work(progress: services.Progress, **result: Any) -> None:
    """Not among the writes of the results, which name what came of them."""
    if not result:
        finish(progress)


def slowly(write: Callable[..., None]) -> Callable[..., None]:
    def write_slowly(*rows: Any, **how: Any) -> None:
        time.sleep(BETWEEN_TWO_STATEMENTS_S)
        write(*rows, **how)

    return write_slowly


record_run = assessment._record


def record_by_itself(*run: Any, **how: Any) -> None:
    """The trail insists on a transaction."""
    with transaction.atomic():
        record_run(*run, **how)


app.conf.task_acks_late = False
services._claim = claim_by_reading
services.Progress.__init__ = hold_on_to  # type: ignore[method-assign, assignment]
services.Progress.finish = finish_after_the_work  # type: ignore[method-assign, assignment]
assessment.transaction = SimpleNamespace(atomic=nullcontext)  # type: ignore[assignment]
assessment._record = record_by_itself
result_rows.upsert_rows = slowly(result_rows.upsert_rows)  # type: ignore[assignment]
