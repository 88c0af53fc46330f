"""The line that says 正在重算, and from when the figures of a page are."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.policy import Role
from assessments.services.compliance import compute_compliance
from assessments.services.marks import mark_dirty
from assessments.views.figures import STALLED_AFTER
from targets.models import Plan
from tests.assessments.figures import AFTER_THE_YEAR, units
from tests.factories import make_user, sign_in

ADDRESS = "/320700/2023/figures/"


@pytest.fixture
def browser(plan: Plan) -> Client:
    return sign_in(make_user(Role.LEADER))


def test_address_is_made_of_natural_keys() -> None:
    assert reverse("assessments:figures", args=["320700", 2023]) == ADDRESS


def test_figures_being_recomputed_say_so_and_from_when_the_shown_ones_are(plan: Plan, browser: Client) -> None:
    compute_compliance(plan, as_of=AFTER_THE_YEAR)
    mark_dirty(units(plan, ["320722"]), at=timezone.now())

    response = browser.get(ADDRESS)

    page = response.content.decode()
    assert "正在重算" in page
    assert "数据截至 2024-03-01 08:00" in page
    assert f'hx-get="{ADDRESS}" hx-trigger="every 1s"' in page
    assert "HX-Trigger" not in response


def test_figures_that_are_there_end_the_asking_and_tell_the_page(plan: Plan, browser: Client) -> None:
    compute_compliance(plan, as_of=AFTER_THE_YEAR)

    response = browser.get(ADDRESS)

    assert response["HX-Trigger"] == "figures-changed"
    assert "正在重算" not in response.content.decode()
    assert "hx-get" not in response.content.decode()


def test_plan_never_computed_says_so(browser: Client) -> None:
    assert "还没有计算达标情况" in browser.get(ADDRESS).content.decode()


def test_marks_that_nobody_drains_say_that_the_service_is_away(plan: Plan, browser: Client) -> None:
    mark_dirty(units(plan, ["320722"]), at=timezone.now() - STALLED_AFTER - timedelta(seconds=1))

    page = browser.get(ADDRESS).content.decode()

    assert "后台服务暂未响应" in page
    assert "hx-get" in page


def test_foreign_plan_is_not_there_and_the_system_administrator_is_refused(plan: Plan, browser: Client) -> None:
    assert browser.get("/990100/2023/figures/").status_code == 404
    assert sign_in(make_user(Role.SYSADMIN)).get(ADDRESS).status_code == 403
