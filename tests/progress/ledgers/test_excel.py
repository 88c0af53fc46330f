"""The registers in and out of Excel: one declaration, one way, for all of them."""

import io
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, models
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import Workbook, load_workbook

from accounts.models import User
from audit.models import AuditEvent
from progress.models import ChargingPile, ImportBatch, ItemChange, Nomination, Report
from progress.models.items import last_named
from progress.queries.ledger_columns import register_of
from targets.models import Institution, PlanUnit
from tests.factories import make_report, sign_in
from tests.progress.ledgers.builders import CODES, DAY, OF_INSTITUTIONS, ledger, make_institution, make_item
from tests.progress_import.files import confirm, do_jobs, last_batch, move

ROOT = "/320700/2023/ledgers/"
State = ImportBatch.State
HEADER = ["机构", "安装地点", "投用日期", "桩数（个）", "枪数（个）", "电流类型", "总功率（kW）", "新建或更换", "备注"]
ROW = ["县机关事务中心", "北侧停车场", "2023-05-10", 4, 6, "交流", 28, "新建", ""]


def sheet(rows: list[list[Any]], header: list[str] | None = None) -> bytes:
    book, content = Workbook(), io.BytesIO()
    page = book.active
    assert page is not None
    for row in [header or HEADER, *rows]:
        page.append(row)
    book.save(content)
    return content.getvalue()


def upload(client: Client, content: bytes, code: str = "charging_piles") -> Any:
    file = SimpleUploadedFile("台账.xlsx", content)
    answer = client.post(f"/320700/2023/imports/?kind=ledger-{code}", {"file": file}, follow=True)
    return client.get(answer.redirect_chain[-1][0]) if do_jobs() and answer.redirect_chain else answer


def problem_codes() -> list[str]:
    return [problem["code"] for problem in last_batch().problems if problem["level"] == "error"]


@pytest.fixture
def browser(clerk: User, institution: Institution) -> Client:
    return sign_in(clerk)


@pytest.mark.parametrize("code", CODES)
def test_export_given_items_then_sent_back_it_changes_nothing(
    code: str, officer: User, institution: Institution
) -> None:
    twin = make_institution(institution.unit, name=institution.name)
    for owner in (institution, twin) if code in OF_INSTITUTIONS else (institution.unit,):
        make_item(code, owner)
    browser = sign_in(officer)

    content = browser.get(f"{ROOT}{code}/export.xlsx").content
    upload(browser, content, code)

    assert last_batch().problems == []
    assert (last_batch().created, last_batch().changed) == (0, 0)
    assert last_batch().unchanged == ledger(code).model.objects.count()


@pytest.mark.parametrize("code", CODES)
def test_form_filled_in_as_the_examples_of_its_help_then_nothing_is_refused(
    code: str, officer: User, institution: Institution
) -> None:
    make_institution(institution.unit, name="东海县机关事务管理局")
    browser = sign_in(officer)
    book = load_workbook(io.BytesIO(browser.get(f"{ROOT}{code}/form.xlsx").content))
    examples = {row[0].value: row[3].value for row in book["填写说明"].iter_rows() if len(row) > 3}
    register = register_of(ledger(code))
    kinds = {"申报类别": "申报省公共机构节能低碳示范单位", "项目类别": "食堂全电厨房改造试点"}
    row = [examples[one.header] or kinds.get(one.header) for one in register.columns]

    upload(browser, sheet([row], list(register.headers)), code)

    assert last_batch().problems == []
    assert last_batch().created == 1
    assert all(value for value, one in zip(row, register.columns, strict=True) if one.required)


@pytest.mark.parametrize("code", CODES)
def test_form_given_a_register_then_its_headers_are_its_columns(code: str, browser: Client) -> None:
    content = browser.get(f"{ROOT}{code}/form.xlsx").content

    page = load_workbook(io.BytesIO(content)).worksheets[0]
    headers = [str(cell.value).rstrip("*") for cell in page[3] if cell.value]
    assert headers == list(register_of(ledger(code)).headers)


@pytest.mark.parametrize("code", CODES)
def test_help_given_a_register_then_every_column_is_explained_beside_form_and_export(
    code: str, browser: Client
) -> None:
    text = browser.get(f"/320700/2023/imports/?kind=ledger-{code}").content.decode()

    assert all(f'<span class="strong">{header}</span>' in text for header in register_of(ledger(code)).headers)
    assert f'href="{ROOT}{code}/form.xlsx"' in text
    assert f'href="{ROOT}{code}/export.xlsx"' in text


def test_upload_given_new_rows_then_previewed_confirmed_and_in_the_trail_once(browser: Client) -> None:
    text = upload(browser, sheet([ROW, [*ROW[:1], "南侧停车场", *ROW[2:]]])).text
    assert "南侧停车场" in text
    assert not ChargingPile.objects.exists()

    confirm(browser)

    assert last_batch().state == State.APPLIED
    item = ChargingPile.objects.get(title="北侧停车场")
    assert (item.day, item.piles, item.power_kw, item.build, item.version) == (DAY, 4, Decimal(28), "new", 1)
    assert (item.created_by, item.search_key) == ("reporter 东海县", "北侧停车场 bctcc")
    assert ItemChange.objects.filter(step="import").count() == 2
    assert AuditEvent.objects.filter(action="ledger.import").count() == 1
    assert browser.get(f"{ROOT}charging_piles/{item.uuid}/").status_code == 200


def test_upload_given_rows_that_stand_then_only_what_differs_changes(browser: Client, institution: Institution) -> None:
    item = make_item("charging_piles", institution)
    upload(browser, sheet([[*ROW[:3], 5, 7, *ROW[5:]]]))

    confirm(browser)

    item.refresh_from_db()
    assert (last_batch().changed, item.piles, item.connectors, item.version) == (1, 5, 7, 2)


@pytest.mark.parametrize(
    ("place", "value", "code"),
    [
        (0, "外县中学", "unknown_name"),
        (0, "", "required"),
        (1, "", "required"),
        (2, "2999-01-01", "cannot_stand"),
        (2, "五月", "bad_date"),
        (3, "四", "not_a_number"),
        (3, 1.5, "too_many_decimals"),
        (3, 0, "out_of_range"),
        (4, 3, "cannot_stand"),
        (5, "直交流", "unknown_choice"),
    ],
)
def test_upload_given_a_wrong_cell_then_refused_with_its_reason(
    place: int, value: Any, code: str, browser: Client, foreign: Institution
) -> None:
    row = [*ROW[:place], value, *ROW[place + 1 :]]

    upload(browser, sheet([row]))

    assert problem_codes() == [code]
    assert last_batch().problems[0]["cell"].rstrip("0123456789") == "ABCDEF"[place]
    assert last_batch().state == State.REFUSED


def test_upload_given_rows_that_could_not_all_be_read_then_the_rest_of_them_is_checked_too(browser: Client) -> None:
    rows: list[list[Any]] = [
        ["县机关事务中心", "北侧", "2999-05-10", 4, 3, "交流", "约28", "新建", ""],
        ["火星县医院", "南侧", "2999-05-10", 4, 3, "交流", 28, "新建", ""],
        ["县机关事务中心", "西侧", "2999-05-10", "约4", 3, "交流", 28, "新建", ""],
        ["县机关事务中心", "东侧", "", 4, 6, "交流", 28, "新建", ""],
    ]

    answer = upload(browser, sheet(rows))

    told = [(problem["row"], problem["code"], problem["column"]) for problem in last_batch().problems]
    assert answer.status_code == 200
    assert sorted(told) == sorted(
        [
            (2, "cannot_stand", "枪数（个）"),
            (2, "cannot_stand", "投用日期"),
            (2, "not_a_number", "总功率（kW）"),
            (3, "cannot_stand", "枪数（个）"),
            (3, "cannot_stand", "投用日期"),
            (3, "unknown_name", "机构"),
            (4, "cannot_stand", "投用日期"),
            (4, "not_a_number", "桩数（个）"),
            (5, "required", "投用日期"),
        ]
    )


@pytest.mark.parametrize("code", CODES)
def test_what_cannot_stand_together_then_it_is_told_at_a_column(code: str) -> None:
    checks = [one for one in ledger(code).model._meta.constraints if isinstance(one, models.CheckConstraint)]

    assert {last_named(one.condition) for one in checks} <= set(ledger(code).fields)


def test_upload_given_the_same_twice_then_both_rows_are_named(browser: Client) -> None:
    upload(browser, sheet([ROW, ROW]))

    assert problem_codes() == ["duplicate_key", "duplicate_key"]


def test_upload_given_nomination_dates_then_they_lead_on_and_never_back(
    browser: Client, institution: Institution
) -> None:
    item = make_item("nominations", institution, applied_on=date(2023, 6, 1))
    header = ["机构", "申报名称", "申报类别", "申报日期", "初审日期", "现场验收日期"]
    key = [institution.name, item.title, "申报省公共机构节能低碳示范单位"]

    upload(browser, sheet([[*key, "2023-06-01", "", "2023-07-01"]], header), "nominations")
    assert problem_codes() == ["cannot_stand"]
    assert last_batch().problems[0]["column"] == "现场验收日期"
    upload(browser, sheet([[*key, "清空", "", ""]], header), "nominations")
    assert "stage_back" in problem_codes()
    assert {problem["column"] for problem in last_batch().problems if problem["code"] == "stage_back"} == {"申报日期"}
    upload(browser, sheet([[*key, "2023-06-01", "2023-06-20", ""]], header), "nominations")
    confirm(browser)

    moved = Nomination.objects.get()
    assert (moved.stage, moved.reviewed_on) == ("reviewed", date(2023, 6, 20))


def test_undo_given_an_import_then_what_stood_stands_again(browser: Client, institution: Institution) -> None:
    item = make_item("charging_piles", institution)
    upload(browser, sheet([[*ROW[:3], 5, 7, *ROW[5:]], [*ROW[:1], "南侧停车场", *ROW[2:]]]))
    confirm(browser)

    move(browser, "undo")

    assert last_batch().state == State.UNDONE
    item.refresh_from_db()
    assert (item.piles, item.connectors) == (4, 6)
    assert list(ChargingPile.objects.all()) == [item]


def test_undo_given_a_later_import_then_it_is_named_and_goes_first(browser: Client, institution: Institution) -> None:
    upload(browser, sheet([ROW, [*ROW[:1], "南侧停车场", *ROW[2:]]]))
    confirm(browser)
    first = last_batch()
    upload(browser, sheet([[*ROW[:3], 5, 7, *ROW[5:]]]))
    confirm(browser)

    answer = move(browser, "undo", first)

    assert answer.status_code == 409
    assert "后来改过其中 1 行，请先撤销“" in answer.text
    assert [move(browser, "undo", one).status_code for one in (last_batch(), first)] == [200, 200]
    assert not ChargingPile.objects.exists()


def test_undo_given_an_item_changed_by_hand_since_then_it_is_named(browser: Client, institution: Institution) -> None:
    upload(browser, sheet([ROW]))
    confirm(browser)
    ChargingPile.objects.update(piles=1, version=2)

    answer = move(browser, "undo")

    assert "北侧停车场”：后来手工改过</li>" in answer.text
    assert ChargingPile.objects.get().piles == 1


def test_undo_given_an_approved_line_on_an_added_item_then_refused(
    browser: Client, institution: Institution, county: PlanUnit
) -> None:
    upload(browser, sheet([[*ROW[:2], "2023-02-01", *ROW[3:]]]))
    confirm(browser)
    make_report(county, 1, {"CP": (4, None)}, state=Report.State.APPROVED)

    answer = move(browser, "undo")

    assert "北侧停车场" in answer.text
    assert last_batch().state == State.APPLIED
    assert ChargingPile.objects.exists()


def test_confirm_given_that_somebody_was_first_then_the_newer_preview_is_shown(
    browser: Client, institution: Institution, officer: User
) -> None:
    upload(browser, sheet([ROW]))
    make_item("charging_piles", institution, piles=1, connectors=1)

    confirm(browser)

    assert ChargingPile.objects.get().piles == 1


def test_import_given_thousands_of_rows_then_few_queries(browser: Client) -> None:
    counts = []
    for size in (3, 3000):
        rows = [[*ROW[:1], f"{size}-{number}号", *ROW[2:]] for number in range(size)]
        upload(browser, sheet(rows))
        with CaptureQueriesContext(connection) as queries:
            confirm(browser)
            do_jobs()
        counts.append(len([one for one in queries if not one["sql"].startswith(("SAVEPOINT", "RELEASE"))]))

    assert ChargingPile.objects.count() == 3003
    assert max(counts) <= 40, counts
