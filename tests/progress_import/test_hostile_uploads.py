"""Mutants and heavy files through the real upload page: no failure, no partial write, nobody waits long."""

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from accounts.models import User
from common.workbook.problems import FileRefused
from common.workbook.read import read_book
from progress.models import ImportBatch, Line
from progress.services.import_kinds import kind_of
from progress.services.imports import SentFile, receive_file
from progress.services.imports.sent import progress_limits
from progress.services.imports.writing import write_sent
from targets.models import Plan
from tests.hostile.corpus import HEAVY, Case
from tests.hostile.fuzz import mutants
from tests.progress_import.files import confirm, last_batch, move, problems_of, stored_counts, upload
from tests.spending import cpu_seconds

State = ImportBatch.State
SAMPLE = 12
MOST_SECONDS = 10  # of the processor, the portal's own and the reader's, for any file


@pytest.mark.parametrize("number", [SAMPLE, pytest.param(200, marks=[pytest.mark.slow, pytest.mark.timeout(1800)])])
def test_mutants_uploaded_and_confirmed_then_stored_whole_or_not_at_all(
    number: int, plan: Plan, client: Client
) -> None:
    stored = 0
    for name, content in mutants(1923, number):
        before = stored_counts()
        answer = upload(client, plan, content, f"{name.split('-')[0]}.xlsx")

        assert answer.status_code == 200, name
        assert stored_counts() == before, name
        batch = last_batch()
        if batch.state == State.CHECKED:
            assert confirm(client).status_code == 200, name
            written = Line.objects.filter(batch=batch).count()
            assert (last_batch().state, written) == (State.APPLIED, batch.created + batch.changed), name
            stored += 1
            assert move(client, "undo").status_code == 200, name
        else:
            assert batch.state == State.REFUSED, name
            assert batch.problems, name
    assert 0 < stored < number, "The mutants must be of both sorts."


@pytest.mark.parametrize("number", [60, pytest.param(3000, marks=[pytest.mark.slow, pytest.mark.timeout(1800)])])
def test_mutants_read_checked_and_written_then_stored_whole_or_not_at_all(
    number: int, plan: Plan, officer: User
) -> None:
    """All of them against the same state, read here and by no child of their own."""
    empty, stored = stored_counts(), 0
    for name, content in mutants(2023, number):
        with transaction.atomic():
            sent = read_here(content, "报表.xlsx")
            batch = receive_file(sent, kind=kind_of("progress"), plan=plan, by=officer, at=timezone.now())
            assert stored_counts() == empty, name
            if batch.state == State.CHECKED:
                batch.confirmed_at = timezone.now()
                write_sent(batch, sent, start=State.CHECKED, now=batch.confirmed_at, writing=transaction.atomic)
                kept = last_batch()
                assert kept.state == State.APPLIED, name
                assert Line.objects.count() == kept.created == batch.created, name
                stored += 1
            else:
                assert batch.state == State.REFUSED, name
                assert batch.problems, name
            transaction.set_rollback(True)
    assert 0 < stored < number, "The mutants must be of both sorts."


def read_here(content: bytes, name: str) -> SentFile:
    """The file as `SentFile.read` has it."""
    try:
        return SentFile(content, name, read_book(content, name, progress_limits()))
    except FileRefused as refused:
        return SentFile(content, name, refused=refused.problem)


@pytest.mark.slow
@pytest.mark.parametrize("case", HEAVY, ids=str)
def test_heavy_file_then_a_job_refuses_it_within_its_time(case: Case, plan: Plan, client: Client) -> None:
    content = case.content
    before, began = stored_counts(), cpu_seconds()

    answer = upload(client, plan, content, case.file)

    assert answer.status_code == 200
    assert cpu_seconds() - began <= MOST_SECONDS
    ((_row, _column, code),) = problems_of(last_batch())
    assert code == case.reason
    assert stored_counts() == before
