"""What waits in a year's assessment: for the bureau each step that is due, for a unit its own scores and appeals."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from assessments.models import Assessment
from reporting.duties.pile import Duty
from reporting.queries.work import Desk
from targets.models import PlanUnit


def assessment_duties(desk: Desk, assessment: Assessment | None, *, as_of: datetime) -> list[Duty]:
    """What the bureau has to do: calculate, score, decide appeals, publish."""
    root, year = desk.plan.owner.code, desk.plan.year
    url = reverse("assessments:assessment", args=(root, year))
    is_over = bool(desk.quarters) and as_of >= desk.quarters[-1].due
    found = []
    if assessment is None or not assessment.results_sha256:
        if is_over:
            title = _("%d 年考核还没有计算") % year
            found.append(Duty(title=title, url=url, state="not_started", action=_("去计算")))
    elif assessment.is_stale and assessment.is_open:
        note = _("报告、评分或方案在计算之后有变化。")
        title = _("%d 年考核需要重新计算") % year
        found.append(Duty(title=title, url=url, state="overdue", word=_("已过时"), note=note, action=_("去计算")))
    unscored = getattr(assessment, "unscored", 0)
    if assessment is not None and assessment.is_open and unscored > 0:
        scores = reverse("assessments:scores", args=(root, year))
        title = _("%d 项人工评分未录入") % unscored
        found.append(Duty(title=title, url=scores, state="not_started", action=_("评分")))
    return found + _announced_duties(desk, assessment, as_of=as_of)


def _announced_duties(desk: Desk, assessment: Assessment | None, *, as_of: datetime) -> list[Duty]:
    address = (desk.plan.owner.code, desk.plan.year)
    until, pending = getattr(assessment, "appeals_until", None), getattr(assessment, "pending_appeals", 0)
    found = []
    if pending:
        title = _("%d 件考核申诉待处理") % pending
        url = reverse("assessments:appeals", args=address)
        found.append(Duty(title=title, url=url, state="submitted", word=_("待处理"), action=_("处理"), due=until))
    elif _is_announced(assessment) and until is not None and as_of >= until:
        title = _("%d 年考核公示期满，可以发布") % desk.plan.year
        url = reverse("assessments:assessment", args=address)
        found.append(Duty(title=title, url=url, state="announced", word=_("公示期满"), action=_("去发布")))
    return found


def unit_assessment_duties(desk: Desk, assessment: Assessment | None, *, as_of: datetime) -> list[Duty]:
    """What a unit may do in its assessment now: score itself, or look at what is announced and appeal."""
    units = [each.plan_unit for each in desk.years if each.plan_unit.assessed]
    if assessment is None:
        return []
    return [duty for unit in units for duty in _unit_duties(desk, assessment, unit, as_of=as_of)]


def _unit_duties(desk: Desk, assessment: Assessment, unit: PlanUnit, *, as_of: datetime) -> list[Duty]:
    address = (desk.plan.owner.code, desk.plan.year, unit.unit.code)
    until = getattr(assessment, "appeals_until", None)
    values = {"unit": unit.label, "year": desk.plan.year}
    if assessment.takes_self_scores(as_of) and assessment.self_due is not None:
        in_time = as_of < assessment.self_due
        return [
            Duty(
                title=_("%(unit)s %(year)d 年考核自评") % values,
                url=reverse("assessments:self_scores", args=address),
                state="open" if in_time else "overdue",
                action=_("填写自评"),
                due=assessment.self_due if in_time else assessment.self_closes,
                due_word=_("按时截止") if in_time else _("补报截止"),
            )
        ]
    if _is_announced(assessment) and until is not None and as_of < until:
        return [
            Duty(
                title=_("%(unit)s %(year)d 年考核结果公示") % values,
                url=reverse("assessments:unit", args=address),
                state="announced",
                word=_("公示中"),
                action=_("查看得分"),
                due=until,
                due_word=_("申诉截止"),
            )
        ]
    return []


def _is_announced(assessment: Assessment | None) -> bool:
    return assessment is not None and assessment.state == Assessment.State.ANNOUNCED
