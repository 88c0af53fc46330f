"""What somebody should know before they fill in a form."""

from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from common.errors import LOCK_TEXTS, Text
from progress.models import Report
from progress.services.locks import lock_reason_within
from targets.models import Plan
from targets.queries import calendar_of_plan


@dataclass(frozen=True, slots=True)
class LockedQuarter:
    """A quarter whose numbers would be refused now, with the reason and what to do."""

    number: int
    reason: Text
    hint: Text


def locked_quarters(plan: Plan, *, viewer: User, at: datetime) -> list[LockedQuarter]:
    """The quarters that the viewer's own reporting unit cannot enter now; three queries."""
    plan_unit = plan.plan_units.reporting().filter(unit=viewer.unit_id).select_related("unit").first()
    if plan_unit is None:
        return []
    plan_unit.plan = plan
    calendar = calendar_of_plan(plan)
    windows = calendar.of([plan_unit.pk])
    reports = {one.quarter_id: one for one in Report.objects.latest_revisions().filter(plan_unit=plan_unit)}
    found = []
    for quarter in sorted(calendar.quarters, key=lambda one: one.number):
        report = reports.get(quarter.pk) or Report(quarter=quarter)
        report.plan_unit = plan_unit
        reason = lock_reason_within(report, windows[plan_unit.pk, quarter.number], by=viewer, at=at)
        if reason is not None:
            found.append(LockedQuarter(quarter.number, *LOCK_TEXTS[reason]))
    return found
