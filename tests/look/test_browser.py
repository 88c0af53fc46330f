"""The frame and the pieces in a real browser: they fit, obey the content policy, and do what they say."""

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from accounts.policy import Role
from tests.factories import load_both_plans, make_user, sign_in
from tests.services.browser import Complaints

pytestmark = pytest.mark.browser


@pytest.fixture
def guide(look: None, portal_address: str, page: Page) -> Page:
    """The style guide as an officer sees it."""
    load_both_plans()
    session = sign_in(make_user(Role.OFFICER)).cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": portal_address}])
    page.route("**/jobs/*/", lambda route: route.fulfill(status=204))  # the guide's job was never stored
    page.goto("/look/")
    return page


@pytest.mark.parametrize("width", [1920, 1280, 1024, 390])
def test_the_page_never_scrolls_sideways(guide: Page, width: int) -> None:
    guide.set_viewport_size({"width": width, "height": 900})

    assert guide.evaluate("document.documentElement.scrollWidth") <= width


def test_the_first_tab_offers_to_skip_the_navigation(guide: Page) -> None:
    guide.keyboard.press("Tab")

    expect(guide.locator(".skip-link")).to_be_focused()
    expect(guide.locator(".skip-link")).to_be_in_viewport()


def test_a_compulsory_reason_is_asked_for_and_sent(guide: Page) -> None:
    guide.locator("#return-form button").click()
    dialog = guide.locator("#confirm-dialog")
    expect(dialog).to_contain_text("退回后，东海县可在五个工作日内修改后重新提交。")

    dialog.get_by_role("button", name="退回").click()
    expect(dialog).to_be_visible()
    dialog.get_by_role("textbox").fill("充电桩与台账不一致")
    dialog.get_by_role("button", name="退回").click()

    expect(guide.locator("#toasts")).to_contain_text("收到：充电桩与台账不一致")


def test_a_cancelled_question_sends_nothing(guide: Page) -> None:
    sent: list[str] = []
    guide.on("request", lambda request: sent.append(request.method))

    guide.locator("#return-form button").click()
    guide.keyboard.press("Escape")

    expect(guide.locator("#confirm-dialog")).to_be_hidden()
    assert "POST" not in sent


def test_a_refusal_lands_among_the_messages_and_the_page_stays(guide: Page, complaints: Complaints) -> None:
    complaints.expect("409")

    guide.get_by_role("button", name="被拒绝的请求").click()

    expect(guide.locator("#toasts")).to_contain_text("已过截止时间")
    expect(guide.locator("#toasts")).to_contain_text("请联系市局延长填报期")
    expect(guide.locator("#answers")).to_contain_text("被拒绝的请求")


def test_a_failure_is_said_in_our_own_words(guide: Page, complaints: Complaints) -> None:
    complaints.expect("500")
    complaints.expect("404")

    guide.get_by_role("button", name="出错的请求").click()
    guide.get_by_role("button", name="没有的地址").click()
    guide.locator("#confirm-dialog").get_by_role("button", name="确定").click()

    expect(guide.locator("#toasts [data-toast=error]")).to_have_count(1)
    expect(guide.locator("#toasts")).to_contain_text("系统出错，本次操作没有完成")
    expect(guide.locator("#answers")).to_contain_text("没有的地址")


def test_an_answer_that_never_comes_is_said(guide: Page, complaints: Complaints) -> None:
    complaints.expect("ERR_INTERNET_DISCONNECTED")
    complaints.expect("htmx:sendError")
    complaints.expect("htmx:afterRequest")
    guide.context.set_offline(True)

    guide.get_by_role("button", name="被拒绝的请求").click()

    expect(guide.locator("#toasts")).to_contain_text("网络中断，可能没有保存")


def test_a_message_can_be_closed(guide: Page) -> None:
    guide.goto("/look/?toast=1")

    error = guide.locator("#toasts [data-toast=error]")
    error.get_by_role("button", name="关闭").click()

    expect(error).to_have_count(0)
    expect(guide.locator("#toasts [data-toast]")).to_have_count(2)


def test_enter_goes_down_the_column_of_a_form(guide: Page) -> None:
    fields = guide.locator("table[data-grid-keys] td:nth-child(4) input:not([disabled])")
    fields.nth(0).focus()

    guide.keyboard.press("Enter")
    expect(fields.nth(1)).to_be_focused()
    guide.keyboard.press("ArrowUp")
    expect(fields.nth(0)).to_be_focused()


def test_a_slash_goes_to_the_search_field(guide: Page) -> None:
    guide.keyboard.press("/")

    expect(guide.locator("[data-search]")).to_be_focused()


def test_on_a_phone_the_navigation_waits_behind_its_button(guide: Page) -> None:
    guide.set_viewport_size({"width": 390, "height": 844})
    expect(guide.locator("#mainnav")).to_be_hidden()

    guide.get_by_role("button", name="菜单").click()

    expect(guide.locator("#mainnav")).to_be_visible()
    expect(guide.get_by_role("button", name="菜单")).to_have_attribute("aria-expanded", "true")
