"""The assessment survives `kill -9` of its worker and of the worker's children: none lost, doubled or half written.

R1 of the reliability goals. Every message of the queue comes twice, and some runs are given to a second child while
the first is still at work.
"""

from collections.abc import Callable, Iterator
from itertools import count, cycle
from pathlib import Path

import pytest

from tests.assessments.killed import Campaign
from tests.assessments.process import Year
from tests.factories import make_plan
from tests.services.fixtures import Worker, start_worker

pytestmark = [pytest.mark.jobs, pytest.mark.slow, pytest.mark.timeout(1200)]

RUNS, LEAST_KILLED_AT_WORK = 200, 20
WITHOUT_GUARDS = "tests.assessments.unguarded:app"
# Workers are dear to start, children are not.
DISTURBANCES = (
    "child", "child", "thought_dead", "child", "everything", "child", "thought_dead", "child", "child", "parent"
)  # fmt: skip
Start = Callable[..., Callable[[], Worker]]


@pytest.fixture
def year(transactional_db: None) -> Year:
    year = Year(make_plan())
    year.score_everybody()
    return year


@pytest.fixture
def workers(portal_environment: dict[str, str], redis_broker: str, tmp_path: Path) -> Iterator[Start]:
    """How a worker of so many children is started, of the portal or of another application."""
    environ = {**portal_environment, "REDIS_URL": redis_broker}
    numbers = count(1)
    started: list[Worker] = []

    def starting(children: int, **more: str) -> Callable[[], Worker]:
        def start() -> Worker:
            log = tmp_path / f"worker-{next(numbers)}.log"
            started.append(start_worker(environ, log, "-c", str(children), **more))
            return started[-1]

        return start

    yield starting
    for worker in started:
        worker.stop()


def test_without_its_guards_runs_are_lost_doubled_and_half_written(year: Year, workers: Start) -> None:
    """The negative control of the next test."""
    campaign = Campaign(year, workers(2, app=WITHOUT_GUARDS), swept=False)
    for _round in range(5):
        campaign.run("child")
    campaign.sent = 2
    for _round in range(3):
        campaign.run("nothing")

    assert campaign.tally.lost > 0
    assert campaign.tally.half_written > 0
    assert campaign.tally.doubled > 0


def test_two_hundred_runs_with_kills_are_done_once_and_whole(year: Year, workers: Start) -> None:
    campaign = Campaign(year, workers(4), sent=2)
    disturbances = cycle(DISTURBANCES)
    for number in range(RUNS):
        campaign.run(next(disturbances) if number % 4 == 0 else "nothing")

    tally = campaign.tally
    assert tally.killed_at_work >= LEAST_KILLED_AT_WORK, "Most kills hit nothing: the test shows little."
    assert (tally.lost, tally.doubled, tally.half_written, tally.different) == (0, 0, 0, 0)
