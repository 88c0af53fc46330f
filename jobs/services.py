"""The life of a job: queued once per key, claimed once, finished in the transaction of its results.

A message of the queue only says "look at this row". Whoever loses the row (its worker was killed and the
sweeper gave the job to another) finds out at the next write and leaves nothing behind.
"""

import logging
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Model
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_noop

from common.errors import PortalError
from common.many_rows import insert_object
from jobs.heartbeat import beating
from jobs.models import Job, ScheduledRun
from jobs.registry import work_of

log = logging.getLogger(__name__)

HEARTBEAT_LIMIT = timedelta(seconds=30)
"""Six missed beats: the worker is dead."""
SENT_LIMIT = timedelta(seconds=15)
"""A job still waiting so long after it was sent is sent again: its message may be lost."""
MAX_ATTEMPTS = 5
MOST_SENT_AT_ONCE = 500
SHOWN_EVERY_S = 0.3

# Stored in Chinese and translated where they are shown.
INTERRUPTED = gettext_noop("处理中断，正在重新开始。")
WILL_RETRY = gettext_noop("处理时出现错误，稍后自动重试。")
GAVE_UP = gettext_noop("多次中断，已停止。请重新发起，或联系系统管理员。")
INTERNAL_ERROR = gettext_noop("处理时出现内部错误，已记录。请联系系统管理员。")


class TakenOver(Exception):
    """The job is somebody else's now: its worker was thought dead."""


class Progress:
    """What a job's work holds: its arguments, and the only way to report progress and to finish."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.args: dict[str, Any] = job.args
        self.mine = Job.objects.filter(pk=job.pk, state=Job.State.RUNNING, attempts=job.attempts)
        self._shown_at = 0.0

    def step(self, done: int, total: int, message: str = "") -> None:
        """Show progress at once, outside any transaction; TakenOver if the job is lost.

        Call it as often as there are steps: it writes at most three times a second.
        """
        if time.monotonic() - self._shown_at < SHOWN_EVERY_S and done < total:
            return
        self._shown_at = time.monotonic()
        if not self.mine.update(done=done, total=total, message=message[:500], heartbeat_at=timezone.now()):
            raise TakenOver

    @contextmanager
    def writing(self, *, file: Model | None = None, **result: Any) -> Iterator[None]:
        """The one transaction that writes the results and finishes the job; nothing of it if the job is lost."""
        with transaction.atomic():
            self.finish(file=file, **result)
            yield

    def finish(self, *, file: Model | None = None, **result: Any) -> None:
        """Mark the job done, in the caller's transaction, with a stored file and JSON values; TakenOver if it is lost.

        It locks the row: what a later `queue_job` of this key wrote is committed before, or makes a job of its own.
        """
        now = timezone.now()
        done = {"state": Job.State.DONE, "result": result, "result_file": file, "message": ""}
        if not self.mine.update(**done, finished_at=now, heartbeat_at=now):
            raise TakenOver


def queue_job(kind: str, *, key: str, at: datetime, by: Any = None, **args: Any) -> Job:
    """The unfinished job of this key; made if there is none. `at` is when the request for it arrived.

    An existing one is touched, which locks its row until the caller's transaction ends: a job that is
    just finishing waits for that, and then sees what the caller wrote. One query where it is made, else three.
    """
    while True:
        # Not get_or_create: the one it would get is not locked, and might finish without seeing what the caller wrote.
        made = Job(uuid=uuid.uuid4(), kind=kind, key=key, args=args, by=by, arrived_at=at)
        if insert_object(made):
            return made
        if Job.objects.unfinished().filter(key=key).update(arrived_at=F("arrived_at")):
            return Job.objects.unfinished().get(key=key)


def claim_period(task: str, period: str, *, at: datetime) -> bool:
    """Whether this caller is the first to start a scheduled task for a period ("2023-11-22").

    In the caller's transaction: if the task is killed before its end, the period is free again.
    """
    return ScheduledRun.objects.get_or_create(task=task, period=period, defaults={"claimed_at": at})[1]


def run(job_uuid: UUID | str) -> bool:
    """Do a job's work in this process; False if it was not there to claim."""
    job = _claim(job_uuid)
    if job is None:
        return False
    progress = Progress(job)
    try:
        with beating(progress.mine):
            work_of(job.kind)(progress)
        if progress.mine.exists():
            progress.finish()
    except TakenOver:
        log.warning("Job %s was taken over; its work here was dropped.", job.uuid)
    except PortalError as error:
        _stop(progress, str(error))
    except Exception:  # the border of a worker: whatever went wrong, the row must say so
        log.exception("Job %s (%s) failed.", job.uuid, job.kind)
        _give_back(progress)
    return True


def find_lost(*, at: datetime) -> list[Job]:
    """The jobs to send again, each to one caller only.

    Running ones without a sign of life wait again, or have failed when that happened too often; waiting ones
    whose message is lost, or was never sent, are due.
    """
    dead = Job.objects.filter(state=Job.State.RUNNING, heartbeat_at__lt=at - HEARTBEAT_LIMIT)
    dead.filter(attempts__gte=MAX_ATTEMPTS).update(state=Job.State.FAILED, message=GAVE_UP, finished_at=at)
    dead.update(state=Job.State.QUEUED, message=INTERRUPTED, sent_at=None)
    waiting = Job.objects.filter(state=Job.State.QUEUED)
    due = waiting.alias(told_at=Coalesce("sent_at", "arrived_at")).filter(told_at__lt=at - SENT_LIMIT).order_by("pk")
    return [job for job in due[:MOST_SENT_AT_ONCE] if waiting.filter(pk=job.pk, sent_at=job.sent_at).update(sent_at=at)]


def _claim(job_uuid: UUID | str) -> Job | None:
    now = timezone.now()
    claimed = Job.objects.filter(uuid=job_uuid, state=Job.State.QUEUED).update(
        state=Job.State.RUNNING, attempts=F("attempts") + 1, started_at=now, heartbeat_at=now, done=0, message=""
    )
    return Job.objects.select_related("by__unit").get(uuid=job_uuid) if claimed else None


def _stop(progress: Progress, message: str) -> None:
    progress.mine.update(state=Job.State.FAILED, message=message[:500], finished_at=timezone.now())


def _give_back(progress: Progress) -> None:
    if progress.job.attempts >= MAX_ATTEMPTS:
        _stop(progress, INTERNAL_ERROR)
    else:
        progress.mine.update(state=Job.State.QUEUED, message=WILL_RETRY)
