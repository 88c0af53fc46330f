"""Evidence: files added to a line of a report that can still be changed, and taken away again."""

from datetime import datetime

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import User, require
from audit.services import record
from common.errors import Conflict, Invalid
from progress.models import Evidence, Line, Report, ReportContributor
from progress.queries.year import reported_indicator
from progress.services.history import report_event
from progress.services.kept_files import check_room, next_ordinal, read_evidence
from progress.services.locks import check_editable


def add_evidence(report: Report, code: str, upload: "UploadedFile[bytes]", *, by: User, at: datetime) -> Evidence:
    """Keep a file as evidence of one indicator's line; its number is 单位-指标-季度-序号.

    Raises Locked, or Invalid for a file that is too large, of another kind than its name or one too many.
    """
    require(by, "report.edit")
    read = read_evidence(upload)
    with transaction.atomic():
        _lock(report, by=by, at=at)
        line = _line(report, code, by=by, at=at)
        check_room(read, list(Evidence.objects.filter(line=line).values_list("file__sha256", flat=True)))
        stored = read.store(at=at)
        number = _give_number(report, line)
        evidence = Evidence.objects.create(line=line, file=stored, number=number, uploaded_by=by.name, uploaded_at=at)
        _touch(report, by)
        after = {"number": number, "name": read.name, "sha256": read.sha256, "size": stored.size}
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


def _give_number(report: Report, line: Line) -> str:
    """The next number of the unit's indicator and quarter, over all revisions of the report."""
    head = f"{report.plan_unit.unit.code}-{line.indicator.code}-Q{report.quarter.number}-"
    same_place = Evidence.objects.filter(line__report__plan_unit=report.plan_unit, number__startswith=head)
    ordinal = next_ordinal(head, same_place.values_list("number", flat=True), given=line.evidence_given)
    Line.objects.filter(pk=line.pk).update(evidence_given=ordinal)
    return f"{head}{ordinal:02d}"


def _touch(report: Report, by: User) -> None:
    Report.objects.filter(pk=report.pk).update(version=F("version") + 1)
    ReportContributor.objects.get_or_create(report=report, user=by)
