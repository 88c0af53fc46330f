"""Which register or item a request is about, and how its table is sorted."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypedDict, Unpack
from urllib.parse import urlencode
from uuid import UUID

from django.db import models
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from accounts.models import User, require
from accounts.policy import allows
from accounts.requests import signed_in
from common.errors import Text
from progress.ledgers import Ledger, find_ledger
from progress.models import Item
from targets.models import Plan
from targets.queries import plan_for


class LedgerAddress(TypedDict):
    """The parts of an address that name an item of a register."""

    root: str
    year: int
    code: str
    uuid: UUID


def ledger_at(request: HttpRequest, code: str, root: str, year: int) -> tuple[User, Plan, Ledger]:
    """Who asks, the plan they look from, and the register; Http404 where there is none. One query."""
    user = signed_in(request)
    require(user, "ledger.view")
    ledger = find_ledger(code)
    if ledger is None:
        raise Http404(code)
    return user, plan_for(user, root, year), ledger


def item_at(request: HttpRequest, *, root: str, year: int, code: str, uuid: UUID) -> tuple[User, Plan, Ledger, Item]:
    """As `ledger_at`, with the item, which must be theirs to see; Http404 otherwise. Two queries."""
    user, plan, ledger = ledger_at(request, code, root, year)
    items = ledger.model.objects.visible_to(user)
    related = "institution__unit" if ledger.has_institution else "unit"
    item: Item | None = items.select_related(related).filter(uuid=uuid).first()
    if item is None:
        raise Http404(str(uuid))
    return user, plan, ledger, item


def may_edit(user: User, item: Item) -> bool:
    """Whether the person may change an item that they see: a withdrawn one nobody may."""
    is_within = bool(user.scope_path) and item.owner.path.startswith(user.scope_path or "")
    return allows(user.role, "ledger.edit") and is_within and not item.is_withdrawn


def item_to_edit(request: HttpRequest, **address: Unpack[LedgerAddress]) -> tuple[User, Plan, Ledger, Item]:
    """As `item_at`, for who keeps the item; NotAllowed for who may only read it."""
    user, plan, ledger, item = item_at(request, **address)
    require(user, "ledger.edit", over=item.owner.path)
    return user, plan, ledger, item


@dataclass(frozen=True, slots=True)
class Header:
    """A column's head. `url` sorts by it (empty: nothing does), `order` is "ascending", "descending" or empty."""

    label: Text
    is_number: bool = False
    url: str = ""
    order: str = ""


@dataclass(frozen=True, slots=True)
class Sorting:
    """How a register's table is sorted: by which field, "-" before its name for the largest first."""

    ledger: Ledger
    field: str

    @classmethod
    def asked(cls, ledger: Ledger, field: str) -> "Sorting":
        """The order that was asked for, the newest first where it cannot be."""
        known = field.removeprefix("-") in cls._sortable(ledger)
        return cls(ledger, field if known else "-day")

    def headers(self, query: Mapping[str, str]) -> list[Header]:
        """The heads of the table's columns: whose item it is, its unit, and what it says."""
        owner = self._owner(self.ledger)
        titled = [("title", self.ledger.field("title").verbose_name)] if self.ledger.is_titled else []
        named = [(owner, _("机构") if self.ledger.has_institution else _("单位")), *titled]
        first = [self._header(name, label, query) for name, label in named]
        unit = [Header(_("单位"))] if self.ledger.has_institution else []
        columns = [self._header(name, self.ledger.field(name).verbose_name, query) for name in self.ledger.shown]
        return [*first, *unit, *columns]

    def _header(self, name: str, label: Text, query: Mapping[str, str]) -> Header:
        is_number = name in self.ledger.shown and isinstance(
            self.ledger.field(name), models.DecimalField | models.IntegerField
        )
        if name not in self._sortable(self.ledger):
            return Header(label, is_number)
        order = {name: "ascending", f"-{name}": "descending"}.get(self.field, "")
        turned = f"-{name}" if order == "ascending" else name
        asked: dict[str, Any] = {key: value for key, value in query.items() if key not in ("after", "before") and value}
        return Header(label, is_number, f"?{urlencode({**asked, 'sort': turned})}", order)

    @classmethod
    def _sortable(cls, ledger: Ledger) -> frozenset[str]:
        """The columns by which a page can follow another: those that are never empty."""
        filled = {name for name in ledger.shown if not ledger.field(name).null and not ledger.field(name).blank}
        return frozenset({*filled - ledger.masked, cls._owner(ledger), *(("title",) if ledger.is_titled else ())})

    @staticmethod
    def _owner(ledger: Ledger) -> str:
        return "institution__name" if ledger.has_institution else "unit__name"
