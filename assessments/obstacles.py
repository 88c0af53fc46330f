"""What still stands in the way of the next step, in the words that people read."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from assessments.models import Announcement, Assessment, Criterion
from common.languages import in_readers_language
from common.text import clean_text
from progress.models import Report
from targets.models import Plan

MOST_NAMED = 12
_LIST = "、"


def open_corrections(plan: Plan) -> list[str]:
    """The corrections that are not yet approved, as people name them; one query."""
    reports = Report.objects.of_plan(plan).open_corrections().select_related("plan_unit", "quarter")
    return [_report_words(each) for each in reports]


def unscored(assessment: Assessment) -> list[str]:
    """The manual scores of sections that nobody has given yet, as "unit code"; three queries.

    Bonus and deduction are 0 where nobody says otherwise.
    """
    newest = assessment.plan.schemes.order_by("-version").values("pk")[:1]
    criteria: QuerySet[Criterion] = Criterion.objects.filter(scheme=newest, rule="manual", section__isnull=False)
    codes = list(criteria.order_by("order").values_list("code", flat=True))
    units = assessment.plan.plan_units.filter(assessed=True).order_by("order", "pk")
    given = set(assessment.manual_scores.values_list("plan_unit_id", "criterion_code")) if assessment.pk else set()
    return [f"{each.label} {code}" for each in units for code in codes if (each.pk, code) not in given]


def before_calculating(plan: Plan) -> list[str]:
    """What must happen before the results can be calculated; empty: nothing. One query."""
    waiting = open_corrections(plan)
    return [_("有未完成的更正：%s。") % _named(waiting)] if waiting else []


def before_announcing(assessment: Assessment, *, at: datetime, calculating: list[str] | None = None) -> list[str]:
    """What must happen before the results can be announced; empty: nothing. At most eight queries.

    `calculating`: what must happen before they can be calculated, where that is known already.
    """
    if not assessment.results_sha256:
        return [_("考核还没有计算。")]
    missing = []
    if assessment.is_stale:
        missing.append(_("有数据在计算之后变更，须重新计算。"))
    if assessment.takes_self_scores(at):
        missing.append(_("自评还没有截止。"))
    left = unscored(assessment)
    if left:
        missing.append(_("还有 %(count)d 项人工评分未评：%(names)s。") % {"count": len(left), "names": _named(left)})
    missing += before_calculating(assessment.plan) if calculating is None else calculating
    missing += _not_yet_reported(assessment.plan, at=at)
    flags = assessment.flags.filter(confirmed_by=None).order_by("plan_unit__order")
    names = [flag.plan_unit.label for flag in flags.select_related("plan_unit")]
    if names:
        missing.append(_("弄虚作假的认定待另一名管理员确认或撤销：%s。") % _named(names))
    return missing + _undecided(assessment)


def _not_yet_reported(plan: Plan, *, at: datetime) -> list[str]:
    """What can still be reported, sent again or reviewed: announcing locks all of it. Two queries."""
    missing = []
    running = _still_open(plan, at=at)
    if running:
        missing.append(_("填报期还没有截止：%s。") % _named(running))
    with_unit = Q(state=Report.State.RETURNED, return_open_until__gt=at)
    first = Report.objects.of_plan(plan).filter(Q(state=Report.State.SUBMITTED) | with_unit, revision=1)
    unfinished = list(first.order_by("submitted_at", "pk").select_related("plan_unit", "quarter"))
    for state, words in (
        (Report.State.SUBMITTED, _("还有 %(count)d 份报告待审核：%(names)s。")),
        (Report.State.RETURNED, _("还有 %(count)d 份报告退回修改中：%(names)s。")),
    ):
        names = [_report_words(each) for each in unfinished if each.state == state]
        if names:
            missing.append(words % {"count": len(names), "names": _named(names)})
    return missing


def _still_open(plan: Plan, *, at: datetime) -> list[str]:
    """The quarters that are open to all, and the units that were given more time and have not used it yet."""
    approved = Report.objects.effective().filter(plan_unit=OuterRef("extensions__plan_unit"), quarter=OuterRef("pk"))
    extended = Q(extensions__closes__gt=at) & ~Exists(approved)
    found = plan.quarters.filter(Q(closes__gt=at) | extended).order_by("number", "extensions__plan_unit__order")
    names = []
    fields = ("number", "closes", "extensions__plan_unit__name", "extensions__plan_unit__name_en")
    for number, closes, name, name_en in found.values_list(*fields):
        unit = in_readers_language(name or "", name_en or "")
        quarter = _("第%d季度") % number
        is_own = closes <= at
        names.append(_("%(unit)s%(quarter)s（延期中）") % {"unit": unit, "quarter": quarter} if is_own else quarter)
    return list(dict.fromkeys(names))


def _report_words(report: Report) -> str:
    said = {"unit": report.plan_unit.label, "quarter": report.quarter.number}
    return _("%(unit)s 第%(quarter)d季度") % said


def before_publishing(assessment: Assessment, announcement: Announcement, *, at: datetime) -> list[str]:
    """What must happen before an announced result can be published; one query."""
    missing = []
    if not announcement.is_over(at):
        missing.append(_("公示期还没有结束。"))
    return missing + _undecided(assessment)


def _undecided(assessment: Assessment) -> list[str]:
    pending = assessment.appeals.pending().count()
    return [_("还有 %d 件申诉没有处理。") % pending] if pending else []


def _named(names: list[str]) -> str:
    shown = _LIST.join(clean_text(name) for name in names[:MOST_NAMED])
    return shown if len(names) <= MOST_NAMED else _("%(names)s等") % {"names": shown}
