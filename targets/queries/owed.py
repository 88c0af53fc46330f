"""Who owes which line, and what must be reached."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import OuterRef, QuerySet, Subquery

from targets.models import Indicator, Plan, PlanUnit, Target, TargetRevision


def owed_indicators(
    plan: Plan, *, reporting: Iterable[PlanUnit] | None = None, indicators: Sequence[Indicator] | None = None
) -> dict[int, list[Indicator]]:
    """The indicators that each reporting unit reports, in the plan's order, by the plan unit's id; three queries, one
    less with all `reporting` units at hand, and with all `indicators` in the plan's order.

    A unit reports what its groups report, and what it has a target for that was not withdrawn (domain.md, section 3).
    """
    if indicators is None:
        indicators = list(plan.indicators.order_by("order", "pk"))
    if reporting is None:
        reporting = plan.plan_units.reporting().order_by("order", "pk")
    with_target = set(_standing_targets(plan).values_list("plan_unit_id", "indicator_id"))
    return owed_by(reporting, indicators, with_target)


def owed_by(
    plan_units: Iterable[PlanUnit], indicators: Sequence[Indicator], with_target: Collection[tuple[int, int]]
) -> dict[int, list[Indicator]]:
    """As `owed_indicators`, of what was read already; no query. Units that do not report are left out."""
    return {
        unit.pk: [
            indicator
            for indicator in indicators
            if is_reported_by_groups(indicator, unit) or (unit.pk, indicator.pk) in with_target
        ]
        for unit in plan_units
        if unit.is_reporting
    }


def is_reported_by_groups(indicator: Indicator, plan_unit: PlanUnit) -> bool:
    """Whether a unit reports an indicator because of its groups, whatever its targets."""
    return "all" in indicator.reported_by or not set(indicator.reported_by).isdisjoint(plan_unit.groups)


def is_required(indicator: Indicator, quarter_number: int) -> bool:
    """Whether a line is owed in this quarter: always, but of pace `due_qn` in quarter n only."""
    return not indicator.pace.startswith("due_q") or indicator.pace == f"due_q{quarter_number}"


def _standing_targets(plan: Plan) -> QuerySet[Target]:
    last = TargetRevision.objects.filter(target=OuterRef("pk")).order_by("-valid_from", "-pk")
    return (
        Target.objects.filter(indicator__plan=plan)
        .annotate(last_value=Subquery(last.values("value")[:1]))
        .filter(last_value__isnull=False)
    )


def targets_on(plan: Plan, on: date) -> dict[tuple[int, int], Decimal]:
    """The target values in force on a day by (plan unit's id, indicator's id); the city's stand under the root's.

    A withdrawn target is not there. One query.
    """
    revisions = (
        TargetRevision.objects.filter(target__indicator__plan=plan, valid_from__lte=on)
        .order_by("valid_from", "pk")
        .values_list("target__plan_unit_id", "target__indicator_id", "value")
    )
    last = {(plan_unit_id, indicator_id): value for plan_unit_id, indicator_id, value in revisions}
    return {key: value for key, value in last.items() if value is not None}


def standing_targets(plan: Plan, on: date) -> dict[tuple[int, int], tuple[Decimal, bool]]:
    """As `targets_on`, each value with whether the target is our default breakdown; one query."""
    revisions = (
        TargetRevision.objects.filter(target__indicator__plan=plan, valid_from__lte=on)
        .order_by("valid_from", "pk")
        .values_list("target__plan_unit_id", "target__indicator_id", "value", "target__origin")
    )
    last = {(unit, indicator): (value, origin) for unit, indicator, value, origin in revisions}
    return {key: (value, origin == Target.Origin.DEFAULT) for key, (value, origin) in last.items() if value is not None}


@dataclass(frozen=True, slots=True)
class TargetHistory:
    """Every value that a plan's targets ever had, the oldest first: valid from, plan unit, indicator (ids), value."""

    revisions: list[tuple[date, int, int, Decimal | None]]

    def on(self, day: date) -> dict[tuple[int, int], Decimal]:
        """What `targets_on` says of a day."""
        last = {(unit, indicator): value for valid_from, unit, indicator, value in self.revisions if valid_from <= day}
        return {key: value for key, value in last.items() if value is not None}

    def standing(self) -> set[tuple[int, int]]:
        """The pairs whose last value is not a withdrawal, whenever it begins to hold."""
        return set(self.on(date.max))


def target_history(plan: Plan) -> TargetHistory:
    """The values of a plan's targets; one query."""
    revisions = TargetRevision.objects.filter(target__indicator__plan=plan).order_by("valid_from", "pk")
    return TargetHistory(
        list(revisions.values_list("valid_from", "target__plan_unit_id", "target__indicator_id", "value"))
    )
