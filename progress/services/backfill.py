"""A back-filled quarter in one go: a file imported as one person, its reports submitted, and approved as another."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User, require
from common.errors import NotAllowed
from progress.models import ImportBatch, Report
from progress.services.imports import Imported, SentFile, import_sent_file
from progress.services.review import approve_report, submit_report
from targets.models import Plan, PlanUnit, Quarter


def import_and_approve(sent: SentFile, *, plan: Plan, by: User, approver: User, at: datetime) -> Imported:
    """Import a file as `by`, submit every report that its rows name, and approve each as `approver`; all or nothing.

    `at` is when everything arrived. The file is the whole report: nothing is carried over from the quarter before, for
    nobody would see it. A refused file is only stored as refused. Raises NotAllowed, Locked or Invalid.
    """
    require(approver, "report.review")
    if approver.pk == by.pk:
        raise NotAllowed(_("审核人不能是上传人。"), _("请指定另一个有审核权限的账号。"))
    with transaction.atomic():
        imported = import_sent_file(sent, plan=plan, by=by, at=at, carries=False)
        if imported.batch.state == ImportBatch.State.APPLIED:
            note = _("补录导入：%s") % imported.batch.file.name
            for report in _reports(imported.places):
                if report.is_editable:
                    submit_report(report, by=by, at=at, note=note)
                    report.refresh_from_db(fields=["state", "version"])
                if report.state == Report.State.SUBMITTED:
                    approve_report(report, by=approver, at=at, version=report.version)
    return imported


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
