"""Another database beside the tests' own, in the same process: what runs on one can be run on both and compared."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.sqlite3.base import DatabaseWrapper


def sqlite_beside(file: Path) -> BaseDatabaseWrapper:
    """A connection to a new SQLite database with the production options and every table."""
    given: dict[str, Any] = {**connections[DEFAULT_DB_ALIAS].settings_dict}
    given |= {"ENGINE": "django.db.backends.sqlite3", "NAME": str(file), "OPTIONS": settings.SQLITE_OPTIONS}
    beside = DatabaseWrapper({**given, "CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": False}, DEFAULT_DB_ALIAS)
    with on_database(beside):
        call_command("migrate", verbosity=0)
    return beside


@contextmanager
def on_database(database: BaseDatabaseWrapper) -> Iterator[None]:
    """Everything that this thread does while the block runs, it does on another database."""
    own = connections[DEFAULT_DB_ALIAS]
    connections[DEFAULT_DB_ALIAS] = database
    try:
        yield
    finally:
        connections[DEFAULT_DB_ALIAS] = own
