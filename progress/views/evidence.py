"""Evidence: a line's files, adding some, taking one away, showing and downloading one."""

from typing import Any, Unpack
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
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
from progress.views.downloads import as_download, as_shown
from progress.views.lines import answers_json
from progress.views.places import UnitAddress, arrival, reporting_unit, sheet_of
from progress.views.report import page_context


@require_http_methods(["GET", "POST"])
def line_evidence(request: HttpRequest, code: str, quarter: int, **of: Unpack[UnitAddress]) -> HttpResponse:
    """The files of one line, and adding some: each is kept or refused by itself, and what is refused is said."""
    user, plan_unit = reporting_unit(request, **of)
    sheet = sheet_of(request, plan_unit, quarter, by=user)
    refused: list[Invalid] = []
    if request.method == "POST":
        require(user, "report.edit")
        refused = _receive_all(request, sheet, code, by=user)
        if not refused:
            return redirect(request.path)
        sheet = sheet_of(request, plan_unit, quarter, by=user)
    is_part = bool(getattr(request, "htmx", False))
    template = "progress/partials/evidence_part.html" if is_part else "progress/evidence.html"
    context = _context(request, sheet, code, by=user) | {"refused": refused}
    return render(request, template, context, status=422 if refused else 200)


@require_POST
@answers_json
def upload_evidence(request: HttpRequest, code: str, quarter: int, **of: Unpack[UnitAddress]) -> JsonResponse:
    """Add one file, for a page that uploads by itself: `{number, name}`."""
    user, plan_unit = reporting_unit(request, **of)
    require(user, "report.edit")
    sheet = sheet_of(request, plan_unit, quarter, by=user)
    evidence = _receive(request, sheet, code, _one_of(request), by=user)
    return JsonResponse({"number": evidence.number, "name": evidence.file.name}, status=201)


@require_POST
def delete_evidence(request: HttpRequest, file: UUID) -> HttpResponse:
    """Take a file away from the line of the newest report that has it."""
    user = signed_in(request)
    evidence = _evidence(user, file)
    remove_evidence(evidence, by=user, at=arrival(request))
    messages.success(request, _("已删除 %s。") % evidence.number)
    report, plan = evidence.line.report, evidence.line.report.plan_unit.plan
    address = [plan.owner.code, plan.year, report.quarter.number, report.plan_unit.unit.code]
    return redirect(reverse("progress:line_evidence", args=[*address, evidence.line.indicator.code]))


@require_GET
def evidence_file(request: HttpRequest, file: UUID) -> FileResponse:
    """A file's bytes as a download, for those who see its unit."""
    evidence = _evidence(signed_in(request), file)
    return as_download(evidence.file, name=f"{evidence.number} {evidence.file.name}")


@require_GET
def view_evidence(request: HttpRequest, file: UUID) -> FileResponse:
    """A PDF or picture to be shown in the page, for those who see its unit."""
    evidence = _evidence(signed_in(request), file)
    return as_shown(evidence.file, name=f"{evidence.number} {evidence.file.name}")


def _evidence(user: User, file: UUID) -> Evidence:
    """The newest revision's evidence with this file, which must be theirs to see; Http404 otherwise."""
    require(user, "report.view")
    found = Evidence.objects.visible_to(user).filter(file__uuid=file).select_related(
        "file", "line__indicator", "line__report__quarter", "line__report__plan_unit__plan__owner",
        "line__report__plan_unit__unit",
    )  # fmt: skip
    evidence = found.order_by("-line__report__revision").first()
    if evidence is None:
        raise Http404(str(file))
    return evidence


def _context(request: HttpRequest, sheet: Sheet, code: str, *, by: User) -> dict[str, Any]:
    row = sheet.row(code)
    if row is None:
        raise Http404(code)
    context = page_context(request, sheet, by=by)
    return context | {
        "row": row,
        "evidence_steps": [*context["steps"], (sheet.plan_unit.label, context["back"])],
    }


def _receive_all(request: HttpRequest, sheet: Sheet, code: str, *, by: User) -> list[Invalid]:
    """Keep what can be kept of the files that were sent; why each of the others was refused."""
    refused = []
    uploads: list[UploadedFile[bytes] | None] = [*request.FILES.getlist("file")]
    for upload in uploads or [None]:
        try:
            evidence = _receive(request, sheet, code, upload, by=by)
        except Invalid as error:
            record_refusal(error, by=by, request=request)
            refused.append(error)
        else:
            messages.success(request, _("已上传 %s。") % evidence.number)
    return refused


def _receive(
    request: HttpRequest, sheet: Sheet, code: str, upload: "UploadedFile[bytes] | None", *, by: User
) -> Evidence:
    if sheet.row(code) is None:
        raise Http404(code)
    if upload is None:
        raise Invalid(_("没有选择文件。"), _("请先选择文件。"))
    with transaction.atomic():
        report = ensure_report(sheet.plan_unit, sheet.quarter, by=by, at=arrival(request))
        return add_evidence(report, code, upload, by=by, at=arrival(request))


def _one_of(request: HttpRequest) -> "UploadedFile[bytes] | None":
    upload = request.FILES.get("file")
    return upload if isinstance(upload, UploadedFile) else None
