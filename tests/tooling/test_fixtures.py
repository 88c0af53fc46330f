"""The fixtures give what they promise: a file database, a real Redis, a real worker, a real browser."""

import subprocess
import time
from pathlib import Path

import pytest
import redis
from django.db import connection

from lianyungang_portal.celery import app
from tests.services.fixtures import Worker


@pytest.mark.django_db
def test_test_database_on_sqlite_is_a_file_in_wal_mode() -> None:
    if connection.vendor != "sqlite":
        assert connection.vendor == "postgresql"
        return

    with connection.cursor() as cursor:
        mode = cursor.execute("PRAGMA journal_mode").fetchone()[0]

    assert Path(connection.settings_dict["NAME"]).is_file()
    assert mode == "wal"


def says_within(worker: Worker, text: bytes, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while text not in worker.log.read_bytes() and time.monotonic() < deadline:
        time.sleep(0.05)
    return text in worker.log.read_bytes()


@pytest.mark.jobs
def test_worker_process_receives_a_message_of_this_process_by_redis(celery_worker_process: Worker) -> None:
    app.send_task("no.such.task", ignore_result=True)

    assert says_within(celery_worker_process, b"unregistered task", 10)


@pytest.mark.jobs
def test_embedded_worker_process_receives_a_message_of_this_process_by_file(embedded_worker_process: Worker) -> None:
    app.send_task("no.such.task", ignore_result=True)

    assert says_within(embedded_worker_process, b"unregistered task", 10)


@pytest.mark.jobs
def test_redis_database_is_emptied_for_each_test(redis_broker: str) -> None:
    client = redis.Redis.from_url(redis_broker)

    assert client.dbsize() == 0
    assert client.config_get("save")["save"] == ""


@pytest.mark.jobs
def test_worker_killed_is_gone(celery_worker_process: Worker) -> None:
    celery_worker_process.kill()

    assert subprocess.run(["ps", "-p", str(celery_worker_process.process.pid)], check=False).returncode == 1
