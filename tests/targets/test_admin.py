"""Django's admin shows the plan's tables and changes nothing."""

import re

import pytest
from django.apps import apps
from django.contrib import admin
from django.test import Client

from targets.models import Indicator, Plan, Unit
from tests.factories import make_user, sign_in

MODELS = sorted(model._meta.model_name for model in apps.get_app_config("targets").get_models())


@pytest.fixture
def officer(plan: Plan) -> Client:
    return sign_in(make_user("officer"))


def test_every_table_of_the_plan_is_registered() -> None:
    registered = {model._meta.model_name for model in admin.site._registry if model._meta.app_label == "targets"}

    assert registered == set(MODELS)


@pytest.mark.parametrize("model", MODELS)
def test_officer_looks_tables_up_and_can_add_change_and_delete_nothing(model: str, officer: Client, plan: Plan) -> None:
    first = apps.get_model("targets", model)._default_manager.first()

    assert officer.get(f"/admin/targets/{model}/").status_code == 200
    assert officer.get(f"/admin/targets/{model}/add/").status_code == 403
    if first is not None:
        assert officer.get(f"/admin/targets/{model}/{first.pk}/change/").status_code in (200, 302)
        assert officer.post(f"/admin/targets/{model}/{first.pk}/change/", {"name": "x"}).status_code in (302, 403)
        assert officer.post(f"/admin/targets/{model}/{first.pk}/delete/", {"post": "yes"}).status_code in (302, 403)
    assert apps.get_model("targets", model)._default_manager.first() == first


def test_officer_changes_no_name_there(officer: Client, plan: Plan) -> None:
    unit = Unit.objects.get(code="320722")

    answer = officer.post(f"/admin/targets/unit/{unit.pk}/change/", {"code": "320722", "name": "x", "full_name": "x"})

    assert answer.status_code == 403
    assert Unit.objects.get(pk=unit.pk).name == "东海县"


def test_officer_of_one_city_does_not_see_the_other_one_there(officer: Client, second_plan: Plan) -> None:
    foreign = Indicator.objects.filter(plan=second_plan).first()

    listed = officer.get("/admin/targets/unit/").content.decode()

    assert "东海县" in listed
    assert "示例市" not in listed
    assert foreign is not None
    assert officer.get(f"/admin/targets/indicator/{foreign.pk}/change/").status_code == 302


def test_system_administrator_finds_no_table_of_the_plan(plan: Plan) -> None:
    sysadmin = sign_in(make_user("sysadmin"))

    assert sysadmin.get("/admin/").status_code == 200
    assert sysadmin.get("/admin/targets/unit/").status_code == 403


@pytest.mark.parametrize("role", ["reporter", "reviewer", "leader", "auditor"])
def test_other_roles_are_refused_and_not_sent_in_circles(role: str, plan: Plan) -> None:
    answer = sign_in(make_user(role)).get("/admin/", follow=True)

    assert answer.status_code == 403
    assert "没有数据查询的权限" in answer.content.decode()


def test_stranger_is_led_to_the_portals_sign_in_page(db: None) -> None:
    answer = Client().get("/admin/targets/unit/")

    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/sign-in/")


def test_passwords_are_changed_in_the_portal(officer: Client) -> None:
    assert officer.get("/admin/password_change/")["Location"] == "/accounts/password/"


@pytest.mark.parametrize("path", ["/admin/", "/admin/targets/unit/", "/admin/targets/institution/"])
def test_pages_hold_no_inline_script_or_style_for_the_policy_to_block(path: str, officer: Client) -> None:
    page = officer.get(path).content.decode()

    inline_scripts = [script for script in re.findall(r"<script\b[^>]*>", page) if "src=" not in script]
    assert [script for script in inline_scripts if "application/json" not in script] == []
    assert re.findall(r"<style\b|\sstyle=|\son\w+=", page) == []
