"""Announcing the results (公示), and taking an announcement back with a reason."""

from datetime import datetime

from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from accounts.models import require
from assessments.models import Announcement, Assessment
from assessments.obstacles import before_announcing
from assessments.services.moves import assessment_event, locked, somebody_was_first
from assessments.services.standing import last_announcement, standing_of
from assessments.services.telling import tell_announced
from audit.services import record
from common.actions import Actor
from common.errors import Locked, LockReason, NotYet
from common.instants import end_of, local_day
from targets.calendar import add_working_days
from targets.models import Plan
from targets.queries import working_days
from targets.services.guards import check_reason, take_standing

State = Assessment.State


def announce_assessment(assessment: Assessment, *, by: Actor, at: datetime) -> Announcement:
    """The announcement: from now on nothing of the year changes, and units may appeal for the plan's working days.

    Every unit is told its result and what has changed since the last announcement. Raises NotYet with everything that
    is missing, Conflict where somebody was first. The same person asking twice gets the same announcement.
    """
    require(by, "assessment.announce", over=assessment.plan.owner.path)
    with transaction.atomic():
        current = _take_both(assessment)
        standing = standing_announcement(current)
        if current.state == State.ANNOUNCED and standing is not None:
            if standing.announced_by_username == by.username:
                return standing
            raise somebody_was_first(current, who=standing.announced_by, when=standing.announced_at)
        if not current.is_open:
            raise somebody_was_first(current, who=current.published_by, when=current.published_at)
        missing = before_announcing(current, at=at)
        if missing:
            raise NotYet(_("还不能公示：%s") % "".join(missing), _("请完成后再公示。"))
        return _announce(current, by=by, at=at)


def take_back_announcement(assessment: Assessment, *, by: Actor, at: datetime, reason: str) -> None:
    """Back to calculating, with a reason; the next announcement tells each unit what has changed."""
    require(by, "assessment.announce", over=assessment.plan.owner.path)
    said = check_reason(reason)
    with transaction.atomic():
        current = _take_both(assessment)
        if current.state != State.ANNOUNCED:
            raise somebody_was_first(current)
        take_back(current, by=by, at=at, reason=said)


def standing_announcement(assessment: Assessment) -> Announcement | None:
    """The announcement that was not taken back, if there is one; one query."""
    found: Announcement | None = assessment.announcements.filter(withdrawn_at=None).first()
    return found


def appeals_until(plan: Plan, *, at: datetime) -> datetime:
    """When the time for appeals ends that begins now: the end of the plan's n-th working day after today; one query."""
    last = add_working_days(local_day(at), plan.objection_working_days, is_working_day=working_days())
    return end_of(last)


def take_back(current: Assessment, *, by: Actor, at: datetime, reason: str) -> None:
    """Take the standing announcement back; in the caller's transaction, which holds the plan's and its lock."""
    moved = Assessment.objects.filter(pk=current.pk, state=State.ANNOUNCED).update(
        state=State.CALCULATED, version=F("version") + 1, is_stale=True
    )
    if not moved:
        raise somebody_was_first(current)
    withdrawn = {"withdrawn_at": at, "withdrawn_by": by.name, "withdraw_reason": reason}
    current.announcements.filter(withdrawn_at=None).update(**withdrawn)
    _set_announced(current.plan, None)
    before, after = {"state": str(State.ANNOUNCED)}, {"state": str(State.CALCULATED)}
    record(assessment_event(current, "assessment.take_back", before=before, after=after, reason=reason), by=by)


def _announce(current: Assessment, *, by: Actor, at: datetime) -> Announcement:
    before = last_announcement(current.plan)
    moved = Assessment.objects.filter(pk=current.pk, state=State.CALCULATED, version=current.version).update(
        state=State.ANNOUNCED, version=F("version") + 1
    )
    if not moved:
        raise somebody_was_first(current)
    numbered = current.announcements.aggregate(last=Max("number"))["last"] or 0
    announcement = Announcement.objects.create(
        assessment=current,
        number=numbered + 1,
        announced_at=at,
        announced_by=by.name,
        announced_by_username=by.username,
        until=appeals_until(current.plan, at=at),
        results_sha256=current.results_sha256,
        standing=standing_of(current),
    )
    _set_announced(current.plan, at)
    after = {"state": str(State.ANNOUNCED), "until": announcement.until, "results_sha256": current.results_sha256}
    event = assessment_event(current, "assessment.announce", before={"state": str(current.state)}, after=after)
    record(event, by=by)
    tell_announced(current, announcement, before, by=by, at=at)
    return announcement


def _take_both(assessment: Assessment) -> Assessment:
    """The assessment, its plan's row locked first: whoever approves or reopens a report holds that one too."""
    take_standing(assessment.plan)
    if assessment.plan.state == Plan.State.CLOSED:
        raise Locked(LockReason.ARCHIVED)
    return locked(assessment)


def _set_announced(plan: Plan, at: datetime | None) -> None:
    Plan.objects.filter(pk=plan.pk).update(announced_at=at)
    plan.announced_at = at
