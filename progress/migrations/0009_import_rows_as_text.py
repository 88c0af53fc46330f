"""The rows of imports are kept as texts, which are written in a third of the time; on PostgreSQL packed by lz4, where
the server has it: its own way takes as long as all the rest of the statement."""

from typing import Any

from django.db import migrations

import common.bulk_json

PACK = """
DO $$ BEGIN
    ALTER TABLE progress_importbatch ALTER COLUMN changes SET COMPRESSION lz4;
EXCEPTION WHEN feature_not_supported THEN NULL;
END $$
"""


def pack(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(PACK)


class Migration(migrations.Migration):
    dependencies = [("progress", "0008_heard_comments")]
    operations = [
        migrations.AlterField("importbatch", "changes", common.bulk_json.BulkJSONField(default=list)),
        migrations.AlterField("importbatch", "problems", common.bulk_json.BulkJSONField(default=list)),
        migrations.RunPython(pack, migrations.RunPython.noop),
    ]
