"""The product, not the test server: what a fresh copy does with an empty environment and one command."""

import os
import subprocess
import tarfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from signal import SIGKILL, SIGTERM

import pytest

from scripts.environment import tool_environment
from scripts.steps import ROOT
from tests.services.server import free_port

SECOND_START_S = 10.0
SET_UP_S = 900.0
# How this machine reaches its packages; nothing else of the environment comes along.
WAY_TO_PACKAGES = ("PIP_", "NPM_CONFIG_", "npm_config_", "HTTP", "http", "NO_PROXY", "no_proxy")


def processes_in(folder: Path) -> dict[int, str]:
    """The processes that work in a folder, by id, with their command line."""
    found = {}
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and (entry / "cwd").resolve().is_relative_to(folder):
                found[int(entry.name)] = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue  # ended meanwhile
    return {pid: command for pid, command in found.items() if command}


def answer(url: str) -> int:
    """The status of a page, 0 if nothing answers."""
    try:
        with urllib.request.urlopen(url, timeout=5) as response:  # noqa: S310 - our own address
            status: int = response.status
            return status
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


@dataclass
class Product:
    """A copy of the project in a folder of its own."""

    folder: Path
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> float:
        """`make run`; the seconds until the sign-in page answers."""
        started = time.monotonic()
        kept = {name: value for name, value in tool_environment().items() if name.startswith(WAY_TO_PACKAGES)}
        with (self.folder / "run.log").open("ab") as log:
            self.make = subprocess.Popen(
                ["make", "run", f"PORT={self.port}"],
                cwd=self.folder,
                env={**kept, "PATH": os.environ["PATH"], "LANG": "C"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        while answer(self.url) != 200:
            spent = time.monotonic() - started
            if self.make.poll() is not None or spent > SET_UP_S:
                pytest.fail(f"make run does not serve after {spent:.0f} s:\n{self.said()}")
            time.sleep(0.1)
        return time.monotonic() - started

    def seconds_to_load(self) -> float:
        """What one process needs to load the portal here and now; on a busy machine everything takes longer."""
        started = time.monotonic()
        subprocess.run([".venv/bin/python", "manage.py", "check"], cwd=self.folder, check=True, capture_output=True)
        return time.monotonic() - started

    def said(self) -> str:
        return (self.folder / "run.log").read_text(encoding="utf-8", errors="replace")[-4000:]

    def launcher(self) -> int:
        return next(pid for pid, command in processes_in(self.folder).items() if "-m scripts.serve" in command)

    def runs_within(self, seconds: float, *parts: str) -> bool:
        """Whether a process for each of the parts of a command line is there in time."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            commands = " ".join(processes_in(self.folder).values())
            if all(part in commands for part in parts):
                return True
            time.sleep(0.1)
        return False

    def is_gone_within(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while processes_in(self.folder) and time.monotonic() < deadline:
            time.sleep(0.1)
        return not processes_in(self.folder)


@pytest.fixture
def product(tmp_path: Path) -> Iterator[Product]:
    archive = tmp_path / "portal.tar"
    subprocess.run(["git", "archive", "-o", str(archive), "HEAD"], cwd=ROOT, check=True)
    folder = tmp_path / "portal"
    with tarfile.open(archive) as packed:
        packed.extractall(folder, filter="data")
    made = Product(folder, free_port())
    yield made
    for pid in processes_in(folder):
        os.kill(pid, SIGKILL)
    made.make.wait()


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_fresh_copy_sets_itself_up_survives_a_kill_and_starts_again_at_once(product: Product) -> None:
    product.start()
    assert answer(f"{product.url}/healthz") == 200
    assert product.runs_within(30, "gunicorn", "worker --pool=threads", "beat")

    os.kill(product.launcher(), SIGKILL)
    assert product.is_gone_within(5), processes_in(product.folder)

    product.make.wait()

    bar = max(SECOND_START_S, 4 * product.seconds_to_load())
    assert product.start() <= bar
    product.make.send_signal(SIGTERM)
    assert product.is_gone_within(10), processes_in(product.folder)
    assert "Traceback" not in product.said()
