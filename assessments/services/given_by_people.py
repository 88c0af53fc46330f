"""What people add to the numbers of an assessment: scores by hand, adjustments, confirmed falsification. One query."""

from collections import defaultdict
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from django.db.models import CharField, DecimalField, F, Value

from assessments.models import Assessment
from calculations.inputs import Adjustment
from calculations.rounding import exact

_MANUAL, _ADJUSTED, _FLAGGED = "manual", "adjusted", "flagged"
_POINTS = DecimalField(max_digits=7, decimal_places=2)


@dataclass(frozen=True, slots=True)
class GivenByPeople:
    """By plan unit's id: the numbers and the adjustments by criterion code; and the units flagged by two officers."""

    manual: dict[int, dict[str, Fraction]] = field(default_factory=lambda: defaultdict(dict))
    adjustments: dict[int, dict[str, Adjustment]] = field(default_factory=lambda: defaultdict(dict))
    flagged: set[int] = field(default_factory=set)


def given_by_people(assessment: Assessment) -> GivenByPeople:
    """Everything at once: three tables in one query; nothing of an assessment that is not stored yet."""
    given = GivenByPeople()
    if not assessment.pk:
        return given
    rows = _rows(assessment.manual_scores, _MANUAL, F("points")).union(
        _rows(assessment.adjustments, _ADJUSTED, F("amount")),
        _flags(assessment),
        all=True,
    )
    for kind, unit, code, number, reason in rows:
        if kind == _MANUAL:
            given.manual[unit][code] = exact(number)
        elif kind == _ADJUSTED:
            given.adjustments[unit][code] = Adjustment(exact(number), reason)
        else:
            given.flagged.add(unit)
    return given


def _rows(rows: Any, kind: str, number: F) -> Any:
    said = rows.order_by().annotate(kind=Value(kind, CharField()), number=number)
    return said.values_list("kind", "plan_unit_id", "criterion_code", "number", "reason")


def _flags(assessment: Assessment) -> Any:
    confirmed = assessment.flags.filter(confirmed_by__isnull=False).order_by()
    none: dict[str, Any] = {"code": Value("", CharField()), "number": Value(0, _POINTS), "why": Value("", CharField())}
    return confirmed.annotate(kind=Value(_FLAGGED, CharField()), **none).values_list(
        "kind", "plan_unit_id", "code", "number", "why"
    )
