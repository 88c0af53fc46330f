"""Correcting what was approved: a new revision as a draft copy, while the approved one keeps counting.

One that was opened by mistake is discarded: it is kept, and is nobody's current report.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User, require
from audit.services import Entry, record
from common.errors import Conflict, NotYet
from common.many_rows import upsert_objects
from progress.models import Evidence, Line, Report, ReportContributor, ReportMove
from progress.services.history import Step, report_event, somebody_was_first
from progress.services.moves import check_within, locked, move
from targets.services.guards import check_open_to_changes, check_reason

COPIED = ("first_submitted_at", "returned_times", "filled_in_by", "checked_by", "responsible", "phone")


def reopen_report(report: Report, *, by: User, at: datetime, reason: str) -> Report:
    """The next revision of an approved report; see `reopen_reports`."""
    (copy,) = reopen_reports([report], by=by, at=at, reason=reason)
    return copy


def reopen_reports(reports: Sequence[Report], *, by: User, at: datetime, reason: str) -> list[Report]:
    """The next revisions of approved reports of one plan, in their order: drafts with their lines and evidence, open
    until they are submitted. All or none, in about twenty queries whatever their number.

    Refused once the assessment is announced or the plan archived, and while another correction of one is open.
    """
    require(by, "report.reopen")
    reason = check_reason(reason)
    for report in reports:
        check_within(by, report)
    try:
        with transaction.atomic():
            check_open_to_changes(reports[0].plan_unit.plan)
            return _reopen(reports, Step(ReportMove.Move.REOPEN, by, at, reason))
    except IntegrityError:
        # Two officers at the same moment: the database lets one open report through.
        raise somebody_was_first(_open_correction(reports) or reports[0]) from None


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


def _reopen(reports: Sequence[Report], step: Step) -> list[Report]:
    open_one = _open_correction(reports)
    if open_one is not None:
        raise Conflict(
            _("此报告已在更正中（第 %(revision)s 版）。") % {"revision": open_one.revision},
            _("请等这次更正审核通过，或先作废更正稿，再退回更正。"),
        )
    asked = [report.pk for report in reports]
    # In one order, so that two of these cannot wait for each other.
    current = {report.pk: report for report in Report.objects.select_for_update().filter(pk__in=asked).order_by("pk")}
    if not all(report.is_effective for report in current.values()):
        raise NotYet(_("只有已审核、正在计数的报告才能退回更正。"), _("请先完成审核。"))
    newest = _newest_revisions(reports)
    copies = [_copy(current[report.pk], report, newest[_place(report)] + 1, step) for report in reports]
    Report.objects.bulk_create(copies)
    _copy_contents(dict(zip(asked, copies, strict=True)))
    ReportMove.objects.bulk_create(step.as_row(copy) for copy in copies)
    record([_event(current[pk], copy, step) for pk, copy in zip(asked, copies, strict=True)], by=step.by)
    return copies


def _event(current: Report, copy: Report, step: Step) -> Entry:
    before, after = {"revision": current.revision}, {"revision": copy.revision, "state": str(copy.state)}
    return report_event(copy, "report.reopen", before=before, after=after, reason=step.reason)


def _place(report: Report) -> tuple[int, int]:
    return report.plan_unit_id, report.quarter_id


def _same_places(reports: Sequence[Report]) -> QuerySet[Report]:
    """The reports of these units and quarters, and some more of other pairs of them."""
    places = [_place(report) for report in reports]
    return Report.objects.filter(plan_unit__in={unit for unit, _q in places}, quarter__in={q for _unit, q in places})


def _open_correction(reports: Sequence[Report]) -> Report | None:
    places = {_place(report) for report in reports}
    found = _same_places(reports).exclude(state__in=Report.SETTLED)
    return next((report for report in found if _place(report) in places), None)


def _newest_revisions(reports: Sequence[Report]) -> dict[tuple[int, int], int]:
    found = _same_places(reports).order_by().values_list("plan_unit", "quarter").annotate(newest=Max("revision"))
    return {(plan_unit, quarter): newest for plan_unit, quarter, newest in found}


def _copy(current: Report, report: Report, revision: int, step: Step) -> Report:
    return Report(
        plan_unit=report.plan_unit,
        quarter=report.quarter,
        revision=revision,
        correction_reason=step.reason,
        created_at=step.at,
        **{name: getattr(current, name) for name in COPIED},
    )


def _copy_contents(copies: Mapping[int, Report]) -> None:
    """Lines, evidence (the same stored files) and who took part: they may not approve their numbers this way either."""
    lines = {line.pk: line for line in Line.objects.filter(report__in=copies)}
    evidence = list(Evidence.objects.filter(line__in=lines))
    people = list(ReportContributor.objects.filter(report__in=copies).values_list("report_id", "user_id"))
    for line in lines.values():
        line.pk, line.report, line.version = None, copies[line.report_id], 1
    upsert_objects(list(lines.values()), key=("report_id", "indicator_id"), update=())
    # `lines` keeps the old keys, so each file finds its line's copy.
    for one in evidence:
        one.line, one.pk = lines[one.line_id], None
    Evidence.objects.bulk_create(evidence)
    ReportContributor.objects.bulk_create(ReportContributor(report=copies[pk], user_id=user) for pk, user in people)
