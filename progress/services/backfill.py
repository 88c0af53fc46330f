"""A back-filled quarter in one go: a file imported as one person, its reports submitted, and approved as another."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User, require
from common.errors import Conflict, NotAllowed
from progress.models import ImportBatch, Line, Report
from progress.services.imports import Imported, SentFile, import_sent_file
from progress.services.review import approve_report, submit_report
from targets.models import Plan, PlanUnit, Quarter

_LIST = "、"


@dataclass(frozen=True, slots=True, kw_only=True)
class Backfill:
    """Who brings the reports in and who approves them; when they had arrived, and when all this is done."""

    by: User
    approver: User
    arrived_at: datetime
    at: datetime


def import_and_approve(sent: SentFile, *, plan: Plan, backfill: Backfill) -> Imported:
    """Import a file, submit every report that its rows name, and approve each as the other person; all or nothing.

    The arrival decides deadlines; the approval is dated when it is done. The file is the whole report: nothing is
    carried over from the quarter before, for nobody would see it. A refused file is only stored as refused. Raises
    NotAllowed, Locked, Invalid, or Conflict where a report holds lines that the file does not name.
    """
    by, approver = backfill.by, backfill.approver
    require(approver, "report.review")
    if approver.pk == by.pk:
        raise NotAllowed(_("审核人不能是上传人。"), _("请指定另一个有审核权限的账号。"))
    with transaction.atomic():
        imported = import_sent_file(sent, plan=plan, by=by, at=backfill.arrived_at, carries=False)
        if imported.batch.state == ImportBatch.State.APPLIED:
            reports = _reports(imported.places)
            _check_nothing_else(reports, imported)
            note = _("补录导入：%s") % imported.batch.file.name
            for report in reports:
                _submit_and_approve(report, backfill, note)
    return imported


def _submit_and_approve(report: Report, backfill: Backfill, note: str) -> None:
    if report.is_editable:
        submit_report(report, by=backfill.by, at=backfill.at, arrived_at=backfill.arrived_at, note=note)
        report.refresh_from_db(fields=["state", "version"])
    if report.state == Report.State.SUBMITTED:
        approve_report(report, by=backfill.approver, at=backfill.at, version=report.version)


def _check_nothing_else(reports: Sequence[Report], imported: Imported) -> None:
    """Refuse to approve what others entered and the file does not name; what was carried over nobody entered."""
    waiting = [report for report in reports if report.state != Report.State.APPROVED]
    lines = Line.objects.filled().filter(report__in=waiting).exclude(origin=Line.Origin.CARRIED)
    others: dict[int, list[str]] = {report.pk: [] for report in waiting}
    for line in lines.select_related("indicator", "report__quarter", "report__plan_unit__unit"):
        report = line.report
        if (report.plan_unit.unit.code, report.quarter.number, line.indicator.code) not in imported.lines:
            others[report.pk].append(line.indicator.label)
    said = [
        _("%(unit)s第 %(quarter)d 季度：%(lines)s")
        % {"unit": report.plan_unit.label, "quarter": report.quarter.number, "lines": _LIST.join(others[report.pk])}
        for report in waiting
        if others[report.pk]
    ]
    if said:
        raise Conflict(
            _("报告中已有这个文件没有写到的内容，不能一并提交和审核。") + "\n" + "\n".join(said),
            _("请把这些内容也写进文件，或不用 --approve-as 导入，由填报单位核对后提交。"),
        )


def _reports(places: Sequence[tuple[PlanUnit, Quarter]]) -> list[Report]:
    """The newest revision of each place, in the order of the quarters."""
    wanted = {(plan_unit.pk, quarter.pk): (plan_unit, quarter) for plan_unit, quarter in places}
    units = {plan_unit.pk for plan_unit, _quarter in places}
    found = []
    newest = Report.objects.latest_revisions().filter(plan_unit__in=units)
    for report in newest.order_by("quarter__number", "plan_unit__order"):
        place = wanted.get((report.plan_unit_id, report.quarter_id))
        if place is not None:
            report.plan_unit, report.quarter = place
            found.append(report)
    return found
