"""Evidence in a real browser: dropped on a row, several at once, each with its outcome; shown in place in a sandbox."""

import base64
import zlib
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import APIResponse, Page, Route, expect

from accounts.models import User
from accounts.policy import Role
from progress.models import Evidence, Report
from progress.services.evidence import add_evidence
from targets.models import PlanUnit, Quarter
from tests.factories import load_both_plans, make_report, make_user, plan_unit_of, sign_in
from tests.progress.builders import upload
from tests.services.browser import Complaints

pytestmark = pytest.mark.browser

ADDRESS = "/320700/2023/q2/reports/320722/"
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]>>endobj\ntrailer<</Root 1 0 R>>\n"
)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return len(data).to_bytes(4) + kind + data + zlib.crc32(kind + data).to_bytes(4)


def picture(width: int = 40, height: int = 30) -> bytes:
    """A PNG that a browser can draw."""
    head = width.to_bytes(4) + height.to_bytes(4) + bytes([8, 0, 0, 0, 0])
    rows = zlib.compress(b"\x00".join([b""] + [b"\x80" * width] * height))
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", rows) + _chunk(b"IEND", b"")


DROP = """([selector, files]) => {
  const data = new DataTransfer();
  for (const [name, text] of files) {
    data.items.add(new File([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))], name));
  }
  const target = document.querySelector(selector);
  for (const type of ["dragover", "drop"]) {
    target.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }));
  }
}"""


def drop(page: Page, selector: str, **files: bytes) -> None:
    """Drop files on an element as from the desktop; `a_pdf` is called a.pdf."""
    named = [(name.replace("_", "."), base64.b64encode(content).decode()) for name, content in files.items()]
    page.evaluate(DROP, [selector, named])


def wait_until(page: Page, holds: Callable[[], bool]) -> None:
    """Let the browser go on until something holds that no page shows; AssertionError after ten seconds."""
    for _attempt in range(100):
        if holds():
            return
        page.wait_for_timeout(100)
    raise AssertionError("It did not come about within ten seconds.")


@pytest.fixture
def county(portal_address: str) -> PlanUnit:
    """A county whose second quarter is being reported."""
    plan, _second = load_both_plans()
    now, day = timezone.now(), timedelta(days=1)
    Quarter.objects.filter(plan=plan, number=2).update(opens=now - day, due=now + day, closes=now + 2 * day)
    return plan_unit_of(plan, "320722")


def enter(page: Page, user: User, portal_address: str) -> Page:
    session = sign_in(user).cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": portal_address}])
    page.goto(ADDRESS)
    return page


@pytest.fixture
def form(county: PlanUnit, page: Page, portal_address: str) -> Page:
    """The form as the county's clerk sees it, one number in it."""
    make_report(county, 2, {"CP": (12, None)})
    return enter(page, make_user(Role.REPORTER, county.unit), portal_address)


def test_files_dropped_on_a_row_are_kept_or_refused_each_by_itself(form: Page, complaints: Complaints) -> None:
    complaints.expect("422")
    expect(form.locator("[data-checks]")).to_contain_text("没有佐证材料")

    drop(form, "#row-CP", a_pdf=PDF, b_pdf=b"<html>", c_png=picture())

    dialog = form.locator("#evidence-dialog")
    items = dialog.locator(".upload-item")
    expect(items.nth(0)).to_contain_text("已上传，编号 320722-CP-Q2-01")
    expect(items.nth(1)).to_contain_text("“b.pdf”不是可用的佐证材料。")
    expect(items.nth(2)).to_contain_text("已上传，编号 320722-CP-Q2-02")
    expect(dialog.locator("[data-evidence-part] tbody tr")).to_have_count(2)
    dialog.get_by_role("button", name="关闭").click()
    expect(form.locator("#row-CP [data-evidence-count]")).to_have_text("2")
    expect(form.locator("[data-checks]")).not_to_contain_text("没有佐证材料")
    assert Evidence.objects.count() == 2


def test_the_keyboard_opens_a_rows_files_and_chooses_several(form: Page) -> None:
    form.locator("#row-CP [data-evidence-link]").focus()
    form.keyboard.press("Enter")
    dialog = form.locator("#evidence-dialog")
    expect(dialog).to_contain_text("还没有佐证材料")

    dialog.locator("input[type=file]").set_input_files(
        [
            {"name": "a.pdf", "mimeType": "application/pdf", "buffer": PDF},
            {"name": "b.png", "mimeType": "image/png", "buffer": picture()},
        ]
    )

    expect(dialog.locator("[data-evidence-part] tbody tr")).to_have_count(2)
    form.keyboard.press("Escape")
    expect(form.locator("#row-CP [data-evidence-count]")).to_have_text("2")


def test_a_file_that_is_too_large_is_refused_before_it_is_sent(form: Page) -> None:
    form.locator("#row-CP [data-evidence-link]").click()
    form.locator("#evidence-dialog [data-upload]").evaluate("zone => (zone.dataset.maxBytes = 10)")

    drop(form, "#evidence-dialog [data-upload-zone]", a_pdf=PDF)

    expect(form.locator(".upload-item")).to_contain_text("没有上传")
    assert not Evidence.objects.exists()


def test_a_file_is_listed_although_the_first_answer_is_slower_than_the_upload(form: Page) -> None:
    lists: list[tuple[Route, APIResponse]] = []
    uploads: list[Route] = []

    def hold_the_first(route: Route) -> None:
        if lists:
            route.continue_()
        else:
            lists.append((route, route.fetch()))

    form.route("**/lines/CP/evidence/", hold_the_first)
    form.route("**/lines/CP/evidence/files/", lambda route: uploads.append(route))  # noqa: PLW0108 - no built-in
    drop(form, "#row-CP", a_pdf=PDF)
    wait_until(form, lambda: bool(lists and uploads))
    dialog = form.locator("#evidence-dialog")

    uploads[0].continue_()
    expect(dialog.locator(".upload-item")).to_contain_text("已上传")
    ((route, answer),) = lists
    assert "还没有佐证材料" in answer.text()
    route.fulfill(response=answer)

    expect(dialog.locator("[data-evidence-part] tbody tr")).to_have_count(1)


def test_a_file_that_arrives_while_another_row_is_open_counts_for_its_own_row(form: Page) -> None:
    held: list[Route] = []
    form.route("**/lines/CP/evidence/files/", lambda route: held.append(route))  # noqa: PLW0108 - no built-in
    drop(form, "#row-CP", a_pdf=PDF)
    dialog = form.locator("#evidence-dialog")
    wait_until(form, lambda: bool(held))
    dialog.get_by_role("button", name="关闭").click()
    form.locator("#row-PVC [data-evidence-link]").click()
    expect(dialog).to_contain_text("还没有佐证材料")

    held[0].continue_()

    expect(form.locator("#row-CP [data-evidence-count]")).to_have_text("1")
    expect(form.locator("#row-PVC [data-evidence-count]")).to_have_text("0")
    expect(dialog).to_contain_text("还没有佐证材料")


def test_a_file_is_deleted_in_the_dialog_after_asking(form: Page) -> None:
    drop(form, "#row-CP", a_pdf=PDF)
    dialog = form.locator("#evidence-dialog")
    dialog.locator("[data-evidence-part]").get_by_role("button", name="删除").click()

    form.locator("#confirm-dialog").get_by_role("button", name="删除").click()

    expect(dialog).to_contain_text("还没有佐证材料")
    expect(form.locator("#toasts")).to_contain_text("已删除 320722-CP-Q2-01")
    expect(form.locator("#row-CP [data-evidence-count]")).to_have_text("0")
    assert not Evidence.objects.exists()


def test_a_reviewer_sees_a_pdf_and_a_picture_in_place(county: PlanUnit, page: Page, portal_address: str) -> None:
    clerk = make_user(Role.REPORTER, county.unit)
    report = make_report(county, 2, {"CP": (12, None)})
    for content, name in ((PDF, "a.pdf"), (picture(), "b.png")):
        add_evidence(report, "CP", upload(content, name), by=clerk, at=timezone.now())
    Report.objects.update(state=Report.State.SUBMITTED, submitted_by=clerk, submitted_at=timezone.now())
    enter(page, make_user(Role.REVIEWER), portal_address)
    page.locator("#row-CP [data-evidence-link]").click()
    expect(page.locator("#evidence-dialog [data-upload]")).to_have_count(0)

    page.get_by_role("link", name="a.pdf").first.click()

    viewer = page.locator("#file-viewer")
    expect(viewer.locator("[data-viewer-title]")).to_have_text("320722-CP-Q2-01 a.pdf")
    expect(viewer.locator("[data-viewer-sha256]")).to_have_text(Evidence.objects.order_by("number")[0].file.sha256)
    # A PDF that the sandbox kept from being shown would leave the frame without the browser's own PDF page.
    page.wait_for_function("() => document.querySelector('#file-viewer iframe')")
    frame = viewer.locator("iframe").element_handle().content_frame()
    assert frame is not None
    wait_until(page, lambda: any(each.url.startswith("chrome-extension://") for each in page.frames))
    assert not any("chrome-error" in each.url for each in page.frames)

    viewer.get_by_role("button", name="下一份").click()

    expect(viewer.locator("[data-viewer-position]")).to_have_text("2 / 2")
    shown = viewer.locator("img")
    expect(shown).to_have_attribute("alt", "320722-CP-Q2-02 b.png")
    page.wait_for_function("() => document.querySelector('#file-viewer img').naturalWidth === 40")
    viewer.get_by_role("button", name="关闭").click()
    expect(viewer.locator("img")).to_have_count(0)


def test_without_scripts_files_are_sent_by_the_page_of_the_line(
    county: PlanUnit, page: Page, portal_address: str
) -> None:
    make_report(county, 2, {"CP": (12, None)})
    browser = page.context.browser
    assert browser is not None
    bare = browser.new_context(base_url=portal_address, java_script_enabled=False).new_page()
    enter(bare, make_user(Role.REPORTER, county.unit), portal_address)
    bare.locator("#row-CP [data-evidence-link]").click()

    bare.locator("input[type=file]").set_input_files(
        [
            {"name": "a.pdf", "mimeType": "application/pdf", "buffer": PDF},
            {"name": "b.png", "mimeType": "image/png", "buffer": picture()},
        ]
    )
    bare.get_by_role("button", name="上传").click()

    expect(bare.locator("tbody tr")).to_have_count(2)
    bare.context.close()
