"""One more than a file may hold, in each format: the same code, and the upload page obeys the site's numbers."""

import csv
import io
from collections.abc import Sequence
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from common.workbook.limits import Limits
from common.workbook.problems import FileRefused
from common.workbook.read import read_book
from targets.models import Plan
from tests.hostile.gen import biff8, cfb
from tests.progress_import.files import HEADER, last_batch, problems_of, row, upload, workbook

# Three rows of six filled cells.
ROWS = [HEADER, row(base=1, note="注"), row("连云区", base=1, note="注")]
BELOW = [*ROWS, [None], [None], ["注：说明"]]


def xlsx_file(rows: Sequence[Sequence[Any]]) -> bytes:
    return workbook(rows[1:], rows[0])


def csv_file(rows: Sequence[Sequence[Any]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def xls_file(rows: Sequence[Sequence[Any]]) -> bytes:
    made: bytes = cfb({"Workbook": biff8(rows)})
    return made


FORMATS = pytest.mark.parametrize(
    ("make", "name"), [(xlsx_file, "a.xlsx"), (csv_file, "a.csv"), (xls_file, "a.xls")], ids=["xlsx", "csv", "xls"]
)


@FORMATS
@pytest.mark.parametrize(
    ("rows", "limit", "holds", "code"),
    [
        (ROWS, "columns", 6, "too_many_columns"),
        (ROWS, "cells", 18, "too_many_cells"),
        (ROWS, "rows", 2, "too_many_rows"),
        (BELOW, "last_row", 6, "too_many_rows"),
    ],
    ids=["columns", "cells", "rows", "last row"],
)
def test_one_more_than_allowed_then_refused(
    rows: list[list[Any]], limit: str, holds: int, code: str, make: Any, name: str
) -> None:
    content = make(rows)

    read = read_book(content, name, Limits(header_rows=1, **{limit: holds}))
    with pytest.raises(FileRefused) as refused:
        read_book(content, name, Limits(header_rows=1, **{limit: holds - 1}))

    assert len(read.sheets[0].rows) >= len(ROWS)
    assert refused.value.problem.code == code


@pytest.mark.parametrize(("make", "name"), [(xlsx_file, "a.xlsx"), (xls_file, "a.xls")], ids=["xlsx", "xls"])
def test_one_sheet_more_than_allowed_then_refused(make: Any, name: str) -> None:
    with pytest.raises(FileRefused) as refused:
        read_book(make(ROWS), name, Limits(sheets=0))

    assert refused.value.problem.code == "too_many_sheets"


@FORMATS
def test_site_sets_a_limit_then_the_upload_page_obeys_it(
    make: Any, name: str, plan: Plan, client: Client, settings: Settings
) -> None:
    settings.IMPORT_LIMITS = {"cells": 17}

    upload(client, plan, make(ROWS), name)

    assert problems_of(last_batch()) == {(None, "", "too_many_cells")}


# --- names


@pytest.mark.parametrize("name", ["报表.xlsm", "报表.xlsb", "报表.ods", "报表.docx", "报表.PDF"])
def test_workbook_that_calls_itself_a_kind_that_is_refused_then_refused(name: str, plan: Plan, client: Client) -> None:
    upload(client, plan, xlsx_file(ROWS), name)

    assert problems_of(last_batch()) == {(None, "", "name_mismatch")}
