"""The assessment's first page with the ranking; running and verifying."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User, require
from accounts.requests import arrived_at, signed_in
from assessments.models import Assessment, UnitResult
from assessments.services.announcing import standing_announcement
from assessments.services.assessment import JOB_KIND, check_may_run
from assessments.services.verification import verify_assessment
from assessments.sheets import ranking_groups
from assessments.shown import shown_assessment, told_of
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
        "job": _running_job(plan) if shown.is_calculated_now else None,
        "tally": tally,
        "announcement": announcement,
        "steps": steps_of(plan, assessment, announcement, tally, at=at),
        "own_unit": _own_unit(person, plan),
    }
    if assessment and assessment.results_sha256:
        visible = UnitResult.objects.visible_to(person).filter(assessment=assessment)
        results = list(visible.select_related("plan_unit__unit"))
        for each in results:
            each.assessment = assessment
        sections = list(assessment.scheme.sections.all()) if assessment.scheme else []
        context |= {"groups": ranking_groups(results, sections), "sections": sections}
        if person.has_perm("assessment.export"):
            context["told"] = told_of(person, assessment, announcement)
    return render(request, "assessments/assessment.html", context)


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
    assessment = _calculated(plan, request.POST.get("revision", ""))
    differences = verify_assessment(assessment)
    if differences:
        messages.error(request, _("核验不通过：%d 处不符。") % len(differences) + " ".join(differences[:5]))
    else:
        said = _("第 %d 版核验通过：由保存的输入重新计算，结果逐行一致。")
        messages.success(request, said % assessment.revision)
    page = reverse("assessments:assessment", args=(root, year))
    return redirect(f"{page}?revision={assessment.revision}")


def _own_unit(person: User, plan: Plan) -> PlanUnit | None:
    """The assessed unit that a reporter scores; None for everybody else."""
    if not person.has_perm("assessment.self_score"):
        return None
    own: PlanUnit | None = plan.plan_units.filter(assessed=True, unit=person.unit_id).select_related("unit").first()
    return own


def _calculated(plan: Plan, revision: str) -> Assessment:
    """The revision that was asked for, else the newest; NotYet before anybody has begun one."""
    revisions = plan.assessments.select_related("scheme", "plan__owner")
    found: Assessment | None = next((each for each in revisions if revision in ("", str(each.revision))), None)
    if found is None:
        raise NotYet(_("考核还没有计算。"), _("请先计算考核，再核验。"))
    return found


def _job_key(plan: Plan) -> str:
    return f"{JOB_KIND}:{plan.pk}"


def _running_job(plan: Plan) -> Job | None:
    """The newest calculation, while it runs or if it ended without a result."""
    job = Job.objects.filter(key=_job_key(plan)).order_by("-pk").first()
    return job if job and job.state != Job.State.DONE else None
