"""What is measured: the list of indicators, one indicator, a target with its revisions."""

from collections.abc import Sequence
from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import require
from accounts.requests import arrived_at
from targets.explanations import explain
from targets.forms import TargetChangeForm
from targets.models import Indicator, Plan, TargetRevision
from targets.queries import categories, day_in_year, notice_of, revisions_of, target_cells, units_shown_to
from targets.services.revisions import set_target
from targets.views import is_stored, reader_of_plan


@require_GET
def indicator_list(request: HttpRequest, root: str, year: int) -> HttpResponse:
    """All indicators by category."""
    _user, plan = reader_of_plan(request, root, year)
    return render(request, "targets/indicators.html", {"plan": plan, "groups": categories(plan, plan.indicators.all())})


@require_GET
def indicator_page(request: HttpRequest, root: str, year: int, code: str) -> HttpResponse:
    """One indicator: definition, clause, how it is computed, who reports it, what must be reached."""
    user, plan = reader_of_plan(request, root, year)
    indicator = _indicator(plan, code)
    cells = target_cells(plan, day_in_year(plan, arrived_at(request)))
    context = {
        "plan": plan,
        "indicator": indicator,
        "clauses": _clauses(indicator, plan),
        "explanations": explain(indicator, plan),
        "targets": [(unit, cells.get((unit.pk, indicator.pk))) for unit in units_shown_to(user, plan)],
    }
    return render(request, "targets/indicator.html", context)


@require_http_methods(["GET", "POST"])
def target_page(request: HttpRequest, root: str, year: int, code: str, unit: str) -> HttpResponse:
    """A unit's target on an indicator with its revisions, and for an officer the form of the next one."""
    user, plan = reader_of_plan(request, root, year)
    indicator = _indicator(plan, code)
    plan_unit = get_object_or_404(units_shown_to(user, plan), unit__code=unit)
    now, revisions = arrived_at(request), revisions_of(indicator, plan_unit)
    form = TargetChangeForm(request.POST or None, initial=_proposal(revisions, day_in_year(plan, now)))
    if request.method == "POST":
        require(user, "plan.edit", over=plan.owner.path)
        if is_stored(request, form, lambda: set_target(indicator, plan_unit, form.change(), by=user, at=now)):
            messages.success(request, _("已调整“%s”的目标。") % indicator)
            return redirect("targets:target", root, year, code, unit)
    context = {"plan": plan, "indicator": indicator, "plan_unit": plan_unit, "form": form, "revisions": revisions}
    return render(request, "targets/target.html", context, status=422 if form.errors else 200)


def _proposal(revisions: Sequence[TargetRevision], on: date) -> dict[str, object]:
    """The last value, so that leaving a field alone never withdraws a target, and the day."""
    last = revisions[0].value if revisions else None
    return {"value": None if last is None else f"{last.normalize():f}", "valid_from": on}


def _indicator(plan: Plan, code: str) -> Indicator:
    return get_object_or_404(plan.indicators.select_related("plan__owner"), code=code)


def _clauses(indicator: Indicator, plan: Plan) -> list[tuple[str, str]]:
    clauses = notice_of(plan).clauses
    return [(code, clauses.get(code, "")) for code in indicator.source.split()]
