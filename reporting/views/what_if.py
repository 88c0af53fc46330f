"""Trying numbers on a unit's page: nothing is stored."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from accounts.models import require
from accounts.requests import arrived_at, signed_in
from assessments.shown import shown_assessment
from reporting.what_if import load_what_if
from targets.queries import plan_for


@require_GET
def what_if(request: HttpRequest, root: str, year: int, unit: str) -> HttpResponse:
    """The score, grade and rank a unit would have with the numbers in the address, and its forecasts."""
    user = signed_in(request)
    require(user, "dashboard.view")
    plan = plan_for(user, root, year)
    plan_unit = get_object_or_404(plan.plan_units.visible_to(user).select_related("unit"), unit__code=unit)
    shown = shown_assessment(user, plan).assessment
    found = load_what_if(plan, plan_unit, request.GET.dict(), as_of=arrived_at(request), assessment=shown)
    name = "_what_if" if request.headers.get("HX-Request") else "what_if"
    return render(request, f"reporting/{name}.html", {"plan": plan, "plan_unit": plan_unit, "what_if": found})
