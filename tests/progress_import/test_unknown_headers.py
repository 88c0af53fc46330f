"""A matrix whose headers or cells are not the plan's: refused where a number would be lost, cell by cell."""

import io
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from progress.models import ImportBatch, Line
from targets.models import Plan
from tests.progress_import.files import COUNT, last_batch, move, problems_of, upload

Outcome = ImportBatch.Outcome


def matrix(client: Client) -> Any:
    """Our own blank matrix, opened."""
    address = reverse("progress:download_matrix", args=["320700", 2023, 1])
    return load_workbook(io.BytesIO(client.get(address, {"blank": "1"}).content))


def sent(client: Client, plan: Plan, book: Any) -> ImportBatch:
    target = io.BytesIO()
    book.save(target)
    upload(client, plan, target.getvalue())
    return last_batch()


def place_of(sheet: Any, indicator: str) -> int:
    return next(cell.column for cell in sheet[3] if str(cell.value).startswith(f"{indicator}（"))


def test_misspelt_indicator_over_numbers_then_its_header_is_refused_with_the_nearest(
    plan: Plan, client: Client
) -> None:
    book = matrix(client)
    sheet = book.worksheets[0]
    place = place_of(sheet, COUNT)
    sheet.cell(3, place).value = "节约机关建成数"
    sheet.cell(4, place).value = 3
    sheet.cell(4, place_of(sheet, "新建充电桩")).value = 5

    batch = sent(client, plan, book)

    assert batch.outcome == Outcome.REJECTED_ROWS
    (problem,) = [one for one in batch.problems if one["level"] == "error"]
    assert (problem["code"], problem["row"], problem["read"]) == ("unknown_indicator", 3, "节约机关建成数")
    assert problem["cell"] == sheet.cell(3, place).coordinate
    assert problem["values"]["nearest"] == COUNT
    book = load_workbook(io.BytesIO(client.get(error_book(batch)).content))
    assert "节约机关建成数" in str(book.worksheets[0].cell(3, place).comment.text)
    assert not Line.objects.exists()


@pytest.mark.parametrize("header", ["合计", "联系人", "全年目标合计："])
def test_column_that_is_no_indicators_then_a_warning(header: str, plan: Plan, client: Client) -> None:
    book = matrix(client)
    sheet = book.worksheets[0]
    last = sheet.max_column + 1
    sheet.cell(3, last).value = header
    sheet.cell(4, last).value = "张三" if header == "联系人" else 5
    sheet.cell(4, place_of(sheet, COUNT)).value = 3

    batch = sent(client, plan, book)

    assert batch.outcome == Outcome.WARNINGS, batch.problems
    assert (None, header, "column_ignored") in problems_of(batch, "warning")
    move(client, "confirm", batch)
    assert Line.objects.get().value == 3


def test_number_of_an_indicator_that_the_unit_does_not_report_then_the_cell_is_refused(
    plan: Plan, client: Client
) -> None:
    book = matrix(client)
    sheet = book.worksheets[0]
    unused = next(
        cell for row in sheet.iter_rows(min_row=4, min_col=2) for cell in row if cell.fill.fgColor.rgb == "FFEEEEEE"
    )
    unused.value = 5

    batch = sent(client, plan, book)

    (problem,) = [one for one in batch.problems if one["level"] == "error"]
    assert (problem["code"], problem["cell"], problem["read"]) == ("indicator_not_reported", unused.coordinate, "5")
    page = client.get(reverse("progress:import_batch", args=["320700", 2023, batch.uuid])).content.decode()
    assert "请清空这一格" in page
    assert "请删去这一行" not in page
    book = load_workbook(io.BytesIO(client.get(error_book(batch)).content))
    assert book.worksheets[0][unused.coordinate].comment is not None


def test_blank_cells_of_a_matrix_then_they_are_counted_and_named_by_indicator(plan: Plan, client: Client) -> None:
    book = matrix(client)
    sheet = book.worksheets[0]
    sheet.cell(4, place_of(sheet, COUNT)).value = 3

    batch = sent(client, plan, book)

    blanks = [one for one in batch.problems if one["code"] == "blank_value"]
    assert len({one["column"] for one in blanks}) > 1
    page = client.get(reverse("progress:import_batch", args=["320700", 2023, batch.uuid])).content.decode()
    assert f"{len(blanks)} 格未填" in page


def error_book(batch: ImportBatch) -> str:
    return reverse("progress:error_book", args=["320700", 2023, batch.uuid])
