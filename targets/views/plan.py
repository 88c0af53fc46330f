"""The plan as a whole: its notice, its targets, its units."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from accounts.requests import arrived_at
from targets.models import PlanUnit
from targets.queries import day_in_year, group_labels, notice_of, target_grid, unit_sheet, units_shown_to
from targets.views import reader_of_plan


@require_GET
def plan_page(request: HttpRequest, root: str, year: int) -> HttpResponse:
    """The plan's notice and the grid of its targets."""
    user, plan = reader_of_plan(request, root, year)
    on = day_in_year(plan, arrived_at(request))
    plan_units = list(units_shown_to(user, plan))
    context = {
        "plan": plan,
        "notice": notice_of(plan),
        "on": on,
        "plan_units": plan_units,
        "groups": target_grid(plan, plan_units, on),
    }
    return render(request, "targets/plan.html", context)


@require_GET
def unit_list(request: HttpRequest, root: str, year: int) -> HttpResponse:
    """Who takes part in the plan."""
    user, plan = reader_of_plan(request, root, year)
    labels = group_labels(plan)
    plan_units = PlanUnit.objects.visible_to(user).filter(plan=plan).select_related("unit").order_by("order", "pk")
    rows = [(each, [labels[key] for key in each.groups]) for each in plan_units]
    return render(request, "targets/units.html", {"plan": plan, "rows": rows})


@require_GET
def unit_page(request: HttpRequest, root: str, year: int, unit: str) -> HttpResponse:
    """A unit's master data: names, place in the plan, what it owes and until when."""
    user, plan = reader_of_plan(request, root, year)
    visible = PlanUnit.objects.visible_to(user).filter(plan=plan).select_related("unit__parent")
    plan_unit = get_object_or_404(visible, unit__code=unit)
    sheet = unit_sheet(plan, plan_unit, day_in_year(plan, arrived_at(request)))
    return render(request, "targets/unit.html", {"plan": plan, "plan_unit": plan_unit, "sheet": sheet})
