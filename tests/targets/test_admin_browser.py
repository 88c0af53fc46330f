"""Django's admin in a real browser, under the portal's policy on scripts and styles."""

import pytest
from django.conf import settings
from playwright.sync_api import Page

from targets.models import Plan
from tests.factories import load_both_plans, make_user, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def loaded() -> Plan:
    return load_both_plans()[0]


def test_officer_looks_a_unit_up_and_the_policy_blocks_nothing(loaded: Plan, page: Page, live_portal: str) -> None:
    session = sign_in(make_user("officer")).cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_portal}])

    page.goto("/admin/")
    page.get_by_role("link", name="填报单位", exact=True).first.click()
    page.locator("#searchbar").fill("dhx")
    page.locator("#searchbar").press("Enter")
    page.get_by_role("link", name="320722").click()

    # The fixture `complaints` fails the test for any script, style or request that was blocked.
    assert page.locator(".field-full_name .readonly").inner_text() == "东海县"
    assert page.get_by_role("button", name="保存").count() == 0
