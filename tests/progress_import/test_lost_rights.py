"""Who has lost the right to import before a job does the work: nothing is written, and the import says why."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models import User
from accounts.policy import Role
from progress.models import ImportBatch, Line
from targets.models import Plan
from tests.factories import make_user, sign_in
from tests.progress_import.files import do_jobs, import_events, last_batch, row, upload, workbook

State = ImportBatch.State
LEFT = {"is_active": False}
MOVED = {"role": Role.LEADER}


@pytest.fixture(autouse=True)
def long_work(settings: Settings) -> None:
    """Every file is checked and written by a job."""
    settings.IMPORT_JOB_BYTES = 0


def change(officer: User, facts: dict[str, Any]) -> None:
    User.objects.filter(pk=officer.pk).update(**facts)


def page_text() -> str:
    """The import's page as another officer sees it."""
    batch = last_batch()
    address = reverse("progress:import_batch", args=[batch.plan.owner.code, batch.plan.year, batch.uuid])
    return sign_in(make_user()).get(address).content.decode()


@pytest.mark.parametrize(("facts", "why"), [(LEFT, "已停用"), (MOVED, "角色不能进行此操作")], ids=["left", "moved"])
def test_right_lost_before_the_job_writes_then_nothing_is_written(
    facts: dict[str, Any], why: str, plan: Plan, client: Client, officer: User
) -> None:
    upload(client, plan, workbook([row()]))
    batch = last_batch()
    assert batch.state == State.CHECKED
    address = reverse("progress:import_confirm", args=[plan.owner.code, plan.year, batch.uuid])
    client.post(address, {"seen": batch.digest})
    change(officer, facts)

    assert do_jobs() == 1

    assert last_batch().state == State.CHECKED
    assert why in last_batch().remark
    assert why in page_text()
    assert not Line.objects.exists()
    assert import_events() == ["import.check"]


@pytest.mark.parametrize(("facts", "why"), [(LEFT, "已停用"), (MOVED, "角色不能进行此操作")], ids=["left", "moved"])
def test_right_lost_before_the_job_checks_then_the_file_is_refused_and_says_why(
    facts: dict[str, Any], why: str, plan: Plan, client: Client, officer: User
) -> None:
    address = reverse("progress:imports", args=[plan.owner.code, plan.year])
    client.post(address, {"file": SimpleUploadedFile("报表.xlsx", workbook([row()]))})
    assert last_batch().state == State.READING
    change(officer, facts)

    assert do_jobs() == 1

    assert last_batch().state == State.REFUSED
    assert why in page_text()
    assert import_events() == ["import.refuse"]
