"""Many rows in one statement, whatever their number."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import connection, models

Value = str | int | bool | None | list["Value"] | dict[str, "Value"]
"""What JSON holds; decimals as text, so that they stay exact. Lists and dicts are for JSON columns."""


@dataclass(frozen=True, slots=True)
class _Dialect:
    """How a database reads rows from a JSON text, and how it says that two rows differ."""

    rows: str
    column: str
    differs: str


# Django's bulk_create would send SQLite a statement for every fifty rows (999 parameters each).
_DIALECTS = {
    "postgresql": _Dialect("json_to_recordset(%s::json) AS given({types})", 'given."{name}"', "IS DISTINCT FROM"),
    "sqlite": _Dialect("json_each(%s) AS given", "json_extract(given.value, '$.{name}')", "IS NOT"),
}


def upsert_rows(model: type[models.Model], rows: Sequence[Mapping[str, Value]], *, key: Sequence[str]) -> int:
    """Insert the rows (column name → value), or update those that exist by `key` where they differ.

    Returns how many rows were inserted or changed; one query. All rows have the same columns.
    """
    if not rows:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_statement(model, list(rows[0]), key), [json.dumps(rows, ensure_ascii=False)])
        return int(cursor.rowcount)


def _statement(model: type[models.Model], columns: Sequence[str], key: Sequence[str]) -> str:
    # Only names of the model's own columns are put into the text; every value is in the one parameter.
    dialect = _DIALECTS[connection.vendor]
    fields = {field.column: field for field in model._meta.concrete_fields}
    quoted = connection.ops.quote_name
    types = ", ".join(f"{quoted(name)} {fields[name].db_type(connection)}" for name in columns)
    table = quoted(model._meta.db_table)
    others = [quoted(name) for name in columns if name not in key]
    return f"""
        INSERT INTO {table} ({", ".join(quoted(name) for name in columns)})
        SELECT {", ".join(dialect.column.format(name=name) for name in columns)}
        FROM {dialect.rows.format(types=types)} WHERE true
        ON CONFLICT ({", ".join(key)}) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in others)}
        WHERE ({", ".join(f"{table}.{name}" for name in others)})
            {dialect.differs} ({", ".join(f"excluded.{name}" for name in others)})
    """  # noqa: S608
