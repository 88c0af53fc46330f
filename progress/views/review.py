"""Lists of reports: the reviewers' queue of a quarter with an overview of all units, and a unit's own year."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User, require
from accounts.requests import signed_in
from audit.services import record_refusal
from progress.queries.reports import years_of_units
from progress.queries.review_queue import ReviewQueue, load_queue
from progress.services.bulk_review import MOST_AT_ONCE, Seen, approve_clean, labels_in_words
from progress.views.places import arrival
from targets.models import Plan, PlanUnit
from targets.queries import plan_for


@require_GET
def review_queue(request: HttpRequest, root: str, year: int, quarter: int | None = None) -> HttpResponse:
    """What waits for review in a quarter, what can be approved together, who is missing, where every unit is."""
    _user, plan, queue = _queue(request, root, year, quarter)
    context = {"plan": plan, "queue": queue, "tabs": _tabs(plan, queue), "most_at_once": MOST_AT_ONCE}
    return render(request, "progress/review_queue.html", context)


@require_POST
def approve_ticked(request: HttpRequest, root: str, year: int, quarter: int) -> HttpResponse:
    """Approve the ticked reports that are still clean; the others are named, each with its reason."""
    user, _plan, queue = _queue(request, root, year, quarter)
    ticked = [Seen.of(text) for text in request.POST.getlist("report")]
    done = approve_clean(queue, ticked, by=user, at=arrival(request))
    if done.approved:
        said = _("已审核通过 %(count)d 份：%(units)s。")
        messages.success(request, said % {"count": len(done.approved), "units": labels_in_words(done.approved)})
    for label, refused in done.left_out:
        record_refusal(refused, by=user, request=request)
        messages.error(request, _("%(unit)s 没有审核通过：%(why)s") % {"unit": label, "why": refused})
    return redirect("progress:review_quarter", root, year, quarter)


@require_GET
def missing_reports(request: HttpRequest, root: str, year: int, quarter: int) -> HttpResponse:
    """Who has not handed in a quarter's report, as a part of a page."""
    _user, plan, queue = _queue(request, root, year, quarter, reads=False)
    return render(request, "progress/partials/missing.html", {"plan": plan, "queue": queue})


@require_GET
def report_list(request: HttpRequest, root: str, year: int) -> HttpResponse:
    """The quarters of the person's units: what is to be filled in, what waits, what is done."""
    user = signed_in(request)
    require(user, "report.view")
    plan = plan_for(user, root, year)
    units = PlanUnit.objects.visible_to(user).reporting().filter(plan=plan).select_related("unit").order_by("order")
    years = years_of_units(plan, units, as_of=arrival(request))
    return render(request, "progress/report_list.html", {"plan": plan, "years": years})


def _queue(
    request: HttpRequest, root: str, year: int, quarter: int | None, *, reads: bool = True
) -> tuple[User, Plan, ReviewQueue]:
    user = signed_in(request)
    require(user, "report.review")
    plan = plan_for(user, root, year)
    queue = load_queue(user, plan, quarter, as_of=arrival(request), reads=reads)
    if queue is None:
        raise Http404(f"No quarter {quarter}")
    return user, plan, queue


def _tabs(plan: Plan, queue: ReviewQueue) -> list[dict[str, Any]]:
    """The quarters, each with how many of its reports wait."""
    return [
        {
            "number": number,
            "url": reverse("progress:review_quarter", args=[plan.owner.code, plan.year, number]),
            "is_current": number == queue.quarter.number,
            "waiting": waiting,
        }
        for number, waiting in queue.waiting_by_quarter.items()
    ]
