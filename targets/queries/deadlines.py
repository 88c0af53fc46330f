"""Until when a unit may report."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Prefetch

from accounts.models import User
from common.scope import within
from targets.calendar import IsWorkingDay, is_weekday
from targets.models import Extension, Holiday, Plan, PlanUnit, Quarter


def working_days() -> IsWorkingDay:
    """Whether a day is worked, by the holiday table; where it says nothing, Monday to Friday. One query."""
    special = dict(Holiday.objects.values_list("day", "is_working"))
    return lambda day: special.get(day, is_weekday(day))


@dataclass(frozen=True, kw_only=True)
class Deadlines:
    """One unit's instants of a quarter, half-open, its extension included: of each the later of the two.

    Arrival before `due` is in time for the form, before `closes` still accepted. `counts_as_late` says that the
    extension does not save the points: what arrived at `on_time_until` (the quarter's own due) or later is late.
    """

    opens: datetime
    due: datetime
    closes: datetime
    counts_as_late: bool
    on_time_until: datetime

    def is_on_time(self, arrived_at: datetime) -> bool:
        """Whether a first submission that arrived then counts as on time (domain.md, section 5.3)."""
        return arrived_at < self.on_time_until

    def state_at(self, as_of: datetime) -> Quarter.State:
        """The quarter's state for this unit at an instant."""
        return Quarter(opens=self.opens, due=self.due, closes=self.closes).state_at(as_of)


def deadlines(quarter: Quarter, plan_unit: PlanUnit) -> Deadlines:
    """A unit's instants of a quarter; one query, for the extension."""
    extension = Extension.objects.filter(quarter=quarter, plan_unit=plan_unit).first()
    if extension is None:
        return _deadlines(quarter)
    return _deadlines(quarter, extension.due, extension.closes, counts_as_late=extension.counts_as_late)


@dataclass(frozen=True, slots=True)
class Calendar:
    """A plan's quarters, and the extensions by (plan unit's id, quarter's id): due, closes, counted as late."""

    quarters: list[Quarter]
    extensions: dict[tuple[int, int], tuple[datetime, datetime, bool]]

    def of(self, plan_units: Iterable[int]) -> dict[tuple[int, int], Deadlines]:
        """Each unit's instants by (plan unit's id, number of the quarter)."""
        found = {}
        for plan_unit_id in plan_units:
            for quarter in self.quarters:
                none = (quarter.due, quarter.closes, False)
                due, closes, late = self.extensions.get((plan_unit_id, quarter.pk), none)
                found[plan_unit_id, quarter.number] = _deadlines(quarter, due, closes, counts_as_late=late)
        return found


def calendar_of_plan(plan: Plan) -> Calendar:
    """The plan's quarters with everybody's extensions; one query."""
    extended = plan.quarters.annotate(
        extended_unit=F("extensions__plan_unit"),
        extended_due=F("extensions__due"),
        extended_closes=F("extensions__closes"),
        extended_late=F("extensions__counts_as_late"),
    )
    quarters: dict[int, Quarter] = {}
    extensions: dict[tuple[int, int], tuple[datetime, datetime, bool]] = {}
    for row in extended:
        quarters.setdefault(row.pk, row)
        if row.extended_unit is not None:
            extensions[row.extended_unit, row.pk] = (row.extended_due, row.extended_closes, row.extended_late)
    return Calendar(list(quarters.values()), extensions)


def quarters_with_extensions(viewer: User, plan: Plan) -> list[Quarter]:
    """The plan's quarters, each with the extensions of visible units in `granted`; two queries."""
    visible = Extension.objects.filter(within(viewer, "plan_unit__unit__path")).select_related("plan_unit")
    granted = Prefetch("extensions", visible.order_by("plan_unit__order", "pk"), to_attr="granted")
    return list(plan.quarters.prefetch_related(granted))


def _deadlines(
    quarter: Quarter, due: datetime | None = None, closes: datetime | None = None, *, counts_as_late: bool = False
) -> Deadlines:
    # The quarter may have been moved after the extension was given: nobody's own deadline is earlier than everybody's.
    own_due = max(due or quarter.due, quarter.due)
    return Deadlines(
        opens=quarter.opens,
        due=own_due,
        closes=max(closes or quarter.closes, quarter.closes),
        counts_as_late=counts_as_late,
        on_time_until=quarter.due if counts_as_late else own_due,
    )
