"""The main job in real browsers, with a real worker: a clerk reports, a reviewer approves, the matrix changes."""

import time

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from progress.models import Report
from targets.models import Quarter
from tests.browser import doors
from tests.browser.conftest import Enter

pytestmark = pytest.mark.browser

WORKERS = {"redis": "celery_worker_process", "embedded": "embedded_worker_process"}
SHOWN_WITHIN_S = 3.0
NOTE = "其余工作第一季度没有进展"
MINE = "东海县 2023 年第 1 季度报告"
MATRIX_CELL = '#matrix a[href$="/q1/reports/320722/#row-CP"]'


@pytest.mark.parametrize("worker", WORKERS)
def test_clerk_reports_reviewer_approves_and_the_matrix_changes(
    request: pytest.FixtureRequest, first_quarter: Quarter, clerk: User, reviewer: User, enter: Enter, worker: str
) -> None:
    request.getfixturevalue(WORKERS[worker])

    page = enter(clerk)
    page.get_by_role("link", name=MINE).first.click()
    fill_in(page)
    leave_and_come_back(page)
    expect(page.locator("#checks")).to_contain_text("应填未填")
    doors.hand_in(page, NOTE)
    doors.sign_out(page)

    review = enter(reviewer)
    board = review.context.new_page()
    board.goto("/320700/2023/q1/")
    expect(board.locator(MATRIX_CELL)).to_contain_text("未报")
    doors.open_review(review)
    expect(review.locator("#checks")).to_contain_text(NOTE)
    doors.approve(review)
    assert Report.objects.get().is_effective
    approved_at = time.monotonic()
    board.reload()
    expect(board.locator(MATRIX_CELL)).to_contain_text("12", timeout=SHOWN_WITHIN_S * 1000)
    expect(board.locator(MATRIX_CELL)).to_contain_text("达序时")
    expect(board.locator(".figures-state")).to_contain_text("数据截至")
    assert time.monotonic() - approved_at < SHOWN_WITHIN_S


def fill_in(page: Page) -> None:
    """The figures follow the typing, and every row saves itself."""
    row = page.locator("#row-CP")
    row.locator("[data-field=value]").press_sequentially("9")
    expect(row).to_contain_text("滞后")
    row.locator("[data-field=value]").press_sequentially("")
    row.locator("[data-field=value]").fill("12")
    expect(row).to_contain_text("30.0%")
    expect(row).to_contain_text("达序时")

    roofs = page.locator("#row-PVN")
    roofs.locator("[data-field=value]").fill("1200")
    roofs.locator("[data-field=base]").fill("2000")
    expect(roofs).to_contain_text("60.00")
    page.locator("#row-KIT [data-field=not_applicable]").check()
    page.locator("#row-KIT [data-field=note]").fill("本县没有机关食堂")
    expect(page.locator("[data-save-state]")).to_have_text("全部已保存")
    expect(page.locator("[data-filled]")).to_have_text("3")


def leave_and_come_back(page: Page) -> None:
    """Nothing is lost by going elsewhere in between."""
    page.get_by_role("link", name="我的工作").click()
    page.get_by_role("link", name=MINE).first.click()
    expect(page.locator("[name=CP-value]")).to_have_value("12")
    expect(page.locator("[name=PVN-base]")).to_have_value("2000")
    expect(page.locator("[name=KIT-not_applicable]")).to_be_checked()
    expect(page.locator("[data-filled]")).to_have_text("3")
