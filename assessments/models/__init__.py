"""What it counts for: compliance, the scoring scheme, the assessment and its results."""

from assessments.models.compliance import Compliance, ComplianceMark, ComplianceState
from assessments.models.results import Assessment, FalsificationFlag, ManualScore, ScoreLine, UnitResult
from assessments.models.schemes import Criterion, Scheme, Section

__all__ = [
    "Assessment",
    "Compliance",
    "ComplianceMark",
    "ComplianceState",
    "Criterion",
    "FalsificationFlag",
    "ManualScore",
    "Scheme",
    "ScoreLine",
    "Section",
    "UnitResult",
]
