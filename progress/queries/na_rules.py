"""Whether the condition under which a plan allows 不涉及 holds for a unit and quarter (domain.md, section 3)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from targets.models import Indicator, PlanUnit
from targets.queries import quarters_with_metering

Place = tuple[int, int]  # (plan unit's id, number of the quarter)


@dataclass(frozen=True)
class NaRules:
    """The conditions of the units of one plan; one query, asked when the first line of that kind is judged."""

    year: int
    unit_ids: Mapping[int, int]

    @classmethod
    def of(cls, year: int, plan_units: Iterable[PlanUnit]) -> "NaRules":
        """The conditions of some units in a year."""
        return cls(year, {plan_unit.pk: plan_unit.unit_id for plan_unit in plan_units})

    def holds(self, place: Place, rule: str) -> bool:
        """Whether a rule (`Indicator.na_rule`) lets the unit choose 不涉及 in the quarter; one in words only does."""
        if rule != Indicator.NaRule.NO_METERED_INSTITUTION:
            return True
        plan_unit_id, quarter = place
        return (self.unit_ids.get(plan_unit_id), quarter) not in self._metered

    @cached_property
    def _metered(self) -> set[tuple[int, int]]:
        return quarters_with_metering(self.year, self.unit_ids.values())
