"""Who owes which line, and what must be reached."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.db.models import OuterRef, QuerySet, Subquery

from targets.models import Indicator, Plan, PlanUnit, Target, TargetRevision


def owed_indicators(plan: Plan) -> dict[int, list[Indicator]]:
    """The indicators that each reporting unit reports, in the plan's order, by the plan unit's id; three queries.

    A unit reports what its groups report, and what it has a target for that was not withdrawn (domain.md, section 3).
    """
    indicators = list(plan.indicators.order_by("order", "pk"))
    with_target = set(_standing_targets(plan).values_list("plan_unit_id", "indicator_id"))
    return {
        unit.pk: [
            indicator
            for indicator in indicators
            if is_reported_by_groups(indicator, unit) or (unit.pk, indicator.pk) in with_target
        ]
        for unit in plan.plan_units.reporting().order_by("order", "pk")
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


def targets_on_each(plan: Plan, days: Sequence[date]) -> list[dict[tuple[int, int], Decimal]]:
    """What `targets_on` says for each of several days, in their order; one query together."""
    revisions = list(
        TargetRevision.objects.filter(target__indicator__plan=plan)
        .order_by("valid_from", "pk")
        .values_list("valid_from", "target__plan_unit_id", "target__indicator_id", "value")
    )
    return [_in_force(revisions, day) for day in days]


def _in_force(revisions: list[tuple[date, int, int, Decimal | None]], day: date) -> dict[tuple[int, int], Decimal]:
    last = {(unit, indicator): value for valid_from, unit, indicator, value in revisions if valid_from <= day}
    return {key: value for key, value in last.items() if value is not None}
