"""The assessment's pages: ranking, one unit's sheet, the scheme, running and verifying."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User, require
from accounts.requests import arrived_at, signed_in
from assessments.beside import load_beside
from assessments.forms import FlagForm
from assessments.models import Assessment, UnitResult
from assessments.services.announcing import standing_announcement
from assessments.services.assessment import JOB_KIND, check_may_run
from assessments.services.verification import verify_assessment
from assessments.sheets import quarters_shown, ranking_groups, sheet_parts
from assessments.shown import Shown, shown_assessment, told_of
from assessments.steps import steps_of, tally_of
from assessments.views.places import person_and_plan
from common.errors import NotYet
from jobs.models import Job
from jobs.services import queue_job
from jobs.tasks import send_on_commit
from targets.models import Plan, PlanUnit
from targets.queries import plan_for


@require_GET
def assessment_page(request: HttpRequest, root: str, year: int) -> HttpResponse:
    """Where the assessment stands and what is next, and the ranking; a unit sees its own line."""
    person, plan = person_and_plan(request, root, year)
    at = arrived_at(request)
    shown = shown_assessment(person, plan, request.GET.get("revision", ""))
    assessment = shown.assessment
    announcement = standing_announcement(assessment) if assessment else None
    tally = tally_of(plan, assessment)
    context: dict[str, Any] = {
        "plan": plan,
        "assessment": assessment,
        "shown": shown,
        "job": _running_job(plan) if shown.is_newest else None,
        "tally": tally,
        "announcement": announcement,
        "steps": steps_of(assessment, announcement, tally, at=at),
        "own_unit": _own_unit(person, plan),
    }
    if assessment and assessment.results_sha256:
        results = UnitResult.objects.visible_to(person).filter(assessment=assessment).select_related("plan_unit__unit")
        sections = list(assessment.scheme.sections.all()) if assessment.scheme else []
        context |= {"groups": ranking_groups(results, sections), "sections": sections}
        if person.has_perm("assessment.export"):
            context["told"] = told_of(person, assessment, announcement)
    return render(request, "assessments/assessment.html", context)


@require_GET
def unit_sheet(request: HttpRequest, root: str, year: int, unit: str) -> HttpResponse:
    """One unit's score sheet: every line with its why, where its numbers came from, and what people added."""
    person, plan = person_and_plan(request, root, year)
    plan_unit = get_object_or_404(plan.plan_units.visible_to(person).select_related("unit"), unit__code=unit)
    shown = shown_assessment(person, plan, request.GET.get("revision", ""))
    assessment = shown.assessment
    result = (
        UnitResult.objects.visible_to(person)
        .filter(assessment=assessment, plan_unit=plan_unit)
        .prefetch_related("lines__criterion")
        .first()
    )
    context: dict[str, Any] = {"plan": plan, "plan_unit": plan_unit, "assessment": assessment, "result": result}
    context["shown"] = shown
    if assessment and person.has_perm("assessment.score"):
        flags = assessment.flags.filter(plan_unit=plan_unit).select_related("raised_by", "confirmed_by", "evidence")
        context |= {"flag": flags.first(), "flag_form": FlagForm()}
    if result and assessment and assessment.scheme:
        assessment.scheme.plan = plan
        context["parts"] = sheet_parts(result, assessment.scheme, load_beside(assessment, plan_unit))
        context["quarters"] = quarters_shown(result)
        context["offers"] = _offers(person, shown, plan_unit, at=arrived_at(request))
    return render(request, "assessments/unit_sheet.html", context)


@require_POST
def run(request: HttpRequest, root: str, year: int) -> HttpResponse:
    """Start the calculation as a job; the page shows its progress."""
    person = signed_in(request)
    require(person, "assessment.run")
    plan = plan_for(person, root, year)
    at = request.arrived_at  # type: ignore[attr-defined]
    check_may_run(plan, by=person, at=at)
    send_on_commit(queue_job(JOB_KIND, key=_job_key(plan), at=at, by=person, plan=plan.pk))
    return redirect("assessments:assessment", root, year)


@require_POST
def verify(request: HttpRequest, root: str, year: int) -> HttpResponse:
    """Recalculate from the stored inputs and say whether everything is as it was."""
    person = signed_in(request)
    plan = plan_for(person, root, year)
    require(person, "assessment.export", over=plan.owner.path)
    assessment = _calculated(plan)
    differences = verify_assessment(assessment)
    if differences:
        messages.error(request, _("核验不通过：%d 处不符。") % len(differences) + " ".join(differences[:5]))
    else:
        messages.success(request, _("核验通过：由保存的输入重新计算，结果逐行一致。"))
    return redirect("assessments:assessment", root, year)


def _own_unit(person: User, plan: Plan) -> PlanUnit | None:
    """The assessed unit that a reporter scores; None for everybody else."""
    if not person.has_perm("assessment.self_score"):
        return None
    own: PlanUnit | None = plan.plan_units.filter(assessed=True, unit=person.unit_id).select_related("unit").first()
    return own


def _offers(person: User, shown: Shown, plan_unit: PlanUnit, *, at: datetime) -> dict[str, bool]:
    """What the person may do with a line of the sheet now."""
    assessment = shown.assessment
    if assessment is None or not shown.is_newest:
        return {}
    announcement = standing_announcement(assessment) if assessment.state == Assessment.State.ANNOUNCED else None
    own = bool(person.scope_path) and plan_unit.unit.path.startswith(person.scope_path or "/")
    may_appeal = own and person.has_perm("assessment.appeal") and announcement is not None
    return {
        "adjust": assessment.is_open and person.has_perm("assessment.adjust"),
        "appeal": may_appeal and announcement is not None and not announcement.is_over(at),
    }


def _newest(plan: Plan) -> Assessment | None:
    newest: Assessment | None = plan.assessments.select_related("scheme", "plan__owner").first()
    return newest


def _calculated(plan: Plan) -> Assessment:
    """The newest assessment; NotYet before anybody has begun one."""
    newest = _newest(plan)
    if newest is None:
        raise NotYet(_("考核还没有计算。"), _("请先计算考核，再核验。"))
    return newest


def _job_key(plan: Plan) -> str:
    return f"{JOB_KIND}:{plan.pk}"


def _running_job(plan: Plan) -> Job | None:
    """The newest calculation, while it runs or if it ended without a result."""
    job = Job.objects.filter(key=_job_key(plan)).order_by("-pk").first()
    return job if job and job.state != Job.State.DONE else None
