"""A sign of life beside a job's work, however long one step of it takes."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import DatabaseError, connection
from django.utils import timezone

from jobs.models import JobQuerySet

BEAT_EVERY = timedelta(seconds=5)
WORK_LIMIT = timedelta(hours=1)
"""A job that works longer is thought to hang: it stops beating, and the sweeper takes it away."""


@contextmanager
def beating(job: JobQuerySet) -> Iterator[None]:
    """Stamp `heartbeat_at` of the job (a queryset of it as long as it is ours) while the block runs."""
    stop = threading.Event()
    thread = threading.Thread(target=_beat, args=(job, stop), name="heartbeat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _beat(job: JobQuerySet, stop: threading.Event) -> None:
    give_up = time.monotonic() + WORK_LIMIT.total_seconds()
    while not stop.wait(BEAT_EVERY.total_seconds()) and time.monotonic() < give_up:
        try:
            if not job.update(heartbeat_at=timezone.now()):
                return
        except DatabaseError:
            # The database is busy or away: the next beat may come through, and the work will notice by itself.
            continue
        finally:
            connection.close()
