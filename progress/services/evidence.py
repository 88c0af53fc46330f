"""Evidence: files added to a line of a report that can still be changed, and taken away again."""

import hashlib
from datetime import datetime

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import User, require
from audit.services import record
from common.errors import Conflict, Invalid
from files.services import clean_name, read_upload, store_bytes
from progress.models import Evidence, Line, Report, ReportContributor
from progress.queries.year import reported_indicator
from progress.services.history import report_event
from progress.services.locks import check_editable
from progress.services.uploads import EVIDENCE, check_kind


def add_evidence(report: Report, code: str, upload: "UploadedFile[bytes]", *, by: User, at: datetime) -> Evidence:
    """Keep a file as evidence of one indicator's line; its number is 单位-指标-季度-序号.

    Raises Locked, or Invalid for a file that is too large, of another kind than its name or one too many.
    """
    require(by, "report.edit")
    content = read_upload(upload, max_bytes=settings.EVIDENCE_MAX_BYTES, advice=_("请压缩或拆分后重新上传。"))
    name = clean_name(upload.name or "")
    kind = check_kind(content, name, EVIDENCE)
    with transaction.atomic():
        _lock(report, by=by, at=at)
        line = _line(report, code, by=by, at=at)
        _check_room(line, hashlib.sha256(content).hexdigest())
        stored = store_bytes(content, name=name, content_type=kind.content_type, at=at)
        evidence = Evidence.objects.create(
            line=line, file=stored, number=_next_number(report, line), uploaded_by=by.name, uploaded_at=at
        )
        _touch(report, by)
        after = {"number": evidence.number, "name": name, "sha256": stored.sha256, "size": stored.size}
        record(report_event(report, "report.add_evidence", before=None, after=after), by=by)
    return evidence


def remove_evidence(evidence: Evidence, *, by: User, at: datetime) -> None:
    """Take a file away from a line; the stored bytes stay, for the trail or another revision may name them."""
    require(by, "report.edit")
    report = evidence.line.report
    with transaction.atomic():
        _lock(report, by=by, at=at)
        deleted, _per_model = Evidence.objects.filter(pk=evidence.pk).delete()
        if not deleted:
            raise Conflict(_("此佐证材料刚被他人删除。"), _("请刷新页面。"))
        _touch(report, by)
        before = {"number": evidence.number, "name": evidence.file.name, "sha256": evidence.file.sha256}
        record(report_event(report, "report.remove_evidence", before=before, after=None), by=by)


def _lock(report: Report, *, by: User, at: datetime) -> None:
    """Lock the report's row and refuse unless it can be changed now."""
    current = Report.objects.select_for_update().get(pk=report.pk)
    current.plan_unit, current.quarter = report.plan_unit, report.quarter
    check_editable(current, by=by, at=at)


def _line(report: Report, code: str, *, by: User, at: datetime) -> Line:
    line = Line.objects.filter(report=report, indicator__code=code).select_related("indicator").first()
    if line is not None:
        return line
    indicator = reported_indicator(report.plan_unit, code)
    if indicator is None:
        raise Invalid(_("本单位不填报指标 %s。") % code, _("请核对指标代码。"))
    return Line.objects.create(report=report, indicator=indicator, changed_by=by.name, changed_at=at)


def _check_room(line: Line, sha256: str) -> None:
    there = list(Evidence.objects.filter(line=line).values_list("file__sha256", flat=True))
    if sha256 in there:
        raise Invalid(_("这份材料已经上传过。"), _("同一份材料不必重复上传。"))
    if len(there) >= settings.EVIDENCE_MAX_FILES:
        limit = settings.EVIDENCE_MAX_FILES
        raise Invalid(_("每个指标最多 %d 份佐证材料。") % limit, _("请合并成一份文件，或先删去不需要的。"))


def _next_number(report: Report, line: Line) -> str:
    head = f"{report.plan_unit.unit.code}-{line.indicator.code}-Q{report.quarter.number}-"
    same_place = Evidence.objects.filter(line__report__plan_unit=report.plan_unit, number__startswith=head)
    taken = [int(number.removeprefix(head)) for number in same_place.values_list("number", flat=True)]
    return f"{head}{max(taken, default=0) + 1:02d}"


def _touch(report: Report, by: User) -> None:
    Report.objects.filter(pk=report.pk).update(version=F("version") + 1)
    ReportContributor.objects.get_or_create(report=report, user=by)
