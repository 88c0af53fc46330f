"""SQLite as it really is: how many values one statement may carry."""

import sqlite3
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.dispatch import receiver


@receiver(connection_created)
def use_real_limit(connection: BaseDatabaseWrapper, **_: Any) -> None:
    """Let a bulk write be one statement: Django assumes the 999 values of SQLite before 2020."""
    if connection.vendor == "sqlite":
        limit = connection.connection.getlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER)
        connection.features.max_query_params = limit
