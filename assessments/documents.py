"""The assessment as JSON for scripts: natural keys, decimals as strings."""

from typing import Any

from assessments.models import Assessment, ScoreLine, UnitResult


def assessment_document(assessment: Assessment) -> dict[str, Any]:
    """`{year, revision, inputs_sha256, results_sha256, units}`; three queries, whatever the number of units."""
    results = (
        assessment.results.select_related("plan_unit__unit").prefetch_related("lines").order_by("plan_unit__order")
    )
    return {
        "year": assessment.plan.year,
        "revision": assessment.revision,
        "inputs_sha256": assessment.inputs_sha256,
        "results_sha256": assessment.results_sha256,
        "units": [_unit(result) for result in results],
    }


def _unit(result: UnitResult) -> dict[str, Any]:
    return {
        "unit": result.plan_unit.unit.code,
        "rank": result.rank,
        "base": _points(result.base),
        "bonus": _points(result.bonus),
        "deduction": _points(result.deduction),
        "total": _points(result.total),
        "grade": result.grade or None,
        "vetoes": [veto["code"] for veto in result.vetoes],
        "sections": result.sections,
        "lines": [_line(line) for line in result.lines.all()],
    }


def _line(line: ScoreLine) -> dict[str, Any]:
    return {
        "code": line.code,
        "max": _points(line.points_max),
        "points": _points(line.points),
        "applicable": line.applicable,
    }


def _points(number: object) -> str | None:
    return None if number is None else f"{number:.2f}"
