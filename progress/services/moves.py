"""What every move of a report shares: its row locked, its state changed where it still is what it was, and said."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import F

from accounts.models import User
from audit.services import record
from common.errors import Locked, LockReason
from progress.models import Report
from progress.services.history import Step, report_event, somebody_was_first
from progress.services.locks import is_within
from progress.signals import report_filed


def locked(report: Report) -> Report:
    """The report and its quarter's times as they are now, its row locked until the end of the transaction."""
    current = Report.objects.select_for_update(of=("self",)).select_related("quarter").get(pk=report.pk)
    current.plan_unit, current.quarter.plan = report.plan_unit, report.plan_unit.plan
    return current


def check_within(by: User, report: Report) -> None:
    """Nothing, if the report's unit lies in the person's subtree; else Locked."""
    if not is_within(by, report):
        raise Locked(LockReason.NO_RIGHT)


def move(
    report: Report, start: Collection[str], facts: Mapping[str, Any], step: Step, said: Mapping[str, Any] | None = None
) -> None:
    """Change the state where it is still one of `start`, and say so in the history and the trail (there with `said`).

    Raises Conflict, naming who was first, where it is not. In the caller's transaction.
    """
    moved = Report.objects.filter(pk=report.pk, state__in=start).update(version=F("version") + 1, **facts)
    if not moved:
        raise somebody_was_first(report)
    step.as_row(report).save(force_insert=True)
    before, after = {"state": str(report.state)}, {"state": str(facts["state"]), **(said or {})}
    record(report_event(report, f"report.{step.move}", before=before, after=after, reason=step.reason), by=step.by)
    if facts["state"] != Report.State.APPROVED:
        plan_unit = report.plan_unit
        report_filed.send(sender=Report, plan_unit_id=plan_unit.pk, plan_id=plan_unit.plan_id)
