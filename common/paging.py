"""Long lists, a page at a time: by key, so that a late page costs no more than the first."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Generic, TypeVar

from django.db.models import Model, Q, QuerySet

Row = TypeVar("Row", bound=Model)

PAGE_SIZE = 50
COUNT_LIMIT = 10_000


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some rows of a list in order; `before` and `after` are the marks of its neighbours, empty where there is none."""

    rows: Sequence[Row]
    before: str
    after: str


def page_by_key(
    rows: QuerySet[Row], fields: Sequence[str], *, after: str = "", before: str = "", size: int = PAGE_SIZE
) -> Page[Row]:
    """The page after or before a mark, the first one without or with an unreadable mark; one query.

    `fields` are columns that order the rows and together tell them apart, none of them ever empty; "-" before a name
    turns its order round, and a name may lead to another table ("institution__name", which is then to be selected).
    """
    backwards = bool(before)
    key = _read_mark(before or after, len(fields))
    if key:
        rows = rows.filter(_beyond(fields, key, backwards=backwards))
    ordered = rows.order_by(*(_turned(name) if backwards else name for name in fields))
    found = list(ordered[: size + 1])
    has_more = len(found) > size
    page = found[:size]
    if backwards:
        page.reverse()
    has_before = has_more if backwards else bool(key)
    has_after = bool(key) if backwards else has_more
    return Page(
        rows=page,
        before=_mark(page[0], fields) if page and has_before else "",
        after=_mark(page[-1], fields) if page and has_after else "",
    )


def count_up_to(rows: QuerySet[Row], limit: int = COUNT_LIMIT) -> int | None:
    """How many rows there are; None where there are more than `limit`, which nobody waits for."""
    count = rows.order_by()[: limit + 1].count()
    return count if count <= limit else None


def _beyond(fields: Sequence[str], key: Sequence[str], *, backwards: bool) -> Q:
    """The rows that stand after the key (or before it) in the order of the fields."""
    beyond, equal_so_far = Q(pk__in=[]), Q()
    for field, value in zip(fields, key, strict=True):
        name = field.removeprefix("-")
        lookup = "lt" if backwards != field.startswith("-") else "gt"
        beyond |= equal_so_far & Q(**{f"{name}__{lookup}": value})
        equal_so_far &= Q(**{name: value})
    return beyond


def _turned(field: str) -> str:
    return field.removeprefix("-") if field.startswith("-") else f"-{field}"


def _mark(row: Row, fields: Sequence[str]) -> str:
    values = [reduce(getattr, field.removeprefix("-").split("__"), row) for field in fields]
    return json.dumps([str(value) for value in values], ensure_ascii=False)


def _read_mark(mark: str, length: int) -> list[str]:
    try:
        key = json.loads(mark)
    except ValueError:
        return []
    is_key = isinstance(key, list) and len(key) == length and all(isinstance(part, str) for part in key)
    return key if is_key else []
