"""Run every measure on SQLite and on PostgreSQL: `python -m tests.bench [NAME...]`."""

import importlib
import os
import pkgutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator

import tests.bench
from tests.bench import Contest, Measure, Outcome, Result, compete, measure
from tests.services.postgres import postgres

_MEASURES = "measures"


def measures(names: list[str]) -> Iterator[Measure]:
    """The measures of every module of this package, or of those whose name contains one of `names`."""
    for module in pkgutil.iter_modules(tests.bench.__path__):
        if module.name == "__main__":
            continue
        for wanted in importlib.import_module(f"tests.bench.{module.name}").measures():
            if not names or any(name in wanted.name for name in names):
                yield wanted


def contests(names: list[str]) -> Iterator[Contest]:
    """The contests of every module that has any, or of those whose name contains one of `names`."""
    for module in pkgutil.iter_modules(tests.bench.__path__):
        if module.name == "__main__":
            continue
        found = getattr(importlib.import_module(f"tests.bench.{module.name}"), "contests", tuple)
        for contest in found():
            if not names or any(name in contest.name for name in names):
                yield contest


def contest_table(outcomes: list[Outcome]) -> str:
    """The outcomes as text."""
    lines = [f"{'':44}{'ours s':>9}{'theirs s':>9}{'times':>9}{'queries':>12}"]
    for outcome in outcomes:
        mark = "" if outcome.holds else f"  ✗ wanted {outcome.wanted} times, {outcome.most_queries} queries"
        queries = " + ".join(map(str, outcome.queries))
        figures = f"{outcome.ours_s:9.3f}{outcome.theirs_s:9.2f}{outcome.factor:9.0f}{queries:>12}"
        lines.append(f"{outcome.name:44}{figures}{mark}")
    return "\n".join(lines)


def table(results: list[Result]) -> str:
    """The results as text."""
    lines = [f"{'':44}{'wall s':>9}{'cpu s':>9}{'queries':>9}{'bar s':>9}"]
    for result in results:
        allowed = "" if result.most_queries is None else f", {result.most_queries} queries"
        mark = "" if result.holds else f"  ✗ over the bar{allowed}"
        figures = f"{result.wall_s:9.3f}{result.cpu_s:9.3f}{result.queries:9}{result.bar_s:9.2f}"
        lines.append(f"{result.name:44}{figures}{mark}")
    return "\n".join(lines)


def run_here(names: list[str], run: str) -> int:
    """Run the measures, or a contest, on a test database of their own; 0 when all stay within their bars."""
    import django
    from django.test.utils import setup_databases, setup_test_environment, teardown_databases

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lianyungang_portal.settings")
    django.setup()
    from django.conf import settings

    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        database.setdefault("TEST", {})["NAME"] = os.path.join(os.environ["PORTAL_VAR"], "bench.sqlite3")  # noqa: PTH118
    setup_test_environment()
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        results = [measure(wanted) for wanted in measures(names)] if run == _MEASURES else []
        outcomes = [compete(contest) for contest in contests(names)] if run != _MEASURES else []
    finally:
        teardown_databases(databases, verbosity=0)
    if results:
        print(table(results))
    if outcomes:
        print(contest_table(outcomes))
    return 0 if all([one.holds for one in results] + [one.holds for one in outcomes]) else 1


def run_apart(database_url: str, names: list[str], run: str) -> int:
    """Run the measures, or one contest, in a process of their own, on one database."""
    with tempfile.TemporaryDirectory() as folder:
        environ = {**os.environ, "PORTAL_VAR": folder, "DATABASE_URL": database_url, "BENCH_HERE": run}
        return subprocess.run([sys.executable, "-m", "tests.bench", *names], env=environ, check=False).returncode


def run_each(database_url: str, names: list[str]) -> int:
    """Run the measures, then each contest, in processes that know nothing of what was done before."""
    codes = [run_apart(database_url, names, _MEASURES)]
    codes += [run_apart(database_url, [contest.name], contest.name) for contest in contests(names)]
    return int(any(codes))


def main(names: list[str]) -> int:
    """Run on both databases; 0 when every measure stays within its bar."""
    if run := os.environ.get("BENCH_HERE"):
        return run_here(names, run)
    print("SQLite", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        sqlite = run_each(f"sqlite:///{folder}/portal.sqlite3", names)
    print("\nPostgreSQL", flush=True)
    with postgres() as url:
        return max(sqlite, run_each(url, names))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
