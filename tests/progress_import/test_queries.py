"""An import costs the same number of queries whatever the number of its rows."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from progress.models import ImportBatch, Line, Report
from targets.models import Indicator, Plan
from targets.queries import owed_indicators
from tests.factories import make_report, make_user, plan_unit_of
from tests.progress_import.files import COUNT, QUARTER, confirm, last_batch, send, upload, workbook

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


def confirmed(client: Client, batch: ImportBatch, **choices: str) -> int:
    """How many queries the confirmation costs."""
    address = reverse("progress:import_confirm", args=[batch.plan.owner.code, batch.plan.year, batch.uuid])
    with CaptureQueriesContext(connection) as queries:
        client.post(address, {"seen": batch.digest, **choices})
    return len(queries)


def uploaded(client: Client, plan: Plan, content: bytes) -> int:
    """How many queries the upload costs."""
    sent = SimpleUploadedFile("报表.xlsx", content)
    with CaptureQueriesContext(connection) as queries:
        client.post(reverse("progress:imports", args=[plan.owner.code, plan.year]), {"file": sent})
    return len(queries)


@pytest.mark.parametrize("number", [30, 270])
def test_rows_of_all_units_sent_and_confirmed_then_the_queries_do_not_grow(
    number: int, plan: Plan, client: Client
) -> None:
    assert uploaded(client, plan, workbook(valid_rows(plan, number))) == 16
    assert confirmed(client, last_batch()) == 34

    assert Line.objects.count() == number
    assert last_batch().created == number


@pytest.mark.parametrize("number", [30, 270])
def test_rows_that_stand_already_changed_then_the_queries_do_not_grow(number: int, plan: Plan, client: Client) -> None:
    rows = valid_rows(plan, number)
    send(client, plan, workbook(rows))

    assert uploaded(client, plan, workbook([[*row[:-1], "新说明"] for row in rows])) == 17
    assert confirmed(client, last_batch()) == 31

    assert (last_batch().created, last_batch().changed) == (0, number)


@pytest.mark.parametrize("number", [1, 11])
def test_approved_reports_written_over_then_the_queries_do_not_grow(number: int, plan: Plan, client: Client) -> None:
    units = [plan_unit_of(plan, code) for code in plan.plan_units.reporting().values_list("unit__code", flat=True)]
    for unit in units[:number]:
        make_report(unit, lines={"CSO": (3, None)}, state=Report.State.APPROVED, by=make_user())
    content = workbook([[unit.name, QUARTER, COUNT, 4, None, "更正"] for unit in units[:number]])

    assert uploaded(client, plan, content) == 17
    assert confirmed(client, last_batch(), all="overwrite", **{"answer-reason": "核实后更正"}) == 51

    assert Report.objects.open_corrections().count() == number


@pytest.mark.parametrize("number", [30, 270])
def test_page_of_many_rows_then_the_queries_do_not_grow(number: int, plan: Plan, client: Client) -> None:
    upload(client, plan, workbook(valid_rows(plan, number)))
    address = reverse("progress:import_batch", args=[plan.owner.code, plan.year, last_batch().uuid])

    costs = []
    for _state in ("preview", "receipt"):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        costs.append(len(queries))
        confirm(client)

    assert costs == [6, 7]
