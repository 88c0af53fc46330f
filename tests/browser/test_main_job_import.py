"""A clerk takes the prefilled form away, fills it in with a spreadsheet program and sends it back."""

from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from accounts.models import User
from progress.models import Line
from targets.models import Quarter
from tests.browser.conftest import Enter

pytestmark = pytest.mark.browser


def fill_in(path: Path, values: dict[str, object]) -> Path:
    """The downloaded form with values in the rows of these indicators."""
    book = load_workbook(path)
    sheet = book.active
    assert sheet is not None
    header = next(row for row in sheet.iter_rows() if "完成值" in [cell.value for cell in row])
    column = {str(cell.value): cell.column for cell in header}
    for row in range(header[0].row + 1, sheet.max_row + 1):
        name = sheet.cell(row, column["指标"]).value
        if name in values:
            sheet.cell(row, column["完成值"]).value = values[name]
    book.save(path)
    return path


def send(page: Page, path: Path) -> None:
    page.get_by_role("link", name="导入", exact=True).first.click()
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_role("button", name="上传并检查").click()


def test_form_taken_away_filled_in_and_sent_back(
    first_quarter: Quarter, clerk: User, enter: Enter, tmp_path: Path
) -> None:
    page = enter(clerk)
    page.get_by_role("link", name="导入", exact=True).first.click()
    with page.expect_download() as download:
        page.locator('a[href$="/q1/long.xlsx"]').click()
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)

    send(page, fill_in(path, {"新建充电桩": "约12", "新增新能源汽车": 3}))
    expect(page.locator("main")).to_contain_text("没有导入，原有数据没有任何改动")
    expect(page.get_by_role("row", name="约12")).to_contain_text("完成值")
    assert not Line.objects.exists()

    send(page, fill_in(path, {"新建充电桩": 12}))
    expect(page.get_by_role("row", name="新建充电桩")).to_contain_text("12")
    assert not Line.objects.exists()
    page.get_by_role("button", name="确认导入").click()
    expect(page.locator("main")).to_contain_text("已全部导入")
    page.get_by_role("link", name="东海县第 1 季度").click()

    expect(page.locator("[name=CP-value]")).to_have_value("12")
    expect(page.locator("[name=NEV-value]")).to_have_value("3")
    expect(page.locator("#row-CP")).to_contain_text("达序时")
    expect(page.locator("[data-filled]")).to_have_text("2")
