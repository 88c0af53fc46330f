"""Accounts in files: a year's roster of clerks in, everybody out."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from accounts.excel.accounts import ACCOUNTS
from accounts.models import User, UserQuerySet
from accounts.queries import units
from accounts.services.roster import RosterLine, RosterRow, check_roster, save_roster, take_accounts
from common.register_admin.resource import RegisterResource, told_apart
from common.workbook.register import Entry, Fault, Key, Labels, NameList, RegisterRead, Values, World


@dataclass
class _Stored:
    """The accounts that the file names, as they stand."""

    by: User
    accounts: dict[str, User] = field(default_factory=dict)

    def __call__(self, keys: Collection[Key]) -> Mapping[Key, Values]:
        self.accounts = take_accounts([str(key[0]) for key in keys], by=self.by)
        return {(name,): values_of(account) for name, account in self.accounts.items()}


class AccountResource(RegisterResource):
    """The sheet of people: who is new gets an account, who is there another name, role or unit, never a password."""

    register = ACCOUNTS

    class Meta:
        model = User

    @cached_property
    def units(self) -> list[tuple[str, str]]:
        """Code and name of every unit; one query."""
        return list(units().order_by("path").values_list("code", "name"))

    def world(self, *, by: User) -> World:
        """The units by code, or by a name that only one of them has; the accounts of these names."""
        self.stored = _Stored(by)
        return World(names={"unit": NameList.by_code_or_name(self.units)}, standing=self.stored)

    def labels(self, *, by: User) -> Labels:
        """The units by name, or by code where several have it."""
        return {"unit": told_apart(self.units)}

    def check(self, read: RegisterRead, *, by: User) -> list[RosterLine]:
        """The rows as the account pages would take them."""
        lines = check_roster([_row(entry.values) for entry in read.entries], self.stored.accounts, by=by)
        headers = {column.name: column.header for column in self.register.columns}
        told = {(problem.row, problem.column) for problem in read.problems if problem.level == "error"}
        for entry, line in zip(read.entries, lines, strict=True):
            for field_name, text in line.flaws:
                if (entry.row, headers[field_name]) not in told:
                    read.refuse(entry, Fault("account_refused", "%(why)s", {"why": text.rstrip("。.")}, field_name))
        read.entries = [
            _with(entry, values_of(line.account)) if entry.is_sound else entry
            for entry, line in zip(read.entries, lines, strict=True)
        ]
        return lines

    def save(
        self, payload: list[RosterLine], *, by: User, at: datetime, source: Mapping[str, str]
    ) -> list[tuple[User, str]]:
        """The new accounts, each with its one-time password."""
        return save_roster(payload, by=by, at=at, source=source)

    def rows(self, queryset: UserQuerySet) -> Iterable[Values]:
        """The accounts as the sheet says them."""
        return map(values_of, queryset.select_related("unit").iterator())


def _with(entry: Entry, values: Values) -> Entry:
    """The row with other values as they will stand."""
    return entry._replace(values=values, is_change=values != entry.standing)


def values_of(account: User) -> dict[str, Any]:
    """An account by the columns of its register; what is empty is None."""
    return {
        "username": account.username,
        "display_name": account.display_name or None,
        "role": account.role,
        "unit": account.unit_code or None,
    }


def _row(values: Values) -> RosterRow:
    said = {name: str(value) if value else "" for name, value in values.items()}
    return RosterRow(said["username"], said["display_name"], said["role"], said["unit"])
