"""A job is queued once, done once, finished with its results, and never lost."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from common.errors import Invalid
from jobs.models import Job, ScheduledRun
from jobs.registry import job_kind, label_of
from jobs.services import (
    GAVE_UP,
    HEARTBEAT_LIMIT,
    INTERNAL_ERROR,
    INTERRUPTED,
    MAX_ATTEMPTS,
    SENT_LIMIT,
    WILL_RETRY,
    Progress,
    TakenOver,
    claim_period,
    find_lost,
    queue_job,
    run,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kinds")]
AT = datetime(2023, 11, 1, 8, tzinfo=UTC)


def queued(kind: str = "test", **args: object) -> Job:
    return queue_job(kind, key=f"{kind}:1", at=AT, **args)


def once_more(job: Job) -> Job:
    return Job.objects.get(pk=job.pk)


def as_a_dead_worker_leaves_it(job: Job, *, attempts: int = 1) -> datetime:
    """Claimed, and silent since; returns the instant from which everybody may know."""
    now = timezone.now()
    Job.objects.filter(pk=job.pk).update(state=Job.State.RUNNING, attempts=attempts, heartbeat_at=now)
    return now + HEARTBEAT_LIMIT + timedelta(milliseconds=1)


# --- queued


def test_job_queued_twice_is_one_job_while_unfinished_and_another_one_after() -> None:
    first = queued(plan=7)
    again = queued(plan=7)
    Job.objects.filter(pk=first.pk).update(state=Job.State.DONE)
    after = queued(plan=7)

    assert again == first
    assert after != first
    assert (first.args, first.arrived_at, first.state) == ({"plan": 7}, AT, Job.State.QUEUED)


def test_jobs_of_other_keys_stand_beside() -> None:
    queue_job("test", key="test:1", at=AT)
    queue_job("test", key="test:2", at=AT)

    assert Job.objects.unfinished().count() == 2


# --- done


def test_job_run_is_done_with_its_result_and_not_done_again() -> None:
    seen: list[object] = []

    @job_kind("test")
    def work(progress: Progress) -> None:
        seen.append(progress.args["plan"])
        progress.step(1, 4, "一")
        with progress.writing(rows=3):
            seen.append(once_more(progress.job).state)

    job = queued(plan=7)

    assert (run(job.uuid), run(job.uuid)) == (True, False)
    done = once_more(job)
    assert seen == [7, Job.State.DONE]
    assert (done.state, done.result, done.percent, done.attempts) == (Job.State.DONE, {"rows": 3}, 100, 1)
    assert done.finished_at is not None


def test_job_whose_work_does_not_finish_it_is_done_when_the_work_returns() -> None:
    job_kind("test")(lambda progress: None)
    job = queued()

    run(job.uuid)

    assert once_more(job).state == Job.State.DONE


def test_steps_are_shown_at_once_but_not_each_of_many() -> None:
    shown: list[tuple[int, int]] = []

    @job_kind("test")
    def work(progress: Progress) -> None:
        for done in range(1000):
            progress.step(done, 1000)
            shown.append((done, once_more(progress.job).done))
        progress.step(1000, 1000)
        shown.append((1000, once_more(progress.job).done))

    run(queued().uuid)

    assert shown[0] == (0, 0)
    assert shown[1] == (1, 0), "within a third of a second nothing new is written"
    assert shown[-1] == (1000, 1000), "the last step is always shown"


def test_refusal_ends_the_job_with_its_words() -> None:
    @job_kind("test")
    def work(progress: Progress) -> None:
        raise Invalid("第 3 行有误。", "请改正。")

    job = queued()
    run(job.uuid)

    failed = once_more(job)
    assert (failed.state, failed.message) == (Job.State.FAILED, "第 3 行有误。 请改正。")


def test_error_gives_the_job_back_until_it_was_tried_five_times(caplog: pytest.LogCaptureFixture) -> None:
    @job_kind("test")
    def work(progress: Progress) -> None:
        raise ZeroDivisionError

    job = queued()
    seen = []
    for _ in range(MAX_ATTEMPTS):
        run(job.uuid)
        seen.append(once_more(job).message)

    assert seen == [WILL_RETRY] * 4 + [INTERNAL_ERROR]
    assert once_more(job).state == Job.State.FAILED
    assert "ZeroDivisionError" in caplog.text


def test_kind_that_nobody_registered_fails_as_an_error_does(caplog: pytest.LogCaptureFixture) -> None:
    job = queued("unknown")

    run(job.uuid)

    assert once_more(job).message == WILL_RETRY
    assert label_of("unknown") == "unknown"


# --- lost


def test_job_never_sent_is_sent_by_the_sweeper_and_then_left_alone_for_a_while() -> None:
    job = queued()

    assert find_lost(at=AT + SENT_LIMIT) == []
    assert find_lost(at=AT + SENT_LIMIT + timedelta(seconds=1)) == [job]
    assert find_lost(at=AT + SENT_LIMIT + timedelta(seconds=2)) == []
    assert find_lost(at=AT + 2 * SENT_LIMIT + timedelta(seconds=2)) == [job]


def test_job_of_a_dead_worker_waits_again_and_is_sent_at_once() -> None:
    job = queued()
    later = as_a_dead_worker_leaves_it(job)

    assert find_lost(at=later - timedelta(milliseconds=2)) == []
    assert find_lost(at=later) == [job]
    assert (once_more(job).state, once_more(job).message) == (Job.State.QUEUED, INTERRUPTED)


def test_job_that_killed_five_workers_is_given_up() -> None:
    job = queued()
    later = as_a_dead_worker_leaves_it(job, attempts=MAX_ATTEMPTS)

    assert find_lost(at=later) == []
    assert (once_more(job).state, once_more(job).message) == (Job.State.FAILED, GAVE_UP)


def test_finished_jobs_are_never_sent_again() -> None:
    job_kind("test")(lambda progress: None)
    run(queued().uuid)

    assert find_lost(at=timezone.now() + timedelta(days=1)) == []


def test_worker_thought_dead_leaves_nothing_behind_when_it_wakes_up() -> None:
    """It sleeps in the middle; meanwhile the sweeper gives the job away and another worker does it."""
    done_by: list[int] = []

    @job_kind("test")
    def work(progress: Progress) -> None:
        if progress.job.attempts == 1:
            find_lost(at=timezone.now() + HEARTBEAT_LIMIT + timedelta(seconds=1))
            run(progress.job.uuid)
        with progress.writing(attempt=progress.job.attempts):
            ScheduledRun.objects.create(task="result", period=str(progress.job.attempts), claimed_at=AT)
            done_by.append(progress.job.attempts)

    job = queued()
    run(job.uuid)

    assert done_by == [2]
    assert [each.period for each in ScheduledRun.objects.all()] == ["2"]
    assert once_more(job).result == {"attempt": 2}


def test_worker_thought_dead_notices_at_its_next_step() -> None:
    noticed = []

    @job_kind("test")
    def work(progress: Progress) -> None:
        find_lost(at=timezone.now() + HEARTBEAT_LIMIT + timedelta(seconds=1))
        try:
            progress.step(1, 2)
        except TakenOver:
            noticed.append(True)
            raise

    job = queued()
    run(job.uuid)

    assert noticed == [True]
    assert once_more(job).state == Job.State.QUEUED, "it is the next worker's now"


# --- scheduled


def test_period_is_claimed_once_for_each_task() -> None:
    assert claim_period("nightly", "2023-11-22", at=AT)
    assert not claim_period("nightly", "2023-11-22", at=AT)
    assert claim_period("nightly", "2023-11-23", at=AT)
    assert claim_period("weekly", "2023-11-22", at=AT)
