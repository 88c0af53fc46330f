"""Manual scores and the falsification flag."""

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User, require
from accounts.requests import arrived_at, signed_in
from assessments.flags import flags_seen, flags_shown
from assessments.forms import FlagForm, ScoreGrid
from assessments.manual_sheet import score_rows, unscored_of
from assessments.models import Assessment, FalsificationFlag
from assessments.services.assessment import ensure_assessment
from assessments.services.manual import (
    Grounds,
    confirm_flag,
    manual_criteria,
    raise_flag,
    set_manual_scores,
    withdraw_flag,
    wrong_scores,
)
from assessments.shown import shown_assessment
from assessments.views.places import person_and_plan, refused_fields, send_mail
from common.errors import Invalid
from files.services import read_upload, store_bytes
from progress.evidence_files import fits_name, kind_of
from progress.views.downloads import as_download
from targets.models import Plan, PlanUnit
from targets.queries import plan_for


@require_http_methods(["GET", "POST"])
def scores(request: HttpRequest, root: str, year: int) -> HttpResponse:
    """The grid of manual scores: units × criteria, saved together."""
    person = signed_in(request)
    plan = plan_for(person, root, year)
    require(person, "assessment.score", over=plan.owner.path)
    assessment = plan.assessments.select_related("plan__owner").first() or Assessment(plan=plan)
    units = list(plan.plan_units.visible_to(person).filter(assessed=True).select_related("unit"))
    grid = ScoreGrid(units, manual_criteria(assessment))
    refused = ""
    if request.method == "POST":
        refused = _save(request, grid, plan, person)
        if not refused:
            return redirect("assessments:scores", root, year)
    rows = score_rows(grid, assessment, request.POST)
    context = {"plan": plan, "assessment": assessment, "grid": grid, "rows": rows, "refused": refused}
    context["unscored"] = unscored_of(rows)
    return render(request, "assessments/scores.html", context, status=422 if refused else 200)


def _save(request: HttpRequest, grid: ScoreGrid, plan: Plan, person: User) -> str:
    """Why nothing was saved; empty where all was."""
    given, at = grid.read(request.POST), arrived_at(request)
    grid.refuse(wrong_scores(grid.units, grid.criteria, given))
    if grid.errors:
        said = _("%d 处评分有误，已在各格注明，没有保存任何评分。") % len(grid.errors)
        return refused_fields(request, said, grid.errors, by=person)
    changed = set_manual_scores(ensure_assessment(plan, at=at), given, by=person, at=at)
    messages.success(request, _("已保存 %d 处评分。") % changed if changed else _("没有需要保存的更改。"))
    return ""


@require_POST
def flag_raise(request: HttpRequest, root: str, year: int, unit: str) -> HttpResponse:
    """A first officer says that the unit falsified."""
    person, plan, plan_unit = _officer_and_unit(request, root, year, unit)
    at = arrived_at(request)
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
    confirm_flag(_flag(plan, plan_unit), by=person, at=arrived_at(request))
    send_mail(request)
    messages.success(request, _("认定已确认并通知该单位，下次计算时一票否决生效。"))
    return redirect("assessments:unit", root, year, unit)


@require_POST
def flag_withdraw(request: HttpRequest, root: str, year: int, unit: str) -> HttpResponse:
    """Take the flag back."""
    person, plan, plan_unit = _officer_and_unit(request, root, year, unit)
    reason = request.POST.get("reason", "")
    withdraw_flag(_flag(plan, plan_unit), by=person, at=arrived_at(request), reason=reason)
    send_mail(request)
    messages.success(request, _("已撤销认定。"))
    return redirect("assessments:unit", root, year, unit)


@require_GET
def flag_evidence(request: HttpRequest, root: str, year: int, unit: str) -> FileResponse:
    """The evidence of the flag in a revision, the one shown where none is named, as a download; else 404."""
    person, plan = person_and_plan(request, root, year)
    plan_unit = get_object_or_404(plan.plan_units.visible_to(person), unit__code=unit)
    plan_unit.plan = plan
    revision, shown = request.GET.get("revision", ""), shown_assessment(person, plan)
    flags = flags_seen(person, plan_unit) if revision else flags_shown(person, plan_unit, shown)
    stored = next((each.evidence for each in flags if revision in ("", str(each.assessment.revision))), None)
    if stored is None:
        raise Http404
    return as_download(stored, name=stored.name)


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
