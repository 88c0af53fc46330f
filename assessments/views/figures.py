"""From when the figures are: asked again by every page that shows them while newer ones are computed."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.models import require
from accounts.requests import arrived_at, signed_in
from assessments.queries import figures_state
from targets.queries import plan_for

STALLED_AFTER = timedelta(seconds=30)
"""Changes not computed so long after they were made: the queue or its workers are away."""


@require_GET
def figures_partial(request: HttpRequest, root: str, year: int) -> HttpResponse:
    """The line that says 正在重算; when newer figures are there, the page is told by the event `figures-changed`."""
    person = signed_in(request)
    require(person, "dashboard.view")
    plan = plan_for(person, root, year)
    figures = figures_state(plan)
    is_stalled = figures.marked_since is not None and arrived_at(request) - figures.marked_since > STALLED_AFTER
    context = {"plan": plan, "figures": figures, "is_stalled": is_stalled}
    response = render(request, "assessments/recomputing.html", context)
    if not figures.is_recomputing:
        response["HX-Trigger"] = "figures-changed"
    return response
