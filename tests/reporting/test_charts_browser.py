"""The charts in a real browser: drawn under the content policy, drawn again with newer figures, never too wide."""

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from accounts.policy import Role
from assessments.models import Compliance, ComplianceMark
from assessments.services.compliance import compute_compliance
from targets.models import Plan
from tests.assessments.assessed import file_donghai, year_is_over
from tests.factories import load_both_plans, make_user, plan_unit_of, sign_in

pytestmark = pytest.mark.browser
DONGHAI = "320722"


@pytest.fixture
def counted(transactional_db: None) -> Plan:
    """The worked example's year."""
    plan = load_both_plans()[0]
    file_donghai(plan)
    compute_compliance(plan, as_of=year_is_over(plan))
    return plan


@pytest.fixture
def leader(counted: Plan, portal_address: str, page: Page) -> Page:
    """A leader's browser."""
    session = sign_in(make_user(Role.LEADER)).cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": portal_address}])
    return page


def test_every_city_target_has_its_chart_and_no_page_is_too_wide(leader: Page, counted: Plan) -> None:
    targets = Compliance.objects.filter(
        plan_unit__unit=counted.owner, quarter=4, basis="approved", target__isnull=False
    ).count()

    leader.goto("/320700/2023/q4/?columns=all")

    expect(leader.locator(".trend-chart canvas")).to_have_count(targets)
    for width in (1280, 1024, 390):
        leader.set_viewport_size({"width": width, "height": 900})
        assert leader.evaluate("document.documentElement.scrollWidth") <= width
    expect(leader.locator(".trend-chart canvas")).to_have_count(targets)


def test_newer_figures_come_by_themselves_with_their_charts(leader: Page, counted: Plan) -> None:
    mark = ComplianceMark.objects.create(plan_unit=plan_unit_of(counted, DONGHAI), marked_at=year_is_over(counted))
    leader.goto("/320700/2023/q4/")
    expect(leader.locator(".figures-state")).to_contain_text("后台服务暂未响应")
    city = Compliance.objects.filter(plan_unit__unit=counted.owner, indicator__code="CP", quarter=4, basis="approved")
    city.update(actual=44)

    mark.delete()

    expect(leader.locator("#city")).to_contain_text("44")
    expect(leader.locator(".trend-chart canvas").first).to_be_visible()


def test_an_indicators_page_draws_its_bars(leader: Page) -> None:
    leader.goto("/320700/2023/indicators/CP/")

    expect(leader.locator(".bars-chart canvas")).to_have_count(1)
    expect(leader.get_by_role("table").filter(has_text="东海县").first).to_be_visible()
