"""Production settings refuse every default, and name the variable to set (reliability.md, R16)."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.factories import ROOT

WHOLE = {
    "PORTAL_MODE": "production",
    "SECRET_KEY": "k" * 30 + "0123456789abcdefghijklmnopqrstuv",
    "ALLOWED_HOSTS": "portal.example.cn",
    "DATABASE_URL": "postgres://portal:secret@localhost/portal",
    "REDIS_URL": "redis://localhost:6379/0",
}


def check(folder: Path, **changes: str | None) -> subprocess.CompletedProcess[str]:
    """`check --deploy` in a process of its own, with these settings only."""
    given = {name: value for name, value in {**WHOLE, **changes}.items() if value is not None}
    environ = {"PATH": os.environ["PATH"], "PORTAL_VAR": str(folder), **given}
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    return subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)


def test_whole_production_settings_are_clean(tmp_path: Path) -> None:
    answer = check(tmp_path)

    assert answer.returncode == 0, answer.stderr


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"SECRET_KEY": None}, "SECRET_KEY"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS"),
        ({"DATABASE_URL": None}, "DATABASE_URL"),
        ({"DATABASE_URL": "sqlite:///portal.sqlite3"}, "DATABASE_URL"),
        ({"REDIS_URL": None}, "REDIS_URL"),
        ({"DEBUG": "on"}, "DEBUG"),
        ({"PORTAL_DEMO": "on"}, "PORTAL_DEMO"),
        ({"PORTAL_MODE": "staging"}, "PORTAL_MODE"),
    ],
)
def test_start_is_refused_and_names_the_variable(tmp_path: Path, changes: dict[str, str | None], named: str) -> None:
    answer = check(tmp_path, **changes)

    assert answer.returncode != 0
    assert named in answer.stderr.splitlines()[-1]
