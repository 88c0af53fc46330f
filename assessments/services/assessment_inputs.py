"""What every assessed unit's score is calculated from, gathered in a fixed number of queries."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from assessments.models import Assessment, Scheme
from assessments.services.compliance_facts import Basis, PlanFacts, facts_of, load_parts
from assessments.services.given_by_people import GivenByPeople, given_by_people
from assessments.services.report_facts import Filed, ReportFacts, load_report_facts
from calculations.compliance import unit_progress
from calculations.inputs import IndicatorInput, IndicatorLabels, QuarterFacts, UnitInputs, indicator_input
from calculations.quarters import LAST_QUARTER, QUARTERS
from targets.models import Indicator, PlanUnit


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
    indicators: list[Indicator]
    facts: PlanFacts
    reports: ReportFacts
    given: GivenByPeople
    counted: dict[int, bool]
    flag_codes: tuple[str, ...]


def gather(assessment: Assessment, scheme: Scheme, *, as_of: datetime) -> Gathered:
    """The inputs as they stand: approved reports only. Six queries, for any number of units, reports and revisions."""
    sources = load_sources(assessment, scheme, as_of=as_of)
    inputs = [unit_inputs(sources, plan_unit) for plan_unit in sources.plan_units]
    return Gathered(sources.plan_units, inputs, [_trace(sources, plan_unit) for plan_unit in sources.plan_units])


def load_sources(assessment: Assessment, scheme: Scheme, *, as_of: datetime) -> Sources:
    """What all inputs are made of. `assessment` may be one that is not stored yet."""
    parts, reports = load_parts(assessment.plan), load_report_facts(assessment.plan)
    return Sources(
        plan_units=[each for each in parts.plan_units if each.assessed],
        indicators=parts.indicators,
        facts=facts_of(parts, reports.rows, as_of=as_of),
        reports=reports,
        given=given_by_people(assessment),
        counted={quarter.number: quarter.counts_timeliness for quarter in parts.calendar.quarters},
        flag_codes=tuple(veto["code"] for veto in scheme.vetoes if veto["rule"] == "flag"),
    )


def unit_inputs(sources: Sources, plan_unit: PlanUnit, *, quarter: int = LAST_QUARTER) -> UnitInputs:
    """A unit's inputs with its indicators as they stood at the end of a quarter."""
    inputs = [_indicator_input(sources, plan_unit, indicator, quarter) for indicator in sources.indicators]
    return UnitInputs(
        unit=plan_unit.unit.code,
        rank_group=plan_unit.rank_group,
        indicators={each.code: each for each in inputs},
        quarters=tuple(_quarter_facts(sources, plan_unit, quarter) for quarter in QUARTERS),
        manual=sources.given.manual.get(plan_unit.pk, {}),
        adjustments=sources.given.adjustments.get(plan_unit.pk, {}),
        flags=sources.flag_codes if plan_unit.pk in sources.given.flagged else (),
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
        has_evidence=pair in sources.reports.evidence,
    )


def _quarter_facts(sources: Sources, plan_unit: PlanUnit, quarter: int) -> QuarterFacts:
    facts, filed = sources.facts, sources.reports.filed.get((plan_unit.pk, quarter), Filed(None, 0))
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


def _trace(sources: Sources, plan_unit: PlanUnit) -> dict[str, Any]:
    """By indicator code: the report lines behind its numbers."""
    lines = sources.reports.lines
    return {
        indicator.code: lines[plan_unit.pk, indicator.pk]
        for indicator in sources.indicators
        if (plan_unit.pk, indicator.pk) in lines
    }
