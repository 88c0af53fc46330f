"""A worker killed in the middle of its writing leaves the figures as they were, and nothing is lost."""

import subprocess
from datetime import timedelta

import pytest
from django.utils import timezone

from assessments.queries import is_recomputing
from assessments.services.compliance import compute_compliance
from assessments.services.marks import mark_and_queue
from jobs.models import Job
from jobs.services import HEARTBEAT_LIMIT, find_lost, run
from scripts.environment import PYTHON
from scripts.steps import ROOT
from targets.models import Plan
from tests.assessments.figures import AFTER_THE_YEAR, figures, file_report, stored, units
from tests.factories import make_plan
from tests.services.fixtures import messages_sent_to

DONGHAI = "320722"


@pytest.fixture
def plan(transactional_db: None) -> Plan:
    plan = make_plan()
    compute_compliance(plan, as_of=AFTER_THE_YEAR)
    return plan


def test_worker_killed_with_everything_written_leaves_nothing_and_the_next_one_does_it(
    plan: Plan, portal_environment: dict[str, str]
) -> None:
    before = stored(plan)
    file_report(plan, DONGHAI, 1, {"CP": (4, None)})
    job = mark_and_queue(plan.pk, units(plan, [DONGHAI]), at=timezone.now())
    command = [str(PYTHON), "-m", "tests.assessments.dies_while_storing", str(job.uuid)]
    with subprocess.Popen(command, cwd=ROOT, env=portal_environment, stdout=subprocess.PIPE) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == b"written\n"

        worker.kill()

    assert stored(plan) == before
    assert is_recomputing(plan)
    assert Job.objects.get(pk=job.pk).state == Job.State.RUNNING, "the row still says that somebody works on it"
    assert find_lost(at=timezone.now() + HEARTBEAT_LIMIT + timedelta(seconds=1)) == [job]
    with messages_sent_to("memory://"):
        run(job.uuid)
    assert figures(plan, DONGHAI, "CP")[0].value == 4
    assert not is_recomputing(plan)
    assert Job.objects.get(pk=job.pk).attempts == 2
