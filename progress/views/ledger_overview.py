"""All registers at a glance."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.models import require
from accounts.requests import signed_in
from progress.queries.ledger_overview import summarise_ledgers
from progress.queries.ledger_twice import in_two_ledgers
from progress.views.places import arrival
from targets.models import PlanUnit, Quarter
from targets.queries import plan_for


@require_GET
def ledger_overview(request: HttpRequest, root: str, year: int) -> HttpResponse:
    """Each register with counts and sums by unit, beside the reported numbers up to a quarter."""
    user = signed_in(request)
    require(user, "ledger.view")
    plan = plan_for(user, root, year)
    units = PlanUnit.objects.visible_to(user).reporting().filter(plan=plan).select_related("unit").order_by("order")
    quarters = list(plan.quarters.order_by("number"))
    quarter = _quarter(request, quarters)
    summaries = summarise_ledgers(user, plan, units, quarter)
    context = {
        "plan": plan,
        "quarter": quarter,
        "summaries": [one for one in summaries if one.ledger.measures],
        "others": [one for one in summaries if not one.ledger.measures],
        "differences": sum(one.differences for one in summaries),
        "twice": in_two_ledgers(user),
        "tabs": [
            (_("至第 %d 季度") % one.number, f"?quarter={one.number}", one.number == quarter.number) for one in quarters
        ],
    }
    return render(request, "progress/ledgers/overview.html", context)


def _quarter(request: HttpRequest, quarters: list[Quarter]) -> Quarter:
    """The quarter that was asked for, else the last one that has opened, else the first."""
    asked = request.GET.get("quarter", "")
    opened = [one for one in quarters if one.opens <= arrival(request)]
    latest = opened[-1] if opened else quarters[0]
    return next((one for one in quarters if str(one.number) == asked), latest)
