"""The register is quick to change: without indexes that nobody uses, and on PostgreSQL with room in its pages.

Every institution's headcount changes once a year; where its page has room, the changed row stays in it and no index is
written. Django's second index of the credit code serves searches by its beginning only, which nobody makes; another
index begins with the unit. Pages that are full already keep no room: `VACUUM FULL targets_institution` gives it to them.
"""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

FORWARDS = """
ALTER TABLE targets_institution SET (fillfactor = 50);
DROP INDEX IF EXISTS targets_institution_credit_code_eef0da4c_like;
"""
BACKWARDS = """
ALTER TABLE targets_institution RESET (fillfactor);
CREATE INDEX IF NOT EXISTS targets_institution_credit_code_eef0da4c_like ON targets_institution (credit_code varchar_pattern_ops);
"""


def keep_room(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(FORWARDS)


def fill_up(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(BACKWARDS)


class Migration(migrations.Migration):
    dependencies = [("targets", "0007_objection_days")]
    operations = [
        migrations.RunPython(keep_room, fill_up),
        migrations.AlterField(
            model_name="institution",
            name="unit",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="institutions",
                to="targets.unit",
                verbose_name="所属单位",
            ),
        ),
    ]
