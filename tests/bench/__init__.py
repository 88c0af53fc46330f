"""What the main jobs cost. A module here has `measures()`; `make bench` runs them all and prints one table."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tests.spending import cpu_seconds


@dataclass(frozen=True)
class Measure:
    """One thing to measure: `job` is run `rounds` times after `prepare`; its median CPU, that of the processes that it
    starts included, must stay within `bar_s`, and its queries within `most_queries` where a number is given."""

    name: str
    bar_s: float
    job: Callable[[], object]
    rounds: int = 5
    prepare: Callable[[], object] = lambda: None
    most_queries: int | None = None


@dataclass(frozen=True)
class Result:
    """What one measure came to: median wall-clock and CPU seconds, and the number of queries of one round.

    CPU is that of this process and of the children that it waited for.
    """

    name: str
    bar_s: float
    wall_s: float
    cpu_s: float
    queries: int
    most_queries: int | None = None

    @property
    def holds(self) -> bool:
        """Whether the median stayed within the bar; CPU, for the wall clock tells of the machine's other work too."""
        return self.cpu_s <= self.bar_s and (self.most_queries is None or self.queries <= self.most_queries)


def median(values: list[float]) -> float:
    """The middle value."""
    return sorted(values)[len(values) // 2]


def measure(wanted: Measure) -> Result:
    """Run one measure; one round more than asked warms the caches and counts the queries."""
    wanted.prepare()
    with counting() as queries:
        wanted.job()
    walls: list[float] = []
    cpus: list[float] = []
    for _ in range(wanted.rounds):
        wanted.prepare()
        wall, cpu = time.perf_counter(), cpu_seconds()
        wanted.job()
        walls.append(time.perf_counter() - wall)
        cpus.append(cpu_seconds() - cpu)
    return Result(wanted.name, wanted.bar_s, median(walls), median(cpus), len(queries), wanted.most_queries)


@dataclass(frozen=True)
class Contest:
    """The same work done by us and by another library from the same state, in the same run.

    Each side is run after `prepare`, from a swept database; its last step says how many rows it wrote. We must be so
    many times faster by the wall clock, by the database's vendor, and our steps (the preview is one, the confirmation
    another) may together need `most_queries` statements.
    """

    name: str
    ours: tuple[Callable[[], object], ...]
    theirs: Callable[[], int]
    prepare: Callable[[], object]
    times: dict[str, int]
    most_queries: int = 40


@dataclass(frozen=True)
class Outcome:
    """What a contest came to: wall-clock seconds of both sides, and the queries of each step of ours."""

    name: str
    ours_s: float
    theirs_s: float
    queries: tuple[int, ...]
    wanted: int
    most_queries: int

    @property
    def factor(self) -> float:
        """How many times faster we were."""
        return self.theirs_s / self.ours_s

    @property
    def holds(self) -> bool:
        return self.factor >= self.wanted and sum(self.queries) <= self.most_queries


AS_THE_LIBRARY = {"sqlite": 20, "postgresql": 50}
"""How many times faster than django-import-export's defaults an import of 5,000 rows must be."""


_WARMING, _MEASURED = 3, 4  # rounds


def compete(contest: Contest) -> Outcome:
    """Run both sides: theirs once; ours until caches are warm and tables have grown, then before and after theirs, so
    that both meet the machine in the same mood. The middle one of ours counts."""
    from django.db import connection

    for _time in range(_WARMING):
        _round(contest)
    before = [_round(contest) for _time in range(_MEASURED)]
    _prepare(contest)
    wall = time.perf_counter()
    rows = contest.theirs()
    theirs_s = time.perf_counter() - wall
    rounds = [*before, *(_round(contest) for _time in range(_MEASURED))]
    if any(one.rows != rows for one in rounds):
        raise AssertionError(f"{contest.name}: ours wrote {rounds[0].rows} rows, theirs {rows}")
    ours_s = median([one.wall_s for one in rounds])
    times = contest.times[connection.vendor]
    return Outcome(contest.name, ours_s, theirs_s, rounds[0].queries, times, contest.most_queries)


@dataclass(frozen=True)
class _Round:
    wall_s: float
    queries: tuple[int, ...]
    rows: object


def _prepare(contest: Contest) -> None:
    """The state from which either side starts, in a database that is kept as one in use: what rounds before have
    deleted is swept away, and the planner knows what is there."""
    from django.db import connection

    contest.prepare()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def _round(contest: Contest) -> _Round:
    """Our steps, once."""
    _prepare(contest)
    wall, queries, rows = time.perf_counter(), [], None
    for step in contest.ours:
        with counting() as counted:
            rows = step()
        queries.append(len(counted))
    return _Round(time.perf_counter() - wall, tuple(queries), rows)


@contextmanager
def counting() -> Iterator[list[str]]:
    """The statements that are sent to the database while the block runs."""
    from django.db import connection

    statements: list[str] = []

    def count(execute: Any, sql: str, params: Any, many: Any, context: Any) -> Any:
        statements.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        yield statements


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
