"""What people do with a report, as they do it in their browsers."""

from collections.abc import Mapping
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from playwright.sync_api import FilePayload, Locator, Page, expect

from accounts.models import User
from tests.factories import PASSWORD

Numbers = tuple[object, object]
"""What is typed as value and as base; None leaves the cell as it is."""
A_PDF: FilePayload = {"name": "验收单.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n%test\n"}


def sign_in(page: Page, user: User) -> None:
    """As people do; they stand before their work."""
    page.goto("/")
    page.get_by_label("用户名").fill(user.username)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("我的工作")


def sign_out(page: Page) -> None:
    """What is left open is of no use to the next one."""
    page.get_by_role("button", name="退出").click()
    expect(page.get_by_role("button", name="登录")).to_be_visible()


# --- the form


def open_report(page: Page, quarter: int) -> None:
    """From one's work to the report of Donghai county."""
    page.get_by_role("link", name="我的工作").click()
    page.get_by_role("link", name=f"东海县 2023 年第 {quarter} 季度报告").first.click()
    expect(page.locator("[data-filled]")).to_be_visible()
    page.wait_for_load_state()  # it is the scripts that save what is typed and open the dialogs


def type_line(page: Page, code: str, value: str, base: str | None = None) -> None:
    """Key by key into a row, over what stands there."""
    for field, text in (("value", value), ("base", base)):
        if text is not None:
            box = page.locator(f"[name={code}-{field}]")
            box.select_text()
            box.press_sequentially(text)


def everything_is_saved(page: Page, *, filled: int) -> None:
    """The form says that so many required rows are filled in, and that all of it is kept."""
    expect(page.locator("[data-filled]")).to_have_text(str(filled))
    expect(page.locator("[data-save-state]")).to_have_text("全部已保存")


def attach_file(page: Page, code: str) -> None:
    """A file of evidence for a row, by its dialog."""
    page.locator(f"#row-{code} [data-evidence-link]").click()
    dialog = page.locator("#evidence-dialog")
    dialog.locator("input[type=file]").set_input_files(A_PDF)
    expect(dialog.locator("[data-evidence-part] tbody tr")).to_have_count(1)
    dialog.get_by_role("button", name="关闭").click()
    expect(page.locator(f"#row-{code} [data-evidence-count]")).to_have_text("1")


def hand_in(page: Page, note: str) -> None:
    """Submit with a word on what is missing; then the report waits for its review."""
    page.get_by_role("link", name="检查并提交").click()
    page.get_by_label("说明").fill(note)
    decide(page, "提交报告", "提交")
    expect(page.get_by_role("heading", level=1)).to_contain_text("待审核")
    expect(page.locator("[name=CP-value]")).to_have_count(0)


# --- the file


def take(page: Page, link: Locator, folder: Path) -> Path:
    """Where the file that a link leads to has been saved."""
    with page.expect_download() as taken:
        link.click()
    path = folder / taken.value.suggested_filename
    taken.value.save_as(path)
    return path


def take_form(page: Page, address_ends: str, folder: Path) -> Path:
    """The form of a quarter from the page of imports; `address_ends`, e.g. "q1/long.xlsx", says which."""
    page.get_by_role("link", name="导入", exact=True).first.click()
    return take(page, page.locator(f'a[href$="/{address_ends}"]'), folder)


def fill_in(path: Path, lines: Mapping[str, Numbers]) -> Path:
    """The downloaded form with values and bases in the rows of these indicators (by name), none of them forgotten."""
    book = load_workbook(path)
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    header = next(row for row in sheet.iter_rows() if "指标" in [cell.value for cell in row])
    named = {str(cell.value).removeprefix("本季"): cell.column for cell in header}
    rows = {sheet.cell(row, named["指标"]).value: row for row in range(header[0].row + 1, sheet.max_row + 1)}
    for name, numbers in lines.items():
        for column, number in zip(("完成值", "基数"), numbers, strict=True):
            if number is not None:
                sheet.cell(rows[name], named[column]).value = number  # type: ignore[assignment]
    book.save(path)
    return path


def upload(page: Page, path: Path) -> None:
    """Send a file; its preview, or what is wrong with it, stands there."""
    page.get_by_role("link", name="导入", exact=True).first.click()
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_role("button", name="上传并检查").click()


def confirm_import(page: Page, quarter: int) -> None:
    """Accept the preview and go on to the report."""
    page.get_by_role("button", name="确认导入").click()
    expect(page.locator("main")).to_contain_text("已全部导入")
    page.get_by_role("link", name=f"东海县第 {quarter} 季度").click()


# --- the review


def open_review(page: Page) -> None:
    """From the queue to the report of Donghai county."""
    page.get_by_role("navigation").get_by_role("link", name="审核").click()
    page.get_by_role("row", name="东海县").get_by_role("link", name="审核", exact=True).click()
    expect(page.locator("[data-decide]")).to_be_visible()


def approve(page: Page) -> None:
    """Let the report count."""
    decide(page, "审核通过")
    expect(page.get_by_role("heading", level=1)).to_contain_text("已审核")


def send_back(page: Page, reason: str) -> None:
    """Return the report with a reason."""
    decide(page, "退回", reason=reason)
    expect(page.get_by_role("heading", level=1)).to_contain_text("已退回")


# --- what asks first


def decide(page: Page, button: str, word: str = "", *, reason: str = "") -> None:
    """Press a button that asks, give the reason it wants, and confirm (by `word` where it is another one)."""
    page.get_by_role("button", name=button).click()
    dialog = page.locator("#confirm-dialog")
    if reason:
        dialog.locator("#confirm-reason").fill(reason)
    dialog.get_by_role("button", name=word or button).click()
