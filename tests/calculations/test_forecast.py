"""The score if the year goes on like this (docs/calculations.md, end of section 3)."""

from fractions import Fraction

import pytest

from calculations.actual import DataState
from calculations.forecast import forecast_score
from calculations.rules import parse_rule
from calculations.scheme import Band, BindingMissed, Cap, Criterion, Scheme, Section, Veto
from tests.calculations.builders import default_scheme, donghai_inputs, make_facts, make_input, make_unit

SHARE = parse_rule("proportional", {"floor": "0"})


def points_of(result, code: str) -> str:
    return next(str(line.points) for line in result.lines if line.code == code)


def make_scheme(*criteria: Criterion, **more: object) -> Scheme:
    bands = (Band("合格", Fraction(60)), Band("不合格", Fraction(0)))
    return Scheme((Section("S", Fraction(100), criteria),), bands, **more)  # type: ignore[arg-type]


def test_summed_counts_go_on_and_everything_else_stays() -> None:
    scheme = make_scheme(
        Criterion("SUM", Fraction(40), SHARE, ("X",)),
        Criterion("LATEST", Fraction(40), SHARE, ("Y",)),
        Criterion("RATIO", Fraction(20), SHARE, ("Z",)),
    )
    unit = make_unit(
        make_input("X", value="10", target="40"),
        make_input("Y", value="10", target="40", accumulate="latest"),
        make_input("Z", kind="ratio", value="10", base="40", target="50"),
    )

    forecast = forecast_score(scheme, unit, quarter=2).result

    assert [points_of(forecast, code) for code in ("SUM", "LATEST", "RATIO")] == ["20.00", "10.00", "10.00"]


def test_quarters_to_come_are_not_counted_against_the_unit() -> None:
    scheme = make_scheme(
        Criterion("C1", Fraction(6), parse_rule("timeliness", {"each": "1.5"})),
        Criterion("C2", Fraction(4), parse_rule("completeness", {"each": "1"})),
        deduction=(Criterion("D1", Fraction(2), parse_rule("returns", {"free": "1", "each": "0.5"})),),
    )
    facts = make_facts(
        [True, False, False, False], filled=[(5, 5), (4, 5), (0, 5), (0, 5)], returned=[(0,), (2,), (), ()]
    )

    forecast = forecast_score(scheme, make_unit(quarters=facts), quarter=2).result

    assert [points_of(forecast, code) for code in ("C1", "C2", "D1")] == ["3.00", "3.60", "1.00"]


def test_manual_criteria_and_those_not_due_are_left_out_and_named() -> None:
    forecast = forecast_score(default_scheme(), donghai_inputs(quarter=2), quarter=2)

    assert forecast.left_out == ("A6", "A7", "C4", "P4", "D2")
    assert not {line.code for line in forecast.result.lines} & set(forecast.left_out)


def test_indicator_reported_before_it_is_due_counts() -> None:
    forecast = forecast_score(default_scheme(), donghai_inputs(quarter=3), quarter=3)

    assert points_of(forecast.result, "A6") == "6.99"


def test_missing_data_trip_no_veto_but_a_poor_forecast_does() -> None:
    veto = Veto("V", BindingMissed(Fraction(80)), Cap(1))
    scheme = make_scheme(Criterion("K", Fraction(5), parse_rule("evidence", {})), vetoes=(veto,))
    missing = make_unit(make_input(state=DataState.NO_DATA, target="8", binding=True))
    poor = make_unit(make_input(value="1", target="8", binding=True))
    good = make_unit(make_input(value="2", target="8", binding=True))

    tripped = [bool(forecast_score(scheme, unit, quarter=1).result.vetoes) for unit in (missing, poor, good)]

    assert tripped == [False, True, False]


@pytest.mark.parametrize(("quarter", "total"), [(1, "28.07"), (2, "53.27"), (3, "51.82"), (4, "86.96")])
def test_forecast_of_the_worked_example(quarter: int, total: str) -> None:
    forecast = forecast_score(default_scheme(), donghai_inputs(quarter=quarter), quarter=quarter)

    assert str(forecast.result.total) == total
