"""The story of a report: for the unit, and for the bureau."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from progress.queries.story import load_story
from progress.views.places import reporting_unit


@require_GET
def report_story(request: HttpRequest, root: str, year: int, quarter: int, unit: str) -> HttpResponse:
    """Everything that happened to a unit's report of a quarter, in words, the newest first."""
    _user, plan_unit = reporting_unit(request, root, year, unit)
    plan = plan_unit.plan
    found = next((each for each in plan.quarters.all() if each.number == quarter), None)
    if found is None:
        raise Http404(f"No quarter {quarter}")
    address = reverse("progress:report", args=[root, year, quarter, unit])
    title = _("%(year)d 年第 %(number)d 季度报告") % {"year": year, "number": quarter}
    context = {
        "plan": plan,
        "quarter": found,
        "plan_unit": plan_unit,
        "story": load_story(plan_unit, quarter),
        "back": address,
        "steps": [(f"{plan_unit.label} {title}", address)],
    }
    return render(request, "progress/story.html", context)
