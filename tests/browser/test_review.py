"""The reviewer's afternoon in a real browser: eleven clean reports in a minute, and a return that says which lines."""

import time

import pytest
from playwright.sync_api import expect

from accounts.models import User
from audit.models import AuditEvent
from progress.models import LineComment, Report
from targets.models import PlanUnit, Quarter
from tests.browser.conftest import COUNTY, Enter
from tests.factories import make_report, plan_unit_of
from tests.progress.builders import add_file

pytestmark = pytest.mark.browser

A_MINUTE_S = 60.0
State = Report.State


def hand_in(plan_unit: PlanUnit, by: User, *, is_clean: bool = True) -> Report:
    """A submitted report, with evidence of every line or of none."""
    report = make_report(plan_unit, 1, state=State.SUBMITTED, by=by)
    for code in report.lines.values_list("indicator__code", flat=True) if is_clean else ():
        add_file(report, code)
    return report


def test_eleven_clean_reports_are_approved_in_under_a_minute(
    first_quarter: Quarter, clerk: User, reviewer: User, enter: Enter
) -> None:
    units = list(first_quarter.plan.plan_units.reporting().select_related("unit", "plan__owner"))
    for unit in units:
        hand_in(unit, clerk)
    page = enter(reviewer)
    began = time.monotonic()

    page.get_by_role("navigation").get_by_role("link", name="审核").click()
    expect(page.locator("[data-ticked]")).to_have_text("0")
    page.get_by_label("全选").check()
    expect(page.locator("[data-ticked]")).to_have_text("11")
    page.get_by_role("button", name="审核通过所选").click()
    page.locator("#confirm-dialog").get_by_role("button", name="审核通过").click()
    expect(page.locator("#toasts")).to_contain_text("已审核通过 11 份")
    expect(page.get_by_text("没有待审核的报告")).to_be_visible()

    assert time.monotonic() - began < A_MINUTE_S
    assert Report.objects.effective().count() == len(units) == 11


def test_a_return_tells_the_clerk_which_lines_and_why_and_the_answer_comes_back(
    first_quarter: Quarter, clerk: User, reviewer: User, enter: Enter
) -> None:
    report = hand_in(plan_unit_of(first_quarter.plan, COUNTY), clerk, is_clean=False)
    review = enter(reviewer)
    review.goto("/320700/2023/q1/review/")
    review.get_by_role("row", name="东海县").get_by_role("link", name="审核", exact=True).click()

    expect(review.locator("[data-decide]")).to_be_visible()
    review.wait_for_load_state()

    # By the keyboard from warning to warning, a word under the line, the bar says how many go along.
    review.keyboard.press("w")
    review.keyboard.press("Enter")
    review.keyboard.type("桩数与台账不符，请核对")
    review.keyboard.press("Control+Enter")
    expect(review.locator("#draft-count")).to_contain_text("1 条意见待发出")
    review.get_by_role("button", name="退回").click()
    dialog = review.locator("#confirm-dialog")
    expect(dialog.locator("#confirm-reason")).to_have_value("请按各行的审核意见修改。")
    dialog.get_by_role("button", name="退回").click()
    expect(review.get_by_role("heading", level=1)).to_contain_text("已退回")

    page = enter(clerk)
    page.goto("/320700/2023/q1/reports/320722/")
    expect(page.locator(".alert-warning").first).to_contain_text("审核人对 1 行提出了意见")
    comment = LineComment.objects.get()
    talk = page.locator(f"#talk-{comment.indicator.code}")
    expect(talk).to_contain_text("桩数与台账不符，请核对")
    expect(page.locator("#checks")).to_contain_text("审核意见还没有答复")
    talk.get_by_role("textbox").fill("台账漏登，已补")
    talk.get_by_role("button", name="答复").click()
    expect(talk).to_contain_text("已答复")
    expect(page.locator("#checks")).not_to_contain_text("审核意见还没有答复")
    comment.refresh_from_db()
    assert (comment.answer, comment.report) == ("台账漏登，已补", report)
    # The answer was sent by itself: the rows of the form were not.
    assert not AuditEvent.objects.filter(action="report.save_lines").exists()

    review.reload()
    expect(review.locator(f"#talk-{comment.indicator.code}")).to_contain_text("台账漏登，已补")


def test_the_reviewer_goes_through_the_queue_by_keyboard(
    first_quarter: Quarter, clerk: User, reviewer: User, enter: Enter
) -> None:
    for code in (COUNTY, "320706", "320703"):
        hand_in(plan_unit_of(first_quarter.plan, code), clerk, is_clean=False)
    page = enter(reviewer)
    page.goto("/320700/2023/q1/reports/320722/")
    expect(page.locator("[data-decide]")).to_contain_text("1 / 3")

    page.keyboard.press("n")
    expect(page.get_by_role("heading", level=1)).to_contain_text("海州区")
    page.wait_for_load_state()
    page.keyboard.press("p")
    expect(page.get_by_role("heading", level=1)).to_contain_text("东海县")
    page.get_by_role("button", name="审核通过").click()
    page.locator("#confirm-dialog").get_by_role("button", name="审核通过").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("海州区")
    expect(page.locator("#toasts")).to_contain_text("接着审核 海州区")
    assert Report.objects.effective().get().plan_unit.unit.code == COUNTY
