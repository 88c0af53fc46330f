"""On PostgreSQL a search for a part of a name uses an index, where the server has the extension for it."""

from typing import Any

from django.db import migrations

INDEX = """
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE INDEX institution_search_key_trgm ON targets_institution USING gin (search_key gin_trgm_ops);
"""
IS_AVAILABLE = """
SELECT EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm')
    OR EXISTS (SELECT 1 FROM pg_available_extensions WHERE name = 'pg_trgm')
       AND has_database_privilege(current_database(), 'CREATE')
"""


def add_index(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor != "postgresql":
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(IS_AVAILABLE)
        is_available = cursor.fetchone()[0]
    if is_available:
        schema_editor.execute(INDEX)


def remove_index(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX IF EXISTS institution_search_key_trgm")


class Migration(migrations.Migration):
    dependencies = [("targets", "0001_initial")]
    operations = [migrations.RunPython(add_index, remove_index)]
