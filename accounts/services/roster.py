"""Many accounts from one sheet: checked together, made and changed together or not at all."""

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User, UserQuerySet, require
from accounts.passwords import hash_one_time
from accounts.policy import Role
from accounts.queries import units
from accounts.services.accounts import STAFF, default_unit, facts_of, one_time_password
from audit.services import SYSTEM_STREAM, Entry, record
from common import bulk_json
from common.errors import Conflict, Invalid, PortalError
from files.services import store_bytes

if TYPE_CHECKING:
    from targets.models import Unit

_STORED = ("display_name", "role", "unit", "is_staff")
_NOT_CHECKED = {each.name for each in User._meta.fields} - {"username", "display_name", "role"}


@dataclass(frozen=True, slots=True)
class RosterRow:
    """What a sheet says of one account; `unit` is a unit's code. What is empty stays as it is."""

    username: str
    display_name: str = ""
    role: str = ""
    unit: str = ""


class Flaw(NamedTuple):
    """Why an account cannot be stored: the field, and a sentence."""

    field: str
    text: str


@dataclass(frozen=True, slots=True)
class RosterLine:
    """An account as a row would leave it; `before` is what stands (None: there is no such account yet)."""

    account: User
    before: Mapping[str, str] | None
    flaws: Sequence[Flaw]

    @property
    def is_change(self) -> bool:
        return self.before != facts_of(self.account)


@dataclass(frozen=True, slots=True)
class _Ground:
    """What the rows are checked against."""

    by: User
    units: Mapping[str, "Unit"]
    defaults: dict[str, "Unit | None"] = field(default_factory=dict)

    def default_unit(self, role: str) -> "Unit | None":
        """As `accounts.services.accounts.default_unit`, asked once a role."""
        if role not in self.defaults:
            self.defaults[role] = default_unit(role)
        return self.defaults[role]


def take_accounts(usernames: Iterable[str], *, by: User) -> dict[str, User]:
    """The accounts of these names that there are, which nobody else changes until the transaction ends; one query."""
    require(by, "account.manage")
    visible = User.objects.visible_to(by).select_for_update(of=("self",)).select_related("unit")
    return {user.username: user for user in visible.filter(username__in=set(usernames))}


def check_roster(rows: Iterable[RosterRow], stored: Mapping[str, User], *, by: User) -> list[RosterLine]:
    """A line for every row, in order, against the accounts as `take_accounts` gave them; nothing is stored.

    At most six queries, whatever the number of rows. NotAllowed for who does not manage accounts.
    """
    require(by, "account.manage")
    rows = list(rows)
    ground = _Ground(by, units().in_bulk({row.unit for row in rows if row.unit}, field_name="code"))
    return [_line(row, stored.get(row.username), ground) for row in rows]


def save_roster(
    lines: Sequence[RosterLine], *, by: User, at: datetime, source: Mapping[str, str]
) -> list[tuple[User, str]]:
    """The accounts made, with the one-time password of each, which is stored nowhere and must be changed.

    Accounts that were there keep theirs. `source` is the file, for the trail, which gets one event: the names, and a
    stored file of what stood and what stands. Seven queries, whatever the number of lines. Raises Invalid where a line
    has a flaw, Conflict where a name was taken meanwhile.
    """
    require(by, "account.manage")
    if any(line.flaws for line in lines):
        raise Invalid(_("有的行不能导入，未作任何更改。"), _("请按列出的问题改正后重新上传。"))
    changes = [line for line in lines if line.is_change]
    if not changes:
        return []
    made = _with_passwords(line.account for line in changes if line.before is None)
    try:
        with transaction.atomic():
            User.objects.bulk_create(account for account, _password in made)
            _update([line.account for line in changes if line.before is not None], _STORED)
            record(_event(changes, source, at=at), by=by)
    except IntegrityError:
        raise Conflict(_("有的用户名刚刚被他人建立，未作任何更改。"), _("请重新上传，按最新情况预览。")) from None
    return made


def renew_passwords(accounts: UserQuerySet, *, by: User) -> list[tuple[User, str]]:
    """New one-time passwords for those of the accounts that nobody has ever used; the others keep theirs.

    For passwords that were lost on their way. One event with the names; six queries, whatever the number of accounts.
    """
    require(by, "account.manage")
    with transaction.atomic():
        unused = accounts.filter(last_login=None, must_change_password=True, is_active=True)
        found = unused.select_for_update(of=("self",)).select_related("unit").order_by("username")
        renewed = _with_passwords(list(found))
        if renewed:
            _update([account for account, _password in renewed], ("password",))
            names = [account.username for account, _password in renewed]
            record(Entry("account.renew_passwords", SYSTEM_STREAM, after={"accounts": names}), by=by)
    return renewed


def _with_passwords(accounts: Iterable[User]) -> list[tuple[User, str]]:
    """The accounts, each with a one-time password of which it holds the hash."""
    given = [(account, one_time_password()) for account in accounts]
    for account, password in given:
        account.password = hash_one_time(password)
        account.must_change_password = True
    return given


def _line(row: RosterRow, stored: User | None, ground: _Ground) -> RosterLine:
    account = copy(stored) if stored else User(username=row.username)
    before = facts_of(stored) if stored else None
    flaws = [*_take_over(row, account, ground), *_field_flaws(account)]
    if stored and stored.pk == ground.by.pk and account.role != stored.role:
        flaws.append(Flaw("role", _("不能更改自己的角色。")))
    return RosterLine(account, before, flaws)


def _take_over(row: RosterRow, account: User, ground: _Ground) -> list[Flaw]:
    """Put into the account what the row says; why that was not possible."""
    account.display_name = row.display_name or account.display_name
    account.role = row.role or account.role
    account.is_staff = account.role in STAFF
    if row.unit and row.unit not in ground.units:
        return [Flaw("unit", _("没有代码为“%s”的单位。") % row.unit)]
    try:
        account.unit = ground.units.get(row.unit) or account.unit or ground.default_unit(account.role)
    except PortalError as error:
        return [Flaw("unit", str(error.message))]
    if account.role == Role.REPORTER and account.unit is None:
        return [Flaw("unit", _("填报员必须指定所属单位。"))]
    return []


def _field_flaws(account: User) -> list[Flaw]:
    if User.normalize_username(account.username) != account.username:
        return [Flaw("username", _("用户名含有全角或特殊字符，请改用半角字母和数字。"))]
    # The fields alone: full_clean would ask the database about every row.
    try:
        account.clean_fields(exclude=_NOT_CHECKED)
    except ValidationError as error:
        return [Flaw(name, text) for name, texts in error.message_dict.items() for text in texts]
    return []


def _update(accounts: Sequence[User], fields: Sequence[str]) -> None:
    """Store some fields of accounts that are there, by their names; one statement for all of them."""
    if not accounts:
        return
    rows = [copy(account) for account in accounts]
    for row in rows:
        row.pk = None
    User.objects.bulk_create(rows, update_conflicts=True, unique_fields=["username"], update_fields=fields)


def _event(changes: Sequence[RosterLine], source: Mapping[str, str], *, at: datetime) -> Entry:
    kept = [
        {"username": line.account.username, "before": line.before, "after": facts_of(line.account)} for line in changes
    ]
    content = bulk_json.to_bytes(kept)
    stored = store_bytes(content, name="account-changes.json", content_type="application/json", at=at)
    return Entry(
        action="account.import",
        stream=SYSTEM_STREAM,
        object_key=f"changes/{stored.uuid}",
        object_name=source.get("file", ""),
        after={
            **source,
            "created": [line.account.username for line in changes if line.before is None],
            "changed": [line.account.username for line in changes if line.before is not None],
            "changes": {"file": str(stored.uuid), "sha256": stored.sha256},
        },
    )
