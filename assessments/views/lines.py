"""One line of one unit: adjusted by an officer."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import arrived_at
from assessments.models import Adjustment, ScoreLine
from assessments.process_forms import AdjustForm
from assessments.services.adjustments import adjust_line, remove_adjustment
from assessments.views.places import line_of, person_and_plan, unit_of
from targets.views import is_stored


@require_http_methods(["GET", "POST"])
def adjust(request: HttpRequest, root: str, year: int, unit: str, code: str) -> HttpResponse:
    """Change a line by some points, with a reason."""
    person, plan = person_and_plan(request, root, year, "assessment.adjust")
    plan_unit = unit_of(person, plan, unit)
    line, criterion = line_of(plan, plan_unit, code)
    standing = Adjustment.objects.filter(**line.own()).first()
    form = AdjustForm(request.POST or None, initial=AdjustForm.initial_of(standing))
    if request.method == "POST" and is_stored(
        request,
        form,
        lambda: adjust_line(
            line, form.cleaned_data["amount"], reason=form.cleaned_data["reason"], by=person, at=arrived_at(request)
        ),
    ):
        messages.success(request, _("调整已保存，重新计算后计入得分。"))
        return redirect("assessments:unit", root, year, unit)
    scored = ScoreLine.objects.filter(result__assessment=line.assessment, result__plan_unit=plan_unit, code=code)
    context = {
        "plan": plan,
        "plan_unit": plan_unit,
        "assessment": line.assessment,
        "criterion": criterion,
        "scored": scored.first(),
        "standing": standing,
        "form": form,
    }
    return render(request, "assessments/adjust.html", context, status=422 if form.errors else 200)


@require_POST
def unadjust(request: HttpRequest, root: str, year: int, unit: str, code: str) -> HttpResponse:
    """Take an adjustment back, with a reason."""
    person, plan = person_and_plan(request, root, year, "assessment.adjust")
    line, _criterion = line_of(plan, unit_of(person, plan, unit), code)
    remove_adjustment(line, reason=request.POST.get("reason", ""), by=person)
    messages.success(request, _("调整已撤销，重新计算后生效。"))
    return redirect("assessments:unit", root, year, unit)
