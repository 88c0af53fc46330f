"""What the registers hold of one institution."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Cast

from accounts.models import User
from progress.ledgers import LEDGERS, Ledger
from targets.models import Institution

LIST_LIMIT = 200


@dataclass(frozen=True, slots=True)
class InstitutionItem:
    """One item, as the institution's page lists it."""

    ledger: Ledger
    uuid: UUID
    name: str
    day: date


def items_of_institution(institution: Institution, viewer: User) -> list[InstitutionItem]:
    """The items that count, by register and the newest first, two hundred at most; one query."""
    ledgers = {ledger.code: ledger for ledger in LEDGERS if ledger.has_institution}
    found = [_items(ledger, institution, viewer) for ledger in ledgers.values()]
    rows = found[0].union(*found[1:], all=True).order_by("-day")[:LIST_LIMIT]
    items = [InstitutionItem(ledgers[str(code)], uuid, name, day) for code, uuid, name, day in rows]
    places = {code: place for place, code in enumerate(ledgers)}
    return sorted(items, key=lambda item: places[item.ledger.code])


def _items(ledger: Ledger, institution: Institution, viewer: User) -> QuerySet[Any, Any]:
    named = "title" if ledger.is_titled else ledger.key[-1]
    items = ledger.model.objects.visible_to(viewer).standing().filter(institution=institution).order_by()
    said = items.annotate(code=Cast(Value(ledger.code), CharField()), said=F(named))
    found: QuerySet[Any, Any] = said.values_list("code", "uuid", "said", "day")
    return found
