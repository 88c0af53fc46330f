"""What is written, imported, exported and imported again is the same; the order of rows and columns does not matter."""

import io
import random
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from progress.models import ImportBatch, Line
from targets.models import Plan
from tests.progress_import.files import COUNT, HEADER, QUARTER, RATE, confirm, last_batch, send, upload, workbook

State = ImportBatch.State
RATIO, CAPACITY = "新建建筑可安装光伏面积覆盖率", "光伏装机容量"
UNITS = ("海州区", "连云区", "赣榆区", "东海县", "灌云县", "市本级")

notes = st.one_of(
    st.none(),
    st.text(st.characters(exclude_categories=["C", "Zl", "Zp"], max_codepoint=0x2FFF), min_size=1, max_size=20)
    .map(str.strip)
    .filter(bool),
    st.sampled_from(["=1+1", "@x", "+86 518", "-", "第一批\n第二批", "100%", "不涉及"]),
)
values = {
    COUNT: st.integers(0, 1_000_000).map(Decimal),
    RATE: st.decimals(-100, 100, places=2),
    CAPACITY: st.decimals(0, 10_000_000, places=3),
    RATIO: st.decimals(0, 10_000, places=2),
}


@st.composite
def lines(draw: st.DrawFn) -> list[list[Any]]:
    """Rows of a file, each of another unit or indicator."""
    places = [(unit, indicator) for unit in UNITS for indicator in values]
    chosen = draw(st.lists(st.sampled_from(places), min_size=1, max_size=8, unique=True))
    rows = []
    for unit, indicator in chosen:
        value = draw(values[indicator])
        base = value + draw(st.decimals(1, 1000, places=2)) if indicator == RATIO else None
        rows.append([unit, QUARTER, indicator, value, base, draw(notes)])
    return rows


def stored() -> set[tuple[Any, ...]]:
    fields = ("report__plan_unit__name", "indicator__name", "value", "base", "not_applicable", "note")
    return set(Line.objects.filled().values_list(*fields))


def said(rows: Sequence[Sequence[Any]]) -> set[tuple[Any, ...]]:
    return {(unit, name, value, base, False, note or "") for unit, _quarter, name, value, base, note in rows}


def rearranged(rows: Sequence[Sequence[Any]], order: random.Random) -> bytes:
    """The same rows in another order, under the same headers in another order."""
    places = list(range(len(HEADER)))
    order.shuffle(places)
    mixed = [list(row) for row in rows]
    order.shuffle(mixed)
    return typed([[row[place] for place in places] for row in mixed], [HEADER[place] for place in places])


def typed(rows: Sequence[Sequence[Any]], header: Sequence[str] = HEADER) -> bytes:
    """The rows as somebody types them: a text that begins with "=" stays a text."""
    book = load_workbook(io.BytesIO(workbook(rows, header)))
    for row in book.worksheets[0].iter_rows():
        for cell in row:
            if cell.data_type == "f":
                cell.data_type = "s"
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def exported(client: Client, plan: Plan) -> bytes:
    return bytes(client.get(reverse("progress:download_long", args=[plan.owner.code, plan.year, 1])).content)


ROUNDS = settings(
    max_examples=10,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],  # an example takes seconds: the first that fails is small enough
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.mark.django_db
@ROUNDS
@given(rows=lines(), seed=st.integers(0, 1000))
def test_written_imported_exported_and_imported_then_the_same(
    plan: Plan, client: Client, rows: list[list[Any]], seed: int
) -> None:
    Line.objects.all().delete()
    send(client, plan, typed(rows))
    assert last_batch().state == State.APPLIED, last_batch().problems
    assert stored() == said(rows)

    upload(client, plan, rearranged(rows, random.Random(seed)))
    assert (last_batch().state, last_batch().changes, last_batch().unchanged) == (State.CHECKED, [], len(rows))

    before = list(Line.objects.order_by("pk").values())
    upload(client, plan, exported(client, plan))
    assert (last_batch().changes, last_batch().unchanged) == ([], len(rows))
    confirm(client)
    assert list(Line.objects.order_by("pk").values()) == before
