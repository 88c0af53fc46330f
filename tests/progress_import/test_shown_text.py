"""What was read is shown as it was read, but never in a way that misleads the eye."""

from django.test import Client

from targets.models import Plan
from tests.progress_import.files import last_batch, row, upload, workbook


def test_mark_that_turns_the_direction_of_a_name_then_it_is_named_and_turns_nothing(plan: Plan, client: Client) -> None:
    page = upload(client, plan, workbook([row("灌\u202e南县")])).content.decode()

    problem = next(one for one in last_batch().problems if one["level"] == "error")
    assert (problem["code"], problem["read"]) == ("unknown_region", "灌[U+202E]南县")
    assert "灌[U+202E]南县" in page
    assert "\u202e" not in page
