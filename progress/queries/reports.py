"""Lists of reports: a unit's year, the queue of the review, who is where in each quarter."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.http import Http404

from accounts.models import User
from progress.models import Report
from targets.models import Plan, PlanUnit, Quarter
from targets.queries import Calendar, Deadlines, calendar_of_plan


def report_at(user: User, root: str, year: int, quarter: int, unit: str) -> Report:
    """The newest revision of a unit's quarter; Http404 where there is none or it is not the person's. One query."""
    found = (
        Report.objects.visible_to(user)
        .standing()
        .filter(plan_unit__plan__owner__code=root, plan_unit__plan__year=year, plan_unit__unit__code=unit)
        .filter(quarter__number=quarter)
        .select_related("plan_unit__plan__owner", "plan_unit__unit", "quarter")
        .order_by("-revision")
        .first()
    )
    if found is None:
        raise Http404(f"No report {root}/{year}/q{quarter}/{unit}")
    found.quarter.plan = found.plan_unit.plan
    return found


def extended_to(window: Deadlines, quarter: Quarter) -> datetime | None:
    """A unit's own deadline where it is later than the quarter's (`closes` where only that is later); else None."""
    if window.due > quarter.due:
        return window.due
    return window.closes if window.closes > quarter.closes else None


@dataclass(frozen=True)
class Standing:
    """Where one unit is with one quarter. `report`: its newest revision, None where nothing was entered."""

    plan_unit: PlanUnit
    quarter: Quarter
    window: Deadlines
    report: Report | None
    as_of: datetime

    @property
    def state(self) -> str:
        """The state to show: the report's, or what is true without one."""
        if self.report is not None:
            return str(self.report.state)
        if self.as_of < self.window.opens:
            return str(Quarter.State.UPCOMING)
        return "not_started" if self.as_of < self.window.due else "overdue"

    @property
    def is_late(self) -> bool | None:
        """Whether the first submission came late; None while that is open."""
        if self.report is not None and self.report.first_submitted_at is not None:
            return not self.window.is_on_time(self.report.first_submitted_at)
        return True if self.as_of >= self.window.on_time_until else None

    @property
    def closes_at(self) -> datetime:
        """Until when it can still be handed in."""
        until = self.report.return_open_until if self.report else None
        return max(self.window.closes, until) if until else self.window.closes

    @property
    def is_closed(self) -> bool:
        """Whether nothing can be handed in any more."""
        return self.as_of >= self.closes_at

    @property
    def approved_at(self) -> datetime | None:
        """When the newest revision was approved; None where it stands elsewhere."""
        return self.report.decided_at if self.report and self.report.state == Report.State.APPROVED else None

    @property
    def extended_to(self) -> datetime | None:
        """The unit's own deadline where it was given a later one than the quarter's; else None."""
        return extended_to(self.window, self.quarter)

    @property
    def is_correcting(self) -> bool:
        """Whether a correction is being written."""
        return self.is_with_unit and self.report is not None and self.report.is_correction

    @property
    def is_with_unit(self) -> bool:
        """Whether there is a report that the unit can work at."""
        return self.report is not None and self.report.is_editable

    @property
    def needs_entry(self) -> bool:
        """Whether there is something to fill in now."""
        if self.as_of < self.window.opens or (self.is_closed and not self.is_correcting):
            return False
        return self.report is None or self.report.is_editable

    @property
    def is_handed_in(self) -> bool:
        """Whether it was ever handed in."""
        return self.report is not None and self.report.first_submitted_at is not None

    @property
    def is_overdue(self) -> bool:
        """Whether it should have been handed in and was not."""
        return not self.is_handed_in and self.as_of >= self.window.due


@dataclass(frozen=True)
class UnitYear:
    """One unit's four quarters."""

    plan_unit: PlanUnit
    quarters: tuple[Standing, ...]


def years_of_units(
    plan: Plan,
    plan_units: Iterable[PlanUnit],
    *,
    as_of: datetime,
    calendar: Calendar | None = None,
) -> list[UnitYear]:
    """Where each of some units is with every quarter, by their newest revisions; two queries, one with the `calendar`
    at hand."""
    units = list(plan_units)
    calendar = calendar or calendar_of_plan(plan)
    newest = Report.objects.filter(plan_unit__in=units).latest_revisions().select_related("submitted_by", "decided_by")
    reports = {(report.plan_unit_id, report.quarter_id): report for report in newest}
    windows = calendar.of(unit.pk for unit in units)
    return [
        UnitYear(
            unit,
            tuple(
                Standing(
                    unit, quarter, windows[unit.pk, quarter.number], reports.get((unit.pk, quarter.pk)), as_of=as_of
                )
                for quarter in calendar.quarters
            ),
        )
        for unit in units
    ]
