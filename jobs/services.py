"""The life of a job: queued once per key, claimed once, finished in the transaction of its results.

A message of the queue only says "look at this row". Whoever loses the row (its worker was killed and the
sweeper gave the job to another) finds out at the next write and leaves nothing behind.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from common.errors import PortalError
from jobs.models import Job
from jobs.registry import work_of

log = logging.getLogger(__name__)

HEARTBEAT_LIMIT = timedelta(seconds=45)
UNSENT_LIMIT = timedelta(seconds=15)
MAX_ATTEMPTS = 5


class TakenOver(Exception):
    """The job is somebody else's now: its worker was thought dead."""


class Progress:
    """What a job's work holds: its arguments, and the only way to report progress and to finish."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.args: dict[str, Any] = job.args
        self._mine = Job.objects.filter(pk=job.pk, state=Job.State.RUNNING, attempts=job.attempts)

    def step(self, done: int, total: int, message: str = "") -> None:
        """Show progress and a sign of life, at once (outside any transaction); TakenOver if the job is lost."""
        now = timezone.now()
        if not self._mine.update(done=done, total=total, message=message[:500], heartbeat_at=now):
            raise TakenOver

    @contextmanager
    def writing(self, **result: Any) -> Iterator[None]:
        """The one transaction that writes the results and finishes the job; nothing of it if the job is lost."""
        with transaction.atomic():
            self.finish(**result)
            yield

    def finish(self, **result: Any) -> None:
        """Mark the job done, in the caller's transaction; TakenOver if it is lost."""
        now = timezone.now()
        if not self._mine.update(state=Job.State.DONE, result=result, finished_at=now, heartbeat_at=now):
            raise TakenOver


def queue_job(kind: str, *, key: str, at: datetime, by: Any = None, **args: Any) -> Job:
    """The unfinished job of this key; made if there is none. `at` is when the request for it arrived.

    An existing one is touched, which locks its row until the caller's transaction ends: a job that is
    just finishing waits for that, and then sees what the caller wrote.
    """
    if Job.objects.unfinished().filter(key=key).update(arrived_at=F("arrived_at")):
        return Job.objects.unfinished().get(key=key)
    try:
        with transaction.atomic():
            return Job.objects.create(kind=kind, key=key, args=args, by=by, arrived_at=at)
    except IntegrityError:
        return Job.objects.unfinished().get(key=key)


def run(job_uuid: UUID | str) -> bool:
    """Do a job's work in this process; False if it was not there to claim."""
    job = _claim(job_uuid)
    if job is None:
        return False
    progress = Progress(job)
    try:
        work_of(job.kind)(progress)
        if Job.objects.filter(pk=job.pk, state=Job.State.RUNNING).exists():
            progress.finish()
    except TakenOver:
        log.warning("Job %s was taken over; its work here was dropped.", job.uuid)
    except PortalError as error:
        _fail(job, str(error))
    except Exception:  # the border of a worker: whatever went wrong, the row must say so
        log.exception("Job %s (%s) failed.", job.uuid, job.kind)
        _give_back(job)
    return True


def find_lost(*, at: datetime) -> list[Job]:
    """Jobs to send again: never sent or their message lost, and running ones without a sign of life."""
    dead = Job.objects.filter(state=Job.State.RUNNING, heartbeat_at__lt=at - HEARTBEAT_LIMIT)
    dead.filter(attempts__gte=MAX_ATTEMPTS).update(
        state=Job.State.FAILED, message="多次中断，已停止。请重新发起，或联系系统管理员。", finished_at=at
    )
    dead.update(state=Job.State.QUEUED, message="处理中断，正在重新开始")
    return list(Job.objects.filter(state=Job.State.QUEUED, arrived_at__lt=at - UNSENT_LIMIT).order_by("pk")[:500])


def _claim(job_uuid: UUID | str) -> Job | None:
    now = timezone.now()
    claimed = Job.objects.filter(uuid=job_uuid, state=Job.State.QUEUED).update(
        state=Job.State.RUNNING, attempts=F("attempts") + 1, started_at=now, heartbeat_at=now, done=0, message=""
    )
    return Job.objects.select_related("by__unit").get(uuid=job_uuid) if claimed else None


def _fail(job: Job, message: str) -> None:
    mine = Job.objects.filter(pk=job.pk, state=Job.State.RUNNING, attempts=job.attempts)
    mine.update(state=Job.State.FAILED, message=message[:500], finished_at=timezone.now())


def _give_back(job: Job) -> None:
    if job.attempts >= MAX_ATTEMPTS:
        _fail(job, "处理时出现内部错误，已记录。请联系系统管理员。")
        return
    mine = Job.objects.filter(pk=job.pk, state=Job.State.RUNNING, attempts=job.attempts)
    mine.update(state=Job.State.QUEUED, message="处理时出现错误，稍后自动重试")
