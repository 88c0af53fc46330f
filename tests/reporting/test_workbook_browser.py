"""An officer makes the annual workbook in a real browser, with a real worker, and takes it away."""

from pathlib import Path

import pytest
from django.conf import settings
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from accounts.policy import Role
from assessments.services.assessment import run_assessment
from common.actions import SYSTEM
from targets.models import Plan
from tests.assessments.assessed import file_donghai, give_scheme, score_donghai, year_is_over
from tests.factories import load_both_plans, make_user, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.jobs]
WORKER_TAKES_MS = 90_000


@pytest.fixture
def assessed(transactional_db: None) -> Plan:
    """The worked example's year, calculated."""
    plan = load_both_plans()[0]
    give_scheme(plan)
    at = year_is_over(plan)
    score_donghai(plan, file_donghai(plan), at)
    run_assessment(plan, by=SYSTEM, at=at)
    return plan


def test_officer_makes_the_workbook_sees_it_grow_and_takes_it_away(
    assessed: Plan, live_portal: str, page: Page, tmp_path: Path
) -> None:
    session = sign_in(make_user(Role.OFFICER)).cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_portal}])

    page.goto(f"/{assessed.owner.code}/{assessed.year}/exports/")
    page.get_by_role("button", name="生成年度考核工作簿").click()
    link = page.get_by_role("link", name="连云港市2023年度考核结果-r1.xlsx")
    expect(link).to_be_visible(timeout=WORKER_TAKES_MS)
    with page.expect_download() as download:
        link.click()

    download.value.save_as(tmp_path / "taken.xlsx")
    assert load_workbook(tmp_path / "taken.xlsx")["考核结果"]["B5"].value == "东海县"
