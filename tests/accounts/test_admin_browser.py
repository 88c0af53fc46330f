"""A year's accounts made in Django's admin, in a real browser under the portal's policy on scripts and styles."""

from pathlib import Path

import openpyxl
import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from accounts.models import User
from accounts.policy import Role
from tests.admin_imports import csv_file
from tests.factories import load_both_plans, make_user, sign_in
from tests.services.browser import Complaints

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HEADER = ("用户名", "姓名", "角色", "单位")


@pytest.fixture
def admin(page: Page, portal_address: str) -> Page:
    """The page of a system administrator who has signed in."""
    load_both_plans()
    session = sign_in(make_user(Role.SYSADMIN)).cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": portal_address}])
    return page


def test_roster_previewed_mended_confirmed_and_handed_out_and_the_policy_blocks_nothing(
    admin: Page, tmp_path: Path, complaints: Complaints
) -> None:
    wrong = csv_file(HEADER, [("zhang", "张三", "填报员", "东海县"), ("li", "李四", "填报员", "")])
    right = csv_file(HEADER, [("zhang", "张三", "填报员", "东海县"), ("li", "李四", "填报员", "灌云县")])
    for refusal in ("422", "409"):
        complaints.expect(refusal)

    admin.goto("/accounts/")
    admin.get_by_role("link", name="批量导入").click()
    admin.locator("input[type=file]").set_input_files({"name": "r.csv", "mimeType": "text/csv", "buffer": wrong})
    admin.get_by_role("button", name="上传并预览").click()
    expect(admin.locator("table").first).to_contain_text("填报员必须指定所属单位")
    admin.locator("input[type=file]").set_input_files({"name": "r.csv", "mimeType": "text/csv", "buffer": right})
    admin.get_by_role("button", name="上传并预览").click()
    expect(admin.locator(".alert")).to_contain_text("新增 2 行")
    admin.get_by_role("button", name="确认导入").click()
    with admin.expect_download() as waiting:
        admin.get_by_role("link", name="下载一次性密码表").click()
    saved = tmp_path / "passwords.xlsx"
    waiting.value.save_as(saved)

    # The fixture `complaints` fails the test for any script, style or request that was blocked.
    sheet = openpyxl.load_workbook(saved).active
    assert sheet is not None
    passwords = {str(row[3]): str(row[4]) for row in sheet.iter_rows(min_row=5, values_only=True)}
    assert passwords.keys() == {"zhang", "li"}
    assert all(User.objects.get(username=name).check_password(word) for name, word in passwords.items())
    admin.reload()
    expect(admin.locator("main")).to_contain_text("已经确认过")
    assert User.objects.filter(username__in=passwords).count() == 2


def test_register_taken_away_from_its_list_and_the_policy_blocks_nothing(admin: Page, tmp_path: Path) -> None:
    admin.goto("/admin/accounts/user/")
    with admin.expect_download() as waiting:
        admin.get_by_role("link", name="导出").click()
    waiting.value.save_as(tmp_path / "accounts.xlsx")
    admin.get_by_role("link", name="导入").click()

    expect(admin.get_by_role("heading", name="导入账号")).to_have_count(1)
    assert openpyxl.load_workbook(tmp_path / "accounts.xlsx").sheetnames[0] == "账号"
