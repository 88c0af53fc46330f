"""One unit's score sheet: every line with its why, where its numbers came from, and what people added."""

from typing import Any

from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from accounts.models import User
from accounts.requests import arrived_at
from assessments.beside import load_beside
from assessments.flags import flags_shown
from assessments.forms import FlagForm
from assessments.models import Assessment, Scheme, UnitResult
from assessments.offers import offers_of
from assessments.sheets import quarters_shown, sheet_parts
from assessments.shown import shown_assessment, told_of_flag
from assessments.sums import total_words
from assessments.tracing import load_sources_of
from assessments.views.places import person_and_plan
from targets.models import PlanUnit


@require_GET
def unit_sheet(request: HttpRequest, root: str, year: int, unit: str) -> HttpResponse:
    """The sheet of the revision that was asked for, else of the one that the person can rely on."""
    person, plan = person_and_plan(request, root, year)
    plan_unit = get_object_or_404(plan.plan_units.visible_to(person).select_related("unit"), unit__code=unit)
    plan_unit.plan = plan
    shown = shown_assessment(person, plan, request.GET.get("revision", ""))
    assessment = shown.assessment
    context: dict[str, Any] = {"plan": plan, "plan_unit": plan_unit, "assessment": assessment, "shown": shown}
    context["result"] = _result(person, assessment, plan_unit)
    if assessment:
        flags = flags_shown(person, plan_unit, shown)
        context |= {"flags": flags, "flag_form": FlagForm()}
        if flags and person.has_perm("assessment.score"):
            context["flag_told"] = told_of_flag(person, flags[0])
    if context["result"] and assessment and assessment.scheme:
        assessment.scheme.plan = plan
        context |= _sheet(person, context["result"], assessment.scheme)
        context["offers"] = offers_of(person, shown, plan_unit, at=arrived_at(request))
    return render(request, "assessments/unit_sheet.html", context)


def _result(person: User, assessment: Assessment | None, plan_unit: PlanUnit) -> UnitResult | None:
    results = UnitResult.objects.visible_to(person).filter(assessment=assessment, plan_unit=plan_unit)
    result: UnitResult | None = results.prefetch_related("lines__criterion").first()
    if result and assessment:
        result.assessment, result.plan_unit = assessment, plan_unit
    return result


def _sheet(person: User, result: UnitResult, scheme: Scheme) -> dict[str, Any]:
    prefetch_related_objects([scheme], "sections")
    indicators = list(scheme.plan.indicators.all())
    names = {each.code: each.label for each in indicators}
    sources = load_sources_of(person, result, indicators)
    beside = load_beside(result.assessment, result.plan_unit)
    return {
        "parts": sheet_parts(result, scheme, beside, sources, names),
        "sums": total_words(result, scheme),
        "quarters": quarters_shown(result),
    }
