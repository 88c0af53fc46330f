"""What every assessed unit's score is calculated from, gathered in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from assessments.models import Assessment, Scheme
from assessments.services.compliance_facts import Basis, PlanFacts, load_facts
from calculations.compliance import unit_progress
from calculations.inputs import IndicatorInput, IndicatorLabels, QuarterFacts, UnitInputs, indicator_input
from calculations.quarters import LAST_QUARTER, QUARTERS
from calculations.rounding import exact
from progress.models import Evidence, Line, Report
from targets.models import Indicator, Plan, PlanUnit

UnitQuarter = tuple[int, int]
"""A plan unit's id and the number of a quarter."""


@dataclass(frozen=True, slots=True)
class Filed:
    """One unit's reporting of one quarter: the effective report, if any, and how often reports went back."""

    effective: dict[str, Any] | None
    returned: int


@dataclass(frozen=True, slots=True)
class Gathered:
    """The inputs of all assessed units in their order, and where each unit's numbers came from."""

    plan_units: list[PlanUnit]
    inputs: list[UnitInputs]
    traces: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Sources:
    """What a plan's inputs are made of; `plan_units` are the assessed ones in their order."""

    plan_units: list[PlanUnit]
    facts: PlanFacts
    indicators: list[Indicator]
    filed: dict[UnitQuarter, Filed]
    counted: dict[int, bool]
    evidence: set[tuple[int, int]]
    manual: dict[int, dict[str, Any]]
    flagged: set[int]
    flag_codes: tuple[str, ...]
    lines: dict[tuple[int, int], list[dict[str, Any]]]


def gather(assessment: Assessment, scheme: Scheme, *, as_of: datetime) -> Gathered:
    """The inputs as they stand: approved reports only. The same number of queries for any number of units."""
    sources = load_sources(assessment, scheme, as_of=as_of)
    inputs = [unit_inputs(sources, plan_unit) for plan_unit in sources.plan_units]
    return Gathered(sources.plan_units, inputs, [_trace(sources, plan_unit) for plan_unit in sources.plan_units])


def load_sources(assessment: Assessment, scheme: Scheme, *, as_of: datetime) -> Sources:
    """What all inputs are made of. `assessment` may be one that is not stored yet."""
    plan = assessment.plan
    return Sources(
        plan_units=list(plan.plan_units.filter(assessed=True).select_related("unit").order_by("order", "pk")),
        facts=load_facts(plan, as_of=as_of),
        indicators=list(plan.indicators.order_by("order", "pk")),
        filed=_filed(plan),
        counted=dict(plan.quarters.values_list("number", "counts_timeliness")),
        evidence=_evidence(plan),
        manual=_manual(assessment),
        flagged=_flagged(assessment),
        flag_codes=tuple(veto["code"] for veto in scheme.vetoes if veto["rule"] == "flag"),
        lines=_lines(plan),
    )


def unit_inputs(sources: Sources, plan_unit: PlanUnit, *, quarter: int = LAST_QUARTER) -> UnitInputs:
    """A unit's inputs with its indicators as they stood at the end of a quarter."""
    inputs = [_indicator_input(sources, plan_unit, indicator, quarter) for indicator in sources.indicators]
    return UnitInputs(
        unit=plan_unit.unit.code,
        rank_group=plan_unit.rank_group,
        indicators={each.code: each for each in inputs},
        quarters=tuple(_quarter_facts(sources, plan_unit, quarter) for quarter in QUARTERS),
        manual=sources.manual.get(plan_unit.pk, {}),
        flags=sources.flag_codes if plan_unit.pk in sources.flagged else (),
        name=plan_unit.name,
    )


def _indicator_input(sources: Sources, plan_unit: PlanUnit, indicator: Indicator, quarter: int) -> IndicatorInput:
    pair = (plan_unit.pk, indicator.pk)
    quarters = sources.facts.unit_quarters(pair, Basis.APPROVED)
    spec = sources.facts.specs[indicator.pk]
    return indicator_input(
        spec,
        unit_progress(spec, quarters)[quarter - 1],
        labels=IndicatorLabels(indicator.name, indicator.value_unit, indicator.decimals),
        binding=indicator.nature == Indicator.Nature.BINDING,
        has_evidence=pair in sources.evidence,
    )


def _quarter_facts(sources: Sources, plan_unit: PlanUnit, quarter: int) -> QuarterFacts:
    facts, filed = sources.facts, sources.filed.get((plan_unit.pk, quarter), Filed(None, 0))
    owed = facts.owed.get(plan_unit.pk, frozenset())
    required = [indicator for indicator in owed if quarter in facts.required[indicator]]
    lines = facts.filings[Basis.APPROVED].lines
    filled = [indicator for indicator in required if quarter in lines.get((plan_unit.pk, indicator), {})]
    first = filed.effective["first_submitted_at"] if filed.effective else None
    return QuarterFacts(
        quarter=quarter,
        on_time=first is not None and facts.deadlines[plan_unit.pk, quarter].is_on_time(first),
        required=len(required),
        filled=len(filled) if filed.effective else 0,
        counted=sources.counted.get(quarter, True),
        returned=(filed.returned,),
    )


def _filed(plan: Plan) -> dict[UnitQuarter, Filed]:
    rows = (
        Report.objects.of_plan(plan)
        .standing()
        .order_by("revision")
        .values(
            "pk", "plan_unit_id", "quarter__number", "revision", "is_effective", "first_submitted_at",
            "returned_times", "decided_at", "decided_by__username", "decided_by__display_name",
        )
    )  # fmt: skip
    by_quarter: defaultdict[UnitQuarter, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        by_quarter[row["plan_unit_id"], row["quarter__number"]].append(dict(row))
    return {key: _one_filed(reports) for key, reports in by_quarter.items()}


def _one_filed(revisions: Sequence[dict[str, Any]]) -> Filed:
    effective = next((each for each in revisions if each["is_effective"]), None)
    # The count runs on from revision to revision, so the last one holds the year's.
    return Filed(effective, revisions[-1]["returned_times"])


def _evidence(plan: Plan) -> set[tuple[int, int]]:
    rows = Evidence.objects.filter(line__report__quarter__plan=plan, line__report__is_effective=True)
    return set(rows.order_by().values_list("line__report__plan_unit_id", "line__indicator_id").distinct())


def _manual(assessment: Assessment) -> dict[int, dict[str, Any]]:
    found: defaultdict[int, dict[str, Any]] = defaultdict(dict)
    for score in assessment.manual_scores.all() if assessment.pk else ():
        found[score.plan_unit_id][score.criterion_code] = exact(score.points)
    return found


def _flagged(assessment: Assessment) -> set[int]:
    if assessment.pk is None:
        return set()
    return set(assessment.flags.filter(confirmed_by__isnull=False).values_list("plan_unit_id", flat=True))


def _lines(plan: Plan) -> dict[tuple[int, int], list[dict[str, Any]]]:
    """Where every counted number came from, by unit and indicator, in the order of the quarters."""
    rows = (
        Line.objects.filled()
        .filter(report__quarter__plan=plan, report__is_effective=True)
        .order_by("report__quarter__number")
        .values(
            "report__plan_unit_id", "indicator_id", "report__quarter__number", "report__revision", "value", "base",
            "not_applicable", "origin", "batch__uuid", "changed_by", "report__decided_at",
            "report__decided_by__display_name", "report__decided_by__username",
        )
    )  # fmt: skip
    found: defaultdict[tuple[int, int], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        found[row["report__plan_unit_id"], row["indicator_id"]].append(_provenance(dict(row)))
    return found


def _provenance(row: dict[str, Any]) -> dict[str, Any]:
    decided = row["report__decided_at"]
    return {
        "quarter": row["report__quarter__number"],
        "revision": row["report__revision"],
        "value": _number(row["value"]),
        "base": _number(row["base"]),
        "not_applicable": row["not_applicable"],
        "origin": row["origin"],
        "batch": str(row["batch__uuid"]) if row["batch__uuid"] else "",
        "entered_by": row["changed_by"],
        "approved_by": row["report__decided_by__display_name"] or row["report__decided_by__username"] or "",
        "approved_at": decided.isoformat() if decided else "",
    }


def _trace(sources: Sources, plan_unit: PlanUnit) -> dict[str, Any]:
    """By indicator code: the report lines behind its numbers."""
    return {
        indicator.code: sources.lines[plan_unit.pk, indicator.pk]
        for indicator in sources.indicators
        if (plan_unit.pk, indicator.pk) in sources.lines
    }


def _number(value: Any) -> str:
    return "" if value is None else f"{value.normalize():f}"


def open_corrections(plan: Plan) -> list[str]:
    """The corrections that are not yet approved, as people name them."""
    reports: Iterable[Report] = Report.objects.of_plan(plan).open_corrections().select_related("plan_unit", "quarter")
    return [f"{each.plan_unit.name} 第{each.quarter.number}季度" for each in reports]
