"""The circular: made by a job, from the portal's template or the bureau's own."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import require
from accounts.requests import arrived_at, signed_in
from common.errors import Invalid
from files.services import read_upload
from jobs.services import queue_job
from jobs.tasks import send_on_commit
from reporting.services.circular import DOCX, JOB_KIND, drop_template, set_template, template_of
from reporting.services.workbook import check_may_export, newest_assessment
from reporting.views.exports import attachment
from targets.queries import plan_for


@require_POST
def make(request: HttpRequest, root: str, year: int) -> HttpResponse:
    """Ask for the circular of the newest assessment; the page shows how far it is."""
    person = signed_in(request)
    plan = plan_for(person, root, year)
    check_may_export(plan, by=person)
    newest_assessment(plan)
    by_marks = request.POST.get("by") == "marks"
    key = f"{JOB_KIND}:{plan.pk}:{person.pk}"
    send_on_commit(queue_job(JOB_KIND, key=key, at=arrived_at(request), by=person, plan=plan.pk, by_marks=by_marks))
    return redirect("reporting:exports", root, year)


@require_http_methods(["GET", "POST"])
def template(request: HttpRequest, root: str, year: int) -> HttpResponse:
    """The template that holds, as a file; or another one in its place."""
    person = signed_in(request)
    plan = plan_for(person, root, year)
    check_may_export(plan, by=person)
    if request.method == "GET":
        return attachment(template_of(plan), _("%d年度通报模板.docx") % year, DOCX)
    require(person, "plan.edit", over=plan.owner.path)
    upload = request.FILES.get("file")
    if upload is None:
        raise Invalid(_("没有选择文件。"), _("请先选择 .docx 模板。"))
    content = read_upload(upload, max_bytes=settings.EVIDENCE_MAX_BYTES)
    set_template(plan, content, upload.name or "", by=person, at=arrived_at(request))
    messages.success(request, _("通报模板已更换，下一份通报起有效。"))
    return redirect("reporting:exports", root, year)


@require_POST
def drop(request: HttpRequest, root: str, year: int) -> HttpResponse:
    """Back to the portal's own template."""
    person = signed_in(request)
    plan = plan_for(person, root, year)
    drop_template(plan, by=person)
    messages.success(request, _("已恢复默认的通报模板。"))
    return redirect("reporting:exports", root, year)
