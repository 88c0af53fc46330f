"""Lists of reports: the reviewers' queue with an overview of all units, and a unit's own year."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.models import require
from accounts.requests import signed_in
from progress.queries.reports import awaiting_review, years_of_units
from progress.views.places import arrival
from targets.models import PlanUnit
from targets.queries import plan_for


@require_GET
def review_queue(request: HttpRequest, root: str, year: int) -> HttpResponse:
    """What waits for review, the oldest first, and where every unit is with every quarter."""
    user = signed_in(request)
    require(user, "report.review")
    plan = plan_for(user, root, year)
    units = PlanUnit.objects.visible_to(user).reporting().filter(plan=plan).select_related("unit").order_by("order")
    years = years_of_units(plan, units, as_of=arrival(request))
    context = {"plan": plan, "waiting": awaiting_review(user, plan), "years": years}
    return render(request, "progress/review_queue.html", context)


@require_GET
def report_list(request: HttpRequest, root: str, year: int) -> HttpResponse:
    """The quarters of the person's units: what is due, and what to do."""
    user = signed_in(request)
    require(user, "report.view")
    plan = plan_for(user, root, year)
    units = PlanUnit.objects.visible_to(user).reporting().filter(plan=plan).select_related("unit").order_by("order")
    years = years_of_units(plan, units, as_of=arrival(request))
    return render(request, "progress/report_list.html", {"plan": plan, "years": years})
