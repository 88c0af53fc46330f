"""A worker killed at any moment of an import leaves all of its rows or none, and the next one finishes it (R7)."""

import random
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from common.actions import SYSTEM
from jobs.models import Job
from jobs.services import HEARTBEAT_LIMIT, INTERRUPTED, find_lost
from jobs.tasks import run_job
from progress.models import ImportBatch, Line
from progress.services.import_kinds import Choice, kind_of
from progress.services.imports import SentFile, confirm_import, receive_file
from targets.models import Plan
from targets.services.quarters import open_quarter
from tests.factories import make_plan, make_user, quarter_of
from tests.progress_import.files import COUNT, RATE
from tests.services.fixtures import Worker, start_worker

pytestmark = [pytest.mark.jobs, pytest.mark.slow, pytest.mark.timeout(1800)]

State = ImportBatch.State
ROUNDS = 30
INDICATORS = [COUNT, RATE, "光伏装机容量", "新增新能源汽车", "能源管理体系认证", "绿色数据中心建设", "人均用水下降率"]


@pytest.fixture
def plan(transactional_db: None, settings: Settings) -> Plan:
    settings.IMPORT_JOB_BYTES = 0  # everything is done by jobs
    plan = make_plan()
    open_quarter(quarter_of(plan, 1), by=SYSTEM, at=timezone.now())
    return plan


@pytest.fixture
def officer(plan: Plan) -> User:
    return make_user()


def content(plan: Plan, value: int) -> bytes:
    """A line of every unit and of seven indicators, all with the same value."""
    units = plan.plan_units.reporting().values_list("name", flat=True)
    rows = [f"{unit},2023Q1,{indicator},{value}" for unit in units for indicator in INDICATORS]
    return "\n".join(["地区,季度,指标,完成值", *rows]).encode()


def send(plan: Plan, officer: User, value: int) -> ImportBatch:
    """The batch of a file, its check queued."""
    file = SentFile(content(plan, value), "报表.csv")
    return receive_file(file, kind=kind_of("progress"), plan=plan, by=officer, at=timezone.now())


def confirm(batch: ImportBatch, officer: User) -> None:
    confirm_import(batch, Choice(), seen=batch.digest, by=officer, at=timezone.now())


def fresh(batch: ImportBatch) -> ImportBatch:
    return ImportBatch.objects.select_related("plan__owner", "file", "by__unit", "unit", "job").get(pk=batch.pk)


def wait(batch: ImportBatch, *, away_from: str, seconds: float = 30) -> ImportBatch:
    """The batch once it has left a state; TimeoutError where it does not."""
    deadline = time.monotonic() + seconds
    while (found := fresh(batch)).state == away_from:
        if time.monotonic() > deadline:
            raise TimeoutError(f"{away_from}: {found.job and found.job.message}")
        time.sleep(0.02)
    return found


def stored(value: int) -> int:
    return Line.objects.filter(value=value).count()


def sweep() -> list[Job]:
    """What the sweeper does half a minute after a worker's last sign of life."""
    lost = find_lost(at=timezone.now() + HEARTBEAT_LIMIT + timedelta(seconds=1))
    for job in lost:
        run_job.apply_async((str(job.uuid),))
    return lost


def finish(batch: ImportBatch, officer: User) -> None:
    """Whatever is left to do of a batch, as its sender and a new worker do it."""
    sweep()
    if fresh(batch).state in (State.READING, State.CHECKED):
        batch = wait(batch, away_from=State.READING)
        confirm(batch, officer)
    assert wait(batch, away_from=State.APPLYING).state == State.APPLIED


def test_worker_killed_at_thirty_moments_then_all_rows_or_none_and_the_next_worker_finishes(
    plan: Plan, officer: User, celery_worker_process: Worker, portal_environment: dict[str, str], redis_broker: str,
    tmp_path: Path,
) -> None:  # fmt: skip
    began = time.monotonic()
    first = wait(send(plan, officer, 1), away_from=State.READING)
    confirm(first, officer)
    wait(first, away_from=State.APPLYING)
    took, every = time.monotonic() - began, stored(1)
    worker, moments, killed_at_work = celery_worker_process, random.Random(7), 0

    for round_ in range(2, ROUNDS + 2):
        batch = send(plan, officer, round_)
        end = time.monotonic() + took * moments.random()
        while time.monotonic() < end:
            if fresh(batch).state == State.CHECKED:
                confirm(fresh(batch), officer)
            time.sleep(0.005)
        worker.kill()

        assert stored(round_) in (0, every)
        assert (fresh(batch).state == State.APPLIED) == (stored(round_) == every)
        at_work = Job.objects.filter(state=Job.State.RUNNING).first()
        if at_work is not None:
            killed_at_work += 1
            assert at_work in sweep(), "the job that was being done is sent again"
            assert Job.objects.get(pk=at_work.pk).message == INTERRUPTED
        log = tmp_path / f"worker-{round_}.log"
        worker = start_worker({**portal_environment, "REDIS_URL": redis_broker}, log, "-c", "1")
        finish(batch, officer)
        assert stored(round_) == every

    worker.stop()
    assert killed_at_work >= ROUNDS // 4, "Most kills hit nothing: the test shows little."
    assert not Job.objects.exclude(state=Job.State.DONE).exists()
