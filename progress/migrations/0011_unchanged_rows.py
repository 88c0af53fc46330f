"""The rows of an import that say what stands: the receipt lists them, too. Packed as the other rows are (0009)."""

from typing import Any

from django.db import migrations

import common.bulk_json

PACK = """
DO $$ BEGIN
    ALTER TABLE progress_importbatch ALTER COLUMN same SET COMPRESSION lz4;
EXCEPTION WHEN feature_not_supported THEN NULL;
END $$
"""


def pack(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(PACK)


class Migration(migrations.Migration):
    dependencies = [("progress", "0010_kept_error_book")]
    operations = [
        migrations.AddField("importbatch", "same", common.bulk_json.BulkJSONField(default=list)),
        migrations.RunPython(pack, migrations.RunPython.noop),
    ]
