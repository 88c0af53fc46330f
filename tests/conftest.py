"""Fixtures for every test: databases as in production, a real Redis, a real worker, a real browser."""

import os
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.conf import settings as django_settings
from django.db import OperationalError, connection
from django.db.backends.base.operations import BaseDatabaseOperations
from pytest_django import DjangoDbBlocker, Settings

if TYPE_CHECKING:
    from targets.models import Plan

pytest_plugins = ["tests.services.fixtures", "tests.services.browser"]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """SQLite tests use a file with the production options, never memory; one a process."""
    database = django_settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        database.setdefault("TEST", {})["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Between transactional tests tables are emptied, which the database's own guards would rightly refuse.

    At the end nobody else is in the database: what a closed browser had asked for may still run.
    """
    if connection.vendor != "postgresql":
        yield
        return
    # On the class: a browser's tests run in contexts of their own, each with a connection of its own.
    operations = type(connection.ops)
    empty_tables = operations.execute_sql_flush

    def with_guards_down(self: BaseDatabaseOperations, statements: Iterable[str]) -> None:
        # A request may still run when its browser is closed: where the two wait for each other, once more.
        given = ["SET LOCAL session_replication_role = replica", *statements]
        for tries_left in (2, 1, 0):
            try:
                empty_tables(self, given)
                return
            except OperationalError:
                if not tries_left:
                    raise

    operations.execute_sql_flush = with_guards_down  # type: ignore[method-assign]
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture(autouse=True)
def _own_files(settings: Settings, tmp_path: Path) -> None:
    """Stored files of a test go to the folder that a worker or server started by it takes for var/."""
    settings.MEDIA_ROOT = str(tmp_path / "var" / "files")


@pytest.fixture(scope="session")
def worker_number() -> int:
    """Which of the parallel test processes this is, from 0."""
    return int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))


@pytest.fixture(autouse=True)
def _chinese_unless_said_otherwise() -> Iterator[None]:
    """A test that activates another language leaves none to the next."""
    from django.utils import translation

    with translation.override(django_settings.LANGUAGE_CODE):
        yield


@pytest.fixture(params=["Asia/Shanghai", "America/Los_Angeles", "Pacific/Kiritimati"])
def _server_zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The machine stands in another part of the world: deadlines must not notice."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", request.param)
        time.tzset()
        yield
    time.tzset()


@pytest.fixture
def plan(db: None) -> "Plan":
    """The plan of 2023, with an invented second city's beside it (`second_plan`)."""
    from tests.factories import load_both_plans

    return load_both_plans()[0]


@pytest.fixture
def second_plan(plan: "Plan") -> "Plan":
    """The invented second city's plan, beside the real one."""
    from targets.models import Plan

    return Plan.objects.exclude(pk=plan.pk).get()
