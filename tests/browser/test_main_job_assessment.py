"""The officer calculates the year, watches the progress, reads the ranking and takes the workbook away."""

from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from accounts.models import User
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


def test_year_is_calculated_ranked_and_taken_away(
    reported: Plan, officer: User, enter: Enter, live_portal: str, tmp_path: Path
) -> None:
    page = enter(officer)
    page.get_by_role("link", name="考核", exact=True).click()
    page.get_by_role("button", name="计算考核").click()

    ranking = page.get_by_role("row", name="东海县")
    expect(ranking).to_contain_text(donghai.TOTAL, timeout=60_000)
    expect(ranking).to_contain_text(donghai.GRADE)
    expect(ranking).to_contain_text(donghai.SECTIONS["A"])
    ranking.get_by_role("link", name="东海县").click()
    expect(page.locator("main")).to_contain_text("新建充电桩 31 个 ÷ 目标 40 个 = 77.5 %")

    page.get_by_role("link", name="导出", exact=True).click()
    page.get_by_role("button", name="生成年度考核工作簿").click()
    ready = page.get_by_role("link", name="年度考核结果")
    expect(ready).to_be_visible(timeout=60_000)
    with page.expect_download() as download:
        ready.click()
    path = tmp_path / "annual.xlsx"
    download.value.save_as(path)
    rows = [[cell.value for cell in row] for row in load_workbook(path, data_only=True)["考核结果"].iter_rows()]
    assert float(donghai.TOTAL) in next(cells for cells in rows if donghai.UNIT_NAME in cells)


def test_progress_is_shown_until_a_worker_has_done_it(reported: Plan, officer: User, enter: Enter) -> None:
    page = enter(officer)
    page.get_by_role("link", name="考核", exact=True).click()

    page.get_by_role("button", name="计算考核").click()  # and no worker is there

    expect(page.locator(".job")).to_contain_text("计算考核得分")
    expect(page.locator(".job progress")).to_be_visible()
    expect(page.get_by_role("row", name="东海县")).to_have_count(0)
