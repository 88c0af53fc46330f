"""The pages of one's background jobs."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from jobs.models import Job
from jobs.registry import label_of

PAGE_SIZE = 50
STALLED_AFTER = timedelta(seconds=30)
"""A job that nobody has taken so long after it was asked for: the queue or its workers are away."""


@require_GET
def job_list(request: HttpRequest) -> HttpResponse:
    """One's own jobs, the newest first; `before` names the last job of the page before."""
    jobs = Job.objects.visible_to(request.user).select_related("by").order_by("-pk")
    if before := request.GET.get("before"):
        jobs = jobs.filter(pk__lt=get_object_or_404(Job.objects.visible_to(request.user), uuid=_uuid(before)).pk)
    shown = list(jobs[: PAGE_SIZE + 1])
    rows = [(job, label_of(job.kind)) for job in shown[:PAGE_SIZE]]
    return render(request, "jobs/job_list.html", {"rows": rows, "has_more": len(shown) > PAGE_SIZE})


@require_GET
def job_page(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One job: its progress, then its result. htmx asks for the progress alone, and hears when to read all anew."""
    job = _visible(request, uuid)
    now: datetime = request.arrived_at  # type: ignore[attr-defined]
    is_stalled = job.state == Job.State.QUEUED and now - job.arrived_at > STALLED_AFTER
    context: dict[str, Any] = {"job": job, "label": label_of(job.kind), "is_stalled": is_stalled}
    if not getattr(request, "htmx", False):
        return render(request, "jobs/job.html", context)
    response = render(request, "components/job.html", context)
    if job.state == Job.State.DONE:
        response["HX-Refresh"] = "true"
    return response


@require_GET
def job_file(request: HttpRequest, uuid: UUID) -> HttpResponseBase:
    """The file that a job made, as an attachment."""
    stored = _visible(request, uuid).result_file
    if stored is None:
        raise Http404(f"No file of job {uuid}")
    response = FileResponse(
        stored.content.open(), as_attachment=True, filename=stored.name, content_type=stored.content_type
    )
    response["Content-Security-Policy"] = "sandbox"
    return response


def _visible(request: HttpRequest, uuid: UUID) -> Job:
    return get_object_or_404(Job.objects.visible_to(request.user).select_related("by", "result_file"), uuid=uuid)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404(f"No job {text}") from None
