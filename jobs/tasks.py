"""Messages of the queue: each only says which row to look at."""

import logging

from celery import shared_task
from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from jobs.models import Job
from jobs.services import find_lost, run

log = logging.getLogger(__name__)

MESSAGE_LIFE_S = 600
"""A job still waiting then has been sent again: dropping old messages keeps the queue from growing."""


@shared_task(name="jobs.run")
def run_job(job_uuid: str) -> None:
    """Do one job, if nobody else does."""
    run(job_uuid)


@shared_task(name="jobs.repair")
def repair() -> None:
    """Send again what the queue has lost or a dead worker has left."""
    for job in find_lost(at=timezone.now()):
        _send(str(job.uuid))


def send_on_commit(job: Job) -> None:
    """Hint to a worker that a job waits, once the caller's transaction is committed."""
    job_uuid = str(job.uuid)
    transaction.on_commit(lambda: _send(job_uuid))


def _send(job_uuid: str) -> None:
    try:
        run_job.apply_async((job_uuid,), retry=False, expires=MESSAGE_LIFE_S)
    except (OperationalError, OSError):
        # The row waits; `repair` sends it again when the queue is back.
        log.warning("The queue is away; job %s waits for it.", job_uuid)
