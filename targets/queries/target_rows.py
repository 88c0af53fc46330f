"""The plan's targets as rows of a file: what one is read against, and what is written into it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from accounts.models import User
from common.workbook.names import Names
from common.workbook.register import Fault, Key, Labels, NameList, Register, RegisterRead, Value, Values, World
from targets.excel.target_grid import TargetColumn, target_register
from targets.models import Indicator, Plan, PlanUnit
from targets.queries.grid import target_cells

HUNDRED = Decimal(100)
SHARE_DECIMALS = 2
Place = tuple[str, str]
"""A unit's code and an indicator's."""


def _(message: str) -> str:
    """The message itself: it is kept with the file's problems, and translated for whoever reads them."""
    return message


NO_CITY_TARGET = _("没有全市数，不能设全市目标，请为各单位设目标")
WHOLE = _("全市")  # what people call the plan's own unit


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetGround:
    """The grid as it stands on a day, and the plan's rows that its codes stand for."""

    plan: Plan
    plan_units: Mapping[str, PlanUnit]
    indicators: Mapping[str, Indicator]
    values: Mapping[Place, Decimal]
    own: frozenset[str]
    names: Names = field(default_factory=Names)

    @property
    def register(self) -> Register:
        """The columns that a file may have: also those of indicators that can have no target, to say so."""
        return target_register(self.plan.year, [column_of(one) for one in self.indicators.values()])

    @property
    def form(self) -> Register:
        """The columns of the form: the indicators that can have a target."""
        columns = (column_of(one) for one in self.indicators.values())
        return target_register(self.plan.year, [column for column in columns if not column.is_tracked])

    @property
    def labels(self) -> Labels:
        """The plan's units by code."""
        return {"unit": {code: plan_unit.name for code, plan_unit in self.plan_units.items()}}

    @property
    def rows(self) -> list[Values]:
        """Every unit's row, in the plan's order."""
        return [self._row(code) for code in self.plan_units]

    @property
    def world(self) -> World:
        """The units' names, and how what stands is asked for."""
        return World(names={"unit": NameList.of_units(self.names, own=self.own)}, standing=self._standing)

    def check(self, read: RegisterRead) -> dict[Place, Decimal | None]:
        """The cells that change, after the problems that only the plan knows. None withdraws a target."""
        changed: dict[Place, Decimal | None] = {}
        for entry in read.entries:
            unit = str(entry.key[0])
            for code in sorted(entry.changed):
                value = entry.values[code]
                if not self.plan_units[unit].is_reporting and self.indicators[code].kind == Indicator.Kind.PERCENT:
                    read.refuse(entry, Fault("no_city_target", NO_CITY_TARGET, column=code))
                changed[unit, code] = value if isinstance(value, Decimal) else None
        return {} if read.is_refused else changed

    def _standing(self, keys: Collection[Key]) -> Mapping[Key, Values]:
        return {key: self._row(str(key[0])) for key in keys}

    def _row(self, unit: str) -> dict[str, Value]:
        return {"unit": unit, **{code: self.values.get((unit, code)) for code in self.indicators}}


def target_ground(plan: Plan, by: User, on: date) -> TargetGround:
    """The grid of a plan as it stands on a day; four queries."""
    plan_units = plan.plan_units.select_related("unit").prefetch_related("unit__aliases").order_by("order", "pk")
    by_pk = {one.pk: one for one in plan_units}
    indicators = {one.pk: one for one in plan.indicators.order_by("order", "pk")}
    values = {
        (by_pk[unit].unit.code, indicators[indicator].code): cell.value
        for (unit, indicator), cell in target_cells(plan, on).items()
    }
    return TargetGround(
        plan=plan,
        plan_units={one.unit.code: one for one in by_pk.values()},
        indicators={one.code: one for one in indicators.values()},
        values=values,
        own=frozenset(one.unit.code for one in by_pk.values() if one.unit.path.startswith(by.scope_path or "/")),
        names=Names.of((one.unit.code, one.name, _spellings(one)) for one in by_pk.values()),
    )


def column_of(indicator: Indicator) -> TargetColumn:
    """An indicator as a column of the grid."""
    is_counted = indicator.kind in (Indicator.Kind.COUNT, Indicator.Kind.REMAINING)
    return TargetColumn(
        code=indicator.code,
        name=indicator.name,
        other_names=tuple(indicator.aliases),
        unit=indicator.value_unit if is_counted else "%",
        decimals=indicator.decimals if is_counted else SHARE_DECIMALS,
        highest=indicator.maximum if is_counted else HUNDRED,
        at_most=indicator.at_most,
        is_tracked=indicator.pace == "none",
    )


def _spellings(plan_unit: PlanUnit) -> Sequence[str]:
    unit = plan_unit.unit
    own = [unit.name, unit.full_name, unit.code, *(alias.alias for alias in unit.aliases.all())]
    return own if plan_unit.is_reporting else [*own, WHOLE]
