"""Run the tests: `python -m scripts.test [--fast | --on sqlite | --on postgres] [pytest's own arguments]`."""

import argparse
import os
import signal
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import dataclass, replace
from types import FrameType

from scripts import machine
from scripts.environment import PYTHON, tool_environment
from scripts.setup import set_up
from scripts.steps import ROOT, VAR, SetupError, complain, say
from tests.services.postgres import postgres
from tests.services.redis import redis

WORKERS = "2"
# What a developer may have set for a portal of theirs must not leak into the tests.
PORTAL_SETTINGS = ("PORTAL_", "DATABASE_URL", "REDIS_URL", "SECRET_KEY", "ALLOWED_HOSTS", "DEBUG", "DJANGO_")


@dataclass(frozen=True)
class Run:
    """One run of pytest: against which database, without which markers, and without which but for tests on `both`."""

    database: str
    without: tuple[str, ...] = ()
    unless_both: tuple[str, ...] = ()

    def marker_expression(self) -> str:
        """What pytest's -m takes."""
        parts = [f"not {marker}" for marker in self.without]
        if self.unless_both:
            parts.append(f"(both or not ({' or '.join(self.unless_both)}))")
        return " and ".join(parts)

    def left_out(self) -> str:
        """The markers that it goes without, to be read."""
        return ", ".join(dict.fromkeys((*self.without, *self.unless_both)))


FAST = (Run("sqlite", without=("browser", "slow", "jobs", "office")),)
WHOLE = (Run("sqlite", unless_both=("browser", "slow")), Run("postgres"))


def clean_environment() -> dict[str, str]:
    """The environment of a test run: nothing of a portal that lives on this machine."""
    kept = {name: value for name, value in tool_environment().items() if not name.startswith(PORTAL_SETTINGS)}
    return {**kept, "PORTAL_VAR": str(VAR / "test")}


def run_pytest(run: Run, environ: dict[str, str], arguments: list[str]) -> bool:
    """Run pytest once; whether it ran tests and all passed."""
    expression = run.marker_expression()
    marked = ("-m", expression) if expression else ()
    command = [str(PYTHON), "-m", "pytest", "-n", WORKERS, "--dist", "worksteal", *marked, *arguments]
    left_out = f"（不含 without: {run.left_out()}）" if expression else ""
    say(f"测试 Tests on {run.database} {left_out}")
    return subprocess.run(command, cwd=ROOT, env=environ, stdin=subprocess.DEVNULL, check=False).returncode == 0


def run_all(runs: tuple[Run, ...], arguments: list[str]) -> bool:
    """Start the services that these runs need, run pytest for each; whether all passed."""
    environ = clean_environment()
    with ExitStack() as services:
        if runs is not FAST:
            environ["TEST_REDIS_URL"] = services.enter_context(redis())
        passed = True
        for run in runs:
            if run.database == "postgres":
                environ["DATABASE_URL"] = services.enter_context(postgres())
            passed = run_pytest(run, environ, arguments) and passed
            if not passed and run is not runs[-1]:
                complain(f"测试未通过 the run on {run.database} failed; see above")
    return passed


def whole_runs() -> tuple[Run, ...]:
    """The runs of the whole suite, less what this machine cannot do; in CI everything must be there.

    Raises SetupError in CI if a program is missing.
    """
    missing = machine.provide_tools()
    if missing and os.environ.get("CI") == "true":
        raise SetupError("CI 中不允许缺少程序 in CI nothing may be missing")
    markers = tuple(sorted({tool.marker for tool in missing}))
    return tuple(replace(run, without=markers) for run in WHOLE)


def stop(number: int, frame: FrameType | None) -> None:
    """End like Ctrl-C does, so that the services are stopped."""
    raise KeyboardInterrupt


def main(arguments: list[str]) -> int:
    """Set up and run; 0 when every run passed."""
    parser = argparse.ArgumentParser(prog="test", description=__doc__)
    parser.add_argument("--fast", action="store_true", help="SQLite only, no services, browser or slow tests")
    parser.add_argument("--on", choices=("sqlite", "postgres"), help="only on this database")
    wanted, rest = parser.parse_known_args(arguments)
    signal.signal(signal.SIGTERM, stop)
    try:
        set_up("developer")
        runs = FAST if wanted.fast else whole_runs()
        chosen = tuple(run for run in runs if wanted.on in (None, run.database))
        return 0 if run_all(chosen if wanted.on else runs, rest) else 1
    except SetupError as error:
        complain(str(error))
        return 1
    except KeyboardInterrupt:
        complain("已中断 Interrupted")
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
