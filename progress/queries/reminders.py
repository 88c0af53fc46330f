"""Whom to remind of what: reports that are still to be handed in, and which reminder is due."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch

from accounts.models import User
from accounts.policy import Role
from common.instants import last_day_before, local_day
from common.scope import Scoped
from notices.models import Delivery, Notice
from progress.models import ReminderRules, Report
from progress.queries.reports import Standing, years_of_units
from targets.models import Plan, PlanUnit

OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class Owing:
    """A report that a unit can and should still hand in. `due` is when it should have arrived."""

    standing: Standing
    due: datetime

    @property
    def is_overdue(self) -> bool:
        return self.standing.as_of >= self.due

    @property
    def days_left(self) -> int:
        """Whole days until the last day on which it is in time; 0 on that day, negative after it."""
        return (last_day_before(self.due) - local_day(self.standing.as_of)).days

    def stage(self, days_before: Iterable[int]) -> str:
        """The reminder that is due: the nearest of the days before the deadline, or overdue; empty while early."""
        if self.is_overdue:
            return OVERDUE
        reached = [days for days in days_before if self.days_left <= days]
        return f"before-{min(reached)}" if reached else ""


def owing_units(plan: Plan, plan_units: Iterable[PlanUnit], *, as_of: datetime) -> list[Owing]:
    """The reports that units can hand in now and have not, by quarter and in the plan's order; four queries."""
    found = []
    for year in years_of_units(plan, plan_units, as_of=as_of):
        found += [Owing(one, _due(one)) for one in year.quarters if one.needs_entry and not one.is_correcting]
    return sorted(found, key=lambda one: (one.standing.quarter.number, one.standing.plan_unit.order))


def rules_of(plan: Plan) -> ReminderRules:
    """How the plan's units are reminded; the defaults where nobody changed them. One query."""
    return ReminderRules.objects.filter(plan=plan).first() or ReminderRules(plan=plan)


def reporters_of(plan_units: Iterable[PlanUnit]) -> dict[int, list[User]]:
    """The active reporters by their unit's id; one query."""
    found: dict[int, list[User]] = defaultdict(list)
    units = [each.unit_id for each in plan_units]
    for user in User.objects.filter(is_active=True, role=Role.REPORTER, unit__in=units).order_by("username"):
        found[user.unit_id or 0].append(user)
    return found


def bureau_of(plan: Plan) -> list[User]:
    """The active officers and reviewers of the unit that owns the plan; one query."""
    roles = [Role.OFFICER, Role.REVIEWER]
    return list(User.objects.filter(is_active=True, role__in=roles, unit=plan.owner_id).order_by("username"))


def reminders_sent(viewer: Scoped, plan: Plan, *, most: int = 100) -> list[Notice]:
    """The newest reminders of a plan, each with its `told`: who got it, saw it, was mailed. Two queries."""
    told = Prefetch("deliveries", Delivery.objects.select_related("user").order_by("user__username"), to_attr="told")
    sent = Notice.objects.visible_to(viewer).filter(kind=Notice.Kind.REMINDER, key__startswith=key_of_plan(plan))
    return list(sent.select_related("unit").prefetch_related(told).order_by("-sent_at", "-pk")[:most])


def key_of_plan(plan: Plan) -> str:
    """What the keys of a plan's reminders begin with."""
    return f"reminder:{plan.owner.code}/{plan.year}/"


def _due(standing: Standing) -> datetime:
    report = standing.report
    if report is not None and report.state == Report.State.RETURNED and report.return_open_until:
        return max(report.return_open_until, standing.window.due)
    return standing.window.due
