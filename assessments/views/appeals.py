"""Appeals: made by units on a line, listed, withdrawn, decided by the bureau."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from accounts.requests import arrived_at
from assessments.models import Adjustment, Appeal, Criterion, ScoreLine
from assessments.models.process import AppealQuerySet
from assessments.offers import offers_of
from assessments.process_forms import AppealForm, DecisionForm
from assessments.services.appeals import decide_appeal, file_appeal, withdraw_appeal
from assessments.shown import shown_assessment
from assessments.views.places import line_of, person_and_plan, send_mail, unit_of
from targets.models import Plan
from targets.views import is_stored


@require_GET
def appeals(request: HttpRequest, root: str, year: int) -> HttpResponse:
    """Every appeal of the year that the person sees, the undecided first."""
    person, plan = person_and_plan(request, root, year)
    rows = list(_visible(person, plan).prefetch_related("files__file"))
    names = {each.code: each for each in _criteria(plan)}
    rows.sort(key=lambda each: (not each.is_pending, -each.asked_at.timestamp()))
    context = {"plan": plan, "rows": [(each, names.get(each.criterion_code)) for each in rows]}
    return render(request, "assessments/appeals.html", context)


@require_http_methods(["GET", "POST"])
def appeal(request: HttpRequest, root: str, year: int, unit: str, code: str) -> HttpResponse:
    """A unit objects to one announced line, with files."""
    person, plan = person_and_plan(request, root, year, "assessment.appeal")
    plan_unit = unit_of(person, plan, unit)
    line, criterion = line_of(plan, plan_unit, code)
    form = AppealForm(request.POST or None)
    uploads = request.FILES.getlist("file")
    if request.method == "POST" and is_stored(
        request,
        form,
        lambda: file_appeal(
            line, reason=form.cleaned_data["reason"], by=person, at=arrived_at(request), uploads=uploads
        ),
    ):
        send_mail(request)
        messages.success(request, _("申诉已提交，市局处理后会通知本单位。"))
        return redirect("assessments:appeals", root, year)
    shown = shown_assessment(person, plan)
    scored = ScoreLine.objects.filter(result__assessment=shown.assessment, result__plan_unit=plan_unit, code=code)
    context = {
        "plan": plan,
        "plan_unit": plan_unit,
        "criterion": criterion,
        "scored": scored.first(),
        "offers": offers_of(person, shown, plan_unit, at=arrived_at(request)),
        "form": form,
    }
    return render(request, "assessments/appeal.html", context, status=422 if form.errors else 200)


@require_POST
def withdraw(request: HttpRequest, root: str, year: int, uuid: UUID) -> HttpResponse:
    """The unit gives its appeal up."""
    person, plan = person_and_plan(request, root, year, "assessment.appeal")
    withdraw_appeal(_one(person, plan, uuid), by=person, at=arrived_at(request))
    messages.success(request, _("申诉已撤回。"))
    return redirect("assessments:appeals", root, year)


@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, root: str, year: int, uuid: UUID) -> HttpResponse:
    """The bureau decides an appeal, with a reason; an upheld one takes the announcement back."""
    person, plan = person_and_plan(request, root, year, "assessment.decide")
    found = _one(person, plan, uuid)
    form = DecisionForm(request.POST or None)
    if request.method == "POST" and is_stored(
        request, form, lambda: decide_appeal(found, form.decision(), by=person, at=arrived_at(request))
    ):
        send_mail(request)
        messages.success(request, _("申诉已处理，并已通知申诉单位。"))
        return redirect("assessments:appeals", root, year)
    line = ScoreLine.objects.filter(
        result__assessment=found.assessment, result__plan_unit=found.plan_unit, code=found.criterion_code
    ).select_related("criterion")
    own = {"plan_unit": found.plan_unit, "criterion_code": found.criterion_code}
    context = {
        "plan": plan,
        "appeal": found,
        "scored": line.first(),
        "standing": Adjustment.objects.filter(assessment=found.assessment, **own).first(),
        "form": form,
    }
    return render(request, "assessments/decide.html", context, status=422 if form.errors else 200)


def _visible(person: User, plan: Plan) -> AppealQuerySet:
    found = Appeal.objects.visible_to(person).filter(assessment__plan=plan)
    return found.select_related("plan_unit__unit", "asked_by", "decided_by", "announcement", "assessment__plan__owner")


def _one(person: User, plan: Plan, uuid: UUID) -> Appeal:
    return get_object_or_404(_visible(person, plan), uuid=uuid)


def _criteria(plan: Plan) -> list[Criterion]:
    scheme = plan.schemes.first()
    return list(scheme.criteria.all()) if scheme else []
