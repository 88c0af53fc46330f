"""Appeals: a unit objects to a line within the announcement's time, the bureau decides with a reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User, require
from assessments.models import Announcement, Appeal, Assessment, ScoreLine
from assessments.services.adjustments import Change, Line, check_change, store_adjustment
from assessments.services.announcing import standing_announcement, take_back
from assessments.services.files import keep_file
from assessments.services.moves import check_not_frozen, line_event, locked
from assessments.services.telling import tell_appealed, tell_decided
from audit.services import Entry, record
from common.errors import Conflict, Invalid, NotYet
from targets.services.guards import check_reason, take_standing

State = Appeal.State


@dataclass(frozen=True, slots=True)
class Decision:
    """What the bureau decides: whether the appeal is upheld, why, and by how much the line changes, if at all."""

    upheld: bool
    reason: str
    adjustment: Decimal | None = None


def file_appeal(
    line: Line, *, reason: str, by: User, at: datetime, uploads: "Sequence[UploadedFile[bytes]]" = ()
) -> Appeal:
    """A unit's objection to one announced line, with files; the bureau is told.

    Raises NotYet where nothing is announced or the time is over, Invalid without a reason, Conflict where the line is
    appealed against already. The same person saying the same twice gets the same appeal.
    """
    require(by, "assessment.appeal", over=line.plan_unit.unit.path)
    said = check_reason(reason)
    with transaction.atomic():
        # Publishing locks the same row: an appeal is either there when it looks, or refused.
        current = locked(line.assessment)
        announcement = _running(current, at=at)
        standing = _standing(announcement, line)
        if standing is not None:
            return _same_or_refused(standing, said, by)
        appeal = Appeal.objects.create(
            **line.own(), announcement=announcement, points=_points(line), reason=said, asked_by=by, asked_at=at
        )
        record(_event("assessment.appeal", appeal, {"after": {"points": str(appeal.points)}}, said), by=by)
        for upload in uploads:
            keep_file(line, upload, by=by, at=at, appeal=appeal)
        tell_appealed(appeal, by=by, at=at)
    return appeal


def withdraw_appeal(appeal: Appeal, *, by: User, at: datetime) -> None:
    """The unit gives its appeal up, before it is decided."""
    require(by, "assessment.appeal", over=appeal.plan_unit.unit.path)
    with transaction.atomic():
        check_not_frozen(locked(appeal.assessment))
        _move(appeal, {"state": State.WITHDRAWN, "decided_at": at})
        record(_event("assessment.appeal_withdraw", appeal, {"before": {"state": str(State.PENDING)}}, ""), by=by)


def decide_appeal(appeal: Appeal, decision: Decision, *, by: User, at: datetime) -> None:
    """Decide an appeal; the unit is told. One that is upheld takes the announcement back: it is announced again.

    Raises NotAllowed, Invalid without a reason or with a change that cannot be meant, Conflict where it was decided.
    """
    assessment = appeal.assessment
    require(by, "assessment.decide", over=assessment.plan.owner.path)
    said = check_reason(decision.reason)
    line = Line(assessment, appeal.plan_unit, appeal.criterion_code)
    if decision.adjustment is not None and not decision.upheld:
        raise Invalid(_("维持原分的申诉不能同时调整得分。"), _("请选择“申诉成立”，或清空调整分值。"))
    if decision.adjustment is not None:
        check_change(line, decision.adjustment, said)
    with transaction.atomic():
        take_standing(assessment.plan)
        current = locked(assessment)
        check_not_frozen(current)
        state = State.UPHELD if decision.upheld else State.REJECTED
        facts = {"state": state, "decision": said, "decided_by": by, "decided_at": at}
        if not _decided_alike(appeal, facts, by):
            _move(appeal, {**facts, "adjustment": decision.adjustment})
            after = {
                "state": str(state),
                "adjustment": None if decision.adjustment is None else str(decision.adjustment),
            }
            said_of = {"before": {"state": str(State.PENDING)}, "after": after}
            record(_event("assessment.appeal_decide", appeal, said_of, said), by=by)
            if decision.upheld:
                _follow(line, current, appeal, by=by, at=at)
            tell_decided(appeal, by=by, at=at)


def _follow(line: Line, current: Assessment, appeal: Appeal, *, by: User, at: datetime) -> None:
    """What an upheld appeal brings about: back to calculating, with the line changed where that was decided."""
    if current.state == Assessment.State.ANNOUNCED:
        place = f"{appeal.plan_unit.name} {appeal.criterion_code}"
        why = _("%(place)s申诉成立：%(why)s") % {"place": place, "why": appeal.decision}
        take_back(current, by=by, at=at, reason=why)
    if appeal.adjustment is not None:
        store_adjustment(line, Change(appeal.adjustment, appeal.decision[:500], appeal), by=by, at=at)


def _running(current: Assessment, *, at: datetime) -> Announcement:
    announcement = standing_announcement(current)
    if current.state != Assessment.State.ANNOUNCED or announcement is None:
        raise NotYet(_("考核%s，不能提出申诉。") % current.get_state_display(), _("申诉只能在公示期内提出。"))
    if announcement.is_over(at):
        raise NotYet(_("公示期已经结束，不能再提出申诉。"), _("如确有错误，请与市局联系。"))
    return announcement


def _standing(announcement: Announcement, line: Line) -> Appeal | None:
    found = Appeal.objects.filter(
        announcement=announcement, plan_unit=line.plan_unit, criterion_code=line.code
    ).exclude(state=State.WITHDRAWN)
    return found.first()


def _same_or_refused(standing: Appeal, reason: str, by: User) -> Appeal:
    if standing.asked_by_id == by.pk and standing.reason == reason:
        return standing
    raise Conflict(_("此评分项在本次公示中已提出申诉。"), _("请在申诉列表中查看；如需修改，请先撤回再重新提出。"))


def _points(line: Line) -> Decimal | None:
    scored = ScoreLine.objects.filter(
        result__assessment=line.assessment, result__plan_unit=line.plan_unit, code=line.code
    ).first()
    if scored is None:
        raise Invalid(_("此单位没有 %s 这一项得分。") % line.code, _("请刷新页面后重试。"))
    return scored.points


def _decided_alike(appeal: Appeal, facts: dict[str, object], by: User) -> bool:
    """Whether the same person has decided the same already: asking twice has no second effect."""
    stored = Appeal.objects.get(pk=appeal.pk)
    return stored.decided_by_id == by.pk and (stored.state, stored.decision) == (facts["state"], facts["decision"])


def _move(appeal: Appeal, facts: dict[str, object]) -> None:
    if not Appeal.objects.filter(pk=appeal.pk, state=State.PENDING).update(**facts):
        now = Appeal.objects.select_related("decided_by").get(pk=appeal.pk)
        who = f"{now.decided_by.name} " if now.decided_by else ""
        raise Conflict(
            _("%(who)s已处理此申诉：%(state)s。") % {"who": who, "state": now.get_state_display()},
            _("请刷新页面查看。"),
        )
    for name, value in facts.items():
        setattr(appeal, name, value)


def _event(action: str, appeal: Appeal, said: dict[str, object], reason: str) -> Entry:
    return line_event(action, (appeal.assessment, appeal.plan_unit, appeal.criterion_code), said, reason=reason)
