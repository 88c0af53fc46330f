"""The quarterly form in a real browser: it computes while one types, saves by itself and lets one choose."""

import re
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

    expect(row.locator("[data-said]")).to_have_text("只能填整数，请核对后重填")
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


# --- pasted from a workbook

PASTE = """([selector, text, html]) => {
  const field = document.querySelector(selector);
  const data = new DataTransfer();
  data.setData("text/plain", text);
  if (html) data.setData("text/html", html);
  field.focus();
  field.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


def paste(form: Page, name: str, text: str, html: str = "") -> None:
    """Paste as Ctrl+V does: the browser gives the page what Excel put on the clipboard."""
    form.evaluate(PASTE, [f"[name={name}]", text, html])


def lines() -> dict[str, str]:
    """What is stored of the second quarter: values by code."""
    stored = Line.objects.filter(report__quarter__number=2, value__isnull=False).select_related("indicator")
    return {line.indicator.code: f"{line.value.normalize():f}" for line in stored if line.value is not None}


def test_a_pasted_total_row_is_passed_over_and_said(form: Page) -> None:
    paste(form, "CP-value", "指标\t单位\t完成值\r\n新建充电桩\t个\t9\r\n合计\t\t9\r\n")

    expect(form.locator("#toasts")).to_contain_text("已粘贴 1 格（1 行），已保存")
    expect(form.locator("#toasts")).to_contain_text("合计行没有粘贴（合计）。")


def test_a_pasted_block_fills_and_saves_its_rows_and_is_undone(form: Page) -> None:
    form.locator("[name=NEV-value]").fill("2")
    expect(form.locator("#row-NEV [data-row-state]")).to_contain_text("已保存")

    paste(form, "CP-value", "1,200\t\t已验收\r\n7辆\r\n")

    expect(form.locator("#toasts")).to_contain_text("已粘贴 3 格（2 行），已保存")
    expect(form.locator("[name=CP-value]")).to_have_value("1200")
    expect(form.locator("[name=CP-note]")).to_have_value("已验收")
    expect(form.locator("#row-CP [data-figure]").first).to_contain_text("1,212")
    expect(form.locator("[data-save-state]")).to_have_text("全部已保存")
    assert lines() == {"CP": "1200", "NEV": "7", "PLA": "30"}

    form.get_by_role("button", name="撤销粘贴").click()

    expect(form.locator("#toasts")).to_contain_text("已撤销粘贴")
    expect(form.locator("[name=CP-value]")).to_have_value("")
    expect(form.locator("[name=NEV-value]")).to_have_value("2")
    assert lines() == {"NEV": "2", "PLA": "30"}


def test_keys_alone_paste_and_undo(form: Page) -> None:
    form.locator("[name=CP-note]").fill("7\n8")
    form.locator("[name=CP-note]").select_text()
    form.keyboard.press("Control+C")
    form.locator("[name=CP-note]").fill("")
    form.locator("[name=CP-value]").focus()

    form.keyboard.press("Control+V")

    expect(form.locator("#toasts")).to_contain_text("已粘贴 2 格（2 行）")
    assert lines() == {"CP": "7", "NEV": "8", "PLA": "30"}
    form.keyboard.press("Control+Z")
    expect(form.locator("#toasts")).to_contain_text("已撤销粘贴")
    assert lines() == {"PLA": "30"}


def test_a_bad_cell_stores_nothing_and_mending_it_stores_all(form: Page, complaints: Complaints) -> None:
    complaints.expect("422")

    paste(form, "CP-value", "9\n—\n")

    expect(form.locator("#row-NEV [data-said]")).to_contain_text("没有完成请填 0")
    expect(form.locator("[name=NEV-value]")).to_be_focused()
    expect(form.locator("#toasts")).to_contain_text("没有保存：1 行有错")
    expect(form.locator("[name=CP-value]")).to_have_value("9")
    assert not lines()
    form.locator("[name=NEV-value]").fill("0")

    expect(form.locator("[data-save-state]")).to_have_text("全部已保存")
    assert lines() == {"CP": "9", "NEV": "0", "PLA": "30"}


def test_a_refused_block_is_taken_back_and_what_was_typed_before_stands_again(
    form: Page, complaints: Complaints
) -> None:
    complaints.expect("422")
    form.locator("[name=CP-value]").fill("5")
    expect(form.locator("#row-CP [data-row-state]")).to_contain_text("已保存")
    paste(form, "CP-value", "9\n—\n")
    expect(form.locator("#row-NEV [data-said]")).to_contain_text("没有完成请填 0")

    form.get_by_role("button", name="撤销粘贴").click()

    expect(form.locator("[name=CP-value]")).to_have_value("5")
    expect(form.locator("[name=NEV-value]")).to_have_value("")
    expect(form.locator("#row-NEV [data-said]")).to_be_empty()
    expect(form.locator("[data-save-state]")).to_have_text("全部已保存")


def test_names_find_their_rows_and_unknown_ones_stop_all(form: Page, complaints: Complaints) -> None:
    complaints.expect("422")
    paste(form, "CP-value", "新增新能源汽车\t7\n新建充电庄\t9\n")
    expect(form.locator("#toasts")).to_contain_text("是不是“新建充电桩”？")
    expect(form.locator("[name=NEV-value]")).to_have_value("")

    paste(form, "CP-value", "新增新能源汽车\t7\n新建充电桩\t9\n")

    expect(form.locator("#toasts")).to_contain_text("已粘贴 2 格（2 行）")
    assert lines() == {"CP": "9", "NEV": "7", "PLA": "30"}


def test_a_block_with_an_unknown_name_stays_in_view_to_be_mended(form: Page, complaints: Complaints) -> None:
    complaints.expect("422")
    paste(form, "CP-value", "新建充电庄\t9\n新增新能源汽车\t7\n")
    kept = form.locator("[data-refused-paste]")
    expect(kept).to_contain_text("是不是“新建充电桩”？")
    expect(kept.locator("textarea")).to_have_value("新建充电庄\t9\n新增新能源汽车\t7\n")

    kept.locator("textarea").fill("新建充电桩\t9\n新增新能源汽车\t7\n")
    kept.get_by_role("button", name="再次粘贴").click()

    expect(form.locator("#toasts")).to_contain_text("已粘贴 2 格（2 行）")
    expect(kept).to_be_hidden()
    assert lines() == {"CP": "9", "NEV": "7", "PLA": "30"}


def test_lines_pasted_into_a_note_stay_a_note(form: Page) -> None:
    form.locator("[name=CP-note]").fill("一\n二")
    form.locator("[name=CP-note]").select_text()
    form.keyboard.press("Control+C")
    form.locator("[name=NEV-note]").focus()

    form.keyboard.press("Control+V")

    expect(form.locator("[name=NEV-note]")).to_have_value("一\n二")


def test_pasting_over_what_somebody_else_saved_asks_whose_it_shall_be(
    form: Page, county: PlanUnit, complaints: Complaints
) -> None:
    complaints.expect("409")
    other = make_user(Role.REPORTER, county.unit)
    sign_in(other).post(f"{ADDRESS}lines/NEV/", {"value": "4", "version": "0"})

    paste(form, "CP-value", "9\n8\n")
    dialog = form.locator("#conflict-dialog")
    expect(dialog.locator("[data-theirs=value]")).to_have_text("4")
    dialog.get_by_role("button", name="采用对方的").click()

    expect(form.locator("[name=NEV-value]")).to_have_value("4")
    expect(form.locator("[data-save-state]")).to_have_text("全部已保存")
    assert lines() == {"CP": "9", "NEV": "4", "PLA": "30"}


# --- carried over


def test_one_click_confirms_what_was_carried_over(form: Page) -> None:
    expect(form.locator("#row-PLA [data-row-state]")).to_have_text("沿用上季")
    expect(form.locator("[data-carried-count]")).to_have_text("1")

    form.get_by_role("button", name="全部确认不变").click()

    expect(form.locator("#toasts")).to_contain_text("已确认 1 行不变")
    expect(form.locator("#row-PLA [data-row-state]")).to_contain_text("已保存")
    expect(form.locator("[data-carried-panel]")).to_be_hidden()
    expect(form.locator("[data-checks]")).not_to_contain_text("本季未核对")
    assert value_of(form, "PLA").origin == Line.Origin.FORM


def test_one_row_is_confirmed_by_itself(form: Page) -> None:
    form.get_by_role("button", name="停止使用不可降解一次性塑料制品：确认不变").click()

    expect(form.locator("#toasts")).to_contain_text("已确认 1 行不变")
    assert value_of(form, "PLA").origin == Line.Origin.FORM


def test_what_is_missing_is_a_click_away(form: Page) -> None:
    expect(form.locator("[data-missing-count]")).to_have_text("18")

    form.locator("[data-missing] summary").click()
    form.locator("[data-missing-list]").get_by_role("link", name="新建充电桩").click()

    expect(form.locator("[name=CP-value]")).to_be_focused()
    form.keyboard.type("3")
    expect(form.locator("[data-missing-count]")).to_have_text("17")


# --- on paper


def test_the_printed_form_is_one_page(form: Page, county: PlanUnit) -> None:
    make_report(county, 4)
    form.goto("/320700/2023/q4/reports/320722/print/")

    paper = form.pdf(prefer_css_page_size=True)

    assert len(re.findall(rb"/Type ?/Page\b", paper)) == 1
