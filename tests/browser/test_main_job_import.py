"""A clerk takes the prefilled form away, fills it in with a spreadsheet program and sends it back."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from accounts.models import User
from progress.models import Line
from targets.models import Quarter
from tests.browser import doors
from tests.browser.conftest import Enter

pytestmark = pytest.mark.browser


def test_form_taken_away_filled_in_and_sent_back(
    first_quarter: Quarter, clerk: User, enter: Enter, tmp_path: Path
) -> None:
    page = enter(clerk)
    path = doors.take_form(page, "q1/long.xlsx", tmp_path)

    doors.upload(page, doors.fill_in(path, {"新建充电桩": ("约12", None), "新增新能源汽车": (3, None)}))
    expect(page.locator("main")).to_contain_text("没有导入，原有数据没有任何改动")
    expect(page.get_by_role("row", name="约12")).to_contain_text("完成值")
    assert not Line.objects.exists()

    doors.upload(page, doors.fill_in(path, {"新建充电桩": (12, None)}))
    expect(page.get_by_role("row", name="新建充电桩")).to_contain_text("12")
    assert not Line.objects.exists()
    doors.confirm_import(page, 1)

    expect(page.locator("[name=CP-value]")).to_have_value("12")
    expect(page.locator("[name=NEV-value]")).to_have_value("3")
    expect(page.locator("#row-CP")).to_contain_text("达序时")
    expect(page.locator("[data-filled]")).to_have_text("2")
