"""Two workers, two schedules, two requests at the same moment: on the real database, each first without its guard."""

import threading
from collections.abc import Iterator
from concurrent.futures import TimeoutError as NotYetThere
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from jobs import heartbeat
from jobs.models import Job, ScheduledRun
from jobs.registry import job_kind
from jobs.services import Progress, claim_period, find_lost, queue_job, run
from tests.jobs.conftest import PATIENCE_S, Together

pytestmark = pytest.mark.usefixtures("kinds", "nowhere")
AT = datetime(2023, 11, 1, 8, tzinfo=UTC)
KEY = "test:1"
MOMENT_S = 0.3
"""Long enough to see that somebody waits: without the lock it takes a few milliseconds."""


def queued() -> Job:
    return queue_job("test", key=KEY, at=AT)


# --- one job, many workers


def test_claim_that_only_reads_lets_two_workers_do_the_same_job(together: Together) -> None:
    """The negative control of the next test."""
    job, both_have_read = queued(), threading.Barrier(2)

    def claim_without_guard() -> bool:
        mine = Job.objects.get(pk=job.pk)
        both_have_read.wait(PATIENCE_S)
        if mine.state != Job.State.QUEUED:
            return False
        mine.state = Job.State.RUNNING
        mine.save()
        return True

    assert together.all_at_once(claim_without_guard, times=2) == [True, True]


def test_job_that_eight_workers_are_told_of_is_done_once(together: Together) -> None:
    done: list[int] = []

    @job_kind("test")
    def work(progress: Progress) -> None:
        done.append(progress.job.attempts)

    job = queued()
    claimed = together.all_at_once(lambda: run(job.uuid), times=8)

    assert sorted(claimed) == [False] * 7 + [True]
    assert done == [1]


def test_job_lost_is_sent_by_one_of_two_sweepers(together: Together) -> None:
    queued()

    sent = together.all_at_once(lambda: find_lost(at=AT + timedelta(minutes=1)), times=4)

    assert sorted(len(each) for each in sent) == [0, 0, 0, 1]


def test_period_is_claimed_by_one_of_two_schedules(together: Together) -> None:
    def claim() -> bool:
        with transaction.atomic():
            return claim_period("nightly", "2023-11-22", at=AT)

    assert sorted(together.all_at_once(claim, times=4)) == [False, False, False, True]


def test_period_whose_claimer_was_killed_is_free_again(together: Together) -> None:
    def claim_and_die() -> None:
        with transaction.atomic():
            claim_period("nightly", "2023-11-22", at=AT)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        together.start(claim_and_die).result(PATIENCE_S)

    assert claim_period("nightly", "2023-11-22", at=AT)


# --- one key, many requests


def test_same_work_asked_for_eight_times_at_once_is_one_job(together: Together) -> None:
    jobs = together.all_at_once(queued, times=8)

    assert len({job.uuid for job in jobs}) == 1
    assert Job.objects.count() == 1


class Drain:
    """A job that drains a table as the compliance job drains its marks: what it has not seen gets another job."""

    def __init__(self) -> None:
        self.has_read, self.may_finish = threading.Event(), threading.Event()
        self.may_commit, self.is_written = threading.Event(), threading.Event()
        self.may_commit.set()
        job_kind("test")(self.work)

    def work(self, progress: Progress) -> None:
        seen = self.waiting()
        self.has_read.set()
        assert self.may_finish.wait(PATIENCE_S)
        with progress.writing():
            ScheduledRun.objects.filter(pk__in=seen).delete()
            if self.waiting():
                queued()
            self.is_written.set()
            assert self.may_commit.wait(PATIENCE_S)

    @staticmethod
    def waiting() -> list[int]:
        return list(ScheduledRun.objects.filter(task="mark").values_list("pk", flat=True))

    @staticmethod
    def mark(period: str) -> None:
        ScheduledRun.objects.create(task="mark", period=period, claimed_at=AT)


@pytest.fixture
def drain() -> Iterator[Drain]:
    drain = Drain()
    yield drain
    for event in (drain.may_finish, drain.may_commit):
        event.set()


def assert_nothing_is_forgotten() -> None:
    """Every mark has a job that will see it."""
    assert not Drain.waiting() or Job.objects.filter(state=Job.State.QUEUED).exists()


def test_change_beside_a_job_that_finishes_is_forgotten_where_the_job_is_only_looked_up(
    together: Together, drain: Drain
) -> None:
    """The negative control of the next test: the lock of `queue_job` left out."""
    job = queued()
    working = together.start(lambda: run(job.uuid))
    assert drain.has_read.wait(PATIENCE_S)

    # The change is written and its transaction open until the job has finished (SQLite has one writer: there the
    # looking up alone makes the race).
    assert Job.objects.unfinished().filter(key=KEY).exists()
    drain.may_finish.set()
    working.result(PATIENCE_S)
    drain.mark("late")

    assert Drain.waiting()
    assert not Job.objects.unfinished().exists(), "nobody will ever look at the mark"


def test_change_that_touched_a_running_job_is_seen_before_the_job_finishes(together: Together, drain: Drain) -> None:
    job = queued()
    working = together.start(lambda: run(job.uuid))
    assert drain.has_read.wait(PATIENCE_S)

    with transaction.atomic():
        drain.mark("late")
        assert queued() == job
        drain.may_finish.set()
        with pytest.raises(NotYetThere):
            working.result(MOMENT_S)
    working.result(PATIENCE_S)

    following = Job.objects.get(state=Job.State.QUEUED)
    run(following.uuid)
    assert Drain.waiting() == []
    assert_nothing_is_forgotten()


def test_change_beside_a_job_that_is_committing_gets_a_job_of_its_own(together: Together, drain: Drain) -> None:
    job = queued()
    drain.may_finish.set()
    drain.may_commit.clear()
    working = together.start(lambda: run(job.uuid))
    assert drain.is_written.wait(PATIENCE_S)

    def change() -> Job:
        with transaction.atomic():
            drain.mark("late")
            return queued()

    changing = together.start(change)
    with pytest.raises(NotYetThere):
        changing.result(MOMENT_S)
    drain.may_commit.set()
    working.result(PATIENCE_S)

    assert changing.result(PATIENCE_S) == Job.objects.get(state=Job.State.QUEUED) != job
    assert_nothing_is_forgotten()


def test_change_that_meets_the_following_job_locks_that_one_too(together: Together, drain: Drain) -> None:
    """The job finishes and queues the next one while the change waits: the next one must wait for the change."""
    job = queued()
    working = together.start(lambda: run(job.uuid))
    assert drain.has_read.wait(PATIENCE_S)
    drain.mark("early")
    drain.may_commit.clear()
    drain.may_finish.set()
    assert drain.is_written.wait(PATIENCE_S)
    is_queued, may_end = threading.Event(), threading.Event()

    def change() -> Job:
        with transaction.atomic():
            met = queued()
            drain.mark("late")
            is_queued.set()
            assert may_end.wait(PATIENCE_S)
            return met

    changing = together.start(change)
    with pytest.raises(NotYetThere):
        changing.result(MOMENT_S)
    drain.may_commit.set()
    working.result(PATIENCE_S)
    assert is_queued.wait(PATIENCE_S)
    following = Job.objects.get(state=Job.State.QUEUED)
    next_worker = together.start(lambda: run(following.uuid))
    with pytest.raises(NotYetThere):
        next_worker.result(MOMENT_S)
    may_end.set()
    next_worker.result(PATIENCE_S)

    assert changing.result(PATIENCE_S) == following
    assert Drain.waiting() == []


# --- a sign of life


def test_long_work_without_steps_beats(together: Together, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heartbeat, "BEAT_EVERY", timedelta(milliseconds=20))
    beats: list[datetime | None] = []

    @job_kind("test")
    def work(progress: Progress) -> None:
        give_up = timezone.now() + timedelta(seconds=PATIENCE_S)
        while len(set(beats)) < 4 and timezone.now() < give_up:
            beats.append(Job.objects.values_list("heartbeat_at", flat=True).get(pk=progress.job.pk))

    run(queued().uuid)

    assert len(set(beats)) == 4
    assert not [thread for thread in threading.enumerate() if thread.name == "heartbeat"]


def test_work_that_hangs_stops_beating_and_loses_the_job(together: Together, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heartbeat, "BEAT_EVERY", timedelta(milliseconds=20))
    monkeypatch.setattr(heartbeat, "WORK_LIMIT", timedelta(milliseconds=60))

    @job_kind("test")
    def work(progress: Progress) -> None:
        beating = next(thread for thread in threading.enumerate() if thread.name == "heartbeat")
        beating.join(PATIENCE_S)
        assert not beating.is_alive()
        find_lost(at=timezone.now() + timedelta(minutes=1))

    job = queued()
    run(job.uuid)

    assert Job.objects.get(pk=job.pk).state == Job.State.QUEUED


def test_heart_of_a_job_that_was_taken_over_stops(together: Together, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heartbeat, "BEAT_EVERY", timedelta(milliseconds=20))

    @job_kind("test")
    def work(progress: Progress) -> None:
        find_lost(at=timezone.now() + timedelta(minutes=1))
        beating = next(thread for thread in threading.enumerate() if thread.name == "heartbeat")
        beating.join(PATIENCE_S)
        assert not beating.is_alive()

    run(queued().uuid)
