"""Accounts through their services."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from accounts.models import User
from accounts.policy import POLICY, Role, allows
from accounts.services import (
    change_account,
    change_own_password,
    create_account,
    one_time_password,
    reset_password,
    set_active,
)
from audit.models import AuditEvent
from common.actions import SYSTEM
from common.errors import Conflict, Invalid, NotAllowed
from targets.models import Unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def root() -> Unit:
    return Unit.objects.create(code="990100", name="示例市", full_name="示例市", path="990100/")


@pytest.fixture
def county(root: Unit) -> Unit:
    return Unit.objects.create(code="990101", name="甲县", full_name="甲县", path="990100/990101/", parent=root)


@pytest.fixture
def sysadmin() -> User:
    return create_account("root", role="sysadmin", unit=None, by=SYSTEM)[0]


def test_new_account_signs_in_with_its_one_time_password_and_must_change_it(county: Unit) -> None:
    user, password = create_account("zhang", role="reporter", unit=county, by=SYSTEM)

    assert user.check_password(password)
    assert user.must_change_password
    assert User.objects.get(username="zhang").unit == county


def test_reporter_without_a_unit_is_refused_by_service_and_database(root: Unit) -> None:
    with pytest.raises(Invalid, match="填报员必须指定所属单位"):
        create_account("zhang", role="reporter", unit=None, by=SYSTEM)
    with pytest.raises(IntegrityError):
        User.objects.create(username="zhang", role="reporter")


def test_officer_without_a_unit_gets_the_only_root(root: Unit, county: Unit) -> None:
    assert create_account("li", role="officer", unit=None, by=SYSTEM)[0].unit == root


def test_officer_without_a_unit_is_refused_when_there_are_two_roots(root: Unit) -> None:
    Unit.objects.create(code="990200", name="乙市", full_name="乙市", path="990200/")

    with pytest.raises(Invalid, match="有多个根单位"):
        create_account("li", role="officer", unit=None, by=SYSTEM)


def test_user_name_that_exists_is_refused(county: Unit) -> None:
    create_account("zhang", role="reporter", unit=county, by=SYSTEM)

    with pytest.raises(Conflict, match="zhang"):
        create_account("zhang", role="reporter", unit=county, by=SYSTEM)


@pytest.mark.parametrize("role", [r for r in Role.values if r != Role.SYSADMIN])
def test_only_the_system_administrator_manages_accounts(role: str, county: Unit) -> None:
    person, _ = create_account("somebody", role=role, unit=county, by=SYSTEM)

    for attempt in (
        lambda: create_account("other", role="reporter", unit=county, by=person),
        lambda: change_account(person, by=person, role="officer", unit=county),
        lambda: set_active(person, by=person, active=False),
        lambda: reset_password(person, by=person),
    ):
        with pytest.raises(NotAllowed):
            attempt()


def test_system_administrator_cannot_change_own_role_or_lock_themselves_out(sysadmin: User, county: Unit) -> None:
    with pytest.raises(NotAllowed, match="自己的角色"):
        change_account(sysadmin, by=sysadmin, role="officer", unit=county)
    with pytest.raises(NotAllowed, match="自己的账号"):
        set_active(sysadmin, by=sysadmin, active=False)


def test_every_change_of_an_account_stands_in_the_trail(sysadmin: User, county: Unit) -> None:
    user, _ = create_account("zhang", role="reporter", unit=county, by=sysadmin)
    change_account(user, by=sysadmin, role="leader", unit=county, display_name="张三")
    set_active(user, by=sysadmin, active=False)
    reset_password(user, by=sysadmin)
    change_own_password(user, password="Neu-und-1", at=sysadmin.date_joined)

    actions = AuditEvent.objects.filter(object_key="zhang").order_by("seq").values_list("action", "actor")
    assert list(actions) == [
        ("account.create", "root"),
        ("account.change", "root"),
        ("account.disable", "root"),
        ("account.reset_password", "root"),
        ("account.change_password", "zhang"),
    ]


@pytest.mark.parametrize("weak", ["short1A", "alllowercase1", "Ab3-", "zhangzhang"])
def test_weak_password_is_refused(weak: str, county: Unit) -> None:
    user, _ = create_account("zhang", role="reporter", unit=county, by=SYSTEM)

    with pytest.raises(Invalid):
        change_own_password(user, password=weak, at=user.date_joined)


def test_own_password_again_is_refused(county: Unit) -> None:
    user, password = create_account("zhang", role="reporter", unit=county, by=SYSTEM)

    with pytest.raises(Invalid, match="相同"):
        change_own_password(user, password=password, at=user.date_joined)


def test_one_time_passwords_satisfy_the_rules_and_differ() -> None:
    passwords = {one_time_password() for _ in range(50)}

    assert len(passwords) == 50
    for password in passwords:
        try:
            validate_password(password)
        except ValidationError as error:  # pragma: no cover - only on failure
            pytest.fail(f"{password}: {error}")


def test_unknown_role_and_unknown_action_allow_nothing() -> None:
    assert not allows("chief", "report.view")
    assert not allows("officer", "world.rule")
    assert all(roles for roles in POLICY.values())


def test_superuser_flag_does_not_stand_above_the_policy(county: Unit) -> None:
    person, _ = create_account("zhang", role="reporter", unit=county, by=SYSTEM)
    person.is_superuser = True

    assert not person.has_perm("account.manage")
    assert person.has_perm("report.edit")
