"""What was announced, kept as it was announced, and what has changed between two announcements."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from assessments.models import Announcement, Assessment
from targets.models import Plan

Standing = dict[str, dict[str, Any]]
"""By unit code: total, grade, rank, and the points of every line, as text."""


@dataclass(frozen=True, slots=True)
class Moved:
    """One number of a unit that is not what it was; an empty text: there was or is none."""

    what: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.what} {self.before or '—'} → {self.after or '—'}"


def standing_of(assessment: Assessment) -> Standing:
    """The stored results in the shape that an announcement keeps; two queries."""
    results = assessment.results.select_related("plan_unit__unit").prefetch_related("lines")
    return {
        result.plan_unit.unit.code: {
            "total": _points(result.total),
            "grade": result.grade,
            "rank": str(result.rank or ""),
            "lines": {line.code: _points(line.points) for line in result.lines.all()},
        }
        for result in results
    }


def last_announcement(plan: Plan) -> Announcement | None:
    """The plan's newest announcement, of whichever revision, standing or taken back; one query."""
    found = Announcement.objects.filter(assessment__plan=plan).order_by("-assessment__revision", "-number")
    return found.first()


def changes(before: dict[str, Any] | None, after: dict[str, Any]) -> Iterator[Moved]:
    """What is different of one unit; nothing for one that was not announced before."""
    if before is None:
        return
    words = {"total": _("总分"), "grade": _("等次"), "rank": _("名次")}
    for key, word in words.items():
        if before.get(key, "") != after.get(key, ""):
            yield Moved(word, before.get(key, ""), after.get(key, ""))
    lines, again = before.get("lines", {}), after.get("lines", {})
    for code in [*again, *(code for code in lines if code not in again)]:
        if lines.get(code, "") != again.get(code, ""):
            yield Moved(code, lines.get(code, ""), again.get(code, ""))


def _points(number: object) -> str:
    return "" if number is None else f"{number:.2f}"
