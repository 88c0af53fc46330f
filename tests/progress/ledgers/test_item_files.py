"""The files behind an item, in the page: uploaded one by one, shown in place, for whom it concerns."""

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.policy import Role
from progress.models import ItemFile, Report
from targets.models import Institution, PlanUnit
from tests.factories import make_report, make_user, sign_in
from tests.progress.builders import PDF, PNG, XLSX, upload
from tests.progress.ledgers.builders import make_item

PAGE = "/320700/2023/ledgers/charging_piles/{}/"


@pytest.fixture
def page(institution: Institution) -> str:
    """The page of an item of the county."""
    return PAGE.format(make_item("charging_piles", institution).uuid)


@pytest.fixture
def browser(county: PlanUnit) -> Client:
    return sign_in(make_user(Role.REPORTER, county.unit))


def test_a_script_uploads_one_file_or_is_told_why_not(browser: Client, page: str) -> None:
    kept = browser.post(f"{page}files/upload/", {"file": upload(PDF, "验收单.pdf")})
    refused = browser.post(f"{page}files/upload/", {"file": upload(b"<html>", "b.pdf")})
    none = browser.post(f"{page}files/upload/")

    assert (kept.status_code, kept.json()) == (201, {"number": "", "name": "验收单.pdf"})
    assert (refused.status_code, refused.json()["message"]) == (422, "“b.pdf”不是可用的佐证材料。")
    assert none.status_code == 422
    assert ItemFile.objects.count() == 1


def test_pictures_are_shown_in_place_and_office_files_only_downloaded(browser: Client, page: str) -> None:
    for content, name in ((PNG, "a.png"), (XLSX, "b.xlsx")):
        browser.post(f"{page}files/upload/", {"file": upload(content, name)})
    picture, office = ItemFile.objects.select_related("file").order_by("pk")

    shown = browser.get(f"{page}files/{picture.file.uuid}/view/")

    assert (shown.getvalue(), shown["Content-Type"]) == (PNG, "image/png")
    assert "sandbox" in shown["Content-Security-Policy"]
    assert browser.get(f"{page}files/{office.file.uuid}/view/").status_code == 404
    text = browser.get(page).text
    assert f'href="{page}files/{picture.file.uuid}/view/"' in text
    assert f'href="{page}files/{office.file.uuid}/view/"' not in text


def test_a_neighbour_sees_nothing_of_it(browser: Client, page: str, pilot: PlanUnit) -> None:
    browser.post(f"{page}files/upload/", {"file": upload(PDF, "a.pdf")})
    kept = ItemFile.objects.select_related("file").get()
    stranger = sign_in(make_user(Role.REPORTER, pilot.unit))

    assert stranger.get(f"{page}files/{kept.file.uuid}/view/").status_code == 404
    assert stranger.post(f"{page}files/upload/", {"file": upload(PNG, "b.png")}).status_code == 404
    assert ItemFile.objects.count() == 1


def test_what_an_approved_line_rests_on_keeps_its_files(browser: Client, page: str, county: PlanUnit) -> None:
    browser.post(f"{page}files/upload/", {"file": upload(PDF, "a.pdf")})
    kept = ItemFile.objects.select_related("file").get()
    make_report(county, 2, {"CP": (4, None)}, state=Report.State.APPROVED)

    refused = browser.post(f"{page}files/{kept.file.uuid}/remove/")

    assert refused.status_code == 409
    assert "附件不能删除" in refused.text
    assert "remove/" not in browser.get(page).text
    assert ItemFile.objects.get() == kept
    assert browser.post(f"{page}files/upload/", {"file": upload(PNG, "b.png")}).status_code == 201


def test_files_of_an_item_are_limited_in_size_and_number_as_evidence_is(
    browser: Client, page: str, settings: Settings
) -> None:
    settings.EVIDENCE_MAX_BYTES, settings.EVIDENCE_MAX_FILES = 40, 2
    large = browser.post(f"{page}files/upload/", {"file": upload(PDF + b"x" * 40, "a.pdf")})
    answers = [browser.post(f"{page}files/upload/", {"file": upload(PDF + bytes([n]), "a.pdf")}) for n in range(3)]

    assert large.status_code == 422
    assert [answer.status_code for answer in answers] == [201, 201, 422]
    assert ItemFile.objects.count() == 2
