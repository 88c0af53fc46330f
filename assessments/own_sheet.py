"""A unit's own scores as a page shows them: every criterion with its rule, what is computed and what was typed."""

from dataclasses import dataclass
from typing import Any

from assessments.beside import Beside
from assessments.models import Assessment, AssessmentFile, Criterion, Scheme, ScoreLine, SelfScore
from assessments.process_forms import OwnScoreSheet
from assessments.rule_words import scheme_parts
from targets.models import PlanUnit


@dataclass(frozen=True, slots=True)
class OwnRow:
    """One criterion: the rule in words, the computed line where there is one, the unit's own score as shown."""

    criterion: Criterion
    rule: str
    line: ScoreLine | None
    points: str
    note: str
    error: Any
    stored: SelfScore | None
    files: list[AssessmentFile]


@dataclass(frozen=True, slots=True)
class OwnPart:
    """A section, the bonus or the deduction."""

    title: str
    rows: list[OwnRow]


def own_parts(
    plan_unit: PlanUnit, scheme: Scheme, sheet: OwnScoreSheet, beside: Beside, shown: Assessment | None
) -> list[OwnPart]:
    """The criteria in the scheme's order, beside the computed lines of the revision that the person is shown.

    Two queries, for the indicators' names and those lines.
    """
    names = {each.code: each.label for each in plan_unit.plan.indicators.all()}
    lines = _lines(shown, plan_unit)
    return [
        OwnPart(part.title, [_row(each.criterion, each.rule, lines, sheet, beside) for each in part.rows])
        for part in scheme_parts(scheme, names)
    ]


def _row(criterion: Criterion, rule: str, lines: dict[str, ScoreLine], sheet: OwnScoreSheet, beside: Beside) -> OwnRow:
    points, note = sheet.value(criterion.code)
    return OwnRow(
        criterion=criterion,
        rule=rule,
        line=lines.get(criterion.code),
        points=points,
        note=note,
        error=sheet.errors.get(criterion.code, ""),
        stored=beside.own.get(criterion.code),
        files=beside.files.get(criterion.code, []),
    )


def _lines(assessment: Assessment | None, plan_unit: PlanUnit) -> dict[str, ScoreLine]:
    if assessment is None:
        return {}
    found = ScoreLine.objects.filter(result__assessment=assessment, result__plan_unit=plan_unit)
    return {each.code: each for each in found}
