"""Correcting what was approved: a new revision as a draft copy, while the approved one keeps counting.

One that was opened by mistake is discarded: it is kept, and is nobody's current report.
"""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import User, require
from audit.services import record
from common.errors import Conflict, NotYet
from progress.models import Evidence, Line, Report, ReportContributor, ReportMove
from progress.services.history import Step, report_event, somebody_was_first
from progress.services.moves import check_within, locked, move
from targets.services.guards import check_open_to_changes, check_reason

COPIED = ("first_submitted_at", "returned_times", "filled_in_by", "checked_by", "responsible", "phone")


def reopen_report(report: Report, *, by: User, at: datetime, reason: str) -> Report:
    """The next revision of an approved report: a draft with its lines and evidence, open until it is submitted.

    Refused once the assessment is announced or the plan archived, and while another correction is open.
    """
    require(by, "report.reopen")
    reason = check_reason(reason)
    check_within(by, report)
    try:
        with transaction.atomic():
            check_open_to_changes(report.plan_unit.plan)
            return _reopen(report, Step(ReportMove.Move.REOPEN, by, at, reason))
    except IntegrityError:
        # Two officers at the same moment: the database lets one open report through.
        raise somebody_was_first(_open_correction(report) or report) from None


def discard_correction(report: Report, *, by: User, at: datetime, reason: str) -> None:
    """Give up a correction that is still being written; the approved revision stays as it is, and counts.

    Raises NotYet for what is no correction, Conflict while it waits for its review or once it was decided.
    """
    require(by, "report.reopen")
    check_within(by, report)
    reason = check_reason(reason)
    with transaction.atomic():
        check_open_to_changes(report.plan_unit.plan)
        current = locked(report)
        if current.state == Report.State.DISCARDED and current.decided_by_id == by.pk:
            return
        if not current.is_correction:
            raise NotYet(_("只有更正稿可以作废。"), _("报告有误的，请退回填报单位修改。"))
        if current.state == Report.State.SUBMITTED:
            raise Conflict(_("更正稿已提交待审，不能直接作废。"), _("请先退回更正稿，再作废。"))
        facts = {"state": Report.State.DISCARDED, "decided_at": at, "decided_by": by}
        move(current, Report.EDITABLE, facts, Step(ReportMove.Move.DISCARD, by, at, reason))


def _reopen(report: Report, step: Step) -> Report:
    open_one = _open_correction(report)
    if open_one is not None:
        raise Conflict(
            _("此报告已在更正中（第 %(revision)s 版）。") % {"revision": open_one.revision},
            _("请等这次更正审核通过，或先作废更正稿，再退回更正。"),
        )
    current = Report.objects.select_for_update().get(pk=report.pk)
    if not current.is_effective:
        raise NotYet(_("只有已审核、正在计数的报告才能退回更正。"), _("请先完成审核。"))
    copy = _copy(current, report, step)
    _copy_contents(current, copy)
    step.as_row(copy).save(force_insert=True)
    before, after = {"revision": current.revision}, {"revision": copy.revision, "state": str(copy.state)}
    record(report_event(copy, "report.reopen", before=before, after=after, reason=step.reason), by=step.by)
    return copy


def _open_correction(report: Report) -> Report | None:
    same_place = Report.objects.filter(plan_unit=report.plan_unit, quarter=report.quarter)
    return same_place.exclude(state__in=Report.SETTLED).first()


def _copy(current: Report, report: Report, step: Step) -> Report:
    same_place = Report.objects.filter(plan_unit=report.plan_unit, quarter=report.quarter)
    newest = same_place.aggregate(newest=Max("revision"))["newest"]
    return Report.objects.create(
        plan_unit=report.plan_unit,
        quarter=report.quarter,
        revision=newest + 1,
        correction_reason=step.reason,
        created_at=step.at,
        **{name: getattr(current, name) for name in COPIED},
    )


def _copy_contents(current: Report, copy: Report) -> None:
    """Lines, evidence (the same stored files) and who took part: they may not approve their numbers this way either."""
    lines = {line.pk: line for line in current.lines.all()}
    evidence = list(Evidence.objects.filter(line__in=lines))
    people = list(current.contributors.values_list("user_id", flat=True))
    for line in lines.values():
        line.pk, line.report, line.version = None, copy, 1
    # `lines` keeps the old keys, so each file finds its line's copy.
    Line.objects.bulk_create(lines.values())
    for one in evidence:
        one.line, one.pk = lines[one.line_id], None
    Evidence.objects.bulk_create(evidence)
    ReportContributor.objects.bulk_create(ReportContributor(report=copy, user_id=pk) for pk in people)
