"""Mutants and heavy files through the real upload page: no failure, no partial write, nobody waits long."""

import time

import pytest
from django.test import Client

from progress.models import ImportBatch, Line
from targets.models import Plan
from tests.hostile.corpus import HEAVY, Case
from tests.hostile.fuzz import mutants
from tests.progress_import.files import confirm, last_batch, move, problems_of, stored_counts, upload

State = ImportBatch.State
SAMPLE = 12


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


@pytest.mark.slow
@pytest.mark.parametrize("case", HEAVY, ids=str)
def test_heavy_file_then_a_job_refuses_it_within_its_time(case: Case, plan: Plan, client: Client) -> None:
    content = case.content
    before, began = stored_counts(), time.process_time()

    answer = upload(client, plan, content, case.file)

    assert answer.status_code == 200
    assert time.process_time() - began <= case.max_seconds
    ((_row, _column, code),) = problems_of(last_batch())
    assert code == case.reason
    assert stored_counts() == before
