"""Every hostile and messy file through the real upload page, as the manifest says."""

import io

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from accounts.policy import Role
from progress.models import ImportBatch, Line
from targets.models import Plan
from tests.factories import make_user, sign_in
from tests.hostile.corpus import ALL, BY_FILE, Case
from tests.progress_import.files import import_events, last_batch, problems_of, send, stored_counts

Outcome = ImportBatch.Outcome
ACCEPTED = (Outcome.ACCEPTED, Outcome.WARNINGS)


# A sample of each expectation always, the rest in the slow stage.
CASES = [case if number % 7 == 0 else pytest.param(case, marks=pytest.mark.slow) for number, case in enumerate(ALL)]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_corpus_file_uploaded_is_read_right_or_refused_whole(case: Case, plan: Plan, client: Client) -> None:
    if case.uploader:
        client = sign_in(make_user(Role.REPORTER, plan.plan_units.get(name=case.uploader).unit))
    before = stored_counts()

    answer = send(client, plan, case.content, case.file)

    assert answer.status_code == 200
    assert "Traceback" not in answer.content.decode()
    batch = last_batch()
    if batch.outcome in ACCEPTED:
        assert import_events() == ["import.check", "import.apply"]
        check_accepted(case, batch)
        assert book_of(client, batch, "progress:import_receipt").sheetnames
    else:
        assert import_events() == ["import.refuse"]
        assert stored_counts() == before
        check_refused(case, batch)
        if batch.outcome == Outcome.REJECTED_ROWS:
            check_error_book(book_of(client, batch, "progress:error_book"))


@pytest.mark.parametrize("name", ["value_overflow_numeric_cell.xlsx"])
def test_refused_file_that_cannot_be_saved_as_it_was_then_its_error_workbook_is_made_anew(
    name: str, plan: Plan, client: Client
) -> None:
    send(client, plan, BY_FILE[name].content, name)

    assert last_batch().outcome == Outcome.REJECTED_ROWS
    check_error_book(book_of(client, last_batch(), "progress:error_book"))


def book_of(client: Client, batch: ImportBatch, door: str) -> Workbook:
    """The error workbook or the receipt, as it is downloaded."""
    answer = client.get(reverse(door, args=["320700", 2023, batch.uuid]))
    assert answer.status_code == 200, answer.content.decode()
    return load_workbook(io.BytesIO(b"".join(answer) if answer.streaming else answer.content))


def check_error_book(book: Workbook) -> None:
    assert "问题汇总" in book.sheetnames
    told = [cell.value for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert "问题" in told
    assert book["问题汇总"]["F5"].value


def check_accepted(case: Case, batch: ImportBatch) -> None:
    assert case.expect in ("accept", "accept_with_warnings", "either"), batch.outcome
    if case.rows:
        assert sorted(stored_rows(), key=str) == sorted(map(as_stored, case.rows), key=str)
    if case.expect == "accept":
        assert problems_of(batch, "warning") == set()
    for warning in case.warnings:
        assert is_told(batch, warning), f"{warning} not in {batch.problems}"


def check_refused(case: Case, batch: ImportBatch) -> None:
    if batch.outcome == Outcome.REJECTED_ROWS:
        assert case.expect in ("reject_rows", "either"), batch.problems
        if case.row_errors:
            assert problems_of(batch) == {(e["row"], e["column"], e["code"]) for e in case.row_errors}
        return
    assert case.expect in ("reject_file", "either") or "reject_file" in case.also_ok, batch.problems
    (problem,) = batch.problems
    said = f"{problem['code']}:{problem['column']}" if ":" in case.reason else problem["code"]
    if case.reason:
        assert said in case.reason.split("_or_")


def stored_rows() -> list[tuple[str, str, str, str]]:
    """What stands in the database after the import: unit, indicator, value, note."""
    lines = Line.objects.select_related("report__plan_unit", "indicator")
    return [(one.report.plan_unit.name, one.indicator.name, f"{one.value:.4f}", one.note) for one in lines]


def as_stored(row: dict[str, str]) -> tuple[str, str, str, str]:
    return row["地区"], row["指标"], f"{float(row['完成值']):.4f}", row["备注"]


def is_told(batch: ImportBatch, warning: str) -> bool:
    """Whether a warning of the manifest is among the batch's: `code:row 2`, `code:3`, `code:column` or `code:sheet`."""
    code, _, where = warning.partition(":")
    where = where.removeprefix("row ")
    return any(
        problem["code"] == code and where in (str(problem["row"]), problem["column"], problem["sheet"])
        for problem in batch.problems
        if problem["level"] == "warning"
    )


@pytest.mark.parametrize("name", BY_FILE["inject_file_name.xlsx"].upload_as, ids=ascii)
def test_good_file_under_a_hostile_name_is_imported(name: str, plan: Plan, client: Client) -> None:
    answer = send(client, plan, BY_FILE["inject_file_name.xlsx"].content, name)

    assert answer.status_code == 200
    assert last_batch().outcome in ACCEPTED
    assert "/" not in last_batch().file.name
    assert "<img src=x" not in answer.content.decode()
