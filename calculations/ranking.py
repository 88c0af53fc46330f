"""Ranks within groups of units: competition ranking ("1, 2, 2, 4")."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from calculations.scheme import RankBy


@dataclass(frozen=True, slots=True)
class Place:
    """What a unit's rank depends on. `grade_rank`: the grade's place from below; None: no grade, so no rank."""

    unit: str
    group: str
    grade_rank: int | None
    total: Decimal | None


def rank(places: Sequence[Place], *, by: RankBy) -> dict[str, int | None]:
    """The rank of every unit within its group, None for those without a grade."""
    return {place.unit: _rank(place, places, by) for place in places}


def ranked(places: Sequence[Place], *, by: RankBy) -> list[Place]:
    """The places as a table prints them: by rank, equals in the order given, those without a rank last."""
    ranks = rank(places, by=by)
    return sorted(places, key=lambda place: (ranks[place.unit] is None, ranks[place.unit] or 0))


def _rank(place: Place, places: Sequence[Place], by: RankBy) -> int | None:
    own = _key(place, by)
    if own is None:
        return None
    others = (_key(other, by) for other in places if other.group == place.group)
    return 1 + sum(other > own for other in others if other is not None)


def _key(place: Place, by: RankBy) -> tuple[int, Decimal] | None:
    if place.grade_rank is None or place.total is None:
        return None
    return (place.grade_rank if by is RankBy.GRADE else 0, place.total)
