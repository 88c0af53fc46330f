"""Where each role can go from the page it is on."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.http import HttpRequest
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import resolve

from accounts.models import User
from accounts.policy import Role
from lianyungang_portal.navigation import PLACES, links_for, may_see
from targets.models import Plan
from tests.factories import make_user

IN_OCTOBER = datetime(2023, 10, 10, tzinfo=UTC)


def asked_by(user: User, path: str = "/") -> HttpRequest:
    """A request of this person, in October 2023."""
    request = RequestFactory().get(path)
    request.user = user
    request.arrived_at = IN_OCTOBER  # type: ignore[attr-defined]
    request.resolver_match = None
    return request


def labels(role: str) -> set[str]:
    """What this role's navigation could show."""
    return {str(place.label) for place in PLACES if may_see(User(role=role), place)}


@pytest.mark.parametrize(
    ("role", "own", "foreign"),
    [
        (
            Role.REPORTER,
            {"我的工作", "总览", "季度填报", "导入", "机构", "考核"},
            {"审核", "填报期", "导出", "审计", "账号"},
        ),
        (Role.OFFICER, {"季度填报", "导入", "审核", "填报期", "机构", "考核", "导出"}, {"审计", "账号"}),
        (Role.REVIEWER, {"审核", "考核", "导出"}, {"季度填报", "导入", "填报期", "审计", "账号"}),
        (Role.LEADER, {"总览", "考核", "导出"}, {"季度填报", "审核", "填报期", "审计", "账号"}),
        (Role.AUDITOR, {"审计", "总览"}, {"季度填报", "审核", "账号"}),
        (Role.SYSADMIN, {"我的工作", "账号"}, {"总览", "季度填报", "审核", "考核", "审计", "导出"}),
    ],
)
def test_each_role_sees_what_it_has_a_use_for(role: str, own: set[str], foreign: set[str]) -> None:
    assert own <= labels(role)
    assert not foreign & labels(role)


def test_a_role_nobody_knows_sees_only_its_own_work() -> None:
    assert labels("visitor") == {"我的工作"}


def test_a_plans_places_are_left_out_where_there_is_no_plan(db: None) -> None:
    leader = User.objects.create(username="leader", role=Role.LEADER)

    assert [str(link.label) for link in links_for(asked_by(leader), plan=None)] == ["我的工作", "机构"]


def test_the_places_are_those_of_the_newest_active_plan_that_one_sees(plan: Plan, second_plan: Plan) -> None:
    clerk = make_user(Role.REPORTER, "320722")
    Plan.objects.create(owner=plan.owner, year=2024, name="下一年", state=Plan.State.DRAFT)

    urls = [link.url for link in links_for(asked_by(clerk), plan=None)]

    assert "/320700/2023/reports/" in urls


def test_the_pages_own_plan_comes_first_and_takes_no_query(plan: Plan, second_plan: Plan) -> None:
    officer = make_user(Role.OFFICER)
    own = Plan.objects.select_related("owner").get(pk=second_plan.pk)

    with CaptureQueriesContext(connection) as queries:
        urls = [link.url for link in links_for(asked_by(officer), plan=own)]

    assert len(queries) == 0
    assert f"/{own.owner.code}/{own.year}/assessment/" in urls


def test_without_a_plan_of_the_page_finding_one_takes_one_query(plan: Plan) -> None:
    officer = make_user(Role.OFFICER)

    with CaptureQueriesContext(connection) as queries:
        links_for(asked_by(officer), plan=None)

    assert len(queries) == 1


def current(role: str, path: str) -> list[str]:
    """The places that the navigation marks on a page."""
    request = asked_by(make_user(role, None if role == Role.SYSADMIN else "320700"), path)
    request.resolver_match = resolve(path)
    return [str(link.label) for link in links_for(request, plan=None) if link.is_current]


@pytest.mark.parametrize(
    ("role", "path", "place"),
    [
        (Role.AUDITOR, "/trail/", "审计"),
        (Role.SYSADMIN, "/accounts/new/", "账号"),
        (Role.OFFICER, "/institutions/new/", "机构"),
        (Role.OFFICER, "/320700/2023/indicators/CP/", "指标"),
        (Role.OFFICER, "/320700/2023/q3/reports/320722/", "季度填报"),
        (Role.REVIEWER, "/320700/2023/q3/reports/320722/", "审核"),
        (Role.LEADER, "/320700/2023/assessment/units/320722/", "考核"),
    ],
)
def test_the_place_one_is_at_is_marked_and_no_other(plan: Plan, role: str, path: str, place: str) -> None:
    assert current(role, path) == [place]


def test_a_page_outside_every_place_marks_none(plan: Plan) -> None:
    assert current(Role.OFFICER, "/accounts/password/") == []


def test_nobody_is_led_anywhere_before_signing_in() -> None:
    from django.contrib.auth.models import AnonymousUser

    request = asked_by(User())
    request.user = AnonymousUser()

    assert links_for(request, plan=None) == []
