"""Signing in and the administrator's pages, as a browser sees them."""

import re

import pytest
from axes.models import AccessAttempt
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models import User
from accounts.services import create_account
from audit.models import AuditEvent
from common.actions import SYSTEM
from tests.factories import PASSWORD, make_plan, make_user, sign_in

pytestmark = pytest.mark.django_db
SIGN_IN = "/accounts/sign-in/"


@pytest.fixture(autouse=True)
def _plan() -> None:
    make_plan()


def test_wrong_password_says_so_and_stands_in_the_trail(client: Client) -> None:
    make_user("reporter", "320722", username="zhang")

    answer = client.post(SIGN_IN, {"username": "zhang", "password": "wrong"})

    assert answer.status_code == 422
    assert "用户名或密码不对" in answer.text
    assert AuditEvent.objects.filter(action="account.sign_in", outcome="refused", object_key="zhang").count() == 1


def test_five_wrong_passwords_lock_the_name_from_this_address_with_the_time_left(client: Client) -> None:
    make_user("reporter", "320722", username="zhang")
    for _ in range(5):
        answer = client.post(SIGN_IN, {"username": "zhang", "password": "wrong"})

    assert answer.status_code == 429
    assert "15 分钟" in answer.text
    answer = client.post(SIGN_IN, {"username": "zhang", "password": PASSWORD}, headers={"X-Forwarded-For": "10.9.8.7"})
    assert answer.status_code == 429, "a made-up X-Forwarded-For must not open the door"
    assert AccessAttempt.objects.get(username="zhang").failures_since_start >= 5


def test_session_id_changes_at_sign_in_and_sign_out_ends_it(client: Client) -> None:
    make_user("reporter", "320722", username="zhang")
    client.get(SIGN_IN)
    client.session.save()
    before = client.session.session_key

    client.post(SIGN_IN, {"username": "zhang", "password": PASSWORD})
    assert client.session.session_key not in (None, before)
    answer = client.post("/accounts/sign-out/")

    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    assert client.get("/accounts/password/").status_code == 302


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_next_never_leaves_the_host(client: Client, elsewhere: str) -> None:
    make_user("reporter", "320722", username="zhang")

    answer = client.post(SIGN_IN, {"username": "zhang", "password": PASSWORD, "next": elsewhere})

    assert answer.status_code == 302
    assert answer["Location"] == reverse("reporting:home")


def test_one_time_password_leads_to_the_password_page_until_it_is_replaced(client: Client) -> None:
    _user, password = create_account("li", role="officer", unit=None, by=SYSTEM)
    client.post(SIGN_IN, {"username": "li", "password": password})

    assert client.get("/trail/")["Location"] == "/accounts/password/"
    client.post("/accounts/password/", {"old": password, "new": "Ganz-neu-2023", "again": "Ganz-neu-2023"})

    assert not User.objects.get(username="li").must_change_password
    assert client.get("/trail/").status_code == 403


def test_disabled_account_is_out_with_its_next_request() -> None:
    user = make_user("auditor")
    client = sign_in(user)
    assert client.get("/trail/").status_code == 200

    User.objects.filter(pk=user.pk).update(is_active=False)

    assert client.get("/trail/").status_code == 302


def test_administrator_makes_an_account_whose_password_is_shown_once() -> None:
    client = sign_in(make_user("sysadmin"))
    unit = make_user("reporter", "320722").unit

    given = {"username": "wang", "display_name": "王五", "role": "reporter", "unit": unit.pk if unit else 0}
    answer = client.post("/accounts/new/", given)

    password = re.search(r'id="one-time-password">([^<]+)<', answer.text)
    assert password
    assert User.objects.get(username="wang").check_password(password[1])
    assert password[1] not in client.get("/accounts/").text


def test_administrator_is_told_what_is_wrong_with_an_account() -> None:
    client = sign_in(make_user("sysadmin"))

    answer = client.post("/accounts/new/", {"username": "wang", "role": "reporter"})

    assert answer.status_code == 422
    assert "填报员必须指定所属单位" in answer.text


def test_refused_account_stands_in_the_trail() -> None:
    person = make_user("sysadmin")

    sign_in(person).post("/accounts/new/", {"username": person.username, "role": "sysadmin"})
    sign_in(person).post(f"/accounts/{person.username}/", {"role": "leader"})

    events = AuditEvent.objects.filter(actor=person.username, outcome="refused")
    assert [event.action for event in events] == ["refused:accounts:edit"]


@pytest.mark.parametrize("number", [3, 30])
def test_account_list_takes_the_same_queries_for_any_number(number: int, django_assert_num_queries: object) -> None:
    client = sign_in(make_user("sysadmin"))
    for _ in range(number):
        make_user("reporter", "320722")

    with django_assert_num_queries(3):  # type: ignore[operator]
        client.get("/accounts/")


def test_language_is_the_persons_and_stays() -> None:
    client = sign_in(make_user("sysadmin"))

    client.post("/accounts/language/", {"language": "en", "next": "/accounts/"})

    assert client.get("/accounts/")["Content-Language"] == "en"


def test_trail_page_shows_filters_and_exports_events() -> None:
    client = sign_in(make_user("auditor"))
    make_user("reporter", "320722", username="=cmd")
    Client().post(SIGN_IN, {"username": "=cmd", "password": "x"})

    assert "=cmd" in client.get("/trail/", {"outcome": "refused"}).text
    assert "没有符合条件的记录" in client.get("/trail/", {"actor": "nobody at all"}).text
    exported = b"".join(client.get("/trail/trail.csv", {"outcome": "refused"})).decode("utf-8-sig")  # type: ignore[arg-type]
    assert "'=cmd" in exported


def test_what_is_no_accounts_name_is_not_kept_in_the_trail(client: Client) -> None:
    client.post(SIGN_IN, {"username": "My-Passw0rd", "password": "x"})

    assert AuditEvent.objects.get(action="account.sign_in").object_key == "未知用户名"


def test_demo_account_cannot_sign_in_outside_demo_mode(client: Client, settings: Settings) -> None:
    User.objects.filter(pk=make_user("officer", username="demo").pk).update(is_demo=True)
    settings.DEMO_MODE = False

    assert client.post(SIGN_IN, {"username": "demo", "password": PASSWORD}).status_code == 422
    settings.DEMO_MODE = True
    assert client.post(SIGN_IN, {"username": "demo", "password": PASSWORD}).status_code == 302


def test_officer_of_a_county_does_not_manage_the_citys_plan() -> None:
    client = sign_in(make_user("officer", "320722"))

    assert client.post("/320700/2023/quarters/4/close/").status_code == 403
    assert client.post("/320700/2023/assessment/run/").status_code == 403
    assert client.get("/320700/2023/assessment/scores/").status_code == 403
