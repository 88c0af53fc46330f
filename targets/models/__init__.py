"""What must be reached: units, institutions, the plan with its indicators and targets, quarters."""

from targets.models.institutions import Institution
from targets.models.plan import Indicator, Plan, PlanUnit
from targets.models.quarters import Extension, Holiday, Quarter
from targets.models.targets import Target, TargetRevision
from targets.models.units import Unit, UnitAlias

__all__ = [
    "Extension",
    "Holiday",
    "Indicator",
    "Institution",
    "Plan",
    "PlanUnit",
    "Quarter",
    "Target",
    "TargetRevision",
    "Unit",
    "UnitAlias",
]
