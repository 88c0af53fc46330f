"""The browser of the tests notices what a person would never report."""

import pytest
from playwright.sync_api import Page

from tests.services.browser import Complaints

pytestmark = pytest.mark.browser


def test_portal_answers_in_chromium_without_complaints(page: Page, complaints: Complaints) -> None:
    answer = page.goto("/accounts/sign-in/")

    assert answer is not None
    assert answer.status == 200
    assert complaints.seen == []


@pytest.mark.parametrize(
    ("script", "complaint"),
    [
        ("console.error('lost a line')", "lost a line"),
        ("setTimeout(() => { throw new Error('no such row') })", "no such row"),
        ("fetch('http://portal.example.cn/x').catch(() => {})", "portal.example.cn"),
    ],
)
def test_complaint_is_seen(page: Page, complaints: Complaints, script: str, complaint: str) -> None:
    complaints.expect("")
    page.goto("/healthz")

    page.evaluate(script)
    page.wait_for_timeout(200)

    assert any(complaint in text for text in complaints.seen)


def test_refusal_of_the_content_security_policy_is_seen(page: Page, complaints: Complaints) -> None:
    complaints.expect("Content Security Policy")
    complaints.expect("Refused")
    page.route(
        "**/healthz",
        lambda route: route.fulfill(
            content_type="text/html",
            headers={"Content-Security-Policy": "default-src 'none'"},
            body="<script>document.title = 'ran'</script>",
        ),
    )

    page.goto("/healthz")
    page.wait_for_timeout(200)

    assert page.title() != "ran"
    assert any("Content Security Policy" in text for text in complaints.seen)


def test_complaint_that_nobody_announced_would_fail_the_test() -> None:
    complaints = Complaints(own_host="127.0.0.1:1", expected=["409"], seen=["console: 409 Conflict", "console: lost"])

    assert complaints.unexpected() == ["console: lost"]
