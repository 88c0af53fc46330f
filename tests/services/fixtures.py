"""A real Redis and a real Celery worker on the database of the tests."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest
import redis as redis_client
from django.db import connection

from lianyungang_portal.celery import app
from scripts.environment import PYTHON
from scripts.steps import ROOT
from tests.services.redis import redis
from tests.services.server import command_as

WORKER_PATIENCE_S = 30.0
PORTAL_APP = "lianyungang_portal.celery:app"


@pytest.fixture(scope="session")
def redis_url(worker_number: int) -> Iterator[str]:
    """The URL of a database of its own in a real Redis; started here unless the runner has started one."""
    with redis() as url:
        yield f"{url}/{worker_number}"


def database_url() -> str:
    """The URL of the database that the running test uses, for other processes."""
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{database['NAME']}"
    user = quote(str(database["USER"]))
    secret = f":{quote(str(database['PASSWORD']))}" if database["PASSWORD"] else ""
    return f"postgres://{user}{secret}@{database['HOST']}:{database['PORT']}/{database['NAME']}"


@pytest.fixture
def portal_environment(tmp_path: Path) -> dict[str, str]:
    """The environment in which another process is a part of the portal under test, in embedded mode."""
    kept = {name: value for name, value in os.environ.items() if name != "REDIS_URL"}
    return {
        **kept,
        "DATABASE_URL": database_url(),
        "PORTAL_VAR": str(tmp_path / "var"),
        "PORTAL_MODE": "embedded",
        "PYTHONUTF8": "1",
    }


@contextmanager
def messages_sent_to(broker: str, **options: object) -> Iterator[None]:
    """Messages of this process go to another broker while the block runs."""
    before = {name: app.conf[name] for name in ("broker_url", "broker_transport_options")}
    forget_connections()
    app.conf.update(broker_url=broker, broker_transport_options=options)
    try:
        yield
    finally:
        app.conf.update(before)
        forget_connections()


def forget_connections() -> None:
    """Let the Celery application open its broker anew, with the settings of now."""
    # Celery opens both again when they are next asked for; it has no public way to forget them.
    vars(app)["_pool"] = None
    vars(app.amqp)["_producer_pool"] = None


@pytest.fixture
def redis_broker(redis_url: str) -> Iterator[str]:
    """Messages of this process go to the real Redis, whose database is emptied first."""
    redis_client.Redis.from_url(redis_url).flushdb()
    with messages_sent_to(redis_url, visibility_timeout=6 * 3600):
        yield redis_url


@pytest.fixture
def file_broker(tmp_path: Path) -> Iterator[Path]:
    """Messages of this process go to files, as in embedded mode."""
    queue = tmp_path / "var" / "queue"
    messages, control = queue / "messages", queue / "control"
    for folder in (messages, control):
        folder.mkdir(parents=True)
    with messages_sent_to(
        "filesystem://",
        data_folder_in=str(messages),
        data_folder_out=str(messages),
        control_folder=str(control),
        polling_interval=0.1,
    ):
        yield queue


@dataclass(frozen=True)
class Worker:
    """A Celery worker in a process of its own."""

    process: subprocess.Popen[bytes]
    log: Path

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        """Ask it to end, and see that it does."""
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.kill()


def start_worker(environ: dict[str, str], log: Path, *options: str, app: str = PORTAL_APP) -> Worker:
    """Start a worker as production does, or of another Celery application, and wait until it is ready."""
    celery = (str(PYTHON), "-m", "celery", "-A", app, "worker")
    command = command_as(None, *celery, "--loglevel", "INFO", *options)
    with log.open("ab") as out:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environ, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT
        )
    deadline = time.monotonic() + WORKER_PATIENCE_S
    while b" ready." not in log.read_bytes():
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            pytest.fail(f"the worker did not start:\n{log.read_text(errors='replace')[-3000:]}")
        time.sleep(0.05)
    return Worker(process, log)


@pytest.fixture
def celery_worker_process(
    transactional_db: None, redis_broker: str, portal_environment: dict[str, str], tmp_path: Path
) -> Iterator[Worker]:
    """A real worker as in production, on the test's database, a real Redis and the test's stored files."""
    environ = {**portal_environment, "REDIS_URL": redis_broker}
    worker = start_worker(environ, tmp_path / "worker.log", "-c", "1")
    yield worker
    worker.stop()


@pytest.fixture
def embedded_worker_process(
    transactional_db: None, file_broker: Path, portal_environment: dict[str, str], tmp_path: Path
) -> Iterator[Worker]:
    """A real worker as the launcher starts it where there is no Redis."""
    worker = start_worker(portal_environment, tmp_path / "worker.log", "--pool=threads", "-c", "2")
    yield worker
    worker.stop()
