"""Moments of a year: the clock moved, and what a worker has done by then."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import time_machine
from django.utils.timezone import make_aware

from jobs import services as jobs
from jobs.models import Job


@contextmanager
def on(when: str, *, tick: bool = False) -> Iterator[datetime]:
    """A moment of the year, in Lianyungang's time, from which the clock goes on if `tick`.

    Nothing but the doors and the jobs asks for it; it is the whole process's, the live server's too.
    """
    at = make_aware(datetime.fromisoformat(when))
    with time_machine.travel(at, tick=tick):
        yield at


def do_the_waiting_jobs() -> None:
    """What a worker does, at this moment."""
    for job in Job.objects.unfinished().order_by("pk"):
        jobs.run(job.uuid)
        job.refresh_from_db()
        assert job.state == Job.State.DONE, job.message
