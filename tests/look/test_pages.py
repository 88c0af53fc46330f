"""The frame of every page, and the pages that say that something could not be done."""

import json
import re

from django.conf import settings
from django.test import Client, RequestFactory
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from accounts.policy import Role
from lianyungang_portal.errors import server_error
from targets.models import Plan
from tests.factories import PASSWORD, make_user, sign_in

INLINE = re.compile(r"""<style|\sstyle=|\son[a-z]+=|hx-on|javascript:|<script(?![^>]*\ssrc=)""", re.IGNORECASE)
OUTSIDE = re.compile(r"""(?:src|href|action)=["'](?:https?:)?//""", re.IGNORECASE)


def test_the_frame_says_where_one_is_and_who_one_is(officer: Client) -> None:
    page = officer.get("/look/").content.decode()

    assert "连云港市 · 2023 年度" in page
    assert "市局管理员" in page
    assert 'action="/accounts/sign-out/"' in page
    assert 'href="#content"' in page
    assert f"版本 {settings.CODE_VERSION}" in page


def test_no_piece_holds_inline_code_or_style_or_an_outside_address(officer: Client) -> None:
    page = officer.get("/look/?toast=1").content.decode()

    assert INLINE.findall(page) == []
    assert OUTSIDE.findall(page) == []


def test_an_inline_style_would_be_noticed() -> None:
    assert INLINE.search('<p style="color: red">')
    assert INLINE.search('<button onclick="go()">')
    assert INLINE.search("<script>go()</script>")
    assert not INLINE.search('<script type="module" src="/static/js/portal.js"></script>')


def test_htmx_is_told_not_to_evaluate_and_not_to_remember(officer: Client) -> None:
    page = officer.get("/look/").content.decode()
    found = re.search(r"<meta name=\"htmx-config\" content='(.*?)'>", page, re.DOTALL)

    assert found
    config = json.loads(found.group(1))
    assert config["allowEval"] is False
    assert config["includeIndicatorStyles"] is False
    assert config["selfRequestsOnly"] is True
    assert config["historyCacheSize"] == 0


def test_messages_are_toasts_in_their_tone(officer: Client) -> None:
    page = officer.get("/look/?toast=1").content.decode()

    shown = page.partition('id="toast-offline"')[0]
    assert shown.count('data-toast="success"') == 1
    assert shown.count('data-toast="warning"') == 1
    assert "报告已由 王审核 审核，不能再撤回。" in shown


def test_invented_data_is_marked_on_every_page_where_it_is_and_nowhere_else(look: None, plan: Plan) -> None:
    person, client = make_user(Role.OFFICER), Client()
    known = {"username": person.username, "password": PASSWORD}

    client.post("/accounts/sign-in/", known)
    assert "示例数据" not in client.get("/look/").content.decode()
    assert "示例数据" not in Client().get("/accounts/sign-in/").content.decode()

    Plan.objects.filter(pk=plan.pk).update(is_demo=True)
    User.objects.filter(pk=person.pk).update(is_demo=True)
    client.post("/accounts/sign-in/", known)
    assert "示例数据" in client.get("/look/").content.decode()
    assert "示例数据" in Client().get("/accounts/sign-in/").content.decode()


def test_the_other_language_is_one_click_away_and_leads_back(officer: Client) -> None:
    officer.post("/accounts/language/", {"language": "en", "next": "/look/?toast=1"})

    page = officer.get("/look/?toast=1").content.decode()

    assert '<html lang="en">' in page
    assert 'value="/look/?toast=1"' in page
    assert 'value="zh-hans"' in page


def test_a_refusal_says_why_and_what_next_and_keeps_the_navigation(officer: Client) -> None:
    answer = officer.get("/look/refused/")

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "已过截止时间" in page
    assert "请联系市局延长填报期" in page
    assert 'id="mainnav"' in page


def test_a_refusal_of_an_htmx_request_is_a_message_and_no_page(officer: Client) -> None:
    answer = officer.get("/look/refused/", headers={"HX-Request": "true"})

    piece = answer.content.decode()
    assert answer.status_code == 409
    assert piece.strip().startswith('<div class="alert alert-error" data-toast="error"')
    assert "<html" not in piece


def test_an_address_that_does_not_exist_keeps_the_navigation(officer: Client) -> None:
    answer = officer.get("/nowhere/at/all/")

    assert answer.status_code == 404
    assert "没有找到这个页面" in answer.content.decode()
    assert 'id="mainnav"' in answer.content.decode()


def test_a_failure_is_told_without_asking_the_database(
    db: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    request = RequestFactory().get("/look/broken/")
    request.arrived_at = timezone.now()  # type: ignore[attr-defined]

    with django_assert_num_queries(0):
        answer = server_error(request)

    assert answer.status_code == 500
    assert "系统出错" in answer.content.decode()
    assert "broken on purpose" not in answer.content.decode()


def test_an_unforeseen_failure_shows_that_page(officer: Client) -> None:
    officer.raise_request_exception = False

    answer = officer.get("/look/broken/")

    assert answer.status_code == 500
    assert "请返回上一页核对是否已保存" in answer.content.decode()


def test_the_frame_costs_the_same_few_queries_for_every_role(
    look: None, plan: Plan, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for role in (Role.REPORTER, Role.OFFICER, Role.REVIEWER, Role.LEADER, Role.AUDITOR):
        browser = sign_in(make_user(role))
        browser.get("/look/")

        with django_assert_num_queries(3):  # session; person with unit; the guide's own plan
            browser.get("/look/")


def test_an_address_that_takes_forms_only_says_so_when_it_is_opened(officer: Client) -> None:
    answer = officer.get("/accounts/sign-out/")

    assert answer.status_code == 405
    assert answer["Allow"] == "POST"
    assert "登录前提交的内容没有保存" in answer.content.decode()
    assert 'id="mainnav"' in answer.content.decode()


def test_a_program_that_uses_a_wrong_method_gets_no_page(officer: Client) -> None:
    assert officer.put("/accounts/sign-out/").content == b""
