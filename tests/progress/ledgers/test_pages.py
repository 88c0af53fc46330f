"""The pages of the registers: one set for all, by their declarations."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from accounts.models import User
from accounts.policy import Role
from audit.models import AuditEvent
from progress.models import ChargingPile, ItemFile, Nomination, Report
from targets.models import Institution, Plan, PlanUnit
from tests.factories import make_report, make_user, sign_in
from tests.progress.builders import PDF
from tests.progress.ledgers.builders import AT, CODES, OF_INSTITUTIONS, ledger, make_institution, make_item

ROOT = "/320700/2023/ledgers/"
PILES = f"{ROOT}charging_piles/"
FORM = {
    "institution": "县机关事务中心", "title": "南侧停车场", "day": "2023-03-10", "piles": "2", "connectors": "4",
    "current": "dc", "power_kw": "120", "build": "new", "note": "",
}  # fmt: skip


@pytest.fixture
def browser(clerk: User, institution: Institution) -> Client:
    return sign_in(clerk)


def page_of(code: str, item: Any) -> str:
    return f"{ROOT}{code}/{item.uuid}/"


@pytest.mark.parametrize("code", CODES)
def test_pages_of_a_register_given_an_item_then_list_item_and_form_show_it(
    code: str, browser: Client, institution: Institution
) -> None:
    item = make_item(code, institution if code in OF_INSTITUTIONS else institution.unit)

    for address in (f"{ROOT}{code}/", page_of(code, item), f"{page_of(code, item)}edit/"):
        answer = browser.get(address)
        assert answer.status_code == 200, address
        assert item.name in answer.text, address
    assert browser.get(f"{ROOT}{code}/new/").status_code == 200


def test_add_given_a_full_form_then_stored_and_shown(browser: Client) -> None:
    answer = browser.post(f"{PILES}new/", FORM, follow=True)

    item = ChargingPile.objects.get()
    assert answer.redirect_chain == [(page_of("charging_piles", item), 302)]
    assert "已登记“南侧停车场”" in answer.text
    assert (item.piles, item.current, item.institution.name) == (2, "dc", "县机关事务中心")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"institution": "外县中学"}, "没有找到机构“外县中学”"),
        ({"piles": "0"}, "大于或等于"),
        ({"connectors": "1"}, "枪数不能少于桩数"),
        ({"day": "2999-01-01"}, "不能晚于今天"),
        ({"current": ""}, "必填"),
    ],
)
def test_add_given_what_cannot_be_then_said_in_the_form_with_what_was_typed(
    wrong: dict[str, str], words: str, browser: Client, foreign: Institution
) -> None:
    answer = browser.post(f"{PILES}new/", {**FORM, **wrong})

    assert answer.status_code == 422
    assert words in answer.text
    assert "南侧停车场" in answer.text
    assert not ChargingPile.objects.exists()


def test_add_given_an_institution_in_the_address_then_it_is_filled_in(browser: Client) -> None:
    assert 'value="县机关事务中心"' in browser.get(f"{PILES}new/?institution=县机关事务中心").text


def test_edit_given_a_version_of_before_then_both_contents_and_the_next_save_takes_mine(
    browser: Client, institution: Institution, officer: User
) -> None:
    item = make_item("charging_piles", institution)
    address = f"{page_of('charging_piles', item)}edit/"
    sign_in(officer).post(address, {**FORM, "version": "1", "piles": "3"})

    answer = browser.post(address, {**FORM, "version": "1", "piles": "1"})

    assert answer.status_code == 409
    assert "officer" in answer.text
    assert "您填的" in answer.text
    assert 'name="version" value="2"' in answer.text
    browser.post(address, {**FORM, "version": "2", "piles": "1"})
    assert ChargingPile.objects.get().piles == 1
    assert AuditEvent.objects.filter(action="refused:progress:item_edit").count() == 1


def test_table_given_filters_then_only_what_was_asked_for(browser: Client, institution: Institution) -> None:
    school = make_institution(institution.unit, name="第一小学")
    make_item("charging_piles", institution, title="北场", day=date(2023, 2, 1))
    make_item("charging_piles", school, title="南场", day=date(2023, 5, 1), build="replacement")
    make_item("charging_piles", school, title="废场", withdrawn_at=AT)

    shown = {
        query: [name for name in ("北场", "南场", "废场") if name in browser.get(f"{PILES}?{query}").text]
        for query in ("", "q=dyxx", "q=北", "kind=replacement", "since=2023-03-01", "until=2023-03-01", "withdrawn=on")
    }

    assert shown == {
        "": ["北场", "南场"],
        "q=dyxx": ["南场"],
        "q=北": ["北场"],
        "kind=replacement": ["南场"],
        "since=2023-03-01": ["南场"],
        "until=2023-03-01": ["北场"],
        "withdrawn=on": ["废场"],
    }


@pytest.mark.parametrize(
    "sort", ["", "day", "-piles", "power_kw", "institution__name", "title", "-current", "nonsense"]
)
def test_table_given_an_order_then_its_pages_hold_every_item_once(
    sort: str, browser: Client, institution: Institution
) -> None:
    ChargingPile.objects.bulk_create(
        ChargingPile(
            institution=institution, title=f"场{number}", piles=number % 7 + 1, connectors=9, power_kw=number % 5,
            day=date(2023, 1, 1) + timedelta(days=number % 11), current="ac", build="new", created_at=AT, changed_at=AT,
        )
        for number in range(120)
    )  # fmt: skip
    seen, address = [], f"?sort={sort}"

    while address:
        answer = browser.get(f"{PILES}{address}")
        seen += [row.item.title for row in answer.context["rows"]]
        address = answer.context["next_url"]

    assert len(seen) == 120
    assert len(set(seen)) == 120


def test_table_given_thirty_or_three_thousand_items_then_the_same_queries(
    plan: Plan, officer: User, institution: Institution
) -> None:
    browser = sign_in(officer)
    counts = []
    for size in (30, 3000):
        made = [
            ChargingPile(
                institution=institution, title=f"{size}-{number}", day=date(2023, 1, 1), piles=1, connectors=1,
                current="ac", power_kw=7, build="new", created_at=AT, changed_at=AT,
            )
            for number in range(size)
        ]  # fmt: skip
        ChargingPile.objects.bulk_create(made)
        browser.get(PILES)
        with CaptureQueriesContext(connection) as queries:
            browser.get(PILES)
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 12


def test_units_to_choose_from_given_an_english_reader_then_their_english_names(plan: Plan, officer: User) -> None:
    User.objects.filter(pk=officer.pk).update(language="en")
    browser = sign_in(officer)

    for page in (PILES, "/institutions/"):
        text = browser.get(page).content.decode()
        assert ">Donghai County</option>" in text
        assert ">东海县</option>" not in text


def test_overview_given_one_or_many_items_then_the_same_queries(plan: Plan, officer: User) -> None:
    browser = sign_in(officer)
    counts = []
    for _round in range(2):
        for unit in plan.plan_units.reporting().select_related("unit"):
            institution = make_institution(unit.unit)
            for code in OF_INSTITUTIONS:
                make_item(code, institution)
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(ROOT).status_code == 200
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 16


def test_overview_given_approved_numbers_then_marks_what_differs(
    officer: User, county: PlanUnit, institution: Institution
) -> None:
    make_item("charging_piles", institution, day=date(2023, 2, 1))
    make_item("projects", institution, day=date(2023, 2, 1))
    lines = {"CP": (5, None), "KIT": (1, None)}
    make_report(county, 1, lines, state=Report.State.APPROVED)

    answer = sign_in(officer).get(f"{ROOT}?quarter=1")

    cells = {
        cell.indicator.code: cell.stands
        for summary in answer.context["summaries"]
        for row in summary.rows
        if row.plan_unit == county
        for cell in row.cells
    }
    assert (cells["CP"], cells["KIT"], cells["RET"]) == ("different", "equal", "")
    assert "有 1 处台账与已审核的填报数不一致" in answer.text


def test_overview_given_items_of_a_quarter_still_to_be_approved_then_they_are_no_difference(
    officer: User, county: PlanUnit, institution: Institution
) -> None:
    make_item("charging_piles", institution, day=date(2023, 2, 1), piles=4)
    make_item("charging_piles", institution, day=date(2023, 5, 1), piles=4, title="东侧停车场")
    make_report(county, 1, {"CP": (4, None)}, state=Report.State.APPROVED)
    make_report(county, 2, {"CP": (4, None)}, state=Report.State.SUBMITTED)

    answer = sign_in(officer).get(f"{ROOT}?quarter=2")

    cells = [
        cell.stands
        for summary in answer.context["summaries"]
        for row in summary.rows
        if row.plan_unit == county
        for cell in row.cells
        if cell.indicator.code == "CP"
    ]
    assert cells == ["equal"]


def test_overview_given_the_same_thing_in_two_ledgers_then_it_is_named(
    officer: User, institution: Institution, foreign: Institution
) -> None:
    make_item("pv_projects", institution, title="教学楼")
    make_item("new_buildings", institution, title="教学楼")
    make_item("new_buildings", foreign, title="教学楼")

    twice = sign_in(officer).get(ROOT).context["twice"]

    assert [(one.institution, one.title, one.ledgers) for one in twice] == [
        ("县机关事务中心", "教学楼", ("光伏项目", "新建建筑"))
    ]


def test_item_given_a_nomination_then_it_can_be_moved_on(browser: Client, institution: Institution) -> None:
    item = make_item("nominations", institution)
    page = page_of("nominations", item)
    assert "推进阶段" in browser.get(page).text

    answer = browser.post(f"{page}move/", {"to": "applied", "on": "2023-06-01"}, follow=True)

    assert "“节能低碳示范单位”已到“已申报”" in answer.text
    assert Nomination.objects.get().applied_on == date(2023, 6, 1)
    assert browser.post(f"{page}move/", {"to": "named", "on": "2023-06-01"}).status_code == 422
    other = make_item("charging_piles", institution)
    assert browser.post(f"{page_of('charging_piles', other)}move/", {}).status_code == 404


def test_item_given_an_approved_line_on_it_then_only_withdrawing_is_offered(
    browser: Client, institution: Institution, county: PlanUnit
) -> None:
    make_report(county, 1, {"CP": (4, None)}, state=Report.State.APPROVED)
    item = make_item("charging_piles", institution, day=date(2023, 2, 1))
    page = page_of("charging_piles", item)

    text = browser.get(page).text
    assert f"{page}withdraw/" in text
    assert f"{page}remove/" not in text
    assert browser.post(f"{page}remove/", {"version": "1"}).status_code == 409
    browser.post(f"{page}withdraw/", {"reason": "重复"})

    assert "此条目已作废" in browser.get(page).text


def test_item_files_given_uploads_then_kept_served_and_removed(
    browser: Client, institution: Institution, settings: Settings
) -> None:
    page = page_of("charging_piles", make_item("charging_piles", institution))
    upload = SimpleUploadedFile("验收单.pdf", PDF)

    browser.post(f"{page}files/", {"file": [upload]})
    kept = ItemFile.objects.select_related("file").get()
    answer = browser.get(f"{page}files/{kept.file.uuid}/")

    assert b"".join(answer.streaming_content) == PDF
    assert answer["Content-Disposition"].startswith("attachment")
    assert "验收单.pdf" in browser.get(page).text
    assert browser.post(f"{page}files/", {"file": [SimpleUploadedFile("x.exe", b"MZ")]}).status_code == 422
    browser.post(f"{page}files/{kept.file.uuid}/remove/")
    assert not ItemFile.objects.exists()
    actions = AuditEvent.objects.filter(action__startswith="ledger.").values_list("action", flat=True).order_by("pk")
    assert list(actions) == ["ledger.add_file", "ledger.remove_file"]


def test_experts_given_a_county_then_contacts_are_masked_but_for_who_keeps_the_pool(
    browser: Client, officer: User
) -> None:
    expert = make_item("experts", officer.unit)
    page = page_of("experts", expert)

    assert "139****1234" in browser.get(page).text
    assert "13900001234" not in browser.get(page).text
    assert browser.get(f"{page}edit/").status_code == 403
    bureau = sign_in(officer)
    assert "13900001234" in bureau.get(page).text
    assert "13900001234" not in bureau.get(f"{ROOT}experts/").text


def test_pages_given_a_register_that_is_none_then_404(browser: Client) -> None:
    assert browser.get(f"{ROOT}cars/").status_code == 404


def test_pages_given_the_second_citys_officer_then_nothing_of_the_first_city(
    institution: Institution, second_plan: Plan
) -> None:
    item = make_item("charging_piles", institution)
    stranger = sign_in(make_user(Role.OFFICER, second_plan.owner))
    own = f"/{second_plan.owner.code}/{second_plan.year}/ledgers/"

    assert stranger.get(page_of("charging_piles", item)).status_code == 404
    assert stranger.get(own).status_code == 200
    assert item.title not in stranger.get(f"{own}charging_piles/").text
    assert stranger.get(f"{own}charging_piles/{item.uuid}/").status_code == 404


def test_institution_given_items_then_its_page_lists_them_in_two_queries_more(
    browser: Client, institution: Institution
) -> None:
    address = f"/institutions/{institution.credit_code}/"
    counts = []
    for number in (1, 9):
        for code in OF_INSTITUTIONS:
            if ledger(code).is_titled:
                make_item(code, institution, title=f"{number}号")
        with CaptureQueriesContext(connection) as queries:
            text = browser.get(address).text
        counts.append(len(queries))

    assert text.count("9号") == 7
    assert counts == [6, 6]
