"""The part of an indicator's page that says who is where."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.models import require
from accounts.requests import arrived_at, signed_in
from assessments.models import Compliance
from reporting.charts import Bar, bars_data
from reporting.queries.indicator import Place, places_of
from targets.models import Indicator, Quarter
from targets.queries import plan_for


@require_GET
def indicator_figures(request: HttpRequest, root: str, year: int, code: str) -> HttpResponse:
    """The figures of the newest quarter that has opened, as a chart and as a table; a fragment."""
    user = signed_in(request)
    require(user, "dashboard.view")
    plan = plan_for(user, root, year)
    indicator = get_object_or_404(plan.indicators, code=code)
    begun: Quarter | None = plan.quarters.filter(opens__lte=arrived_at(request)).order_by("-number").first()
    basis = Compliance.Basis.APPROVED
    places = places_of(user, plan, indicator, quarter=begun, basis=basis) if begun else []
    context: dict[str, Any] = {"plan": plan, "indicator": indicator, "quarter": begun, "places": places}
    units = [place for place in places if not place.is_node]
    if units:
        context["bars"] = _bars(indicator, units)
    return render(request, "reporting/indicator_figures.html", context)


def _bars(indicator: Indicator, units: list[Place]) -> str:
    targets = {place.stored.target for place in units if place.stored.target is not None}
    target = targets.pop() if len(targets) == 1 else None
    bars = [
        Bar(
            name=place.plan_unit.label,
            actual=None if place.stored.actual is None else f"{place.stored.actual.normalize():f}",
            status=place.stored.status,
            word=str(Compliance.Status(place.stored.status).label) if place.stored.status else "",
        )
        for place in units
    ]
    words = {"actual": _("实际"), "target": _("目标")}
    return bars_data(bars, unit=indicator.actual_unit, target=None if target is None else str(target), words=words)
