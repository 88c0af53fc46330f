"""All checks, two at a time, with the output of those that fail: `python -m scripts.check [NAME...]`."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from scripts import environment
from scripts.node import find_node
from scripts.setup import set_up
from scripts.steps import ROOT, VAR, SetupError, complain, say

BIN = environment.VENV / "bin"
AT_ONCE = 2


@dataclass(frozen=True)
class Check:
    """One check: its name, the command and when there is anything to look at."""

    name: str
    command: tuple[str | Path, ...]
    has_work: Callable[[], bool] = lambda: True


def checks() -> tuple[Check, ...]:
    """Every check, the slowest first."""
    python = environment.PYTHON
    templates = list((ROOT / "templates").rglob("*.html"))
    node_tests = sorted((ROOT / "tests" / "js").rglob("*.test.*js"))
    return (
        Check("types", (BIN / "mypy",)),
        Check("layers", (BIN / "lint-imports", "--no-cache")),
        Check("migrations", (python, "manage.py", "makemigrations", "--check", "--dry-run")),
        Check("templates", (BIN / "djlint", "templates", "--lint", "--quiet"), has_work=lambda: bool(templates)),
        Check("translations", (python, "-m", "scripts.check_translations")),
        Check("javascript", (find_node().node, "--test", *node_tests), has_work=lambda: bool(node_tests)),
        Check("rules", (python, "-m", "scripts.check_rules")),
        Check("style", (BIN / "ruff", "check", ".")),
        Check("format", (BIN / "ruff", "format", "--check", ".")),
    )


@dataclass(frozen=True)
class Outcome:
    """How one check ended."""

    name: str
    passed: bool
    output: str
    seconds: float


def run_check(check: Check) -> Outcome:
    """Run one check; nothing of a portal that lives on this machine gets in its way."""
    started = time.monotonic()
    environ = {**environment.tool_environment(), "PORTAL_VAR": str(VAR / "test"), "COLUMNS": "120"}
    environ.pop("DATABASE_URL", None)
    done = subprocess.run(
        [str(part) for part in check.command],
        cwd=ROOT,
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return Outcome(check.name, done.returncode == 0, done.stdout.strip(), time.monotonic() - started)


def outcomes(wanted: list[Check]) -> Iterator[Outcome]:
    """Run the checks, two at a time, and tell each as it ends."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for outcome in pool.map(run_check, wanted):
            print(f"  {'✓' if outcome.passed else '✗'} {outcome.name} ({outcome.seconds:.1f} s)", flush=True)
            yield outcome


def main(names: list[str]) -> int:
    """Run all checks, or those named; 0 when every one passed."""
    try:
        set_up("developer")
        known = checks()
    except SetupError as error:
        complain(str(error))
        return 1
    if unknown := set(names) - {check.name for check in known}:
        complain(f"no such check: {', '.join(sorted(unknown))}; there are {', '.join(check.name for check in known)}")
        return 2
    say("检查 Checks")
    failed = [
        outcome
        for outcome in outcomes([check for check in known if check.has_work() and (not names or check.name in names)])
        if not outcome.passed
    ]
    for outcome in failed:
        complain(f"{outcome.name}\n{outcome.output}\n")
    if failed:
        complain(f"未通过 failed: {', '.join(outcome.name for outcome in failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
