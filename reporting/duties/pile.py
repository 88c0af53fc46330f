"""Duties and piles of them, and the words that all of them use."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from progress.queries.reports import Standing
from reporting.queries.work import Desk
from targets.models import Quarter

MOST_SHOWN = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """One thing that waits. `state` is its chip (`word`: another word on it), `said` what somebody else wrote."""

    title: str
    url: str
    state: str = ""
    word: str = ""
    action: str = ""
    note: str = ""
    said: str = ""
    due: datetime | None = None
    due_word: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pile:
    """Duties of one kind. `count`: how many there are in all; `more`: where the rest is; `nothing`: said when empty."""

    title: str
    icon: str
    duties: list[Duty] = field(default_factory=list)
    count: int | None = None
    more: str = ""
    nothing: str = ""


def report_title(desk: Desk, standing: Standing) -> str:
    """What a unit's report of a quarter is called."""
    values = {"unit": standing.plan_unit.label, "year": desk.plan.year, "quarter": standing.quarter.number}
    return _("%(unit)s %(year)d 年第 %(quarter)d 季度报告") % values


def quarter_title(desk: Desk, quarter: Quarter) -> str:
    """What a quarter is called."""
    return _("%(year)d 年第 %(quarter)d 季度") % {"year": desk.plan.year, "quarter": quarter.number}


def names_in_words(names: list[str], *, most: int = MOST_SHOWN) -> str:
    """The first names, and how many there are in all if that is not all of them."""
    shown = _("、").join(names[:most])
    return shown if len(names) <= most else _("%(names)s 等 %(count)d 个") % {"names": shown, "count": len(names)}


def report_url(desk: Desk, standing: Standing) -> str:
    """Where a unit's report of a quarter is."""
    place = (desk.plan.owner.code, desk.plan.year, standing.quarter.number, standing.plan_unit.unit.code)
    return reverse("progress:report", args=place)


def moment(instant: datetime | None) -> str:
    """An instant as people write it; empty for None."""
    return date_format(localtime(instant), "Y-m-d H:i") if instant else ""


def day(instant: datetime) -> str:
    """An instant's day as people write it."""
    return date_format(localtime(instant), "Y-m-d")


def last_day(deadline: datetime) -> str:
    """The last day before a half-open deadline, as people write it."""
    return day(deadline - timedelta.resolution)
