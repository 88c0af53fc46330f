"""The services that handle many accounts at once."""

import pytest
from django.db import transaction

from accounts.models import User
from accounts.policy import Role
from accounts.services.roster import RosterLine, RosterRow, check_roster, save_roster, take_accounts
from audit.models import AuditEvent
from common.errors import Conflict, Invalid, NotAllowed
from files.models import StoredFile
from targets.models import Plan
from tests.factories import LOADED_AT, make_plan, make_user

SOURCE = {"file": "roster.csv", "sha256": "0" * 64}
ROWS = [RosterRow("zhang", "张三", "reporter", "320722"), RosterRow("li", "李四", "leader", "320700")]


@pytest.fixture
def admin(plan: Plan) -> User:
    return make_user(Role.SYSADMIN, username="root")


def checked(rows: list[RosterRow], by: User) -> list[RosterLine]:
    with transaction.atomic():
        return check_roster(rows, take_accounts([row.username for row in rows], by=by), by=by)


def save(lines: list[RosterLine], by: User) -> list[tuple[User, str]]:
    return save_roster(lines, by=by, at=LOADED_AT, source=SOURCE)


def test_name_taken_between_check_and_save_then_conflict_and_nothing_is_stored(admin: User) -> None:
    lines = checked(ROWS, admin)
    make_user(Role.LEADER, username="li")

    with pytest.raises(Conflict, match="用户名"), transaction.atomic():
        save(lines, admin)

    assert not User.objects.filter(username="zhang").exists()
    assert not AuditEvent.objects.filter(action="account.import").exists()
    assert not StoredFile.objects.exists()


def test_line_with_a_flaw_then_nothing_is_stored(admin: User) -> None:
    lines = checked([*ROWS, RosterRow("wang", "王五", "reporter", "")], admin)

    with pytest.raises(Invalid):
        save(lines, admin)

    assert [flaw.field for flaw in lines[-1].flaws] == ["unit"]
    assert User.objects.count() == 1


def test_own_name_may_change_and_own_role_may_not(admin: User) -> None:
    renamed, demoted = checked([RosterRow("root", "新名"), RosterRow("root", "", "auditor", "320700")], admin)

    assert (renamed.is_change, list(renamed.flaws)) == (True, [])
    assert [flaw.field for flaw in demoted.flaws] == ["role"]


def test_role_that_sees_units_without_one_and_two_roots_then_refused(admin: User, second_plan: Plan) -> None:
    (line,) = checked([RosterRow("wu", "吴", "auditor")], admin)

    assert [flaw.text for flaw in line.flaws] == ["有多个根单位，须指定账号所属单位。"]


def test_role_that_sees_units_without_one_and_one_root_then_the_root(db: None) -> None:
    make_plan()
    (line,) = checked([RosterRow("wu", "吴", "auditor")], make_user(Role.SYSADMIN))

    assert (line.account.unit_code, list(line.flaws)) == ("320700", [])


def test_disabled_account_in_the_sheet_then_changed_and_still_disabled(admin: User) -> None:
    save(checked(ROWS, admin), admin)
    User.objects.filter(username="li").update(is_active=False)

    save(checked([RosterRow("li", "李新", "officer", "320700")], admin), admin)

    user = User.objects.get(username="li")
    assert (user.display_name, user.role, user.is_staff, user.is_active) == ("李新", "officer", True, False)


def test_nothing_to_change_then_no_event(admin: User) -> None:
    save(checked(ROWS, admin), admin)

    assert save(checked(ROWS, admin), admin) == []
    assert AuditEvent.objects.filter(action="account.import").count() == 1


@pytest.mark.parametrize("role", [role for role in Role.values if role != Role.SYSADMIN])
def test_only_the_system_administrator_may(role: str, admin: User) -> None:
    person = make_user(role)
    lines = checked(ROWS, admin)

    with pytest.raises(NotAllowed):
        checked(ROWS, person)
    with pytest.raises(NotAllowed):
        save(lines, person)
    assert not User.objects.filter(username="zhang").exists()
