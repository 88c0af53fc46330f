"""Evidence: a line's files, adding one, taking one away, and reading one."""

from typing import Unpack
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User, require
from accounts.requests import signed_in
from audit.services import record_refusal
from common.errors import Invalid
from progress.models import Evidence
from progress.queries.sheet import Sheet
from progress.services.entry import ensure_report
from progress.services.evidence import add_evidence, remove_evidence
from progress.views.downloads import as_download
from progress.views.places import UnitAddress, arrival, reporting_unit, sheet_of
from progress.views.report import page_context


@require_http_methods(["GET", "POST"])
def line_evidence(request: HttpRequest, code: str, quarter: int, **of: Unpack[UnitAddress]) -> HttpResponse:
    """The files of one line, and adding one."""
    user, plan_unit = reporting_unit(request, **of)
    sheet = sheet_of(request, plan_unit, quarter, by=user)
    row = sheet.row(code)
    if row is None:
        raise Http404(code)
    refused: Invalid | None = None
    if request.method == "POST":
        require(user, "report.edit")
        try:
            _receive(request, sheet, code, by=user)
        except Invalid as error:
            record_refusal(error, by=user, request=request)
            refused = error
        else:
            return redirect(request.path)
    context = page_context(request, sheet, by=user)
    more = {
        "row": row,
        "refused": refused,
        "evidence_steps": [*context["steps"], (plan_unit.label, context["back"])],
        "max_bytes": settings.EVIDENCE_MAX_BYTES,
        "max_files": settings.EVIDENCE_MAX_FILES,
    }
    return render(request, "progress/evidence.html", context | more, status=refused.status if refused else None)


def _receive(request: HttpRequest, sheet: Sheet, code: str, *, by: User) -> None:
    upload = request.FILES.get("file")
    if not isinstance(upload, UploadedFile):
        raise Invalid(_("没有选择文件。"), _("请先选择文件。"))
    with transaction.atomic():
        report = ensure_report(sheet.plan_unit, sheet.quarter, by=by, at=arrival(request))
        evidence = add_evidence(report, code, upload, by=by, at=arrival(request))
    messages.success(request, _("已上传 %s。") % evidence.number)


@require_POST
def delete_evidence(request: HttpRequest, file: UUID) -> HttpResponse:
    """Take a file away from the line of the newest report that has it."""
    user = signed_in(request)
    require(user, "report.view")
    found = Evidence.objects.visible_to(user).filter(file__uuid=file).select_related(
        "file", "line__indicator", "line__report__quarter", "line__report__plan_unit__plan__owner",
        "line__report__plan_unit__unit",
    )  # fmt: skip
    evidence = found.order_by("-line__report__revision").first()
    if evidence is None:
        raise Http404(str(file))
    remove_evidence(evidence, by=user, at=arrival(request))
    messages.success(request, _("已删除 %s。") % evidence.number)
    report, plan = evidence.line.report, evidence.line.report.plan_unit.plan
    address = [plan.owner.code, plan.year, report.quarter.number, report.plan_unit.unit.code]
    return redirect(reverse("progress:line_evidence", args=[*address, evidence.line.indicator.code]))


@require_GET
def evidence_file(request: HttpRequest, file: UUID) -> FileResponse:
    """A file's bytes, for those who see its unit: always as a download, never run by the browser."""
    user = signed_in(request)
    require(user, "report.view")
    evidence = Evidence.objects.visible_to(user).filter(file__uuid=file).select_related("file").first()
    if evidence is None:
        raise Http404(str(file))
    return as_download(evidence.file, name=f"{evidence.number} {evidence.file.name}")
