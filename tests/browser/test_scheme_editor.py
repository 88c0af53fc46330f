"""The officer changes the scheme in the browser, tries it on a unit, and puts it in force."""

import re

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from assessments.models import SchemeDraft
from assessments.services.scheme_drafts import typed_draft
from assessments.services.schemes import scheme_of
from targets.models import Plan
from tests.assessments.assessed import file_donghai, score_donghai, year_is_over
from tests.browser.conftest import Enter
from tests.calculations import example_donghai as donghai

pytestmark = pytest.mark.browser


@pytest.fixture
def reported(plan: Plan) -> Plan:
    """The worked example's year, reported, approved and scored by hand."""
    score_donghai(plan, file_donghai(plan), year_is_over(plan))
    return plan


def open_editor(page: Page) -> None:
    page.get_by_role("link", name="考核", exact=True).click()
    page.get_by_role("link", name="评分方案").click()
    page.get_by_role("button", name="修改方案").click()
    expect(page.locator("#bench-points")).to_be_visible()


def test_scheme_is_edited_tried_and_put_in_force(reported: Plan, officer: User, enter: Enter) -> None:
    page = enter(officer)
    open_editor(page)
    criterion = page.locator("#criterion-A1")
    points = criterion.get_by_label("满分")

    points.fill("0")
    points.press("Tab")
    expect(criterion).to_contain_text("满分应大于 0")
    expect(points).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#scheme-state")).to_contain_text("1 处问题")

    points.fill("20")
    points.press("Tab")
    expect(page.locator("#scheme-state")).to_contain_text("没有问题，可以启用")
    expect(points).not_to_have_attribute("aria-invalid", "true")

    criterion.get_by_label("计分规则").select_option("steps")
    for count in (1, 2):
        criterion.get_by_role("button", name="增加一档").click()
        expect(criterion.get_by_label("完成率达到")).to_have_count(count)
    for place, (bound, gained) in enumerate([("100", "20"), ("75", "12.5")]):
        criterion.get_by_label("完成率达到").nth(place).fill(bound)
        criterion.get_by_label("得分").nth(place).fill(gained)
    criterion.get_by_label("得分").nth(1).press("Tab")
    expect(page.locator("#scheme-state")).to_contain_text("没有问题，可以启用")

    page.get_by_label("单位", exact=True).select_option(donghai.UNIT)
    expect(page.locator("#bench-points")).to_contain_text("12.50")
    expect(page.locator("#bench-why")).to_contain_text("达到 75 % 一档")
    before = page.locator("#trial-total").inner_text()
    page.locator("#t-v-CP").fill("40")
    expect(page.locator("#bench-points")).to_contain_text("20.00")
    expect(page.locator("#trial-total")).not_to_have_text(before)

    page.get_by_role("link", name="核对并启用").click()
    expect(page.get_by_role("row", name="A1 新建充电桩 满分")).to_contain_text("20")
    page.get_by_label("启用理由").fill("局务会决定")
    page.get_by_role("button", name="启用这一版").click()

    expect(page.locator("main")).to_contain_text("第 2 版")
    expect(page.locator("main")).to_contain_text("100 % 得 20 分；75 % 得 12.5 分")
    assert scheme_of(reported).version == 2


def test_parts_are_added_moved_and_removed_with_the_keyboard(reported: Plan, officer: User, enter: Enter) -> None:
    page = enter(officer)
    open_editor(page)

    page.get_by_role("button", name=re.compile("^下移 A1 ")).focus()
    page.keyboard.press("Enter")
    expect(page.locator("fieldset.criterion").first).to_have_id("criterion-A2")
    expect(page.locator("#down-A1")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("fieldset.criterion").nth(2)).to_have_id("criterion-A1")

    page.locator("#add-criterion-bonus").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#criterion-P5")).to_be_visible()

    page.locator("#remove-A3").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text("删除这一评分项？")
    page.get_by_role("dialog").get_by_role("button", name="确定").click()
    expect(page.locator("#criterion-A3")).to_have_count(0)

    draft = typed_draft(SchemeDraft.objects.get(plan=reported))
    assert [each.code for each in draft.sections[0].criteria] == ["A2", "A1", "A4", "A5", "A6", "A7", "A8"]
    assert draft.bonus[-1].code == "P5"


def test_unit_page_tries_a_number_and_the_rank_moves(reported: Plan, officer: User, enter: Enter) -> None:
    page = enter(officer)
    page.goto(f"/{reported.owner.code}/{reported.year}/units/{donghai.UNIT}/")
    page.locator("#what-if").scroll_into_view_if_needed()
    expect(page.locator("#trial-total")).to_have_text(donghai.TOTAL)

    page.locator("[name=v-CP]").fill("40")

    expect(page.locator("#trial-total")).to_have_text("91.56")
    expect(page.locator("#trial-grade")).to_have_text("优秀")
    expect(page.locator("#what-if-result")).to_contain_text("达到目标，得满分 15.00 分")
