"""What assessments do when something they depend on has changed: mark it, and compute again after the commit."""

from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from assessments.services.assessment import mark_stale
from assessments.services.marks import mark_and_queue
from jobs.tasks import send_on_commit
from progress.signals import report_effective, report_filed
from targets.signals import plan_changed


@receiver(report_effective)
def recompute_unit(sender: object, *, plan_unit_id: int, plan_id: int, **_: Any) -> None:
    """A report began to count: its unit and everything above it have new figures."""
    mark_stale([plan_id])
    send_on_commit(mark_and_queue(plan_id, [plan_unit_id], at=timezone.now()))


@receiver(report_filed)
def recompute_submitted(sender: object, *, plan_unit_id: int, plan_id: int, **_: Any) -> None:
    """A report awaits review, or no longer does: figures that include such reports change, and returns cost points."""
    mark_stale([plan_id])
    send_on_commit(mark_and_queue(plan_id, [plan_unit_id], at=timezone.now()))


@receiver(plan_changed)
def recompute_units(sender: object, *, plan_id: int, plan_unit_ids: list[int], **_: Any) -> None:
    """Targets or deadlines of these units changed."""
    mark_stale([plan_id])
    send_on_commit(mark_and_queue(plan_id, plan_unit_ids, at=timezone.now()))
