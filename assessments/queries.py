"""What pages ask of the computed figures."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, F, Min, OuterRef, Q

from assessments.models import ComplianceMark, ComplianceState
from targets.models import Extension, Plan, Quarter

LEFT_BEHIND = timedelta(minutes=10)
"""Marks this old were left by a job that failed for good."""


@dataclass(frozen=True, slots=True)
class FiguresState:
    """From when a plan's figures are (None: never computed), and since when newer ones are on their way (None: not)."""

    as_of: datetime | None
    marked_since: datetime | None

    @property
    def is_recomputing(self) -> bool:
        """Whether something changed that the stored figures do not show yet."""
        return self.marked_since is not None


def figures_state(plan: Plan) -> FiguresState:
    """Both at once; one query."""
    plans = Plan.objects.filter(pk=plan.pk).annotate(marked_since=Min("plan_units__marks__marked_at"))
    return FiguresState(*plans.values_list("compliance_state__as_of", "marked_since").get())


def is_recomputing(plan: Plan) -> bool:
    """Whether something changed that the stored figures do not show yet; one query."""
    return ComplianceMark.objects.filter(plan_unit__plan=plan).exists()


def figures_as_of(plan: Plan) -> datetime | None:
    """The instant whose figures are stored, None before the first time; one query."""
    return ComplianceState.objects.filter(plan=plan).values_list("as_of", flat=True).first()


def plans_due(*, at: datetime) -> list[int]:
    """Active plans (ids) whose figures an instant has made stale and that are not marked yet; one query.

    Those never computed, those where a quarter opened or a deadline passed since, and those whose job failed long ago.
    """
    since = F("plan__compliance_state__as_of")
    passed = Quarter.objects.filter(Q(opens__lte=at, opens__gt=since) | Q(due__lte=at, due__gt=since))
    extended = Extension.objects.filter(due__lte=at, due__gt=F("quarter__plan__compliance_state__as_of"))
    marks = ComplianceMark.objects.filter(plan_unit__plan=OuterRef("pk"))
    is_stale = (
        Q(compliance_state__as_of=None)
        | Exists(passed.filter(plan=OuterRef("pk")))
        | Exists(extended.filter(quarter__plan=OuterRef("pk")))
    )
    is_left_behind = Exists(marks) & ~Exists(marks.filter(marked_at__gt=at - LEFT_BEHIND))
    due = Plan.objects.filter((is_stale & ~Exists(marks)) | is_left_behind, state=Plan.State.ACTIVE)
    return list(due.order_by("pk").values_list("pk", flat=True))
