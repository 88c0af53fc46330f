"""Old .xls and WPS .et files, and what a real LibreOffice saves, from the upload page to what is stored."""

import io
import struct
from decimal import Decimal
from pathlib import Path

import pytest
from django.test import Client
from openpyxl import load_workbook

from progress.models import ImportBatch, Line
from targets.models import Plan
from tests.hostile.corpus import BY_FILE
from tests.hostile.gen import biff8, cfb
from tests.office import CSV, saved_by_office
from tests.progress_import.files import (
    CAPACITY,
    COUNT,
    HEADER,
    RATE,
    confirm,
    last_batch,
    problems_of,
    row,
    send,
    upload,
    workbook,
)

State = ImportBatch.State
_BEGINNING = 20  # the size of the record that begins a stream


def test_old_workbook_named_as_wps_does_then_it_is_imported(plan: Plan, client: Client) -> None:
    send(client, plan, BY_FILE["real.xls"].content, "报表.et")

    assert last_batch().state == State.APPLIED
    assert Line.objects.exists()


def test_old_workbook_with_a_password_then_it_is_refused_with_advice(plan: Plan, client: Client) -> None:
    stream = biff8([HEADER, row()])
    locked = stream[:_BEGINNING] + struct.pack("<HHHHH", 0x002F, 6, 0, 0x1234, 0x5678) + stream[_BEGINNING:]

    answer = upload(client, plan, cfb({"Workbook": locked}), "报表.xls")

    assert problems_of(last_batch()) == {(None, "", "encrypted")}
    assert "请取消密码" in answer.content.decode()


@pytest.mark.office
@pytest.mark.parametrize("kind", ["xlsx", "xls", CSV], ids=["xlsx", "xls", "csv"])
def test_workbook_saved_by_libreoffice_then_it_is_imported(
    kind: str, plan: Plan, client: Client, tmp_path: Path
) -> None:
    rows = [row(note="第一行\n第二行"), row("连云区", RATE, 1.5)]
    content = saved_by_office(workbook(rows), kind, tmp_path)

    upload(client, plan, content, f"报表.{kind.partition(':')[0]}")
    assert last_batch().state == State.CHECKED
    confirm(client)

    assert set(Line.objects.values_list("report__plan_unit__name", "indicator__name", "value", "note")) == {
        ("海州区", COUNT, 3, "第一行\n第二行"),
        ("连云区", RATE, Decimal("1.5"), ""),
    }


@pytest.mark.office
def test_old_workbook_of_libreoffice_then_merges_hidden_parts_formulas_and_formats_are_seen(
    plan: Plan, client: Client, tmp_path: Path
) -> None:
    book = load_workbook(io.BytesIO(workbook([row(), row(None, RATE, 0.5), row("连云区", value=None)])))
    sheet = book.worksheets[0]
    sheet.merge_cells("A2:A3")
    sheet["D3"].number_format = "0%"
    sheet["D4"] = "=1+1"
    sheet.row_dimensions[4].hidden = True
    sheet.column_dimensions["F"].hidden = True
    target = io.BytesIO()
    book.save(target)

    send(client, plan, saved_by_office(target.getvalue(), "xls", tmp_path), "报表.xls")

    assert set(Line.objects.values_list("report__plan_unit__name", "indicator__name", "value")) == {
        ("海州区", COUNT, 3), ("海州区", RATE, 50), ("连云区", COUNT, 2),
    }  # fmt: skip
    assert problems_of(last_batch(), "warning") == {
        (3, "完成值", "percent_scaled"),
        (4, "", "hidden_row"),
        (4, "完成值", "formula_used"),
        (None, "备注", "hidden_column"),
    }


@pytest.mark.office
def test_old_workbook_of_libreoffice_with_an_error_and_a_merged_number_then_both_are_refused(
    plan: Plan, client: Client, tmp_path: Path
) -> None:
    book = load_workbook(io.BytesIO(workbook([row(value=None), row("连云区", CAPACITY, 5)])))
    sheet = book.worksheets[0]
    sheet["D2"] = "=1/0"
    sheet.merge_cells("D3:D4")
    target = io.BytesIO()
    book.save(target)

    send(client, plan, saved_by_office(target.getvalue(), "xls", tmp_path), "报表.xls")

    assert problems_of(last_batch()) == {(2, "完成值", "excel_error"), (3, "完成值", "required")}
