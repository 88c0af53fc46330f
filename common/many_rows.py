"""Many rows in one statement, whatever their number: found, inserted, updated, both, or deleted."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, models
from django.db.models.expressions import RawSQL

from common import bulk_json

Value = str | int | bool | None | list["Value"] | dict[str, "Value"]
"""What JSON holds; decimals and days as text, so that they stay exact. Lists and dicts are for JSON columns."""
Row = Mapping[str, Value]
"""A row by its columns' names in the database."""


@dataclass(frozen=True, slots=True)
class _Dialect:
    """How a database reads rows and single values from a JSON text, and how it says that two rows differ."""

    rows: str
    column: str
    values: str
    differs: str


# Django's bulk_create would send SQLite a statement for every fifty rows (999 parameters each).
_DIALECTS = {
    "postgresql": _Dialect(
        rows="json_to_recordset(%s::json) AS given({types})",
        column='given."{name}"',
        values="SELECT json_array_elements_text(%s::json)",
        differs="IS DISTINCT FROM",
    ),
    "sqlite": _Dialect(
        rows="json_each(%s) AS given",
        column="json_extract(given.value, '$.{name}')",
        values="SELECT value FROM json_each(%s)",
        differs="IS NOT",
    ),
}


def among(values: Iterable[str]) -> RawSQL:
    """Texts as one parameter: `filter(code__in=among(codes))`. Django's own would be a parameter each, and slow."""
    return RawSQL(_DIALECTS[connection.vendor].values, [bulk_json.dumps(list(values))])  # noqa: S611 - a constant statement


def insert_rows(model: type[models.Model], rows: Sequence[Row]) -> int:
    """Insert the rows, or raise IntegrityError; returns how many there were. One query.

    All rows have the same columns, here as in the other functions.
    """
    return _run(_insert(model, rows), rows) if rows else 0


def upsert_rows(model: type[models.Model], rows: Sequence[Row], *, key: Sequence[str]) -> int:
    """Insert the rows, or update those that exist by `key` where they differ.

    Returns how many rows were inserted or changed; one query.
    """
    if not rows:
        return 0
    return _run(_insert(model, rows) + _or_update(model, key, [name for name in rows[0] if name not in key]), rows)


def insert_object(one: models.Model) -> bool:
    """Insert an object unless a unique constraint refuses it; whether it was inserted, and then it has its `pk`.

    One query, and no error that would end a transaction on PostgreSQL; no signal is sent.
    """
    model = type(one)
    row = {
        str(field.column): getattr(one, field.attname)
        if isinstance(field, models.JSONField)
        else field.get_db_prep_save(getattr(one, field.attname), connection)
        for field in model._meta.concrete_fields
        if not field.primary_key
    }
    returned = connection.ops.quote_name(str(model._meta.pk.column))
    with connection.cursor() as cursor:
        statement = f"{_insert(model, [row])} ON CONFLICT DO NOTHING RETURNING {returned}"
        cursor.execute(statement, [bulk_json.dumps([row])])
        found = cursor.fetchone()
    if found is None:
        return False
    one.pk, one._state.adding = found[0], False
    return True


def upsert_objects(objects: Sequence[models.Model], *, key: Sequence[str], update: Sequence[str] = ()) -> None:
    """Insert objects of one model; where a row exists by `key`, write its columns `update`. Each then has its `pk`.

    One query; no signal is sent. `key` are columns under a unique constraint, `update` all columns that may differ;
    without any, a row that exists raises IntegrityError.
    """
    if not objects:
        return
    model = type(objects[0])
    fields = [(str(field.column), field) for field in model._meta.concrete_fields if not field.primary_key]
    rows: list[dict[str, Any]] = [
        {name: field.get_db_prep_save(getattr(one, field.attname), connection) for name, field in fields}
        for one in objects
    ]
    statement = _insert(model, rows) + (_or_update(model, key, update) if update else "")
    returned = ", ".join(connection.ops.quote_name(name) for name in (str(model._meta.pk.column), *key))
    with connection.cursor() as cursor:
        # `str` makes texts of decimals and instants, which the drivers would have sent as they are.
        cursor.execute(f"{statement} RETURNING {returned}", [bulk_json.dumps(rows)])
        written = {tuple(found): pk for pk, *found in cursor.fetchall()}
    for row, one in zip(rows, objects, strict=True):
        # What stood there just so already is not among the written, and its object was read from there.
        one.pk = written.get(tuple(row[name] for name in key), one.pk)


def update_rows(model: type[models.Model], rows: Sequence[Row], *, key: str, version: str) -> int:
    """Update the rows that exist by `key` and still have the `version` that is given; their version goes up by one.

    Only the columns that are given are written. Returns how many were changed: fewer than asked, and somebody else was
    there meanwhile. One query.
    """
    if not rows:
        return 0
    quoted = connection.ops.quote_name
    table = quoted(model._meta.db_table)
    given = {name: _DIALECTS[connection.vendor].column.format(name=name) for name in rows[0]}
    changes = [f"{quoted(name)} = {value}" for name, value in given.items() if name not in (key, version)]
    changes.append(f"{quoted(version)} = {given[version]} + 1")
    return _run(
        f"""UPDATE {table} SET {", ".join(changes)}
        FROM {_given(model, rows)}
        WHERE {table}.{quoted(key)} = {given[key]} AND {table}.{quoted(version)} = {given[version]}
        """,  # noqa: S608
        rows,
    )


def delete_rows(model: type[models.Model], values: Iterable[str], *, key: str) -> int:
    """Delete the rows whose `key` (a text) is among the values; returns how many. One query, and nothing cascades."""
    table, column = connection.ops.quote_name(model._meta.db_table), connection.ops.quote_name(key)
    listed = _DIALECTS[connection.vendor].values
    return _run(f"DELETE FROM {table} WHERE {column} IN ({listed})", list(values))  # noqa: S608


def _insert(model: type[models.Model], rows: Sequence[Row]) -> str:
    # Only names of the model's own columns are put into the text; every value is in the one parameter.
    column = _DIALECTS[connection.vendor].column
    quoted = connection.ops.quote_name
    return f"""
        INSERT INTO {quoted(model._meta.db_table)} ({", ".join(quoted(name) for name in rows[0])})
        SELECT {", ".join(column.format(name=name) for name in rows[0])} FROM {_given(model, rows)} WHERE true
    """  # noqa: S608


def _or_update(model: type[models.Model], key: Sequence[str], columns: Sequence[str]) -> str:
    """The end of an insert that writes over a row that exists by `key`, where one of the columns differs."""
    table = connection.ops.quote_name(model._meta.db_table)
    others = [connection.ops.quote_name(name) for name in columns]
    return f"""
        ON CONFLICT ({", ".join(key)}) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in others)}
        WHERE ({", ".join(f"{table}.{name}" for name in others)})
            {_DIALECTS[connection.vendor].differs} ({", ".join(f"excluded.{name}" for name in others)})
    """


def _given(model: type[models.Model], rows: Sequence[Row]) -> str:
    """The parameter as a table of rows."""
    fields = {field.column: field for field in model._meta.concrete_fields}
    types = (f"{connection.ops.quote_name(name)} {fields[name].db_type(connection)}" for name in rows[0])
    return _DIALECTS[connection.vendor].rows.format(types=", ".join(types))


def _run(statement: str, said: object) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, [bulk_json.dumps(said)])
        return int(cursor.rowcount)
