"""What stands beside a unit's points: own and manual scores, adjustments, appeals and files, by criterion code."""

from collections import defaultdict
from dataclasses import dataclass, field

from assessments.models import Adjustment, Appeal, Assessment, AssessmentFile, ManualScore, SelfScore
from targets.models import PlanUnit


@dataclass(frozen=True, slots=True)
class Beside:
    """Everything by criterion code; of several appeals on a line the newest one that was not withdrawn."""

    own: dict[str, SelfScore] = field(default_factory=dict)
    manual: dict[str, ManualScore] = field(default_factory=dict)
    adjustments: dict[str, Adjustment] = field(default_factory=dict)
    appeals: dict[str, Appeal] = field(default_factory=dict)
    files: dict[str, list[AssessmentFile]] = field(default_factory=dict)


def load_beside(assessment: Assessment, plan_unit: PlanUnit) -> Beside:
    """Of one unit; five queries, none for an assessment that is not stored yet."""
    if not assessment.pk:
        return Beside()
    files: defaultdict[str, list[AssessmentFile]] = defaultdict(list)
    kept = AssessmentFile.objects.behind_self_scores().filter(assessment=assessment, plan_unit=plan_unit)
    for each in kept.select_related("file"):
        files[each.criterion_code].append(each)
    appeals = Appeal.objects.filter(assessment=assessment, plan_unit=plan_unit).exclude(state=Appeal.State.WITHDRAWN)
    return Beside(
        own={each.criterion_code: each for each in assessment.self_scores.filter(plan_unit=plan_unit)},
        manual={each.criterion_code: each for each in assessment.manual_scores.filter(plan_unit=plan_unit)},
        adjustments={each.criterion_code: each for each in assessment.adjustments.filter(plan_unit=plan_unit)},
        appeals={each.criterion_code: each for each in appeals.order_by("asked_at")},
        files=dict(files),
    )
