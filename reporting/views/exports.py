"""Exports: what was made, by whom and when; make another, take one away."""

from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts.requests import arrived_at, signed_in
from jobs.services import queue_job
from jobs.tasks import send_on_commit
from reporting.queries.exports import export_with_file, newest_exports
from reporting.services.workbook import JOB_KIND, calculated_assessments, check_may_export, newest_assessment
from targets.queries import plan_for


@require_GET
def exports(request: HttpRequest, root: str, year: int) -> HttpResponse:
    """The plan's exports; one's own unfinished one with its progress."""
    person = signed_in(request)
    plan = plan_for(person, root, year)
    check_may_export(plan, by=person)
    jobs = newest_exports(plan, JOB_KIND)
    context = {
        "plan": plan,
        "assessment": calculated_assessments(plan).first(),
        "running": [job for job in jobs if job.is_unfinished and job.by_id == person.pk],
        "jobs": [job for job in jobs if not job.is_unfinished],
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
    job = export_with_file(plan, JOB_KIND, uuid)
    if job is None or job.result_file is None:
        raise Http404(f"No export {uuid}")
    stored = job.result_file
    response = FileResponse(
        stored.content.open(), as_attachment=True, filename=stored.name, content_type=stored.content_type
    )
    response["Content-Security-Policy"] = "sandbox"
    return response
