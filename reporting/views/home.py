"""My work: what waits for the person today."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.models import User
from accounts.requests import arrived_at, signed_in
from assessments.models import Compliance
from jobs.registry import label_of
from notices.queries import unseen_by
from reporting.duties.bureau import bureau_piles
from reporting.duties.pile import Pile, names_in_words
from reporting.duties.readers import city_pile, house_piles, trail_pile
from reporting.duties.reporter import reporter_piles
from reporting.queries.dashboard import Headline, load_headline
from reporting.queries.work import Desk, desks_of, jobs_of, load_house, newest_assessments, trail_this_week


@dataclass(slots=True)
class Work:
    """What the page shows: piles of duties, and for those who look the city at a glance."""

    piles: list[Pile] = field(default_factory=list)
    headline: Headline | None = None
    units: int = 0
    handed_in: int = 0
    not_handed_in: str = ""
    missing: str = ""


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The page every person starts from: what waits today, by role; and one's own jobs."""
    user, as_of = signed_in(request), arrived_at(request)
    desks = desks_of(user, as_of=as_of) if user.scope_path else []
    work = _work(user, desks, as_of=as_of)
    context: dict[str, Any] = {
        "work": work,
        "piles": [pile for pile in work.piles if pile.duties or pile.nothing],
        "notices": unseen_by(user),
        "jobs": [(job, label_of(job.kind)) for job in jobs_of(user, as_of=as_of)],
    }
    if desks:
        context["plan"] = desks[0].plan
    return render(request, "reporting/home.html", context)


def _work(user: User, desks: list[Desk], *, as_of: datetime) -> Work:
    if user.has_perm("account.manage"):
        house = load_house(user, as_of=as_of)
        return Work(house_piles(house), missing="plan" if not house.has_plan else "" if house.accounts else "accounts")
    work = Work(missing="" if desks else "plan")
    if user.has_perm("report.review"):
        assessments = newest_assessments(user, [desk.plan for desk in desks])
        for desk in desks:
            work.piles += bureau_piles(desk, assessments.get(desk.plan.pk), as_of=as_of)
    elif user.has_perm("report.edit"):
        assessments = newest_assessments(user, [desk.plan for desk in desks])
        for desk in desks:
            work.piles += reporter_piles(desk, assessments.get(desk.plan.pk), as_of=as_of)
    else:
        _look_at_city(work, user, desks, as_of=as_of)
    if user.has_perm("trail.view"):
        work.piles.insert(0, trail_pile(*trail_this_week(user, as_of=as_of)))
    return work


def _look_at_city(work: Work, user: User, desks: list[Desk], *, as_of: datetime) -> None:
    """The newest plan's city as it stands in the quarter that opened last."""
    for desk in desks[:1]:
        begun = [quarter for quarter in desk.quarters if quarter.opens <= as_of]
        if not begun:
            return
        work.headline = load_headline(user, desk.plan, begun[-1], basis=Compliance.Basis.APPROVED)
        missing = [each.plan_unit.label for each in desk.missing_in(begun[-1])]
        work.units, work.handed_in = len(desk.years), len(desk.years) - len(missing)
        work.not_handed_in = names_in_words(missing)
        work.piles.append(city_pile(desk, work.headline.city if work.headline else []))
