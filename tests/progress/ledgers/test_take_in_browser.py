"""取台账数 in a real browser: one click, and the row computes and saves itself."""

from datetime import date, timedelta

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.policy import Role
from progress.models import Line, Report
from targets.models import PlanUnit, Quarter
from tests.factories import load_both_plans, make_report, make_user, plan_unit_of, sign_in
from tests.progress.ledgers.builders import make_institution, make_item

pytestmark = pytest.mark.browser

ADDRESS = "/320700/2023/q2/reports/320722/"


@pytest.fixture
def county(portal_address: str) -> PlanUnit:
    """A county with twelve approved piles in quarter 1; its ledger holds nine more, and a new building."""
    plan, _second = load_both_plans()
    now, day = timezone.now(), timedelta(days=1)
    Quarter.objects.filter(plan=plan, number=2).update(opens=now - day, due=now + day, closes=now + 2 * day)
    county = plan_unit_of(plan, "320722")
    make_report(county, 1, {"CP": (12, None)}, state=Report.State.APPROVED)
    institution = make_institution(county.unit)
    make_item("charging_piles", institution, day=date(2023, 2, 1), piles=12, connectors=12)
    make_item("charging_piles", institution, day=date(2023, 5, 1), piles=9, connectors=9)
    make_item("new_buildings", institution, day=date(2023, 5, 1))
    return county


def test_one_click_takes_the_ledgers_figure_and_the_row_saves_itself(
    county: PlanUnit, page: Page, portal_address: str
) -> None:
    clerk = sign_in(make_user(Role.REPORTER, county.unit)).cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": clerk, "url": portal_address}])
    page.goto(ADDRESS)
    piles, buildings = page.locator("#row-CP"), page.locator("#row-PVN")
    buildings.locator("[data-field=not_applicable]").check()
    expect(buildings).to_contain_text("不一致")

    for row in (piles, buildings):
        row.locator("[data-take-ledger]").click()
        expect(row.locator("[data-row-state]")).to_contain_text("已保存")
        expect(row.locator(".ledger-figure .text-good")).to_be_visible()

    expect(piles.locator("[data-field=value]")).to_have_value("9")
    expect(piles.locator("[data-figure]").first).to_contain_text("21")
    expect(buildings.locator("[data-field=not_applicable]")).not_to_be_checked()
    lines = {line.indicator.code: (line.value, line.base) for line in Line.objects.filter(report__quarter__number=2)}
    assert (lines["CP"], lines["PVN"]) == ((9, None), (1200, 2000))
