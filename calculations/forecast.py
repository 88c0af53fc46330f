"""The score a unit would get if the year went on as it has begun (docs/calculations.md, end of section 3)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from calculations.actual import DataState, IndicatorSpec, Kind
from calculations.gap import forecast_value
from calculations.inputs import IndicatorInput, UnitInputs
from calculations.rules import Manual
from calculations.scheme import Criterion, Scheme
from calculations.scoring import UnitResult, assess_unit


@dataclass(frozen=True)
class ForecastScore:
    """The result at the year's end, and the codes of the criteria left out: manual ones and those not due yet."""

    result: UnitResult
    left_out: tuple[str, ...]


def forecast_score(scheme: Scheme, unit: UnitInputs, *, quarter: int) -> ForecastScore:
    """The forecast from a unit's inputs as of `quarter` (1 to 4).

    Summed counts go on at the pace so far, everything else stays; what counts quarters is scaled to the past ones.
    No veto is forecast from missing data.
    """
    past = tuple(facts for facts in unit.quarters if facts.quarter <= quarter)
    at_year_end = {code: _at_year_end(each, quarter) for code, each in unit.indicators.items()}
    expected = replace(unit, indicators=at_year_end, quarters=past)
    left_out = tuple(each.code for each in scheme.criteria() if _is_left_out(each, expected))
    result = assess_unit(_without(scheme, left_out), _without_missing_binding(expected))
    return ForecastScore(result, left_out)


def _at_year_end(indicator: IndicatorInput, quarter: int) -> IndicatorInput:
    """The same indicator with the value of quarter 4. Only counts move: any other forecast is the value so far."""
    if indicator.kind is not Kind.COUNT or indicator.actual is None:
        return indicator
    spec = IndicatorSpec(indicator.code, indicator.kind, indicator.accumulate)
    return replace(indicator, value=forecast_value(spec, indicator.actual, quarter=quarter))


def _is_left_out(criterion: Criterion, unit: UnitInputs) -> bool:
    states = {unit.indicator(code).state for code in criterion.indicators}
    return isinstance(criterion.rule, Manual) or states == {DataState.NOT_DUE}


def _without(scheme: Scheme, left_out: tuple[str, ...]) -> Scheme:
    sections = tuple(replace(each, criteria=_kept(each.criteria, left_out)) for each in scheme.sections)
    return replace(
        scheme,
        sections=sections,
        bonus=_kept(scheme.bonus, left_out),
        deduction=_kept(scheme.deduction, left_out),
    )


def _kept(criteria: tuple[Criterion, ...], left_out: tuple[str, ...]) -> tuple[Criterion, ...]:
    return tuple(criterion for criterion in criteria if criterion.code not in left_out)


def _without_missing_binding(unit: UnitInputs) -> UnitInputs:
    """Missing data trip no veto in a forecast: what is not reported yet is not missed yet."""
    indicators = {
        code: replace(each, binding=each.binding and each.state is not DataState.NO_DATA)
        for code, each in unit.indicators.items()
    }
    return replace(unit, indicators=indicators)
