"""The error workbook of a large file, made by the job that refused it."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("files", "0001_initial"), ("progress", "0009_import_rows_as_text")]
    operations = [
        migrations.AddField(
            "importbatch",
            "error_book",
            models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="files.storedfile"
            ),
        ),
    ]
