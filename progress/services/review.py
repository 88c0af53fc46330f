"""The moves of a report: submitted, withdrawn, returned, approved, reopened for correction (domain.md, section 5.3).

Each is one transaction whose UPDATE names the state it starts from: of two people only one is first, and the other
is told who. The same person asking twice gets the same answer and no second effect.
"""

from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import User, require
from accounts.policy import allows
from common.errors import Conflict, Invalid, Locked, LockReason, NotAllowed
from common.instants import end_of, local_day
from common.text import clean_text
from progress.line_checks import LineRules, YearContext, YearLine, check_line
from progress.models import Line, Report, ReportContributor, ReportMove
from progress.queries.na_rules import NaRules
from progress.queries.rows import entered_in
from progress.queries.sheet import Sheet, load_sheet
from progress.services.comments import end_round, send_comments
from progress.services.corrections import discard_correction, reopen_report
from progress.services.history import Step, somebody_was_first
from progress.services.ledger_figures import seal_ledgers
from progress.services.locks import lock_reason_within, may_be_withdrawn
from progress.services.moves import check_within, locked, move
from progress.signals import report_effective
from targets.calendar import add_working_days
from targets.queries import deadlines, working_days
from targets.services.guards import check_open_to_changes, check_reason, take_standing

__all__ = [
    "NeedsNote",
    "NeedsSealedScan",
    "approve_report",
    "discard_correction",
    "reopen_report",
    "return_report",
    "submit_report",
    "withdraw_report",
]

State = Report.State
Move = ReportMove.Move
LinesOfYear = tuple[list[Line], dict[int, dict[int, YearLine]]]


class NeedsNote(Invalid):
    """The report has warnings that want a word of explanation before it is submitted."""

    code = "needs_note"


class NeedsSealedScan(Invalid):
    """The plan asks for a scan of the signed and sealed form, and there is none."""

    code = "needs_sealed_scan"


def submit_report(
    report: Report, *, by: User, at: datetime, note: str = "", arrived_at: datetime | None = None
) -> None:
    """Hand a draft or returned report in at `at`; a back-filled one had arrived earlier, at `arrived_at`.

    The arrival decides whether it is still accepted and whether it is on time; the history keeps both instants.
    Raises Locked, Invalid where a line is wrong, NeedsSealedScan where the plan asks for a scan that is missing,
    NeedsNote where there are warnings and no note, or Conflict.
    """
    require(by, "report.submit")
    arrival, said = arrived_at or at, clean_text(note).strip()
    with transaction.atomic():
        sheet = _locked_sheet(report, at=arrival)
        current = sheet.report
        if current.state == State.SUBMITTED and current.submitted_by_id == by.pk:
            return
        reason = lock_reason_within(current, sheet.window, by=by, at=arrival)
        if reason is not None:
            raise somebody_was_first(current) if reason is LockReason.SUBMITTED else Locked(reason)
        _check_submittable(sheet, said)
        facts = {
            "state": State.SUBMITTED,
            "submitted_at": arrival,
            "submitted_by": by,
            "first_submitted_at": current.first_submitted_at or arrival,
            "submit_note": said,
            "warning_count": len(sheet.warnings),
        }
        move(current, Report.EDITABLE, facts, Step(Move.SUBMIT, by, at, said, arrival))
        ReportContributor.objects.get_or_create(report=current, user=by)


def withdraw_report(report: Report, *, by: User, at: datetime) -> None:
    """Take a submitted report back to draft, before its review and before the deadline.

    Its submission does not count as the first one any more: only one that reached a reviewer does (decisions, 0005).
    """
    require(by, "report.withdraw")
    check_within(by, report)
    with transaction.atomic():
        check_open_to_changes(report.plan_unit.plan)
        current = locked(report)
        if current.state == State.SUBMITTED and not may_be_withdrawn(
            current, deadlines(current.quarter, current.plan_unit), at=at
        ):
            raise Conflict(_("已过截止时间，不能撤回。"), _("如需修改，请联系市局退回报告。"))
        facts: dict[str, object] = {"state": State.DRAFT, "first_submitted_at": _first_reviewed_submission(current)}
        move(current, [State.SUBMITTED], facts, Step(Move.WITHDRAW, by, at))


def return_report(report: Report, *, by: User, at: datetime, reason: str) -> None:
    """Send a submitted report back with a reason; it can be mended for as many working days as the plan says.

    What was said of single lines goes with it.
    """
    require(by, "report.review")
    check_within(by, report)
    reason = check_reason(reason)
    with transaction.atomic():
        check_open_to_changes(report.plan_unit.plan)
        current = locked(report)
        if current.state == State.RETURNED and current.decided_by_id == by.pk and current.return_reason == reason:
            return
        days = report.plan_unit.plan.return_open_working_days
        last_day = add_working_days(local_day(at), days, is_working_day=working_days())
        facts = {
            "state": State.RETURNED,
            "return_reason": reason,
            "return_open_until": end_of(last_day),
            "returned_times": F("returned_times") + 1,
            "decided_at": at,
            "decided_by": by,
        }
        end_round(current, at=at)
        asked = send_comments(current, at=at)
        said = {"comments": asked} if asked else None
        move(current, [State.SUBMITTED], facts, Step(Move.RETURN, by, at, reason), said)


def approve_report(report: Report, *, by: User, at: datetime, version: int, comments: int | None = None) -> None:
    """Let a submitted report count, as it was when the reviewer saw `version`; an earlier revision is superseded.

    Comments not sent yet go with it: `comments` is how many the reviewer saw, None where nobody looked. Raises
    NotAllowed to whoever entered or submitted (four eyes), Conflict where it changed, was decided or commented on
    meanwhile.
    """
    require(by, "report.review")
    check_within(by, report)
    with transaction.atomic():
        check_open_to_changes(report.plan_unit.plan)
        current = locked(report)
        if current.state == State.APPROVED and current.decided_by_id == by.pk:
            return
        people = _people_of(current)
        _check_four_eyes(current, people, by=by)
        if current.state == State.SUBMITTED and current.version != version:
            raise Conflict(_("报告在您打开之后有改动，没有审核通过。"), _("请刷新页面，看过现在的内容再审核。"))
        year = _lines_of_year(current)
        _check_year(current, people, year)
        if current.is_correction:
            same_place = Report.objects.filter(plan_unit=current.plan_unit, quarter=current.quarter)
            same_place.filter(is_effective=True).update(is_effective=False)
        facts = {"state": State.APPROVED, "is_effective": True, "decided_at": at, "decided_by": by}
        remarks = send_comments(current, at=at)
        _check_comments(remarks, comments)
        move(current, [State.SUBMITTED], facts, Step(Move.APPROVE, by, at), {"comments": remarks} if remarks else None)
        seal_ledgers(current, *year)
        plan_unit = current.plan_unit
        report_effective.send(sender=Report, plan_unit_id=plan_unit.pk, plan_id=plan_unit.plan_id, at=at)


# --- what the moves share


def _locked_sheet(report: Report, *, at: datetime) -> Sheet:
    take_standing(report.plan_unit.plan)
    locked(report)
    sheet = load_sheet(report.plan_unit, report.quarter.number, at=at, revision=report.revision)
    if sheet is None:
        raise Report.DoesNotExist
    return sheet


def _first_reviewed_submission(report: Report) -> datetime | None:
    """What stays of the first submission after a withdrawal: all of it once a reviewer has decided on the report."""
    was_reviewed = report.is_correction or report.returned_times > 0
    return report.first_submitted_at if was_reviewed else None


def _check_submittable(sheet: Sheet, note: str) -> None:
    said = [f"{_label(sheet, check.indicator_code)}：{check.text(_)}" for check in sheet.errors if check.indicator_code]
    if said:
        raise Invalid(_("报告中有不能提交的内容：") + "；".join(said), _("请改正后再提交。"))
    if sheet.lacks_sealed_scan:
        raise NeedsSealedScan(
            _("还没有上传签字盖章的报表扫描件，不能提交。"),
            _("请打印报表，签字盖章，扫描或拍照后在报告页“盖章扫描件”处上传，再提交。"),
        )
    if sheet.warnings and not note.strip():
        raise NeedsNote(
            _("有 %(count)s 项提示需要说明。") % {"count": len(sheet.warnings)}, _("请在“说明”中写明情况后再提交。")
        )


def _label(sheet: Sheet, code: str) -> str:
    row = sheet.row(code)
    return row.indicator.label if row else code


def _people_of(report: Report) -> list[User]:
    """Whoever entered or submitted something of a report."""
    return [one.user for one in ReportContributor.objects.filter(report=report).select_related("user")]


def _check_four_eyes(report: Report, people: list[User], *, by: User) -> None:
    if by in people or report.submitted_by_id == by.pk:
        raise NotAllowed(_("您填报或提交了此报告，不能自己审核。"), _("请由另一位审核人员审核。"))


def _check_comments(remarks: dict[str, list[str]], seen: int | None) -> None:
    """Nobody approves over the objection of a colleague that they have not read."""
    if seen is not None and seen != sum(map(len, remarks.values())):
        raise Conflict(_("又有新的审核意见，没有审核通过。"), _("请刷新页面，看过各行的意见再审核。"))


def _check_year(report: Report, people: list[User], year: LinesOfYear) -> None:
    """Whether the lines still agree with the other quarters that count, which may have been corrected since.

    A base that was fixed differently passes only in a line that somebody entered who may fix it.
    """
    officers = {person.name for person in people if allows(person.role, "report.fix_base")}
    na_rules = NaRules.of(report.plan_unit.plan.year, [report.plan_unit])
    place = (report.plan_unit_id, report.quarter.number)
    own, beside = year
    for line in own:
        others = dict(beside.get(line.indicator_id, {}))
        replaced = others.pop(report.quarter.number, None)
        context = YearContext(report.quarter.number, others, replaced, partial(na_rules.holds, place))
        may_fix_base = line.changed_by in officers
        wrong = check_line(LineRules.of(line.indicator), entered_in(line), context, may_fix_base=may_fix_base)
        if wrong:
            said = f"{line.indicator.label}：{wrong[0].text(_)}"
            raise Conflict(_("与已审核的其他季度不符：") + said, _("请退回报告，由填报单位核对。"))


def _lines_of_year(report: Report) -> LinesOfYear:
    """The report's own lines, and by the indicator's id and the quarter what counts of the year; one query."""
    places: dict[int, dict[int, YearLine]] = {}
    lines = Line.objects.filter(report__plan_unit=report.plan_unit).select_related("indicator", "report__quarter")
    own: list[Line] = []
    for line in lines:
        if line.report_id == report.pk:
            own.append(line)
        elif line.report.is_effective and line.is_filled:
            said = YearLine(line.value, line.base, line.not_applicable, approved=True)
            places.setdefault(line.indicator_id, {})[line.report.quarter.number] = said
    return own, places
