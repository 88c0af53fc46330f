"""Publishing an announced result, which freezes it, and beginning a revision of one that is published."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from accounts.models import require
from assessments.models import Assessment
from assessments.obstacles import before_publishing
from assessments.services.announcing import standing_announcement
from assessments.services.moves import assessment_event, key_of, locked, somebody_was_first
from assessments.services.seal import seal_of
from assessments.services.telling import tell_published
from audit.services import Entry, record
from calculations.canonical import sha256
from common.actions import Actor
from common.errors import Conflict, Locked, LockReason, NotYet
from targets.models import Plan
from targets.services.guards import check_reason, take_standing

State = Assessment.State


def publish_assessment(assessment: Assessment, *, by: Actor, at: datetime) -> None:
    """Publish: sealed, and unchangeable from now on; an earlier revision is superseded; units and leaders are told.

    Raises NotYet with what is missing, Conflict where somebody was first. The same person twice: one effect.
    """
    require(by, "assessment.publish", over=assessment.plan.owner.path)
    with transaction.atomic():
        # Whoever appeals holds the same row: none can slip in between looking and freezing.
        current = locked(assessment)
        if current.state == State.PUBLISHED and current.published_by_username == by.username:
            return
        announcement = standing_announcement(current)
        if current.state != State.ANNOUNCED or announcement is None:
            raise _not_announced(current)
        missing = before_publishing(current, announcement, at=at)
        if missing:
            raise NotYet(_("还不能发布：%s") % "".join(missing), _("请在公示期满、申诉全部处理后发布。"))
        _freeze(current, by=by, at=at)
        tell_published(current, announcement.standing, by=by, at=at)


def revise_assessment(assessment: Assessment, *, by: Actor, at: datetime, reason: str) -> Assessment:
    """The next revision of a published assessment, as a draft with everything that people gave, and with a reason.

    The published one stays as it is and readable; it counts until the revision is published. Reports can be corrected
    again meanwhile. Raises Conflict where a revision is open already, NotYet where nothing is published, Locked.
    """
    require(by, "assessment.revise", over=assessment.plan.owner.path)
    said = check_reason(reason)
    with transaction.atomic():
        take_standing(assessment.plan)
        if assessment.plan.state == Plan.State.CLOSED:
            raise Locked(LockReason.ARCHIVED)
        newest = assessment.plan.assessments.select_for_update().order_by("-revision")[0]
        newest.plan = assessment.plan
        if newest.state != State.PUBLISHED:
            return _same_or_refused(newest, said)
        revision = Assessment.objects.create(plan=newest.plan, revision=newest.revision + 1, reason=said, created_at=at)
        _copy_what_people_gave(newest, revision)
        Plan.objects.filter(pk=newest.plan_id).update(announced_at=None)
        assessment.plan.announced_at = None
        before, after = {"revision": newest.revision}, {"revision": revision.revision}
        record(assessment_event(revision, "assessment.revise", before=before, after=after, reason=said), by=by)
    return revision


def _same_or_refused(newest: Assessment, reason: str) -> Assessment:
    if newest.revision > 1 and newest.is_open and newest.reason == reason:
        return newest
    if newest.revision > 1:
        raise Conflict(_("第 %d 版正在进行中。") % newest.revision, _("请先完成这一版。"))
    raise NotYet(_("考核还没有发布，不需要修订。"), _("公示中的考核可以撤回公示后修改。"))


def _not_announced(current: Assessment) -> Exception:
    if current.is_frozen:
        return somebody_was_first(current, who=current.published_by, when=current.published_at)
    return NotYet(_("考核%s，还不能发布。") % current.get_state_display(), _("请先公示。"))


def _freeze(current: Assessment, *, by: Actor, at: datetime) -> None:
    publication = {"published_at": at, "published_by": by.name, "published_by_username": by.username}
    seal = seal_of(current, **publication)
    # The earlier revision first: at no instant two are published.
    earlier = Assessment.objects.filter(plan=current.plan_id, state=State.PUBLISHED)
    superseded = list(earlier.values_list("revision", flat=True))
    earlier.update(state=State.SUPERSEDED, superseded_at=at, version=F("version") + 1)
    moved = Assessment.objects.filter(pk=current.pk, state=State.ANNOUNCED).update(
        state=State.PUBLISHED,
        version=F("version") + 1,
        seal_head=seal,
        seal_sha256=sha256(seal),
        **publication,
    )
    if not moved:
        raise somebody_was_first(current)
    after = {"state": str(State.PUBLISHED), "results_sha256": current.results_sha256, "seal_sha256": sha256(seal)}
    events = [assessment_event(current, "assessment.publish", before={"state": str(State.ANNOUNCED)}, after=after)]
    events += [_superseded(current, revision) for revision in superseded]
    record(events, by=by)


def _superseded(current: Assessment, revision: int) -> Entry:
    by_revision = {"state": str(State.SUPERSEDED), "by": key_of(current)}
    key = f"{current.plan.owner.code}/{current.plan.year}/r{revision}"
    return Entry(
        "assessment.supersede",
        stream=current.plan.owner.code,
        object_key=key,
        object_name=str(current.plan),
        before={"state": str(State.PUBLISHED)},
        after=by_revision,
        reason=current.reason,
    )


def _copy_what_people_gave(newest: Assessment, revision: Assessment) -> None:
    """Scores, adjustments, confirmed flags, own scores and their files: nobody types them again."""
    given: list[QuerySet[Any]] = [
        newest.manual_scores.all(),
        newest.adjustments.all(),
        newest.self_scores.all(),
        newest.flags.filter(confirmed_by__isnull=False),
        newest.files.filter(appeal=None),
    ]
    for rows in given:
        copies = list(rows)
        for copy in copies:
            copy.pk, copy.assessment = None, revision
        rows.model._default_manager.bulk_create(copies)
