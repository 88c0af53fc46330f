"""What waits for those who review and manage."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from assessments.models import Assessment
from progress.models import Report
from progress.queries.reports import Standing
from reporting.duties.assessment import assessment_duties
from reporting.duties.pile import (
    MOST_SHOWN,
    Duty,
    Pile,
    day,
    last_day,
    moment,
    names_in_words,
    quarter_title,
    report_title,
    report_url,
)
from reporting.queries.work import Desk
from targets.models import Quarter


def bureau_piles(desk: Desk, assessment: Assessment | None, *, as_of: datetime) -> list[Pile]:
    """What waits for review, which corrections are open, which quarters run and who is missing, the assessment."""
    standings = desk.standings()
    submitted = [each for each in standings if each.state == Report.State.SUBMITTED]
    correcting = [each for each in standings if each.is_correcting]
    review = reverse("progress:review_queue", args=(desk.plan.owner.code, desk.plan.year))
    waiting = sorted(submitted, key=_sent_at)
    return [
        Pile(
            title=_("待审核"),
            icon="clipboard-check",
            duties=[_review(desk, each) for each in waiting[:MOST_SHOWN]],
            count=len(waiting),
            more=review,
            nothing=_("没有待审核的报告。"),
        ),
        Pile(title=_("更正中"), icon="history", duties=[_correction(desk, each) for each in correcting[:MOST_SHOWN]]),
        Pile(
            title=_("填报期"),
            icon="calendar-event",
            duties=_quarter_duties(desk, review=review, as_of=as_of),
            nothing=_("现在没有进行中的填报期。"),
        ),
        Pile(title=_("考核"), icon="award", duties=assessment_duties(desk, assessment, as_of=as_of)),
    ]


def _sent_at(standing: Standing) -> datetime:
    sent = standing.report.submitted_at if standing.report else None
    return sent or standing.as_of


def _review(desk: Desk, standing: Standing) -> Duty:
    report = standing.report
    sent = report.submitted_at if report else None
    late = _("逾期提交") if standing.is_late else ""
    note = " · ".join(part for part in (_("%s 提交") % moment(sent) if sent else "", late) if part)
    return Duty(
        title=report_title(desk, standing),
        url=report_url(desk, standing),
        state=standing.state,
        action=_("审核"),
        note=note,
        said=report.submit_note if report else "",
    )


def _correction(desk: Desk, standing: Standing) -> Duty:
    reason = standing.report.correction_reason if standing.report else ""
    url = report_url(desk, standing)
    return Duty(
        title=report_title(desk, standing), url=url, state=standing.state, note=_("等待单位更正后提交："), said=reason
    )


def _quarter_duties(desk: Desk, *, review: str, as_of: datetime) -> list[Duty]:
    """The quarters that can be reported now, with who is missing; else when the next begins."""
    found = []
    for quarter in desk.quarters:
        state, missing = quarter.state_at(as_of), desk.missing_in(quarter)
        if state == Quarter.State.UPCOMING:
            note = _("%s 开始填报") % day(quarter.opens)
            found.append(Duty(title=quarter_title(desk, quarter), url=_quarters_url(desk), state=state, note=note))
            break
        if state == Quarter.State.CLOSED and not missing and not desk.extended_in(quarter):
            continue
        found.append(_running_quarter(desk, quarter, missing, review=review, as_of=as_of))
    return found


def _running_quarter(desk: Desk, quarter: Quarter, missing: list[Standing], *, review: str, as_of: datetime) -> Duty:
    state = quarter.state_at(as_of)
    in_time = state == Quarter.State.OPEN
    sent = _("已提交 %(sent)d / %(all)d") % {"sent": len(desk.years) - len(missing), "all": len(desk.years)}
    names = names_in_words([each.plan_unit.label for each in missing])
    extended = desk.extended_in(quarter)
    parts = [sent, _("未提交：%s") % names if missing else "", _extended_words(extended)]
    return Duty(
        title=quarter_title(desk, quarter),
        url=review,
        state=state,
        word=_("延期中") if extended and state == Quarter.State.CLOSED else "",
        note=" · ".join(part for part in parts if part),
        due=None if state == Quarter.State.CLOSED else quarter.due if in_time else quarter.closes,
        due_word=_("按时截止") if in_time else _("补报截止"),
    )


def _extended_words(extended: list[Standing]) -> str:
    """Who was given longer, and until when each."""
    named = [(each.plan_unit.label, last_day(each.extended_to or each.closes_at)) for each in extended]
    return names_in_words([_("%(unit)s延期至 %(day)s") % {"unit": unit, "day": until} for unit, until in named])


def _quarters_url(desk: Desk) -> str:
    return reverse("targets:quarters", args=(desk.plan.owner.code, desk.plan.year))
