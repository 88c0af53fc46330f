"""Exports: what was made, by whom and when; make another, take one away."""

from urllib.parse import quote
from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.requests import arrived_at, signed_in
from jobs.registry import label_of
from jobs.services import queue_job
from jobs.tasks import send_on_commit
from reporting.models import CircularTemplate
from reporting.queries.exports import export_with_file, newest_exports
from reporting.services.circular import JOB_KIND as CIRCULAR
from reporting.services.results import results_table
from reporting.services.unit_form import JOB_KIND as UNIT_PDF
from reporting.services.workbook import JOB_KIND, calculated_assessments, check_may_export, newest_assessment
from targets.queries import plan_for

KINDS = (JOB_KIND, CIRCULAR, UNIT_PDF)


@require_GET
def exports(request: HttpRequest, root: str, year: int) -> HttpResponse:
    """The plan's exports; one's own unfinished one with its progress."""
    person = signed_in(request)
    plan = plan_for(person, root, year)
    check_may_export(plan, by=person)
    jobs = newest_exports(plan, KINDS)
    context = {
        "plan": plan,
        "assessment": calculated_assessments(plan).first(),
        "running": [(job, label_of(job.kind)) for job in jobs if job.is_unfinished and job.by_id == person.pk],
        "jobs": [(job, label_of(job.kind)) for job in jobs if not job.is_unfinished],
        "own_template": CircularTemplate.objects.filter(plan=plan).select_related("file").first(),
    }
    return render(request, "reporting/exports.html", context)


@require_POST
def make_workbook(request: HttpRequest, root: str, year: int) -> HttpResponse:
    """Ask for the annual workbook of the newest assessment; the page shows how far it is."""
    person = signed_in(request)
    plan = plan_for(person, root, year)
    check_may_export(plan, by=person)
    newest_assessment(plan)
    key = f"{JOB_KIND}:{plan.pk}:{person.pk}"
    send_on_commit(queue_job(JOB_KIND, key=key, at=arrived_at(request), by=person, plan=plan.pk))
    return redirect("reporting:exports", root, year)


@require_GET
def export_file(request: HttpRequest, root: str, year: int, uuid: UUID) -> HttpResponseBase:
    """The file of an export, as an attachment."""
    person = signed_in(request)
    plan = plan_for(person, root, year)
    check_may_export(plan, by=person)
    job = export_with_file(plan, KINDS, uuid)
    if job is None or job.result_file is None:
        raise Http404(f"No export {uuid}")
    stored = job.result_file
    response = FileResponse(
        stored.content.open(), as_attachment=True, filename=stored.name, content_type=stored.content_type
    )
    response["Content-Security-Policy"] = "sandbox"
    return response


@require_GET
def results_csv(request: HttpRequest, root: str, year: int) -> HttpResponse:
    """The ranking of the newest assessment as CSV."""
    person = signed_in(request)
    plan = plan_for(person, root, year)
    check_may_export(plan, by=person)
    assessment = newest_assessment(plan)
    name = _("%(year)d年度考核结果_r%(revision)d.csv") % {"year": year, "revision": assessment.revision}
    return attachment(results_table(assessment), name, "text/csv; charset=utf-8")


def attachment(content: bytes, name: str, content_type: str) -> HttpResponse:
    """Bytes to be saved under a name, never shown in place."""
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response
