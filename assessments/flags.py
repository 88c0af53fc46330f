"""The findings of falsification on a unit, as a person may see them."""

from accounts.models import User
from assessments.models import FalsificationFlag
from assessments.shown import Shown
from targets.models import PlanUnit

_TEXTS = ("assessment__inputs_head", "assessment__results_head", "assessment__seal_head")


def flags_seen(person: User, plan_unit: PlanUnit) -> list[FalsificationFlag]:
    """The flags on a unit in all revisions, the oldest first; its plan must be at hand. One query.

    Whoever does not score sees a flag once a second officer has confirmed it: then the unit is told of it, be the
    revision published or in the making.
    """
    flags = FalsificationFlag.objects.filter(plan_unit=plan_unit, assessment__plan=plan_unit.plan)
    if not person.has_perm("assessment.score"):
        flags = flags.exclude(confirmed_by=None)
    people = ("assessment", "raised_by", "confirmed_by", "evidence")
    seen = list(flags.select_related(*people).defer(*_TEXTS).order_by("assessment__revision"))
    for each in seen:
        each.plan_unit, each.assessment.plan = plan_unit, plan_unit.plan
    return seen


def flags_shown(person: User, plan_unit: PlanUnit, shown: Shown) -> list[FalsificationFlag]:
    """The flag of the revision at hand, then one that is new in a revision which the person is not shown yet."""
    if shown.assessment is None:
        return []
    seen, listed = flags_seen(person, plan_unit), {each.pk for each in shown.revisions}
    here = [each for each in seen if each.assessment_id == shown.assessment.pk]
    # A revision begins with copies of the confirmed flags: the same finding, known already.
    known = {each.raised_at for each in seen if each.assessment_id in listed}
    return here + [each for each in seen if each.assessment_id not in listed and each.raised_at not in known]
