"""Where a report stands in the queue of its quarter: the ones before and after it, and which comes next."""

from dataclasses import dataclass

from django.urls import reverse

from accounts.models import User
from progress.queries.review_queue import next_waiting
from progress.queries.sheet import Sheet


@dataclass(frozen=True)
class Neighbour:
    """Another report that waits."""

    code: str
    label: str
    url: str


@dataclass(frozen=True)
class Neighbours:
    """`position` counts from 1; `following` is what to look at after a decision, None where nothing else waits."""

    position: int
    total: int
    before: Neighbour | None = None
    after: Neighbour | None = None
    following: Neighbour | None = None


def neighbours_of(sheet: Sheet, *, by: User) -> Neighbours:
    """The place of a sheet's report in the queue; one query."""
    plan, number = sheet.book.plan, sheet.quarter.number
    root, year = plan.owner.code, plan.year
    waiting = [
        Neighbour(code, label, reverse("progress:report", args=[root, year, number, code]))
        for code, label in next_waiting(by, plan, number)
    ]
    codes = [each.code for each in waiting]
    own = sheet.plan_unit.unit.code
    if own not in codes:
        return Neighbours(0, len(waiting))
    at = codes.index(own)
    after = waiting[at + 1] if at + 1 < len(waiting) else None
    before = waiting[at - 1] if at else None
    return Neighbours(at + 1, len(waiting), before, after, after or (waiting[0] if at else None))
