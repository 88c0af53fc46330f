"""What it counts for: compliance, the scoring scheme, the assessment and its results."""

from assessments.models.compliance import Compliance, ComplianceMark, ComplianceState
from assessments.models.process import Adjustment, Announcement, Appeal, AssessmentFile, SelfScore
from assessments.models.results import Assessment, FalsificationFlag, ManualScore, ScoreLine, UnitResult
from assessments.models.schemes import Criterion, Scheme, SchemeDraft, Section

__all__ = [
    "Adjustment",
    "Announcement",
    "Appeal",
    "Assessment",
    "AssessmentFile",
    "Compliance",
    "ComplianceMark",
    "ComplianceState",
    "Criterion",
    "FalsificationFlag",
    "ManualScore",
    "Scheme",
    "SchemeDraft",
    "ScoreLine",
    "Section",
    "SelfScore",
    "UnitResult",
]
