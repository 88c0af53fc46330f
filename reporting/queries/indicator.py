"""Who is where on one indicator."""

from dataclasses import dataclass

from accounts.models import User
from assessments.models import Compliance
from reporting.queries.figures import COLUMNS, Stored, gap_sentence
from targets.models import Indicator, Plan, PlanUnit, Quarter
from targets.queries import units_shown_to


@dataclass(frozen=True, slots=True)
class Place:
    """A unit with its figure; `is_node`: the plan's root."""

    plan_unit: PlanUnit
    stored: Stored
    gap: str
    is_node: bool


def places_of(user: User, plan: Plan, indicator: Indicator, *, quarter: Quarter, basis: str) -> list[Place]:
    """The root first, then the units that the person sees and that report it, the highest figure first; two queries."""
    rows = Compliance.objects.visible_to(user).filter(indicator=indicator, quarter=quarter.number, basis=basis)
    found = {unit: Stored(*columns) for unit, *columns in rows.order_by().values_list("plan_unit_id", *COLUMNS)}
    places = [
        Place(unit, found[unit.pk], gap_sentence(indicator, found[unit.pk]), is_node=unit.unit_id == plan.owner_id)
        for unit in units_shown_to(user, plan)
        if unit.pk in found
    ]
    return sorted(places, key=_order)


def _order(place: Place) -> tuple[bool, bool, object]:
    actual = place.stored.actual
    return (not place.is_node, actual is None, -actual if actual is not None else 0)
