"""Imports by programs: the same declarations, checks, rights and codes as on the pages, in JSON."""

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import User
from accounts.policy import Role
from progress.models import ImportBatch, Line
from targets.excel.institutions import INSTITUTIONS
from targets.models import Plan
from tests.factories import make_user, sign_in
from tests.progress_import.files import COUNT, RATE, workbook


def address(name: str, *more: object) -> str:
    return reverse(f"progress:api_{name}", args=["320700", 2023, *more])


def sent(client: Client, content: bytes, *, kind: str = "progress") -> Any:
    answer = client.post(address("send", kind), {"file": SimpleUploadedFile("进度.xlsx", content)})
    assert answer.status_code == 201, answer.content
    return answer.json()


def confirmed(client: Client, document: Any, **more: Any) -> HttpResponse:
    said = {"digest": document["digest"], **more}
    return client.post(address("confirm", document["uuid"]), said, content_type="application/json")


def good() -> bytes:
    return workbook([["海州区", "2023年第1季度", COUNT, 3, None, None]])


def wrong() -> bytes:
    return workbook([["海州县", "2023年第1季度", COUNT, 3, None, None], ["海州区", "2023Q9", RATE, "x", None, None]])


def test_columns_then_they_are_the_declaration_that_files_are_read_by(plan: Plan, client: Client) -> None:
    said = client.get(address("columns", "institutions")).json()

    assert [one["name"] for one in said["columns"]] == [column.name for column in INSTITUTIONS.columns]
    by_name = {one["name"]: one for one in said["columns"]}
    assert by_name["credit_code"]["key"]
    assert by_name["kind"]["choices"][1] == {"code": "021", "label": "教育类事业单位"}
    assert (by_name["floor_area_m2"]["decimals"], by_name["floor_area_m2"]["unit"]) == (2, "m²")
    assert by_name["active_from"]["minimum"] == "1949-10-01"
    assert by_name["active_to"]["required"] is False
    assert said["rules"]


def test_columns_of_progress_then_the_form_and_the_page_say_the_same_and_every_synonym_is_read(
    plan: Plan, client: Client
) -> None:
    columns = client.get(address("columns", "progress")).json()["columns"]

    form = client.get(reverse("progress:download_long", args=["320700", 2023, 1]))
    book = load_workbook(io.BytesIO(form.content))
    headers = [cell.value for cell in book.worksheets[0][1]]
    assert headers[: len(columns)] == [one["header"] for one in columns]
    told = [cell.value for (cell,) in book["填写说明"].iter_rows(max_col=1)]
    page = client.get(reverse("progress:imports", args=["320700", 2023])).content.decode()
    for one in columns:
        assert f"{one['header']}：{one['how']}。" in told
        assert one["how"] in page
        assert "、".join(one["synonyms"]) in page
    required = [one["header"] for one in columns if one["required"]]
    assert required == ["地区", "季度", "指标", "完成值"]
    values = dict(
        zip((one["header"] for one in columns), ["海州区", "2023年第1季度", COUNT, 3, None, None], strict=True)
    )
    for one in columns:
        for word in one["synonyms"]:
            header = [word if each == one["header"] else each for each in values]
            document = sent(client, workbook([list(values.values())], header=header))
            assert (document["state"], document["created"]) == ("checked", 1), word


def test_columns_of_progress_in_english_then_only_headers_are_chinese(
    plan: Plan, officer: User, client: Client
) -> None:
    User.objects.filter(pk=officer.pk).update(language="en")

    columns = client.get(address("columns", "progress")).json()["columns"]
    page = client.get(reverse("progress:imports", args=["320700", 2023])).content.decode()

    assert [one["meaning"] for one in columns] == ["Unit", "Quarter", "Indicator", "Value", "Base", "Note"]
    assert "a unit&#x27;s name as listed; other headers: 单位, 区县, 县区" in page
    assert "needed by indicators that have a base" in page


def test_columns_of_what_has_none_of_its_own_then_404(plan: Plan, client: Client) -> None:
    assert client.get(address("columns", "targets")).status_code == 404
    assert client.get(address("columns", "nothing")).status_code == 404


def test_file_sent_and_confirmed_then_its_lines_are_stored(plan: Plan, client: Client) -> None:
    document = sent(client, good())

    assert (document["state"], document["created"], document["problems"]) == ("checked", 1, [])
    assert [change["new"]["value"] for change in document["changes"]] == ["3"]
    assert not Line.objects.exists()

    answer = confirmed(client, document)

    assert answer.status_code == 200
    assert answer.json()["state"] == "applied"
    assert client.get(address("batch", document["uuid"])).json() == answer.json()
    assert Line.objects.get().value == 3
    assert confirmed(client, document).json()["state"] == "applied"
    assert Line.objects.count() == 1


def test_wrong_file_then_every_problem_with_its_stable_code_and_place(plan: Plan, client: Client) -> None:
    document = sent(client, wrong())

    assert (document["state"], document["outcome"]) == ("refused", ImportBatch.Outcome.REJECTED_ROWS)
    said = {(one["row"], one["column"], one["code"], one["read"]) for one in document["problems"]}
    assert said >= {(2, "地区", "unknown_region", "海州县"), (3, "季度", "bad_quarter", "2023Q9")}
    assert all(one["message"] and one["sheet"] for one in document["problems"])
    assert confirmed(client, document).status_code == 409
    assert not Line.objects.exists()


def test_confirmation_of_another_preview_then_conflict_and_nothing_stored(plan: Plan, client: Client) -> None:
    document = sent(client, good())

    answer = confirmed(client, {**document, "digest": "0" * 64})

    assert (answer.status_code, answer.json()["code"]) == (409, "preview_changed")
    assert not Line.objects.exists()


@pytest.mark.parametrize(
    "said", [{"digest": "0" * 65}, {"digest": "0", "overwrite": ["x"]}, {"digest": "0", "overwrite": [-1]}]
)
def test_confirmation_that_cannot_be_read_then_400_says_which_field(plan: Plan, client: Client, said: Any) -> None:
    document = sent(client, good())

    answer = client.post(address("confirm", document["uuid"]), said, content_type="application/json")

    assert answer.status_code == 400
    assert set(answer.json()) <= {"digest", "overwrite"}


def test_no_file_then_a_sentence_and_what_to_do(plan: Plan, client: Client) -> None:
    answer = client.post(address("send", "progress"))

    assert answer.status_code == 422
    assert set(answer.json()) == {"code", "message", "hint"}


def test_file_of_another_county_then_it_is_not_there(plan: Plan) -> None:
    own, other = (sign_in(make_user(Role.REPORTER, unit)) for unit in ("320706", "320703"))
    document = sent(own, good())

    assert other.get(address("batch", document["uuid"])).status_code == 404
    assert confirmed(other, document).status_code == 404
