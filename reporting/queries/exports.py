"""What was exported from a plan: who asked, when, and the file."""

from collections.abc import Sequence
from uuid import UUID

from jobs.models import Job, JobQuerySet
from targets.models import Plan

MOST_SHOWN = 50


def exports_of(plan: Plan, kinds: Sequence[str]) -> JobQuerySet:
    """The jobs of some kinds that were asked for a plan, the newest first. Whoever may export sees everybody's."""
    of_plan: JobQuerySet = Job.objects.filter(kind__in=kinds, args__plan=plan.pk)
    return of_plan.select_related("by", "result_file").order_by("-pk")


def newest_exports(plan: Plan, kinds: Sequence[str]) -> Sequence[Job]:
    """The newest of them; one query."""
    return list(exports_of(plan, kinds)[:MOST_SHOWN])


def export_with_file(plan: Plan, kinds: Sequence[str], uuid: UUID) -> Job | None:
    """One of them, if it made a file; one query."""
    return exports_of(plan, kinds).filter(uuid=uuid, result_file__isnull=False).first()
