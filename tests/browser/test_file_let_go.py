"""A file that the portal would not take is let go before anybody waits for it to be sent."""

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings

from accounts.models import User
from tests.browser.conftest import Enter

pytestmark = pytest.mark.browser

DROP = """(zone, sizes) => {
  const data = new DataTransfer();
  for (const size of sizes) data.items.add(new File([new Uint8Array(size)], `dropped-${size}.xlsx`));
  zone.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
}"""


@pytest.mark.parametrize("address", ["/320700/2023/imports/", "/admin/targets/institution/import/"])
def test_file_too_large_is_let_go_as_soon_as_it_is_chosen_or_dropped(
    address: str, officer: User, enter: Enter, settings: Settings
) -> None:
    settings.IMPORT_MAX_BYTES = 1024**2
    page = enter(officer)
    page.goto(address)
    field, problem = page.locator("[data-drop-zone] input[type=file]"), page.locator("[data-drop-problem]")

    choose(page, 1024**2 + 1)
    expect(problem).to_contain_text("文件超过 1 MB，未接收。 请删去图片和无关的工作表")
    expect(field).to_have_value("")

    choose(page, 1024**2)
    expect(problem).to_be_empty()
    expect(field).to_have_value("C:\\fakepath\\chosen.xlsx")

    page.locator("[data-drop-zone]").evaluate(DROP, [1024**2 + 1])
    expect(problem).to_contain_text("文件超过 1 MB")
    expect(field).to_have_value("")

    page.locator("[data-drop-zone]").evaluate(DROP, [10, 11])
    expect(problem).to_have_text("一次只能上传一个文件，都没有接收。 请逐个上传。")
    expect(field).to_have_value("")

    page.locator("[data-drop-zone]").evaluate(DROP, [10])
    expect(problem).to_be_empty()
    expect(field).to_have_value("C:\\fakepath\\dropped-10.xlsx")


def choose(page: Page, size: int) -> None:
    """Choose a file of so many bytes."""
    page.locator("[data-drop-zone] input[type=file]").set_input_files(
        {"name": "chosen.xlsx", "mimeType": "application/octet-stream", "buffer": b"x" * size}
    )
