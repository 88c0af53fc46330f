"""A unit's place in the plan."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from common.languages import in_readers_language
from targets.models import Indicator, Plan, PlanUnit
from targets.queries.deadlines import Deadlines, calendar_of_plan
from targets.queries.grid import TargetCell, target_cells
from targets.queries.owed import is_required, owed_indicators


@dataclass(frozen=True)
class QuarterOfUnit:
    """A quarter as it is for one unit: its deadlines, extension included, and how many lines it must hold."""

    number: int
    deadlines: Deadlines
    required_lines: int


@dataclass(frozen=True)
class UnitSheet:
    """A unit's master data in one plan: names, groups, quarters, and the indicators it reports with its targets."""

    aliases: Sequence[str]
    groups: Sequence[str]
    quarters: Sequence[QuarterOfUnit]
    rows: Sequence[tuple[Indicator, TargetCell | None]]


def group_labels(plan: Plan) -> dict[str, str]:
    """The names of the plan's groups of units by key, in the reader's language; no query."""
    return {each["key"]: in_readers_language(each["name"], each["name_en"]) for each in plan.groups}


def unit_sheet(plan: Plan, plan_unit: PlanUnit, on: date) -> UnitSheet:
    """A unit's sheet with the targets in force on a day; six queries."""
    owed = owed_indicators(plan).get(plan_unit.pk, [])
    cells = target_cells(plan, on)
    labels = group_labels(plan)
    quarters = [
        QuarterOfUnit(number, deadlines, sum(is_required(each, number) for each in owed))
        for (_unit, number), deadlines in calendar_of_plan(plan).of([plan_unit.pk]).items()
    ]
    return UnitSheet(
        aliases=list(plan_unit.unit.aliases.order_by("pk").values_list("alias", flat=True)),
        groups=[labels[key] for key in plan_unit.groups],
        quarters=quarters if owed else [],
        rows=[(each, cells.get((plan_unit.pk, each.pk))) for each in owed],
    )
