"""A unit's own scores, with the files behind them."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User, require
from accounts.requests import arrived_at, signed_in
from assessments.beside import load_beside
from assessments.models import Assessment, AssessmentFile
from assessments.own_sheet import own_parts
from assessments.process_forms import OwnScoreSheet
from assessments.services.assessment import ensure_assessment
from assessments.services.schemes import scheme_of
from assessments.services.self_scores import add_self_file, remove_self_file, save_self_scores, wrong_self_scores
from assessments.shown import shown_assessment
from assessments.views.places import line_of, person_and_plan, refused_fields, unit_of
from audit.services import record_refusal
from common.errors import Invalid
from progress.views.downloads import as_download
from targets.models import Plan, PlanUnit


@require_http_methods(["GET", "POST"])
def self_scores(request: HttpRequest, root: str, year: int, unit: str) -> HttpResponse:
    """The unit's own score of every criterion, beside the computed one; saved together."""
    person, plan = person_and_plan(request, root, year)
    plan_unit = unit_of(person, plan, unit)
    scheme = scheme_of(plan)
    assessment = plan.assessments.first() or Assessment(plan=plan)
    assessment.plan = plan
    beside = load_beside(assessment, plan_unit)
    sheet = OwnScoreSheet(list(scheme.criteria.all()), beside.own)
    refused = ""
    if request.method == "POST":
        require(person, "assessment.self_score", over=plan_unit.unit.path)
        refused = _save(request, sheet, assessment, plan_unit, person)
        if not refused:
            return redirect(request.path)
    is_open = assessment.takes_self_scores(arrived_at(request))
    context: dict[str, Any] = {
        "plan": plan,
        "plan_unit": plan_unit,
        "assessment": assessment,
        "is_open": is_open,
        "may_edit": is_open and person.has_perm("assessment.self_score"),
        "parts": own_parts(plan_unit, scheme, sheet, beside, shown_assessment(person, plan).assessment),
        "refused": refused,
    }
    return render(request, "assessments/self_scores.html", context, status=422 if refused else 200)


def _save(request: HttpRequest, sheet: OwnScoreSheet, assessment: Assessment, plan_unit: PlanUnit, person: User) -> str:
    """Why nothing was saved; empty where all was."""
    given, at = sheet.read(request.POST), arrived_at(request)
    sheet.errors = {**wrong_self_scores(sheet.criteria, given), **sheet.errors}
    if sheet.errors:
        said = _("%d 处自评分有误，已在各行注明，没有保存任何自评分。") % len(sheet.errors)
        return refused_fields(request, said, sheet.errors, by=person)
    changed = save_self_scores(_stored(assessment, plan_unit.plan, at), plan_unit, given, by=person, at=at)
    messages.success(request, _("已保存 %d 处自评。") % changed if changed else _("没有需要保存的更改。"))
    return ""


def _stored(assessment: Assessment, plan: Plan, at: Any) -> Assessment:
    return assessment if assessment.pk else ensure_assessment(plan, at=at)


@require_POST
def self_file_add(request: HttpRequest, root: str, year: int, unit: str, code: str) -> HttpResponse:
    """Keep files behind the unit's own score of a criterion; what is refused is said."""
    person, plan = person_and_plan(request, root, year, "assessment.self_score")
    line, _criterion = line_of(plan, unit_of(person, plan, unit), code)
    uploads = request.FILES.getlist("file")
    if not uploads:
        raise Invalid(_("没有选择文件。"), _("请先选择文件。"))
    for upload in uploads:
        try:
            add_self_file(line, upload, by=person, at=arrived_at(request))
        except Invalid as error:
            record_refusal(error, by=person, request=request)
            messages.error(request, f"{upload.name}：{error}")
        else:
            messages.success(request, _("已上传 %s。") % upload.name)
    return redirect("assessments:self_scores", root, year, unit)


@require_POST
def self_file_remove(request: HttpRequest, file: UUID) -> HttpResponse:
    """Take a file away from the unit's own score."""
    person = signed_in(request)
    require(person, "assessment.self_score")
    kept = _kept(person, file)
    remove_self_file(kept, by=person, at=arrived_at(request))
    messages.success(request, _("已删除 %s。") % kept.file.name)
    plan = kept.assessment.plan
    return redirect("assessments:self_scores", plan.owner.code, plan.year, kept.plan_unit.unit.code)


@require_GET
def assessment_file(request: HttpRequest, file: UUID) -> FileResponse:
    """A file behind an own score or an appeal, as a download, for those who see its unit."""
    person = signed_in(request)
    require(person, "assessment.view")
    kept = _kept(person, file)
    return as_download(kept.file, name=kept.file.name)


def _kept(person: User, file: UUID) -> AssessmentFile:
    """The newest revision's row of the file, which must be theirs to see; Http404 otherwise."""
    visible = AssessmentFile.objects.visible_to(person).select_related(
        "file", "plan_unit__unit", "assessment__plan__owner"
    )
    found: AssessmentFile | None = visible.filter(file__uuid=file).order_by("-assessment__revision").first()
    return found or get_object_or_404(visible, file__uuid=file)
