"""The quarterly form in a real browser: it computes while one types, saves by itself and lets one choose."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import User
from accounts.policy import Role
from progress.models import Line, Report
from targets.models import PlanUnit, Quarter
from tests.factories import load_both_plans, make_report, make_user, plan_unit_of, sign_in
from tests.services.browser import Complaints

pytestmark = pytest.mark.browser

ADDRESS = "/320700/2023/q2/reports/320722/"


@pytest.fixture
def county(portal_address: str) -> PlanUnit:
    """A county whose second quarter is being reported; in the first it built twelve piles."""
    plan, _second = load_both_plans()
    now, day = timezone.now(), timedelta(days=1)
    Quarter.objects.filter(plan=plan, number=2).update(opens=now - day, due=now + day, closes=now + 2 * day)
    county = plan_unit_of(plan, "320722")
    make_report(county, 1, {"CP": (12, None), "PLA": (30, None)}, state=Report.State.APPROVED)
    return county


def enter(page: Page, user: User, portal_address: str) -> None:
    session = sign_in(user).cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": portal_address}])
    page.goto(ADDRESS)


@pytest.fixture
def form(county: PlanUnit, page: Page, portal_address: str) -> Page:
    """The form of the second quarter as the county's clerk sees it."""
    enter(page, make_user(Role.REPORTER, county.unit), portal_address)
    return page


def value_of(form: Page, code: str) -> Line:
    return Line.objects.get(report__quarter__number=2, indicator__code=code)


def test_figures_follow_the_typing_and_the_row_saves_itself(form: Page) -> None:
    row = form.locator("#row-CP")
    expect(row).to_contain_text("12")
    expect(form.locator("[data-filled]")).to_have_text("1")

    row.locator("[data-field=value]").fill("9")

    expect(row.locator("[data-figure]").first).to_contain_text("21")
    expect(row).to_contain_text("52.5%")
    expect(row).to_contain_text("达序时")
    expect(row.locator("[data-row-state]")).to_contain_text("已保存")
    expect(form.locator("[data-filled]")).to_have_text("2")
    assert value_of(form, "CP").value == 9


def test_a_wrong_number_is_said_at_its_field_and_not_stored(form: Page, complaints: Complaints) -> None:
    complaints.expect("422")
    row = form.locator("#row-CP")

    row.locator("[data-field=value]").fill("2.5")

    expect(row.locator("[data-said]")).to_have_text("只能填整数")
    expect(row.locator("[data-field=value]")).to_have_attribute("aria-invalid", "true")
    expect(form.locator("[data-save-state]")).to_have_text("有内容未保存")
    assert not Line.objects.filter(report__quarter__number=2, indicator__code="CP").exists()
    row.locator("[data-field=value]").fill("2")
    expect(form.locator("[data-save-state]")).to_have_text("全部已保存")


def test_enter_and_arrows_walk_down_the_column_and_tab_along_the_row(form: Page) -> None:
    form.locator("[name=CP-value]").focus()

    form.keyboard.press("Enter")
    expect(form.locator("[name=NEV-value]")).to_be_focused()
    form.keyboard.press("ArrowUp")
    expect(form.locator("[name=CP-value]")).to_be_focused()
    form.keyboard.press("Tab")
    expect(form.locator("[name=CP-note]")).to_be_focused()


def test_two_people_on_one_row_the_second_chooses(form: Page, county: PlanUnit, complaints: Complaints) -> None:
    complaints.expect("409")
    other = make_user(Role.REPORTER, county.unit)
    sign_in(other).post(f"{ADDRESS}lines/CP/", {"value": "7", "note": "对方的", "version": "0"})

    form.locator("[name=CP-value]").fill("8")
    dialog = form.locator("#conflict-dialog")
    expect(dialog).to_contain_text(other.name)
    expect(dialog.locator("[data-theirs=value]")).to_have_text("7")
    expect(dialog.locator("[data-mine=value]")).to_have_text("8")
    assert value_of(form, "CP").value == 7
    dialog.get_by_role("button", name="用我填的覆盖").click()

    expect(form.locator("#row-CP [data-row-state]")).to_contain_text("已保存")
    assert (value_of(form, "CP").value, value_of(form, "CP").version) == (8, 2)


def test_taking_the_others_values_fills_the_row(form: Page, county: PlanUnit, complaints: Complaints) -> None:
    complaints.expect("409")
    other = make_user(Role.REPORTER, county.unit)
    sign_in(other).post(f"{ADDRESS}lines/CP/", {"value": "7", "note": "对方的", "version": "0"})
    form.locator("[name=CP-value]").fill("8")

    form.locator("#conflict-dialog").get_by_role("button", name="采用对方的").click()

    expect(form.locator("[name=CP-value]")).to_have_value("7")
    expect(form.locator("[name=CP-note]")).to_have_value("对方的")
    expect(form.locator("[data-save-state]")).to_have_text("全部已保存")
    assert value_of(form, "CP").version == 1


def test_not_applicable_empties_and_closes_the_numbers(form: Page) -> None:
    row = form.locator("#row-PVN")
    row.locator("[data-field=value]").fill("5")

    row.locator("[data-field=not_applicable]").check()

    expect(row.locator("[data-field=value]")).to_be_disabled()
    expect(row.locator("[data-said]")).to_contain_text("请在备注中说明理由")
    row.locator("[data-field=note]").fill("本年没有新建建筑")
    expect(row.locator("[data-said]")).to_be_hidden()
    expect(row.locator("[data-row-state]")).to_contain_text("已保存")
    assert value_of(form, "PVN").not_applicable


def test_submitting_asks_for_a_note_then_hands_in(form: Page) -> None:
    form.get_by_role("link", name="检查并提交").click()
    form.locator("[data-submit]").click()
    expect(form.locator("#confirm-dialog")).to_be_hidden()

    form.locator("[data-note]").fill("其余指标本季没有进展")
    form.locator("[data-submit]").click()
    form.locator("#confirm-dialog").get_by_role("button", name="提交").click()

    expect(form.locator("h1")).to_contain_text("待审核")
    expect(form.locator("#toasts")).to_contain_text("已提交")
    assert Report.objects.get(quarter__number=2).submit_note == "其余指标本季没有进展"


def test_what_is_typed_in_the_last_moment_is_saved_before_it_is_submitted(form: Page) -> None:
    form.locator("[data-note]").fill("说明")

    form.locator("[name=CP-value]").fill("6")
    form.locator("[data-submit]").click()
    form.locator("#confirm-dialog").get_by_role("button", name="提交").click()

    expect(form.locator("h1")).to_contain_text("待审核")
    assert value_of(form, "CP").value == 6


@pytest.mark.parametrize("width", [1920, 1280, 1024, 390])
def test_the_form_never_scrolls_sideways(form: Page, width: int) -> None:
    form.set_viewport_size({"width": width, "height": 900})

    assert form.evaluate("document.documentElement.scrollWidth") <= width


def test_the_form_can_be_saved_without_scripts(
    county: PlanUnit, page: Page, portal_address: str, complaints: Complaints
) -> None:
    browser = page.context.browser
    assert browser is not None
    bare = browser.new_context(base_url=portal_address, java_script_enabled=False).new_page()
    enter(bare, make_user(Role.REPORTER, county.unit), portal_address)

    bare.locator("[name=CP-value]").fill("9")
    bare.get_by_role("button", name="保存全部").click()

    expect(bare.locator("[name=CP-value]")).to_have_value("9")
    assert value_of(bare, "CP").value == 9
    bare.context.close()
