"""The scoring rules, one by one (docs/calculations.md, section 4)."""

from fractions import Fraction

import pytest

from calculations.actual import DataState
from calculations.errors import CalculationError
from calculations.inputs import IndicatorInput, UnitInputs
from calculations.rules import (
    RULES,
    Average,
    Case,
    Completeness,
    Evidence,
    Manual,
    OverTarget,
    PerItem,
    Proportional,
    Returns,
    Step,
    Steps,
    Timeliness,
    parse_rule,
    rule_params,
)
from tests.calculations.builders import make_facts, make_input, make_unit

NO_DATA = DataState.NO_DATA
NOT_APPLICABLE = DataState.NOT_APPLICABLE
PROPORTIONAL = parse_rule("proportional", {"floor": "50"})
STEPS = parse_rule("steps", {"steps": [["100", "10"], ["80", "6"], ["60", "3"]]})
OVER_TARGET = parse_rule("over_target", {"per": "10", "each": "0.5"})


def case(*indicators: IndicatorInput, maximum: str = "10", unit: UnitInputs | None = None) -> Case:
    return Case(Fraction(maximum), indicators, unit or make_unit(*indicators))


def facts_case(maximum: str = "10", **facts: object) -> Case:
    return case(maximum=maximum, unit=make_unit(quarters=make_facts(**facts)))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "points"),
    [("0", "0"), ("49.99", "0"), ("50", "5"), ("77.5", "7.75"), ("99.9", "9.99"), ("100", "10"), ("250", "10")],
)
def test_proportional_gives_the_share_reached_from_the_floor_on(value: str, points: str) -> None:
    assert PROPORTIONAL.points(case(make_input(value=value, target="100"))) == Fraction(points)


@pytest.mark.parametrize(
    ("value", "points"), [("59", "0"), ("60", "3"), ("79", "3"), ("80", "6"), ("100", "10"), ("300", "10")]
)
def test_steps_give_the_points_of_the_highest_step_reached(value: str, points: str) -> None:
    assert STEPS.points(case(make_input(value=value, target="100"))) == Fraction(points)


@pytest.mark.parametrize(
    ("value", "points"), [("99", "0"), ("100", "0"), ("109", "0"), ("110", "0.5"), ("129", "1"), ("130", "1.5")]
)
def test_over_target_gives_points_for_every_full_stretch_above(value: str, points: str) -> None:
    assert OVER_TARGET.points(case(make_input(value=value, target="100"))) == Fraction(points)


@pytest.mark.parametrize("rule", [PROPORTIONAL, STEPS, OVER_TARGET, parse_rule("steps", {"steps": [["0", "1"]]})])
def test_rule_on_attainment_gives_nothing_without_data(rule) -> None:
    assert rule.points(case(make_input(state=NO_DATA, target="100"))) == 0


@pytest.mark.parametrize("rule", [PROPORTIONAL, STEPS, OVER_TARGET])
@pytest.mark.parametrize(
    "indicator",
    [
        make_input(state=NOT_APPLICABLE, target="100"),
        make_input(value="5"),
        make_input(state=NO_DATA),
        make_input(state=DataState.NOT_DUE, target="100"),
    ],
)
def test_rule_on_attainment_drops_out_where_nothing_is_to_be_reached(rule, indicator: IndicatorInput) -> None:
    assert rule.points(case(indicator)) is None


def test_per_item_counts_the_items_of_all_indicators() -> None:
    rule = parse_rule("per_item", {"each": "0.5"})

    assert rule.points(case(make_input("X", value="3"), make_input("Y", value="2"))) == Fraction("2.5")


def test_per_item_cuts_each_indicator_first() -> None:
    rule = parse_rule("per_item", {"each": "1", "cap_each": "1"})

    assert rule.points(case(make_input("X", value="3"), make_input("Y", value="0"), make_input("Z", value="1"))) == 2


def test_per_item_counts_a_missing_one_as_nothing_and_leaves_out_what_does_not_apply() -> None:
    rule = parse_rule("per_item", {"each": "1"})
    missing, left_out = make_input("Y", state=NO_DATA), make_input("Z", state=NOT_APPLICABLE)

    assert rule.points(case(make_input("X", value="3"), missing, left_out)) == 3
    assert rule.points(case(missing)) == 0
    assert rule.points(case(left_out)) is None


def test_average_takes_the_mean_of_what_has_a_target() -> None:
    full = make_input("X", kind="milestone", value="100", target="100")
    most = make_input("Y", kind="milestone", value="80", target="100")
    untargeted = make_input("Z", kind="milestone", value="0")

    assert Average().points(case(full, most, untargeted)) == 9


def test_average_cuts_at_a_hundred_and_counts_a_missing_one_as_nothing() -> None:
    over = make_input("X", kind="percent", value="120", target="100")
    missing = make_input("Y", kind="milestone", state=NO_DATA, target="100")

    assert Average().points(case(over, missing)) == 5


def test_average_drops_out_when_all_are_left_out() -> None:
    left_out = make_input("X", kind="milestone", state=NOT_APPLICABLE, target="100")

    assert Average().points(case(left_out, make_input("Y", kind="milestone", value="50"))) is None


def test_timeliness_gives_points_for_every_quarter_on_time() -> None:
    assert Timeliness(Fraction("1.5")).points(facts_case(on_time=[True, True, False, True])) == Fraction("4.5")


def test_timeliness_is_scaled_to_the_quarters_that_count() -> None:
    counted = [False, True, True, True]

    points = Timeliness(Fraction("1.5")).points(facts_case(on_time=[False, True, True, False], counted=counted))

    assert points == 4


def test_completeness_adds_the_shares_filled_in() -> None:
    filled = [(18, 19), (17, 19), (18, 20), (24, 25)]

    points = Completeness(Fraction(1)).points(facts_case(filled=filled))

    assert points == Fraction(18, 19) + Fraction(17, 19) + Fraction(18, 20) + Fraction(24, 25)


def test_completeness_counts_a_quarter_without_a_report_as_nothing() -> None:
    assert Completeness(Fraction(1)).points(facts_case(filled=[(5, 5), (5, 5), (0, 5), (5, 5)])) == 3


def test_completeness_leaves_out_a_quarter_in_which_nothing_is_owed() -> None:
    assert Completeness(Fraction(1)).points(facts_case(filled=[(0, 0), (5, 5), (5, 5), (5, 5)])) == 4


def test_returns_drop_out_where_no_quarter_is_past() -> None:
    assert Returns(1, Fraction(1)).points(case(unit=make_unit(quarters=()))) is None


@pytest.mark.parametrize("rule", [Timeliness(Fraction(1)), Completeness(Fraction(1))])
def test_rule_on_quarters_drops_out_when_none_counts(rule) -> None:
    assert rule.points(facts_case(counted=[False] * 4)) is None


def test_evidence_gives_the_share_of_achievements_that_are_shown() -> None:
    unit = make_unit(
        make_input("SHOWN", value="1", target="2", has_evidence=True),
        make_input("BARE", value="1", target="2"),
        make_input("NONE_DONE", value="0", target="2", has_evidence=True),
        make_input("TRACKED", value="5", has_evidence=True),
        make_input("MENDED", kind="remaining", value="2", base="9", target="0"),
        make_input("NOT_MENDED", kind="remaining", value="9", base="9", target="0"),
        make_input("MISSING", state=NO_DATA, target="2"),
    )

    assert Evidence().points(case(unit=unit, maximum="3")) == 1


def test_evidence_gives_nothing_where_nothing_is_achieved() -> None:
    assert Evidence().points(case(unit=make_unit(make_input(value="0", target="2")))) == 0


@pytest.mark.parametrize(
    ("returned", "points"),
    [
        ([(0,), (2,), (0,), (1,)], "0.5"),
        ([(1,), (1,), (1,), (1,)], "0"),
        ([(3,), (2,), (), (0,)], "1.5"),
        ([(1, 1), (0,), (0,), (0,)], "0"),
    ],
)
def test_returns_deduct_for_every_return_of_a_report_beyond_the_free_ones(
    returned: list[tuple[int, ...]], points: str
) -> None:
    assert Returns(1, Fraction("0.5")).points(facts_case(returned=returned)) == Fraction(points)


def test_manual_gives_the_reviewers_number_and_nothing_yet_without_one() -> None:
    assert Manual().points(Case(Fraction(3), (), make_unit(), manual=Fraction("2.5"))) == Fraction("2.5")
    assert Manual().points(Case(Fraction(3), (), make_unit())) == 0


def test_every_rule_of_the_design_has_a_name() -> None:
    assert list(RULES) == [
        "proportional",
        "steps",
        "per_item",
        "average",
        "over_target",
        "timeliness",
        "completeness",
        "evidence",
        "returns",
        "manual",
    ]


@pytest.mark.parametrize(
    ("name", "params", "rule"),
    [
        ("proportional", {"floor": "50"}, Proportional(Fraction(50))),
        ("proportional", {"floor": 50}, Proportional(Fraction(50))),
        ("steps", {"steps": [["100", "5"]]}, Steps((Step(Fraction(100), Fraction(5)),))),
        ("steps", {"steps": [{"bound": "100", "points": "5"}]}, Steps((Step(Fraction(100), Fraction(5)),))),
        ("per_item", {"each": "2"}, PerItem(Fraction(2))),
        ("per_item", {"each": "2", "cap_each": None}, PerItem(Fraction(2))),
        ("over_target", {"per": "10", "each": "0.5"}, OverTarget(Fraction(10), Fraction(1, 2))),
        ("returns", {"free": "1", "each": "0.5"}, Returns(1, Fraction(1, 2))),
        ("evidence", {}, Evidence()),
    ],
)
def test_rule_is_read_from_its_name_and_parameters(name: str, params: dict[str, object], rule) -> None:
    read = parse_rule(name, params)

    assert read == rule
    assert parse_rule(name, rule_params(read)) == rule


@pytest.mark.parametrize(
    ("name", "params", "message"),
    [
        ("guess", {}, "没有名为 'guess' 的评分规则"),
        ("proportional", {}, "缺少参数 floor"),
        ("proportional", {"floor": "50", "flor": "1"}, "不认识的参数 flor"),
        ("proportional", {"floor": "half"}, "proportional.floor：应为数字，读到 'half'"),
        ("proportional", {"floor": 0.5}, "proportional.floor：应为精确的数字，读到 0.5"),
        ("returns", {"free": "1.5", "each": "1"}, "returns.free：应为整数，读到 '1.5'"),
        ("steps", {"steps": "100"}, "steps.steps：应为列表"),
        ("steps", {"steps": [["100"]]}, r"steps.steps\[0\]：应为一组参数"),
    ],
)
def test_rule_that_cannot_be_read_is_refused_by_place_and_reason(
    name: str, params: dict[str, object], message: str
) -> None:
    with pytest.raises(CalculationError, match=message):
        parse_rule(name, params)
