"""The page of one unit's year."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from accounts.models import require
from accounts.requests import arrived_at, signed_in
from assessments.models import Compliance
from assessments.queries import figures_state
from reporting.queries.unit import load_unit
from reporting.views.asked import basis_asked
from targets.queries import plan_for


@require_GET
def unit_page(request: HttpRequest, root: str, year: int, unit: str) -> HttpResponse:
    """A unit's targets, quarters, reports and score."""
    user = signed_in(request)
    require(user, "dashboard.view")
    plan = plan_for(user, root, year)
    plan_unit = get_object_or_404(plan.plan_units.visible_to(user).select_related("unit"), unit__code=unit)
    basis = basis_asked(request)
    context = {
        "plan": plan,
        "plan_unit": plan_unit,
        "board": load_unit(user, plan, plan_unit, basis=basis, as_of=arrived_at(request)),
        "figures": figures_state(plan),
        "basis": basis,
        "bases": Compliance.Basis,
    }
    return render(request, "reporting/unit.html", context)
