"""A plan's units as they stand, for whoever tries what would be if, and their forecasts; nothing is stored."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from assessments.models import Assessment, Scheme
from assessments.services.assessment_inputs import Sources, load_sources, unit_inputs
from calculations.forecast import ForecastScore, forecast_score
from calculations.inputs import UnitInputs
from calculations.quarters import QUARTERS
from calculations.scheme import Scheme as Formulas
from targets.models import Indicator, Plan, PlanUnit


@dataclass(frozen=True, slots=True)
class Field:
    """All assessed units of a plan as they stand."""

    sources: Sources
    inputs: Mapping[int, UnitInputs]

    @property
    def plan_units(self) -> list[PlanUnit]:
        """The assessed units in their order."""
        return self.sources.plan_units

    @property
    def indicators(self) -> list[Indicator]:
        """The plan's indicators in their order."""
        return self.sources.indicators

    def others(self, plan_unit: PlanUnit) -> list[UnitInputs]:
        """Those that the unit is ranked with."""
        own = self.inputs[plan_unit.pk]
        return [each for each in self.inputs.values() if each.rank_group == own.rank_group and each.unit != own.unit]


def load_field(plan: Plan, scheme: Scheme | None, *, as_of: datetime, assessment: Assessment | None = None) -> Field:
    """The plan's assessed units by approved reports as of an instant; a fixed number of queries, none writes.

    Manual scores and adjustments are those of `assessment`, without it of the newest revision.
    """
    scored = assessment or plan.assessments.first() or Assessment(plan=plan)
    scored.plan = plan
    sources = load_sources(scored, scheme or Scheme(plan=plan), as_of=as_of)
    return Field(sources, {each.pk: unit_inputs(sources, each) for each in sources.plan_units})


def forecasts(field: Field, plan_unit: PlanUnit, formulas: Formulas) -> dict[int, ForecastScore]:
    """By quarter that has opened: the score the unit would get if the year went on as it had begun by its end.

    A quarter counts for timeliness and completeness once the unit's report is approved or its deadline has passed.
    """
    facts = field.sources.facts
    found = {}
    for quarter in QUARTERS:
        if not facts.is_opened(plan_unit.pk, quarter):
            continue
        inputs = unit_inputs(field.sources, plan_unit, quarter=quarter)
        final = tuple(each for each in inputs.quarters if facts.is_final(plan_unit.pk, each.quarter))
        found[quarter] = forecast_score(formulas, replace(inputs, quarters=final), quarter=quarter)
    return found
