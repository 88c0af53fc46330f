"""Which revision of an assessment a person is shown, and whether people have seen what they were told of it."""

from dataclasses import dataclass

from django.db.models import Prefetch, Q
from django.http import Http404

from accounts.models import User
from assessments.models import Announcement, Assessment, FalsificationFlag
from assessments.services.moves import flag_key, key_of
from notices.models import Delivery, Notice
from targets.models import Plan

_TEXTS = ("inputs_head", "results_head", "seal_head")


@dataclass(frozen=True, slots=True)
class Shown:
    """The revision at hand (None: nobody has begun), and all that the person may see, the newest first."""

    assessment: Assessment | None
    revisions: list[Assessment]

    @property
    def is_newest(self) -> bool:
        """Whether the person is shown no newer one; there may be one in the making that units do not see yet."""
        return self.assessment is None or self.assessment.pk == self.revisions[0].pk

    @property
    def is_calculated_now(self) -> bool:
        """Whether a calculation that runs is of this revision: the only open one, or the first that it will make."""
        return self.assessment is None or self.assessment.is_open


def shown_assessment(person: User, plan: Plan, revision: str = "") -> Shown:
    """The revision that was asked for; else the newest for the bureau, and for units the newest they can rely on.

    While a revision is in the making, units go on seeing the published one. Http404 for one that is not there.
    One query.
    """
    revisions = list(plan.assessments.select_related("scheme").defer(*_TEXTS))
    for each in revisions:
        each.plan = plan
    if not person.has_perm("assessment.export"):
        revisions = [each for each in revisions if each.is_frozen or each.is_announced] or revisions
    if revision:
        asked = [each for each in revisions if str(each.revision) == revision]
        if not asked:
            raise Http404(f"No revision {revision}")
        return Shown(asked[0], revisions)
    return Shown(next(iter(revisions), None), revisions)


def told_of(person: User, assessment: Assessment, announcement: Announcement | None) -> list[Notice]:
    """The notices of the last step, each with its `told`: who got it and has seen it; two queries, none before it."""
    if assessment.is_frozen:
        head = f"published:{key_of(assessment)}/"
    elif announcement is not None:
        head = f"announced:{key_of(assessment)}/a{announcement.number}/"
    else:
        return []
    return _told(person, Q(key__startswith=head))


def told_of_flag(person: User, flag: FalsificationFlag) -> list[Notice]:
    """The notice of a confirmed falsification, with its `told`; two queries, none before it is confirmed."""
    if flag.confirmed_by_id is None:
        return []
    # One that was copied into a revision was told of under the revision in which it was raised.
    revisions = range(1, flag.assessment.revision + 1)
    return _told(person, Q(key__in=[f"flagged:{flag_key(flag, revision=each)}" for each in revisions]))


def _told(person: User, those: Q) -> list[Notice]:
    told = Prefetch("deliveries", Delivery.objects.select_related("user").order_by("user__username"), to_attr="told")
    found = Notice.objects.visible_to(person).filter(those)
    return list(found.select_related("unit").prefetch_related(told).order_by("pk"))
