"""How the rows of a preview are kept: as a text, and loaded by those only who need them."""

from django.core import serializers
from django.db import connection
from django.test import Client

from common import bulk_json
from progress.models import ImportBatch
from targets.models import Plan
from tests.progress_import.files import last_batch, row, upload, workbook


def test_file_sent_then_the_column_holds_the_text_of_its_rows(plan: Plan, client: Client) -> None:
    upload(client, plan, workbook([row(value=3)]))

    with connection.cursor() as cursor:
        cursor.execute("SELECT changes FROM progress_importbatch")
        (kept,) = cursor.fetchone()
    assert isinstance(kept, str)
    assert last_batch().changes == bulk_json.loads(kept)
    assert [change["new"]["value"] for change in last_batch().changes] == ["3"]


def test_step_that_needs_no_rows_then_they_are_not_loaded(plan: Plan, client: Client) -> None:
    upload(client, plan, workbook([row(value=3)]))

    light = ImportBatch.objects.without_changes().get()
    assert light.conflict_places == set()
    assert light.get_deferred_fields() == {"changes", "same"}
    assert len(light.changes) == 1


def test_rows_dumped_and_loaded_then_they_are_rows_again(plan: Plan, client: Client) -> None:
    upload(client, plan, workbook([row(value=3)]))
    kept = last_batch().changes

    dumped = serializers.serialize("json", [last_batch()])
    ImportBatch.objects.update(changes=[])
    (loaded,) = serializers.deserialize("json", dumped)
    loaded.save()

    assert last_batch().changes == kept
