"""An import that is killed at any moment has stored all of its file, or nothing (reliability.md, R7)."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.factories import ROOT
from tests.progress_import.files import COUNT, RATE, row, workbook

UNITS = [
    "海州区",
    "连云区",
    "赣榆区",
    "东海县",
    "灌云县",
    "灌南县",
    "开发区",
    "高新区",
    "徐圩新区",
    "云台山景区",
    "市本级",
]
INDICATORS = [COUNT, RATE, "光伏装机容量", "新增新能源汽车", "能源管理体系认证", "绿色数据中心建设", "人均用水下降率"]
ROUNDS = 8


@dataclass(frozen=True)
class Site:
    """A portal of its own in a folder: commands run there as an operator runs them."""

    folder: Path

    @property
    def database(self) -> Path:
        return self.folder / "own.sqlite3"

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        environ = {
            "PATH": os.environ["PATH"],
            "DATABASE_URL": f"sqlite:///{self.database}",
            "PORTAL_VAR": str(self.folder / "var"),
            "PYTHONIOENCODING": "utf-8",
        }
        command = [sys.executable, str(ROOT / "manage.py"), *arguments]
        return subprocess.Popen(
            command,
            env=environ,
            cwd="/",
            start_new_session=True,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def run(self, *arguments: str) -> None:
        with self.start(*arguments) as process:
            _said, told = process.communicate(timeout=120)
        assert process.returncode == 0, told

    def count(self, table: str) -> int:
        connection = sqlite3.connect(self.database)
        try:
            (found,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608 - our own names
        finally:
            connection.close()
        return int(found)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    site = Site(tmp_path_factory.mktemp("site"))
    site.run("migrate", "-v0", "--skip-checks")
    site.run("load_plan", "2023")
    site.run("create_account", "officer", "--role", "officer")
    site.run("open_quarter", "2023", "1")
    return site


def kill(process: subprocess.Popen[str]) -> None:
    """End the command and the child that reads for it, as a power cut does."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


@pytest.mark.slow
def test_import_killed_at_any_moment_then_all_lines_or_none(site: Site) -> None:
    path = site.folder / "报表.xlsx"
    stored_lines = []
    took = timed(site, path, 1)
    before = site.count("progress_line")

    for number in range(ROUNDS):
        # Another value every time, so that every round has something to store.
        path.write_bytes(content(number + 2))
        process = site.start("import_progress", str(path), "--as", "officer")
        time.sleep(took * (0.35 + 0.65 * number / ROUNDS))
        kill(process)
        stored_lines.append(changed_lines(site, number + 2))

    assert site.count("progress_line") == before == len(UNITS) * len(INDICATORS)
    assert set(stored_lines) <= {0, before}
    assert 0 in stored_lines, "No kill came before the end: the test shows nothing."


def content(value: int) -> bytes:
    return workbook([row(unit, indicator, value) for unit in UNITS for indicator in INDICATORS])


def timed(site: Site, path: Path, value: int) -> float:
    """How long an undisturbed import takes."""
    path.write_bytes(content(value))
    started = time.monotonic()
    site.run("import_progress", str(path), "--as", "officer")
    return time.monotonic() - started


def changed_lines(site: Site, value: int) -> int:
    connection = sqlite3.connect(site.database)
    try:
        found: Sequence[int] = connection.execute(
            "SELECT count(*) FROM progress_line WHERE value = ?", (value,)
        ).fetchone()
    finally:
        connection.close()
    return found[0]
