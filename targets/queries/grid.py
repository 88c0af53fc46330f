"""The plan's targets as pages show them: by category, indicator and unit, with where each number comes from."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from common.languages import in_readers_language
from targets.models import Indicator, Plan, PlanUnit, Target, TargetRevision
from targets.models.plan import plain_number


@dataclass(frozen=True)
class TargetCell:
    """A target in force: `is_revised` says that the bureau has changed it since the plan was loaded."""

    value: Decimal
    origin: Target.Origin
    is_revised: bool

    @property
    def text(self) -> str:
        """The value as people write it."""
        return plain_number(self.value)


@dataclass(frozen=True)
class Category:
    """A group of indicators under its name, in the plan's order."""

    label: str
    indicators: Sequence[Indicator]


@dataclass(frozen=True)
class GridRow:
    """An indicator and its cell for each unit of the grid, in the units' order; None: no target."""

    indicator: Indicator
    cells: Sequence[tuple[PlanUnit, TargetCell | None]]


@dataclass(frozen=True)
class GridGroup:
    """A category's rows."""

    label: str
    rows: Sequence[GridRow]


def target_cells(plan: Plan, on: date) -> dict[tuple[int, int], TargetCell]:
    """The targets in force on a day by (plan unit's id, indicator's id); one query."""
    revisions = (
        TargetRevision.objects.filter(target__indicator__plan=plan, valid_from__lte=on)
        .order_by("valid_from", "pk")
        .values_list("target__plan_unit_id", "target__indicator_id", "target__origin", "value")
    )
    cells: dict[tuple[int, int], TargetCell | None] = {}
    for plan_unit_id, indicator_id, origin, value in revisions:
        key = (plan_unit_id, indicator_id)
        cells[key] = None if value is None else TargetCell(value, Target.Origin(origin), is_revised=key in cells)
    return {key: cell for key, cell in cells.items() if cell is not None}


def categories(plan: Plan, indicators: Iterable[Indicator]) -> list[Category]:
    """The indicators under the plan's categories; one whose category is unknown stands at the end under no name."""
    labels = {each["key"]: in_readers_language(each["name"], each["name_en"]) for each in plan.categories}
    found: dict[str, list[Indicator]] = {key: [] for key in labels}
    for indicator in indicators:
        found.setdefault(indicator.category, []).append(indicator)
    return [Category(labels.get(key, ""), members) for key, members in found.items() if members]


def target_grid(plan: Plan, plan_units: Sequence[PlanUnit], on: date) -> list[GridGroup]:
    """Every indicator that somebody has a target for, with the cells of the given units; two queries."""
    cells = target_cells(plan, on)
    targeted = {indicator_id for _, indicator_id in cells}
    indicators = [each for each in plan.indicators.order_by("order", "pk") if each.pk in targeted]
    return [
        GridGroup(
            category.label,
            [
                GridRow(indicator, [(unit, cells.get((unit.pk, indicator.pk))) for unit in plan_units])
                for indicator in category.indicators
            ],
        )
        for category in categories(plan, indicators)
    ]


def revisions_of(indicator: Indicator, plan_unit: PlanUnit) -> list[TargetRevision]:
    """A target's revisions, the newest first; none where the unit never had one. One query."""
    revisions = TargetRevision.objects.filter(target__indicator=indicator, target__plan_unit=plan_unit)
    return list(revisions.select_related("target").order_by("-valid_from", "-pk"))
