"""What stands in two registers: the same institution and place, perhaps counted twice (domain.md, section 4)."""

from dataclasses import dataclass
from itertools import combinations
from typing import Any

from django.db.models import CharField, F, Q, QuerySet, Value
from django.db.models.functions import Cast

from accounts.models import User
from progress.ledgers import LEDGERS, Ledger

LIST_LIMIT = 50


@dataclass(frozen=True, slots=True)
class Twice:
    """The same thing of an institution in two registers: perhaps counted twice, to be looked at."""

    institution: str
    credit_code: str
    unit: str
    title: str
    ledgers: tuple[str, str]


def in_two_ledgers(viewer: User) -> list[Twice]:
    """The things of one name that an institution has in two ledgers, fifty at most; one query."""
    titled = [ledger for ledger in LEDGERS if ledger.has_institution and ledger.is_titled and ledger.measures]
    found = [_pair(viewer, one, other) for one, other in combinations(titled, 2)]
    labels = {ledger.code: str(ledger.label) for ledger in titled}
    rows = found[0].union(*found[1:], all=True)[:LIST_LIMIT]
    return [
        Twice(name, code, unit, title, (labels[str(one)], labels[str(other)]))
        for name, code, unit, title, one, other in rows
    ]


def _pair(viewer: User, one: Ledger, other: Ledger) -> QuerySet[Any, Any]:
    back = f"institution__{other.model._meta.model_name}_items"
    same = Q(**{f"{back}__title": F("title"), f"{back}__withdrawn_at": None})
    return (
        one.model.objects.visible_to(viewer)
        .standing()
        .filter(same)
        .order_by()
        .values_list(
            "institution__name",
            "institution__credit_code",
            "institution__unit__name",
            "title",
            Cast(Value(one.code), CharField()),
            Cast(Value(other.code), CharField()),
        )
    )
