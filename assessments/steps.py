"""The way to a published result as a page shows it: where it stands, what is next, what is missing."""

from dataclasses import dataclass, field
from datetime import datetime

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from assessments.models import Announcement, Assessment
from assessments.obstacles import before_announcing, before_calculating, before_publishing
from common.instants import last_day_before
from targets.models import Plan

DONE, CURRENT, AHEAD = "done", "current", "ahead"


@dataclass(frozen=True, slots=True)
class Step:
    """One step: `key` names what may be done in it, `facts` say how it stands, `missing` what it still needs."""

    key: str
    title: str
    state: str
    facts: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    @property
    def who(self) -> str:
        """Who does what in it."""
        return {
            "self": _("各单位自评；市局管理员定时间"),
            "score": _("审核员人工评分；市局管理员计算、调整"),
            "announce": _("市局管理员公示、处理申诉；各单位申诉"),
            "publish": _("市局管理员发布"),
        }[self.key]


@dataclass(frozen=True, slots=True)
class Tally:
    """How far people are: units that have scored themselves, of how many; appeals of this revision, and undecided."""

    units: int
    scored_themselves: int
    appeals: int
    pending: int


def tally_of(plan: Plan, assessment: Assessment | None) -> Tally:
    """The numbers of a plan's assessment; three queries."""
    units = plan.plan_units.filter(assessed=True).count()
    if assessment is None:
        return Tally(units, 0, 0, 0)
    states = list(assessment.appeals.exclude(state="withdrawn").values_list("state", flat=True))
    scored = assessment.self_scores.values("plan_unit").distinct().count()
    return Tally(units, scored, len(states), states.count("pending"))


def steps_of(
    plan: Plan, assessment: Assessment | None, announcement: Announcement | None, tally: Tally, *, at: datetime
) -> list[Step]:
    """The four steps of a plan's assessment; nothing but the first is begun where there is none yet."""
    if assessment is None:
        score = Step("score", _("计算和评分"), AHEAD, missing=before_calculating(plan))
        return [_self_step(None, tally, at), score, *_later()]
    if assessment.state == Assessment.State.ANNOUNCED and announcement is not None:
        missing = before_publishing(assessment, announcement, at=at)
        return [
            *_before(assessment, tally, at),
            Step("announce", _("公示"), CURRENT, _announced_facts(announcement, tally)),
            Step("publish", _("发布"), AHEAD, missing=missing),
        ]
    if assessment.is_frozen:
        published = _("%(at)s 由 %(by)s 发布") % {
            "at": _moment(assessment.published_at),
            "by": assessment.published_by,
        }
        facts = _announced_facts(announcement, tally) if announcement else []
        return [
            *_before(assessment, tally, at),
            Step("announce", _("公示"), DONE, facts),
            Step("publish", _("发布"), DONE, [published, _("结果已封存，不能再改")]),
        ]
    calculating = before_calculating(plan)
    missing = before_announcing(assessment, at=at, calculating=calculating)
    pending = [_("申诉待处理 %d 件") % tally.pending] if tally.pending else []
    announce = Step("announce", _("公示"), AHEAD, pending, missing if assessment.results_sha256 else [])
    return [_self_step(assessment, tally, at), _score_step(assessment, calculating), announce, _publish_later()]


def _before(assessment: Assessment, tally: Tally, at: datetime) -> list[Step]:
    calculated = Step("score", _("计算和评分"), DONE, [_calculated(assessment)])
    return [_self_step(assessment, tally, at), calculated]


def _later() -> list[Step]:
    return [_plain("announce", _("公示")), _publish_later()]


def _plain(key: str, title: str) -> Step:
    return Step(key, title, AHEAD)


def _publish_later() -> Step:
    return Step("publish", _("发布"), AHEAD, [_("公示期满、申诉全部处理后发布")])


def _self_step(assessment: Assessment | None, tally: Tally, at: datetime) -> Step:
    title = _("自评")
    if assessment is None or assessment.self_opens is None or assessment.self_closes is None:
        return Step("self", title, AHEAD, [_("没有安排自评")])
    days = {
        "opens": _moment(assessment.self_opens),
        "due": _last_day(assessment.self_due),
        "closes": _last_day(assessment.self_closes),
    }
    facts = [
        _("%(opens)s 起，%(due)s 前按时，%(closes)s 截止") % days,
        _("已自评 %(done)d / %(all)d 个单位") % {"done": tally.scored_themselves, "all": tally.units},
    ]
    if at < assessment.self_opens:
        return Step("self", title, AHEAD, facts)
    return Step("self", title, CURRENT if assessment.takes_self_scores(at) else DONE, facts)


def _score_step(assessment: Assessment, missing: list[str]) -> Step:
    facts = [_calculated(assessment)] if assessment.results_sha256 else [_("还没有计算")]
    if assessment.is_stale and assessment.results_sha256:
        facts.append(_("计算之后有变更，须重新计算"))
    return Step("score", _("计算和评分"), CURRENT, facts, missing)


def _calculated(assessment: Assessment) -> str:
    return _("%(at)s 由 %(by)s 计算") % {
        "at": _moment(assessment.calculated_at),
        "by": assessment.calculated_by,
    }


def _announced_facts(announcement: Announcement, tally: Tally) -> list[str]:
    days = {"at": _moment(announcement.announced_at), "until": _last_day(announcement.until)}
    facts = [_("第 %d 次公示") % announcement.number, _("%(at)s 起，至 %(until)s 止") % days]
    if tally.appeals:
        facts.append(_("申诉 %(all)d 件，待处理 %(open)d 件") % {"all": tally.appeals, "open": tally.pending})
    else:
        facts.append(_("没有申诉"))
    return facts


def _moment(instant: datetime | None) -> str:
    return date_format(localtime(instant), "Y-m-d H:i") if instant else ""


def _last_day(instant: datetime | None) -> str:
    return date_format(last_day_before(instant), "Y-m-d") if instant else ""
