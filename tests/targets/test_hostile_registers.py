"""Every hostile and messy file through the import in Django's admin: refused as by the portal's own import."""

from hashlib import sha256
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from audit.models import AuditEvent
from progress.models import ImportBatch
from targets.models import Institution, Plan, UnitAlias
from tests.admin_imports import send
from tests.factories import make_user, sign_in
from tests.hostile.corpus import ALL, BY_FILE, HEAVY, Case
from tests.progress_import.files import last_batch
from tests.progress_import.test_register_imports import upload
from tests.spending import cpu_seconds
from tests.targets.institution_files import line, sheet

BODIES = "targets/institution"
MOST_SECONDS = 10  # of the processor, the portal's own and the reader's, for any file
# What is wrong with a table of progress, nobody finds in a file that has no table of institutions.
OF_PROGRESS = (
    "no_data_rows", "no_header", "missing_column:完成值", "duplicate_column:完成值", "no_quarter",
    "several_data_sheets",
)  # fmt: skip
LONG_TABLE = "scale_20001_rows.xlsx"  # a row too many for a table, not for a file
NO_TABLE = "no_header"

# A sample always, the rest in the slow stage.
CASES = [case if number % 9 == 0 else pytest.param(case, marks=pytest.mark.slow) for number, case in enumerate(ALL)]
CASES += [pytest.param(case, marks=pytest.mark.slow) for case in HEAVY]


@pytest.fixture
def officer(plan: Plan) -> Client:
    return sign_in(make_user("officer"))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_corpus_file_then_refused_with_the_codes_of_the_portals_import(case: Case, plan: Plan, officer: Client) -> None:
    content = case.content
    before, began = stored(), cpu_seconds()

    answer = send(officer, BODIES, content, case.file)

    assert cpu_seconds() - began <= MOST_SECONDS
    assert answer.status_code == 422
    assert "Traceback" not in answer.content.decode()
    assert stored() == before
    told = told_of(content)
    assert (told.object_name, told.outcome) == (case.file, "refused")
    assert told.reason in expected(case)
    upload(officer, plan, content, name=case.file)
    assert told.reason == codes_of(last_batch())


@pytest.mark.parametrize("table", [BODIES, "targets/unitalias", "accounts/user"])
@pytest.mark.parametrize("name", ["xml_xxe_file.xlsx", "empty_0_bytes.xlsx", "macro_renamed.xlsx"])
def test_hostile_file_for_any_register_then_refused_in_words_and_forgotten(
    table: str, name: str, officer: Client
) -> None:
    person = sign_in(make_user("sysadmin")) if table == "accounts/user" else officer
    before = stored()

    answer = send(person, table, BY_FILE[name].content, name)

    assert answer.status_code == 422
    assert answer.context["result"].file_problems[0] in answer.content.decode()
    assert told_of(BY_FILE[name].content).reason == BY_FILE[name].reason
    assert stored() == before


@pytest.mark.parametrize("name", BY_FILE["inject_file_name.xlsx"].upload_as, ids=ascii)
def test_good_register_under_a_hostile_name_then_read_as_by_the_portals_import(
    name: str, plan: Plan, officer: Client
) -> None:
    content = sheet([line(1)])

    answer = send(officer, BODIES, content, name)

    upload(officer, plan, content, name=name)
    assert last_batch().state == ImportBatch.State.CHECKED
    assert answer.status_code == 200
    assert answer.context["result"].checked.changes
    assert "<img src=x" not in answer.content.decode()


@pytest.mark.parametrize("name", ["名录.csv", "名录.xls", "名录.et", "名录.xlsm", "名录.ods", "名录.pdf"])
def test_good_register_under_the_name_of_another_kind_then_refused_as_by_the_portals_import(
    name: str, plan: Plan, officer: Client
) -> None:
    content = sheet([line(1)])

    answer = send(officer, BODIES, content, name)

    upload(officer, plan, content, name=name)
    assert answer.status_code == 422
    assert told_of(content).reason == codes_of(last_batch()) != ""


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        ({"rows": 2}, "too_many_rows"),
        ({"columns": 5}, "too_many_columns"),
        ({"cells": 12}, "too_many_cells"),
        ({"entries": 3}, "too_many_parts"),
        ({"part": 500}, "unpacked_too_large"),
    ],
)
def test_good_register_over_a_limit_of_the_site_then_refused(
    limits: dict[str, int], code: str, officer: Client, settings: Settings
) -> None:
    settings.IMPORT_LIMITS = limits
    content = sheet(line(number) for number in range(3))

    answer = send(officer, BODIES, content, "名录.xlsx")

    assert answer.status_code == 422
    assert told_of(content).reason == code


@pytest.mark.parametrize("name", ["roster.xls", "roster.json", "roster.html", "roster", "roster.xlsx.exe"])
def test_what_is_no_workbook_then_refused_whatever_it_calls_itself(name: str, officer: Client) -> None:
    answer = send(officer, BODIES, b"x", name)

    assert answer.status_code == 422
    assert told_of(b"x").reason == "not_xlsx"


def test_picture_then_the_page_says_what_it_is_and_what_to_do(officer: Client) -> None:
    text = send(officer, BODIES, b"\x89PNG\r\n\x1a\n" + b"\0" * 64, "扫描件.png").content.decode()

    assert "这是一张 PNG 图片，不是工作簿。请把表格填进 Excel 或 WPS" in text
    assert "请按下面列出的每一处改正" not in text


def told_of(content: bytes) -> AuditEvent:
    """The one entry of the trail about a file that was refused in the admin."""
    return AuditEvent.objects.get(action="import.refuse", object_key=sha256(content).hexdigest())


def expected(case: Case) -> list[str]:
    """The codes that may stand in the trail: the manifest's where it is about the container."""
    if case.file == LONG_TABLE or case.reason in OF_PROGRESS or case.expect not in ("reject_file", "either"):
        return [NO_TABLE]
    of_container = case.reason.split("_or_")
    return of_container if case.expect == "reject_file" else [*of_container, NO_TABLE]


def codes_of(batch: ImportBatch) -> str:
    """The codes of a batch's errors as the trail has them."""
    return "、".join(sorted({problem["code"] for problem in batch.problems if problem["level"] == "error"}))


def stored() -> dict[str, Any]:
    """What an import in the admin could leave behind."""
    waiting = default_storage.listdir("waiting")[1] if default_storage.exists("waiting") else []
    counts = {model.__name__: model.objects.count() for model in (Institution, UnitAlias, User)}
    return {**counts, "waiting": waiting}
