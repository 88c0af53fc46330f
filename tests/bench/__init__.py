"""What the main jobs cost. A module here has `measures()`; `make bench` runs them all and prints one table."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Measure:
    """One thing to measure: `job` is run `rounds` times after `prepare`; its median CPU must stay within `bar_s`."""

    name: str
    bar_s: float
    job: Callable[[], object]
    rounds: int = 5
    prepare: Callable[[], object] = lambda: None


@dataclass(frozen=True)
class Result:
    """What one measure came to: median wall-clock and CPU seconds, and the number of queries of one round."""

    name: str
    bar_s: float
    wall_s: float
    cpu_s: float
    queries: int

    @property
    def holds(self) -> bool:
        """Whether the median stayed within the bar; CPU, for the wall clock tells of the machine's other work too."""
        return self.cpu_s <= self.bar_s


def median(values: list[float]) -> float:
    """The middle value."""
    return sorted(values)[len(values) // 2]


def measure(wanted: Measure) -> Result:
    """Run one measure; one round more than asked warms the caches and counts the queries."""
    from django.db import connection

    queries: list[str] = []

    def count(execute: Any, sql: str, params: Any, many: Any, context: Any) -> Any:
        queries.append(sql)
        return execute(sql, params, many, context)

    wanted.prepare()
    with connection.execute_wrapper(count):
        wanted.job()
    walls: list[float] = []
    cpus: list[float] = []
    for _ in range(wanted.rounds):
        wanted.prepare()
        wall, cpu = time.perf_counter(), time.process_time()
        wanted.job()
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    return Result(wanted.name, wanted.bar_s, median(walls), median(cpus), len(queries))


def filed_city() -> Any:
    """The plan of a city whose units have filed the whole year; made once for all modules."""
    from progress.models import Report
    from targets.models import Plan
    from tests.assessments.figures import file_at_random
    from tests.factories import make_plan

    plan = Plan.objects.filter(owner__code="320700").first() or make_plan()
    if not Report.objects.of_plan(plan).exists():
        file_at_random(plan, random.Random(1))
    return plan
