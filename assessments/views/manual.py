"""Manual scores and the falsification flag."""

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User, require
from accounts.requests import signed_in
from assessments.forms import FlagForm, ScoreGrid, cell_name
from assessments.models import Assessment, FalsificationFlag
from assessments.services.assessment import ensure_assessment
from assessments.services.manual import (
    Grounds,
    confirm_flag,
    manual_criteria,
    raise_flag,
    set_manual_scores,
    withdraw_flag,
)
from assessments.views.places import send_mail
from audit.services import record_refusal
from common.errors import Invalid
from files.services import read_upload, store_bytes
from progress.evidence_files import fits_name, kind_of
from targets.models import Plan, PlanUnit
from targets.queries import plan_for


@require_http_methods(["GET", "POST"])
def scores(request: HttpRequest, root: str, year: int) -> HttpResponse:
    """The grid of manual scores: units × criteria, saved together."""
    person = signed_in(request)
    plan = plan_for(person, root, year)
    require(person, "assessment.score", over=plan.owner.path)
    at = request.arrived_at  # type: ignore[attr-defined]
    assessment = plan.assessments.select_related("plan__owner").first() or Assessment(plan=plan)
    units = list(plan.plan_units.visible_to(person).filter(assessed=True).select_related("unit"))
    grid = ScoreGrid(units, manual_criteria(assessment))
    refused = ""
    if request.method == "POST":
        given = grid.read(request.POST)
        try:
            if not grid.errors:
                changed = set_manual_scores(ensure_assessment(plan, at=at), given, by=person, at=at)
                messages.success(request, _("已保存 %d 处评分。") % changed if changed else _("没有需要保存的更改。"))
                return redirect("assessments:scores", root, year)
        except Invalid as error:
            record_refusal(error, by=person, request=request)
            refused = str(error)
    context = {"plan": plan, "assessment": assessment, "grid": grid, "refused": refused}
    context["rows"] = _rows(grid, assessment, request)
    status = 422 if refused or grid.errors else 200
    return render(request, "assessments/scores.html", context, status=status)


def _rows(grid: ScoreGrid, assessment: Assessment, request: HttpRequest) -> list[dict[str, object]]:
    scores = assessment.manual_scores.all() if assessment.pk else []
    standing = {(each.plan_unit_id, each.criterion_code): each for each in scores}
    rows = []
    for unit in grid.units:
        cells = []
        for criterion in grid.criteria:
            name, score = cell_name(unit, criterion), standing.get((unit.pk, criterion.code))
            points = f"{score.points.normalize():f}" if score else ""
            cells.append(
                {
                    "name": name,
                    "criterion": criterion,
                    "score": score,
                    "points": request.POST.get(name, points),
                    "reason": request.POST.get(f"{name}-reason", score.reason if score else ""),
                    "error": grid.errors.get(name, ""),
                }
            )
        rows.append({"unit": unit, "cells": cells})
    return rows


@require_POST
def flag_raise(request: HttpRequest, root: str, year: int, unit: str) -> HttpResponse:
    """A first officer says that the unit falsified."""
    person, plan, plan_unit = _officer_and_unit(request, root, year, unit)
    at = request.arrived_at  # type: ignore[attr-defined]
    form = FlagForm(request.POST, request.FILES)
    if not form.is_valid():
        raise Invalid(_("认定弄虚作假必须写明理由并附证据。"), _("请补充理由和证据材料后重试。"))
    upload = form.cleaned_data["evidence"]
    content = read_upload(upload, max_bytes=settings.EVIDENCE_MAX_BYTES)
    kind = kind_of(content)
    if kind is None or not fits_name(kind, upload.name):
        raise Invalid(_("证据材料的格式不受支持。"), _("请上传 PDF、JPG、PNG、Word（.docx）或 Excel（.xlsx）文件。"))
    evidence = store_bytes(content, name=upload.name, content_type=kind.content_type, at=at)
    grounds = Grounds(form.cleaned_data["reason"], evidence)
    raise_flag(ensure_assessment(plan, at=at), plan_unit, grounds, by=person, at=at)
    messages.success(request, _("已提出认定，须由另一名市局管理员确认后生效。"))
    return redirect("assessments:unit", root, year, unit)


@require_POST
def flag_confirm(request: HttpRequest, root: str, year: int, unit: str) -> HttpResponse:
    """A second officer confirms."""
    person, plan, plan_unit = _officer_and_unit(request, root, year, unit)
    confirm_flag(_flag(plan, plan_unit), by=person, at=request.arrived_at)  # type: ignore[attr-defined]
    send_mail(request)
    messages.success(request, _("认定已确认并通知该单位，下次计算时一票否决生效。"))
    return redirect("assessments:unit", root, year, unit)


@require_POST
def flag_withdraw(request: HttpRequest, root: str, year: int, unit: str) -> HttpResponse:
    """Take the flag back."""
    person, plan, plan_unit = _officer_and_unit(request, root, year, unit)
    reason = request.POST.get("reason", "")
    withdraw_flag(_flag(plan, plan_unit), by=person, at=request.arrived_at, reason=reason)  # type: ignore[attr-defined]
    send_mail(request)
    messages.success(request, _("已撤销认定。"))
    return redirect("assessments:unit", root, year, unit)


@require_GET
def flag_evidence(request: HttpRequest, root: str, year: int, unit: str) -> FileResponse:
    """The evidence of a flag, as a download; for whoever does not score, once the flag is confirmed."""
    person = signed_in(request)
    require(person, "assessment.view")
    plan = plan_for(person, root, year)
    flag = _flag(plan, get_object_or_404(plan.plan_units.visible_to(person), unit__code=unit))
    is_theirs_to_see = flag.confirmed_by_id is not None or person.has_perm("assessment.score")
    if flag.evidence is None or not is_theirs_to_see:
        raise Http404
    stored = flag.evidence
    response = FileResponse(
        stored.content.open(), as_attachment=True, filename=stored.name, content_type=stored.content_type
    )
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def _officer_and_unit(request: HttpRequest, root: str, year: int, unit: str) -> tuple[User, Plan, PlanUnit]:
    person = signed_in(request)
    plan = plan_for(person, root, year)
    require(person, "assessment.flag", over=plan.owner.path)
    plan_units = plan.plan_units.visible_to(person).select_related("unit")
    return person, plan, get_object_or_404(plan_units, unit__code=unit)


def _flag(plan: Plan, plan_unit: PlanUnit) -> FalsificationFlag:
    newest = plan.assessments.order_by("-revision")[:1]
    flags = FalsificationFlag.objects.filter(assessment__in=newest, plan_unit=plan_unit)
    return get_object_or_404(flags.select_related("assessment__plan__owner", "plan_unit__unit", "evidence"))
