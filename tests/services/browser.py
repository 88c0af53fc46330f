"""A real Chromium on the portal under test; what it complains about fails the test."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, ViewportSize, sync_playwright
from pytest_django.live_server_helper import LiveServer

from scripts.machine import TOOLS, install_command
from tests.services.fixtures import Worker

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
# A browser that looks for updates on a closed network meets refusals by the dozen.
QUIET = (
    "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
)  # fmt: skip
DESKTOP: ViewportSize = {"width": 1280, "height": 900}


def chromium() -> str:
    """The path of this machine's Chromium; the test fails, naming what to install, if there is none."""
    for name in CHROMIUM_NAMES:
        if found := shutil.which(name):
            return found
    pytest.fail(f"Chromium is missing: {install_command([tool for tool in TOOLS if tool.marker == 'browser'])}")


@dataclass
class Complaints:
    """What the browser complained about: console errors, uncaught exceptions, blocked or foreign requests.

    A refusal of the content security policy is a console error too.
    """

    own_host: str
    expected: list[str] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)

    def expect(self, part: str) -> None:
        """Accept complaints that contain `part`, e.g. "409" where the test provokes a conflict."""
        self.expected.append(part)

    def listen_to(self, page: Page) -> None:
        """Collect the complaints of one page."""
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.seen.append(f"uncaught: {error}"))
        page.on("request", self._on_request)

    def unexpected(self) -> list[str]:
        """The complaints that nobody announced."""
        return [text for text in self.seen if not any(part in text for part in self.expected)]

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.seen.append(f"console: {message.text} ({message.location.get('url', '')})")

    def _on_request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in ("http", "https") and address.netloc != self.own_host:
            self.seen.append(f"foreign request: {request.url}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One headless Chromium for all browser tests of this process."""
    # Playwright keeps an event loop in this thread, which Django would take for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    sandbox = [] if os.geteuid() else ["--no-sandbox"]
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium(), args=[*QUIET, *sandbox])
        yield started
        started.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def portal_address(live_server: LiveServer, redis_broker: str) -> str:
    """The address of the portal on the test's database; its jobs wait in a real Redis."""
    return live_server.url


@pytest.fixture
def live_portal(portal_address: str, celery_worker_process: Worker) -> str:
    """The address of the portal with a real worker behind it, for tests that wait for a job."""
    return portal_address


@pytest.fixture
def complaints(portal_address: str) -> Iterator[Complaints]:
    """What the browser complained about; the test fails at its end if any of it was not expected."""
    collected = Complaints(own_host=urlsplit(portal_address).netloc)
    yield collected
    assert collected.unexpected() == []


@pytest.fixture
def page(browser: Browser, portal_address: str, complaints: Complaints) -> Iterator[Page]:
    """A fresh page, 1280 px wide, whose relative addresses lead to the portal; nobody is signed in.

    Ask for `live_portal` too where a job must be done.
    """
    context = browser.new_context(
        base_url=portal_address, locale="zh-CN", timezone_id="Asia/Shanghai", viewport=DESKTOP, accept_downloads=True
    )
    context.set_default_timeout(10_000)
    context.on("page", complaints.listen_to)
    yield context.new_page()
    context.close()
