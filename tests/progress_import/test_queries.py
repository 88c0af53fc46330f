"""An import costs the same number of queries whatever the number of its rows."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from progress.models import Line
from targets.models import Indicator, Plan
from targets.queries import owed_indicators
from tests.progress_import.files import QUARTER, last_batch, upload, workbook

_NUMBERS: dict[str, tuple[int, int | None]] = {
    Indicator.Kind.RATIO: (1, 2),
    Indicator.Kind.REDUCTION: (1, 2),
    Indicator.Kind.REMAINING: (0, 2),
}


def valid_rows(plan: Plan, number: int) -> list[list[Any]]:
    """So many rows over all units, one a line that they report."""
    names = dict(plan.plan_units.values_list("pk", "name"))
    rows = [
        [names[unit], QUARTER, indicator.name, *_NUMBERS.get(indicator.kind, (1, None)), "说明"]
        for unit, indicators in owed_indicators(plan).items()
        for indicator in indicators
    ]
    # Spread over the units, so that few rows touch as many reports as many rows.
    spread = sorted(rows, key=lambda row: rows.index(row) * 7919 % len(rows))
    assert len(spread) >= number
    return spread[:number]


@pytest.mark.parametrize("number", [30, 270])
def test_rows_of_all_units_uploaded_then_the_queries_do_not_grow(number: int, plan: Plan, client: Client) -> None:
    content = workbook(valid_rows(plan, number))

    with CaptureQueriesContext(connection) as queries:
        client.post(f"/{plan.owner.code}/{plan.year}/imports/", {"file": _file(content)})

    assert Line.objects.count() == number
    assert last_batch().created == number
    assert len(queries) == 37


def _file(content: bytes) -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile("报表.xlsx", content)


@pytest.mark.parametrize("number", [30, 270])
def test_rows_that_stand_already_changed_then_the_queries_do_not_grow(number: int, plan: Plan, client: Client) -> None:
    rows = valid_rows(plan, number)
    upload(client, plan, workbook(rows))
    changed = workbook([[*row[:-1], "新说明"] for row in rows])

    with CaptureQueriesContext(connection) as queries:
        client.post(f"/{plan.owner.code}/{plan.year}/imports/", {"file": _file(changed)})

    assert (last_batch().created, last_batch().changed) == (0, number)
    assert len(queries) == 36


@pytest.mark.parametrize("number", [30, 270])
def test_result_page_of_many_rows_then_the_queries_do_not_grow(number: int, plan: Plan, client: Client) -> None:
    upload(client, plan, workbook(valid_rows(plan, number)))

    with CaptureQueriesContext(connection) as queries:
        answer = client.get(f"/{plan.owner.code}/{plan.year}/imports/{last_batch().uuid}/")

    assert answer.status_code == 200
    assert len(queries) == 7
