"""The results of an assessment as rows, written in a fixed number of statements."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from assessments.models import Assessment, Scheme, ScoreLine, UnitResult
from assessments.services.assessment_inputs import Gathered
from calculations.canonical import sha256
from calculations.rounding import round_half_up
from calculations.scheme import Scheme as Formulas
from calculations.scoring import PLACES, LineResult
from calculations.scoring import UnitResult as Scored
from common.many_rows import Value, upsert_rows


@dataclass(frozen=True, slots=True)
class Calculated:
    """Results ready to be stored for the version of the assessment that was read; `before` keeps what it was."""

    before: Assessment
    assessment: Assessment
    scheme: Scheme
    formulas: Formulas
    gathered: Gathered
    results: tuple[Scored, ...]
    as_of: datetime

    @property
    def are_units_gone(self) -> bool:
        """Whether a unit that has a result is not assessed any more."""
        stored = json.loads(self.before.results_head)["units"] if self.before.results_head else []
        return not {code for code, _sha in stored} <= {each.unit for each in self.results}


def replace_results(calculated: Calculated, inputs: Sequence[str], results: Sequence[str]) -> None:
    """Write every unit's row and lines and remove what no longer belongs.

    Three statements for any number of units; one to three more where the scheme or the assessed units have changed.
    """
    rows = [
        _result_row(calculated, place, inputs=inputs[place], results=results[place])
        for place in range(len(calculated.results))
    ]
    upsert_rows(UnitResult, rows, key=("assessment_id", "plan_unit_id"))
    _remove_what_is_gone(calculated)
    stored = dict(UnitResult.objects.filter(assessment=calculated.assessment).values_list("plan_unit_id", "pk"))
    criteria = {each.code: each.pk for each in calculated.scheme.criteria.all()}
    lines = zip(calculated.gathered.plan_units, calculated.results, strict=True)
    upsert_rows(
        ScoreLine,
        [line for unit, scored in lines for line in _line_rows(stored[unit.pk], scored.lines, criteria)],
        key=("result_id", "code"),
    )


def _remove_what_is_gone(calculated: Calculated) -> None:
    if calculated.before.scheme_id not in (None, calculated.scheme.pk):
        of_assessment = ScoreLine.objects.filter(result__assessment=calculated.assessment)
        of_assessment.exclude(criterion__scheme=calculated.scheme).delete()
    if calculated.are_units_gone:
        belonging = [each.pk for each in calculated.gathered.plan_units]
        UnitResult.objects.filter(assessment=calculated.assessment).exclude(plan_unit__in=belonging).delete()


def _result_row(calculated: Calculated, place: int, *, inputs: str, results: str) -> dict[str, Value]:
    scored = calculated.results[place]
    return {
        "assessment_id": calculated.assessment.pk,
        "plan_unit_id": calculated.gathered.plan_units[place].pk,
        "rank": scored.rank,
        "base": _text(scored.base),
        "bonus": _text(scored.bonus),
        "deduction": _text(scored.deduction),
        "total": _text(scored.total),
        "grade": scored.grade or "",
        "vetoes": [{"code": each.code, "name": each.name, "why": each.why} for each in scored.vetoes],
        "sections": {each.code: _text(each.score) for each in scored.sections},
        "inputs": inputs,
        "inputs_sha256": sha256(inputs),
        "results": results,
        "results_sha256": sha256(results),
        "trace": calculated.gathered.traces[place],
    }


def _line_rows(result: int, lines: Iterable[LineResult], criteria: dict[str, int]) -> list[dict[str, Value]]:
    return [
        {
            "result_id": result,
            "criterion_id": criteria[line.code],
            "code": line.code,
            "points_max": _text(round_half_up(line.max, PLACES)),
            "computed": _text(line.computed),
            "adjustment": _text(round_half_up(line.adjustment or 0, PLACES)),
            "points": _text(line.points) if line.applicable else None,
            "applicable": line.applicable,
            "unscored": line.unscored,
            "why": line.why,
            "next_gain": line.next_gain,
            "order": order,
        }
        for order, line in enumerate(lines)
    ]


def _text(number: Decimal | None) -> str | None:
    return None if number is None else f"{number:f}"
