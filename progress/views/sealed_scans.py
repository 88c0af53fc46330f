"""The scan of the sealed form: uploading it, showing it and downloading it."""

from typing import Unpack
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User, require
from accounts.requests import signed_in
from files.models import StoredFile
from progress.models import Report
from progress.services.entry import ensure_report
from progress.services.sealed_scans import add_sealed_scan
from progress.views.downloads import as_download, as_shown
from progress.views.places import UnitAddress, arrival, reporting_unit, sheet_of


@require_POST
def upload_sealed_scan(request: HttpRequest, quarter: int, **of: Unpack[UnitAddress]) -> HttpResponse:
    """Keep the file that was sent as the report's scan, and lead back to the report."""
    user, plan_unit = reporting_unit(request, **of)
    require(user, "report.edit")
    sheet = sheet_of(request, plan_unit, quarter, by=user)
    upload = request.FILES.get("file")
    if isinstance(upload, UploadedFile):
        # Together: a refused file leaves no empty report behind.
        with transaction.atomic():
            report = ensure_report(plan_unit, sheet.quarter, by=user, at=arrival(request))
            stored = add_sealed_scan(report, upload, by=user, at=arrival(request))
        messages.success(request, _("已上传盖章扫描件 %s。") % stored.name)
    else:
        messages.error(request, _("没有选择文件。"))
    return redirect(request.path.removesuffix("sealed-scan/") + "#sealed-scan")


@require_GET
def sealed_scan(request: HttpRequest, file: UUID) -> FileResponse:
    """A scan's bytes as a download, for those who see its unit."""
    stored, name = _scan(signed_in(request), file)
    return as_download(stored, name=name)


@require_GET
def view_sealed_scan(request: HttpRequest, file: UUID) -> FileResponse:
    """A scan to be shown in the page, for those who see its unit."""
    stored, name = _scan(signed_in(request), file)
    return as_shown(stored, name=name)


def _scan(user: User, file: UUID) -> tuple[StoredFile, str]:
    """A scan and the name it is given; Http404 where it is none, or not theirs to see."""
    require(user, "report.view")
    reports = Report.objects.visible_to(user).filter(sealed_scan__uuid=file)
    report = reports.select_related("sealed_scan", "quarter", "plan_unit__plan").first()
    if report is None or report.sealed_scan is None:
        raise Http404(str(file))
    place = f"{report.plan_unit.name}-{report.plan_unit.plan.year}-Q{report.quarter.number}-r{report.revision}"
    return report.sealed_scan, f"{place} {report.sealed_scan.name}"
