"""Builders for the calculations' inputs: valid by default, one argument for what a test is about."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path

import yaml

from calculations.actual import Accumulate, DataState, IndicatorSpec, Kind, LineValue, UnitQuarter
from calculations.compliance import Progress, unit_progress
from calculations.inputs import Adjustment, IndicatorInput, IndicatorLabels, QuarterFacts, UnitInputs, indicator_input
from calculations.quarters import QUARTERS, parse_pace
from calculations.rounding import exact, exact_or_none
from calculations.scheme import Scheme
from calculations.scheme_reading import parse_scheme
from tests.calculations import example_donghai as donghai

SCHEME_FILE = Path(__file__).parents[2] / "assessments" / "data" / "scheme_2023.yaml"

Lines = Mapping[int, Mapping[str, tuple[str, str | None]]]


def default_scheme() -> Scheme:
    """The scheme of 2023 as the plan's data file has it."""
    return parse_scheme(yaml.safe_load(SCHEME_FILE.read_text(encoding="utf-8")))


def make_spec(
    kind: Kind = Kind.COUNT, *, accumulate: str = "sum", whole: bool = True, pace: str = "linear"
) -> IndicatorSpec:
    return IndicatorSpec("X", kind, Accumulate(accumulate), whole=whole, pace=parse_pace(pace))


def line(value: str | int, base: str | int = 0) -> LineValue:
    return LineValue(exact(value), exact(base))


NOT_APPLICABLE = LineValue.of(None, not_applicable=True)


def make_quarters(
    lines: Sequence[LineValue | None], *, target: str | None = None, owed: bool = True, final: bool = True
) -> list[UnitQuarter]:
    """Four quarters with the given lines; those not given have none."""
    padded = [*lines, *[None] * (4 - len(lines))]
    return [UnitQuarter(each, exact_or_none(target), owed=owed, opened=True, final=final) for each in padded]


def make_input(
    code: str = "X",
    *,
    kind: str = "count",
    value: str = "0",
    base: str = "0",
    target: str | None = None,
    **more: object,
) -> IndicatorInput:
    """A reported indicator, unless `state` says otherwise."""
    given: dict[str, object] = {
        "accumulate": Accumulate.SUM,
        "decimals": 0,
        "state": DataState.REPORTED,
        "name": f"指标{code}",
        "unit_label": "个",
        **more,
    }
    return IndicatorInput(
        code=code,
        kind=Kind(kind),
        value=exact(value),
        base=exact(base),
        target=exact_or_none(target),
        **given,  # type: ignore[arg-type]
    )


def make_unit(*indicators: IndicatorInput, **more: object) -> UnitInputs:
    """A unit whose four reports were complete and on time."""
    given: dict[str, object] = {
        "quarters": make_facts(),
        "unit": "U1",
        "rank_group": "counties",
        "name": "甲县",
        **more,
    }
    return UnitInputs(indicators={each.code: each for each in indicators}, **given)  # type: ignore[arg-type]


def make_facts(
    on_time: Sequence[bool] = (True,) * 4,
    *,
    filled: Sequence[tuple[int, int]] = ((5, 5),) * 4,
    counted: Sequence[bool] = (True,) * 4,
    returned: Sequence[tuple[int, ...]] = ((0,),) * 4,
) -> tuple[QuarterFacts, ...]:
    return tuple(
        QuarterFacts(
            number + 1, on_time[number], filled[number][1], filled[number][0], counted[number], returned[number]
        )
        for number in range(len(on_time))
    )


def make_adjustment(amount: str, reason: str = "复核") -> Adjustment:
    return Adjustment(exact(amount), reason)


def donghai_spec(indicator: donghai.Indicator) -> IndicatorSpec:
    whole = indicator.decimals == 0 and indicator.kind in ("count", "remaining")
    return IndicatorSpec(
        indicator.code,
        Kind(indicator.kind),
        Accumulate(indicator.accumulate),
        whole=whole,
        pace=parse_pace(indicator.pace),
    )


def donghai_progress(indicator: donghai.Indicator, lines: Lines = donghai.LINES) -> tuple[Progress, ...]:
    """The example's progress of one indicator, by quarter."""
    quarters = [
        UnitQuarter(
            _line(lines[number].get(indicator.code)),
            exact_or_none(indicator.target),
            owed=number in indicator.required_in,
            opened=True,
            final=True,
        )
        for number in QUARTERS
    ]
    return unit_progress(donghai_spec(indicator), quarters)


def donghai_inputs(lines: Lines = donghai.LINES, *, quarter: int = 4) -> UnitInputs:
    """The example's inputs as of a quarter."""
    return UnitInputs(
        unit=donghai.UNIT,
        rank_group="counties",
        indicators={each.code: _donghai_input(each, lines, quarter) for each in donghai.INDICATORS},
        quarters=tuple(_donghai_facts(number) for number in QUARTERS),
        manual={code: exact(score) for code, score in donghai.MANUAL_SCORES.items()},
        name=donghai.UNIT_NAME,
    )


def _donghai_input(indicator: donghai.Indicator, lines: Lines, quarter: int) -> IndicatorInput:
    return indicator_input(
        donghai_spec(indicator),
        donghai_progress(indicator, lines)[quarter - 1],
        labels=IndicatorLabels(indicator.name, indicator.unit_label, indicator.decimals),
        binding=indicator.binding,
        has_evidence=indicator.code in donghai.WITH_EVIDENCE,
    )


def _donghai_facts(number: int) -> QuarterFacts:
    filled, required = donghai.FILLED_OF_REQUIRED[number]
    return QuarterFacts(number, donghai.ON_TIME[number], required, filled, returned=(donghai.RETURNED[number],))


def _line(numbers: tuple[str, str | None] | None) -> LineValue | None:
    if numbers is None:
        return None
    return LineValue(exact(numbers[0]), exact(numbers[1]) if numbers[1] else Fraction(0))
