"""Calculations of an assessment by a real worker that is disturbed at any moment, and what became of them."""

import os
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from signal import SIGKILL

from django.db import connection, transaction
from django.utils import timezone

from assessments.models import ScoreLine
from assessments.services.assessment import JOB_KIND, run_assessment
from assessments.services.manual import Given, set_manual_scores
from assessments.services.verification import verify_assessment
from audit.models import AuditEvent
from common.actions import SYSTEM
from jobs.models import Job
from jobs.services import HEARTBEAT_LIMIT, find_lost, queue_job
from jobs.tasks import run_job
from tests.assessments.process import Year
from tests.services.fixtures import Worker

PATIENCE_S = 30.0
SWEPT_EVERY_S, SWEEPS = 15.0, 3
POINTS = [Decimal(points) / 4 for points in range(1, 13)]
"""What a reviewer gives before each run, in turn: every run has another result than the one before."""


@dataclass
class Tally:
    """What became of the runs. `killed_at_work`: how often the worker or its child was killed while it did the job."""

    runs: int = 0
    killed_at_work: int = 0
    lost: int = 0
    doubled: int = 0
    half_written: int = 0
    different: int = 0


@dataclass
class Campaign:
    """Runs of one plan's assessment; `start` starts a worker. Without `swept` nobody looks after lost jobs."""

    year: Year
    start: Callable[[], Worker]
    swept: bool = True
    sent: int = 1
    took_s: float = 1.0
    work_s: float = 1.0
    moments: random.Random = field(default_factory=lambda: random.Random(1))
    tally: Tally = field(default_factory=Tally)

    def __post_init__(self) -> None:
        self.expected = [self.undisturbed(points) for points in POINTS]
        self.rows = ScoreLine.objects.filter(result__assessment=self.year.assessment).count()
        self.recorded = runs_recorded()
        self.worker = self.start()
        for _run in range(3):
            self.run("nothing")

    def undisturbed(self, points: Decimal) -> str:
        """The digest of the results with a reviewer's points, calculated in this process."""
        self.give(points)
        return run_assessment(self.year.plan, by=SYSTEM, at=timezone.now()).results_sha256

    def give(self, points: Decimal) -> None:
        """A reviewer scores the county by hand."""
        given = [Given(self.year.county.pk, "C4", points)]
        set_manual_scores(self.year.assessment, given, by=self.year.reviewer, at=timezone.now())

    def run(self, disturbance: str) -> None:
        """One run, disturbed at any moment of it, looked after, and counted."""
        before, turn = self.year.assessment.results_sha256, self.tally.runs % len(POINTS)
        self.give(POINTS[turn])
        job = self.send()
        if disturbance != "nothing":
            self.wait_for_a_moment(job)
            left_over = getattr(self, disturbance)()
            self.look_at_once(job, before, self.expected[turn])
            if disturbance != "thought_dead":
                self.tally.killed_at_work += state_of(job) == Job.State.RUNNING
            self.recover(left_over)
        self.count(job, self.expected[turn])
        if disturbance == "nothing":
            self.measure(job)

    def measure(self, job: Job) -> None:
        """How long an undisturbed run takes by now, from the request to its end and from the claim, in seconds."""
        job.refresh_from_db()
        if job.started_at and job.finished_at:
            self.took_s = (job.finished_at - job.arrived_at).total_seconds()
            self.work_s = (job.finished_at - job.started_at).total_seconds()

    def send(self) -> Job:
        """The job as an officer's click queues it; its message comes so many times."""
        plan, officer = self.year.plan, self.year.officer
        job = queue_job(JOB_KIND, key=f"{JOB_KIND}:{plan.pk}", at=timezone.now(), by=officer, plan=plan.pk)
        for _message in range(self.sent):
            run_job.apply_async((str(job.uuid),))
        return job

    def wait_for_a_moment(self, job: Job) -> None:
        """Mostly one while the job is being done, sometimes any since the request."""
        if self.moments.randrange(5) == 0:
            time.sleep(self.took_s * self.moments.random())
            return
        until(lambda: state_of(job) != Job.State.QUEUED, PATIENCE_S)
        time.sleep(self.work_s * self.moments.random())

    # --- disturbances: each returns the processes that it left behind

    def child(self) -> list[int]:
        """The worker's children are killed: it starts others."""
        kill(children_of(self.worker))
        return []

    def parent(self) -> list[int]:
        """The worker is killed; its children may go on for a while."""
        left_over = children_of(self.worker)
        self.worker.kill()
        return left_over

    def everything(self) -> list[int]:
        """The worker is killed with its children, as by a power cut."""
        left_over = children_of(self.worker)
        self.worker.kill()
        kill(left_over)
        return []

    def thought_dead(self) -> list[int]:
        """Nobody is killed, but the sweeper thinks so and gives the job to another child."""
        sweep()
        return []

    # --- what is seen

    def look_at_once(self, job: Job, before: str, after: str) -> None:
        """Right after the disturbance the results are whole, the old ones or the new."""
        stored, differences = self.stored()
        self.tally.half_written += bool(differences) or stored not in (before, after)

    def recover(self, left_over: list[int]) -> None:
        """What goes on after it: the sweeper, and a worker in the place of a dead one."""
        if self.swept:
            sweep()
        if self.worker.process.poll() is not None:
            self.worker = self.start()
        # Left to themselves until now: what they still write must not count.
        kill(left_over)

    def count(self, job: Job, expected: str) -> None:
        """Wait for the end of the run, and say what it came to."""
        self.tally.runs += 1
        is_done = self.comes_to_its_end(job)
        self.tally.lost += not is_done
        recorded = runs_recorded()
        self.tally.doubled += max(0, recorded - self.recorded - is_done)
        self.recorded = recorded
        if is_done:
            stored, differences = self.stored()
            self.tally.different += bool(differences) or stored != expected
        else:
            Job.objects.filter(pk=job.pk).update(state=Job.State.FAILED, finished_at=timezone.now())

    def comes_to_its_end(self, job: Job) -> bool:
        """Whether the job is done in time. The sweeper comes again: what a child had sent when it was killed, the
        database may have done after the sweeper looked."""
        for _round in range(SWEEPS if self.swept else 1):
            if until(lambda: state_of(job) == Job.State.DONE, SWEPT_EVERY_S if self.swept else 5 * self.took_s):
                return True
            if self.swept:
                sweep()
        return False

    def stored(self) -> tuple[str, list[str]]:
        """The digest of the stored results, and what is not as it says; both of one instant."""
        with one_instant():
            assessment = self.year.assessment
            differences = verify_assessment(assessment)
            rows = ScoreLine.objects.filter(result__assessment=assessment).count()
        if rows != self.rows:
            differences.append(f"{rows} lines instead of {self.rows}")
        return assessment.results_sha256, differences

    def end(self) -> None:
        """Stop the worker."""
        self.worker.stop()


@contextmanager
def one_instant() -> Iterator[None]:
    """All queries of the block see the database as it was at its first, whoever writes meanwhile."""
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def sweep() -> None:
    """What the sweeper does half a minute after a worker's last sign of life."""
    for job in find_lost(at=timezone.now() + HEARTBEAT_LIMIT + timedelta(seconds=1)):
        run_job.apply_async((str(job.uuid),))


def until(holds: Callable[[], bool], patience_s: float) -> bool:
    """Whether something comes to hold in time."""
    deadline = time.monotonic() + patience_s
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.005)
    return True


def state_of(job: Job) -> str:
    """The job's state as it is stored now."""
    return Job.objects.values_list("state", flat=True).get(pk=job.pk)


def runs_recorded() -> int:
    """How often the trail says that an assessment was calculated."""
    return AuditEvent.objects.filter(action="assessment.run").count()


def children_of(worker: Worker) -> list[int]:
    """The processes in which a worker does its jobs."""
    pid = worker.process.pid
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def kill(processes: list[int]) -> None:
    """End processes as a power cut would; some may have ended by themselves."""
    for process in processes:
        with suppress(ProcessLookupError):
            os.kill(process, SIGKILL)
