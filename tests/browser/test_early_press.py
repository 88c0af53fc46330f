"""On a slow network a button can be pressed before the page's scripts are there: what asks first asks all the same."""

import pytest
from playwright.sync_api import Page, Route, expect

from accounts.models import User
from progress.models import Report
from targets.models import Quarter
from tests.browser.conftest import COUNTY, Enter
from tests.factories import make_report, plan_unit_of
from tests.services.browser import Complaints

pytestmark = pytest.mark.browser

ADDRESS = f"/320700/2023/q1/reports/{COUNTY}/"


@pytest.fixture
def review(first_quarter: Quarter, clerk: User, reviewer: User, enter: Enter) -> Page:
    """The browser of somebody who has a report to judge."""
    make_report(plan_unit_of(first_quarter.plan, COUNTY), 1, state=Report.State.SUBMITTED, by=clerk)
    return enter(reviewer)


def press_early(page: Page) -> Route:
    """The report opened and 审核通过 pressed while the scripts are still on their way; they wait for the route."""
    under_way: list[Route] = []

    def keep_waiting(route: Route) -> None:
        under_way.append(route)

    page.route("**/js/portal*.js", keep_waiting, times=1)
    page.goto(ADDRESS, wait_until="commit")
    page.get_by_role("button", name="审核通过").click()
    assert Report.objects.get().state == Report.State.SUBMITTED
    return under_way[0]


def test_a_button_pressed_before_the_scripts_are_there_asks_once_they_are(review: Page) -> None:
    scripts = press_early(review)
    scripts.continue_()

    dialog = review.locator("#confirm-dialog")
    expect(dialog).to_contain_text("审核通过后报告立即计数")
    assert Report.objects.get().state == Report.State.SUBMITTED
    dialog.get_by_role("button", name="审核通过").click()
    expect(review.get_by_role("heading", level=1)).to_contain_text("已审核")


def test_where_the_scripts_never_come_it_is_sent_as_without_scripts(review: Page, complaints: Complaints) -> None:
    complaints.expect("portal")
    scripts = press_early(review)
    scripts.abort()

    expect(review.get_by_role("heading", level=1)).to_contain_text("已审核")
