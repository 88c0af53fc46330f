"""Accounts: made, changed, disabled and reset by the system administrator; passwords by their owners."""

import secrets
import string
from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User, require
from accounts.policy import Role
from accounts.queries import units
from audit.services import SYSTEM_STREAM, Entry, record
from common.actions import SYSTEM, Actor
from common.errors import Conflict, Invalid, NotAllowed

if TYPE_CHECKING:
    from targets.models import Unit

# Of the invented year only: production settings refuse demo mode.
DEMO_PASSWORD = "Green-2023"  # noqa: S105
STAFF = (Role.OFFICER, Role.SYSADMIN)  # who has registers to look up in Django's admin
_LOOK_ALIKES = set("0O1lI")
_CLASSES = (string.ascii_lowercase, string.ascii_uppercase, string.digits)


def create_account(
    username: str, *, role: str, unit: "Unit | None", by: Actor, display_name: str = ""
) -> tuple[User, str]:
    """The new account and its one-time password, which must be changed at the first sign-in.

    Without a unit, a role that sees units gets the root when there is only one.
    """
    require(by, "account.manage")
    user = User(username=username, role=role, unit=unit or default_unit(role), display_name=display_name)
    user.is_staff = role in STAFF
    user.must_change_password = True
    password = one_time_password()
    user.set_password(password)
    _validate(user)
    with transaction.atomic():
        user.save()
        record(_entry("account.create", user, after=facts_of(user)), by=by)
    return user, password


def change_account(user: User, *, by: Actor, role: str, unit: "Unit | None", display_name: str = "") -> None:
    """Give an account another role, unit or name. Nobody changes their own role."""
    require(by, "account.manage")
    # Read anew: a form has already put its values into `user`.
    stored = User.objects.select_related("unit").get(pk=user.pk)
    if by.pk == user.pk and role != stored.role:
        raise NotAllowed(_("不能更改自己的角色。"), _("请由另一名系统管理员操作。"))
    before = facts_of(stored)
    user.role, user.unit, user.display_name = role, unit or default_unit(role), display_name
    user.is_staff = role in STAFF
    _validate(user)
    with transaction.atomic():
        user.save(update_fields=["role", "unit", "display_name", "is_staff"])
        record(_entry("account.change", user, before=before, after=facts_of(user)), by=by)


def set_active(user: User, *, by: Actor, active: bool) -> None:
    """Disable an account (its sessions end with the next request) or enable it again."""
    require(by, "account.manage")
    if by.pk == user.pk:
        raise NotAllowed(_("不能停用自己的账号。"), _("请由另一名系统管理员操作。"))
    with transaction.atomic():
        if User.objects.filter(pk=user.pk, is_active=not active).update(is_active=active):
            action = "account.enable" if active else "account.disable"
            record(_entry(action, user, before={"active": not active}, after={"active": active}), by=by)
    user.is_active = active


def reset_password(user: User, *, by: Actor) -> str:
    """A new one-time password; the old one and every open session end at once."""
    require(by, "account.manage")
    password = one_time_password()
    user.set_password(password)
    user.must_change_password = True
    with transaction.atomic():
        user.save(update_fields=["password", "must_change_password"])
        record(_entry("account.reset_password", user), by=by)
    return password


def change_own_password(user: User, *, password: str, at: datetime) -> None:
    """Set the password a person chose for themselves; Invalid with every rule it breaks."""
    if user.check_password(password):
        raise Invalid(_("新密码与原密码相同。"), _("请换一个不同的密码。"))
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Invalid(" ".join(error.messages), _("请换一个密码。")) from None
    user.set_password(password)
    user.must_change_password = False
    user.password_changed_at = at
    with transaction.atomic():
        user.save(update_fields=["password", "must_change_password", "password_changed_at"])
        record(_entry("account.change_password", user), by=user)


def set_language(user: User, *, language: str) -> None:
    """Show the portal in another language to this person."""
    User.objects.filter(pk=user.pk).update(language=language)


def record_sign_in(user: User, *, at: datetime) -> None:
    """Enter a sign-in in the trail."""
    with transaction.atomic():
        record(_entry("account.sign_in", user), by=user)


def record_failed_sign_in(username: str) -> None:
    """Enter a wrong password or an unknown name in the trail."""
    # What is no account's name may be a password typed in the wrong field: the trail must not keep it.
    name = username if User.objects.filter(username=username).exists() else _("未知用户名")
    entry = Entry(action="account.sign_in", object_key=name, outcome="refused", reason=_("用户名或密码不对"))
    with transaction.atomic():
        record(entry, by=SYSTEM)


def one_time_password() -> str:
    """Twelve random characters of three classes, none that look alike."""
    letters = "".join(c for c in "".join(_CLASSES) if c not in _LOOK_ALIKES)
    while True:
        password = "".join(secrets.choice(letters) for _ in range(12))
        if all(set(password) & set(kind) for kind in _CLASSES):
            return password


def default_unit(role: str) -> "Unit | None":
    """The unit of who was given none: the only root where the role sees units; Invalid where there is not one."""
    if role in (Role.SYSADMIN, Role.REPORTER):
        return None
    roots = list(units().filter(parent=None)[:2])
    if not roots:
        raise Invalid(_("还没有任何单位。"), _("请先用 load_plan 载入年度目标任务。"))
    if len(roots) > 1:
        raise Invalid(_("有多个根单位，须指定账号所属单位。"), _("请选择单位（命令行：--unit 代码）。"))
    return roots[0]


def _validate(user: User) -> None:
    if User.objects.filter(username=user.username).exclude(pk=user.pk).exists():
        raise Conflict(_("用户名“%s”已存在。") % user.username, _("请换一个用户名。"))
    try:
        user.full_clean(exclude=["password"])
    except ValidationError as error:
        raise Invalid(" ".join(error.messages), _("请改正后重试。")) from None


def facts_of(user: User) -> dict[str, str]:
    """What the trail says of an account; one query where its unit is not at hand."""
    return {"role": user.role, "unit": user.unit_code, "name": user.display_name}


def _entry(action: str, user: User, *, before: object = None, after: object = None) -> Entry:
    return Entry(
        action=action,
        stream=SYSTEM_STREAM,
        object_key=user.username,
        object_name=user.name,
        before=before,
        after=after,
    )
