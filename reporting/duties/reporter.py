"""What waits for the person who reports."""

from datetime import datetime

from django.utils.translation import gettext as _

from assessments.models import Assessment
from progress.models import Report
from progress.queries.reports import Standing
from reporting.duties.assessment import unit_assessment_duties
from reporting.duties.pile import Duty, Pile, day, moment, report_title, report_url
from reporting.queries.work import Desk
from targets.models import Quarter


def reporter_piles(desk: Desk, assessment: Assessment | None, *, as_of: datetime) -> list[Pile]:
    """What to fill in, what was returned, own scores and appeals, what waits for the bureau, what comes next, what
    was approved lately."""
    standings = desk.standings()
    todo = sorted((each for each in standings if each.needs_entry), key=_pressing)
    lost = [each for each in standings if not each.needs_entry and each.is_closed and _is_unsent(each)]
    waiting = [each for each in standings if each.state == Report.State.SUBMITTED]
    coming = [each for each in standings if each.state == Quarter.State.UPCOMING][:1]
    return [
        Pile(
            title=_("要办的事"),
            icon="checklist",
            duties=[
                *(_entry(desk, each) for each in todo),
                *unit_assessment_duties(desk, assessment, as_of=as_of),
                *(_missed(desk, each) for each in lost),
            ],
            nothing=_("没有要填报的季度。"),
        ),
        Pile(
            title=_("等待与接下来"),
            icon="hourglass",
            duties=[_waiting(desk, each) for each in waiting] + [_coming(desk, each) for each in coming],
        ),
        Pile(
            title=_("最近审核通过"),
            icon="circle-check",
            duties=[_approved(desk, each) for each in desk.approved_lately()],
        ),
    ]


def _pressing(standing: Standing) -> tuple[bool, bool, datetime]:
    return (standing.state != Report.State.RETURNED, not standing.is_correcting, standing.closes_at)


def _is_unsent(standing: Standing) -> bool:
    return standing.report is None or standing.report.is_editable


def _entry(desk: Desk, standing: Standing) -> Duty:
    report = standing.report
    in_time = standing.as_of < standing.window.due
    returned = report is not None and report.state == Report.State.RETURNED
    return Duty(
        title=report_title(desk, standing),
        url=report_url(desk, standing),
        state=standing.state if in_time or report else "overdue",
        word=_("更正") if standing.is_correcting and not returned else "",
        action=_("修改") if returned or standing.is_correcting else _("填报") if report is None else _("继续填报"),
        note=_entry_note(standing, returned=returned),
        said=(report.return_reason if returned else report.correction_reason) if report else "",
        due=_due(standing, returned=returned),
        due_word=_("重新提交截止") if returned else _("按时截止") if in_time else _("补报截止"),
    )


def _due(standing: Standing, *, returned: bool) -> datetime | None:
    """Until when: the end of the on-time window, then of the late one; a correction has no end."""
    if standing.is_correcting:
        return None
    in_time = standing.as_of < standing.window.due and not returned
    return standing.window.due if in_time else standing.closes_at


def _entry_note(standing: Standing, *, returned: bool) -> str:
    if returned:
        return _("已退回，请按理由修改后重新提交：")
    if standing.is_correcting:
        return _("请按更正理由修改后提交：")
    return _("已逾期，请尽快补报。") if standing.is_overdue else ""


def _missed(desk: Desk, standing: Standing) -> Duty:
    return Duty(
        title=report_title(desk, standing),
        url=report_url(desk, standing),
        state="overdue",
        word=_("未提交"),
        note=_("已过截止时间；如需补报，请联系市局延长。"),
    )


def _waiting(desk: Desk, standing: Standing) -> Duty:
    sent = standing.report.submitted_at if standing.report else None
    note = _("%s 提交，等待市局审核") % moment(sent) if sent else ""
    return Duty(title=report_title(desk, standing), url=report_url(desk, standing), state=standing.state, note=note)


def _approved(desk: Desk, standing: Standing) -> Duty:
    by = standing.report.decided_by if standing.report else None
    values = {"at": moment(standing.approved_at), "name": by.name if by else ""}
    note = _("%(at)s 审核通过 · 审核人：%(name)s") % values if by else _("%(at)s 审核通过") % values
    return Duty(title=report_title(desk, standing), url=report_url(desk, standing), state=standing.state, note=note)


def _coming(desk: Desk, standing: Standing) -> Duty:
    note = _("%s 开始填报") % day(standing.window.opens)
    return Duty(title=report_title(desk, standing), url=report_url(desk, standing), state=standing.state, note=note)
