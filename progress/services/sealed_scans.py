"""The scan of a report's printed, signed and sealed form: added or replaced while the report can be changed."""

import hashlib
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import User, require
from audit.services import record
from files.models import StoredFile
from files.services import clean_name, read_upload, store_bytes
from progress.models import Report, ReportContributor
from progress.services.history import report_event
from progress.services.locks import check_editable
from progress.services.uploads import SEALED_SCAN, check_kind


def add_sealed_scan(report: Report, upload: "UploadedFile[bytes]", *, by: User, at: datetime) -> StoredFile:
    """Keep a file as the report's scan; one that was there is replaced, its bytes stay for the trail names them.

    The same file again changes nothing. Raises NotAllowed, Locked, or Invalid for a file that is too large, neither
    PDF, JPG nor PNG, or of another kind than its name.
    """
    require(by, "report.edit")
    advice = _("请降低扫描的分辨率后重新上传。")
    content = read_upload(upload, max_bytes=settings.EVIDENCE_MAX_BYTES, advice=advice)
    name = clean_name(upload.name or "")
    kind = check_kind(content, name, SEALED_SCAN)
    with transaction.atomic():
        current = _locked(report, by=by, at=at)
        before = current.sealed_scan
        if before is not None and before.sha256 == hashlib.sha256(content).hexdigest():
            return before
        stored = store_bytes(content, name=name, content_type=kind.content_type, at=at)
        Report.objects.filter(pk=report.pk).update(sealed_scan=stored, version=F("version") + 1)
        ReportContributor.objects.get_or_create(report=report, user=by)
        record(report_event(current, "report.add_sealed_scan", before=_said(before), after=_said(stored)), by=by)
    return stored


def _locked(report: Report, *, by: User, at: datetime) -> Report:
    """The report as it is now, its row locked; Locked unless it can be changed now."""
    current = Report.objects.select_for_update().get(pk=report.pk)
    current.plan_unit, current.quarter = report.plan_unit, report.quarter
    check_editable(current, by=by, at=at)
    return current


def _said(stored: StoredFile | None) -> dict[str, Any] | None:
    if stored is None:
        return None
    return {"name": stored.name, "sha256": stored.sha256, "size": stored.size}
