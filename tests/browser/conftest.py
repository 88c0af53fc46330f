"""The city as people find it in their browsers, and browsers in which they have signed in."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page

from accounts.models import User
from accounts.policy import Role
from assessments.services.compliance import compute_compliance
from targets.models import Plan, Quarter
from tests.assessments.assessed import SECOND_SCHEME, give_scheme
from tests.browser.doors import sign_in
from tests.factories import load_both_plans, make_user
from tests.services.browser import DESKTOP, Complaints

Enter = Callable[[User], Page]
COUNTY = "320722"


@pytest.fixture
def plan(portal_address: str) -> Plan:
    """The real plan with its scheme and figures, and the second city's beside it."""
    plan, second = load_both_plans()
    give_scheme(plan)
    give_scheme(second, SECOND_SCHEME)
    compute_compliance(plan, as_of=timezone.now())
    return plan


@pytest.fixture
def first_quarter(plan: Plan) -> Quarter:
    """The year has just begun: its first quarter is being reported, the others have not opened."""
    now, day = timezone.now(), timedelta(days=1)
    for number in (1, 2, 3, 4):
        opens = now - day + (number - 1) * 90 * day
        times = {"opens": opens, "due": opens + 14 * day, "closes": opens + 21 * day}
        Quarter.objects.filter(plan=plan, number=number).update(**times)
    compute_compliance(plan, as_of=now)
    return Quarter.objects.get(plan=plan, number=1)


@pytest.fixture
def clerk(plan: Plan) -> User:
    return make_user(Role.REPORTER, COUNTY, username="donghai")


@pytest.fixture
def reviewer(plan: Plan) -> User:
    return make_user(Role.REVIEWER, username="reviewer")


@pytest.fixture
def officer(plan: Plan) -> User:
    return make_user(Role.OFFICER, username="officer")


@pytest.fixture
def leader(plan: Plan) -> User:
    return make_user(Role.LEADER, username="leader")


@pytest.fixture
def enter(browser: Browser, portal_address: str, complaints: Complaints) -> Iterator[Enter]:
    """Opens the portal in a browser of a person's own and signs in as people do; they stand before their work."""
    contexts: list[BrowserContext] = []

    def enter(user: User) -> Page:
        context = browser.new_context(
            base_url=portal_address, locale="zh-CN", timezone_id="Asia/Shanghai", viewport=DESKTOP
        )
        contexts.append(context)
        context.set_default_timeout(10_000)
        context.on("page", complaints.listen_to)
        page = context.new_page()
        sign_in(page, user)
        return page

    yield enter
    for context in contexts:
        context.close()
