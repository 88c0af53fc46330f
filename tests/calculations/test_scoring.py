"""Lines, sections, base, total, grade and vetoes of one unit, and the ranks of all."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calculations.actual import DataState
from calculations.canonical import digest, from_json, to_json
from calculations.errors import CalculationError
from calculations.inputs import Adjustment, IndicatorInput, UnitInputs
from calculations.rounding import exact, round_half_up
from calculations.rules import Rule, parse_rule
from calculations.scheme import Band, BindingMissed, Cap, Criterion, Fail, Flag, RankBy, Scheme, Section, Veto
from calculations.scoring import UnitResult, assess, assess_unit, check_adjustment, check_manual_score, score_line
from tests.calculations.builders import make_adjustment, make_facts, make_input, make_unit

MANUAL = parse_rule("manual", {})
SHARE = parse_rule("proportional", {"floor": "0"})
BANDS = tuple(Band(name, Fraction(lower)) for name, lower in (("优秀", 90), ("良好", 80), ("合格", 60), ("不合格", 0)))


def criterion(code: str, maximum: str = "100", *, rule: Rule = MANUAL, on: Sequence[str] = ()) -> Criterion:
    return Criterion(code, exact(maximum), rule, tuple(on), name=f"评分项{code}")


def section(code: str, points: str, *criteria: Criterion) -> Section:
    return Section(code, exact(points), criteria, name=f"部分{code}")


def make_scheme(*sections: Section, **more: object) -> Scheme:
    """A scheme of one section with one manual criterion K of 100 points, unless told otherwise."""
    given: dict[str, object] = {"bands": BANDS, "bonus_cap": Fraction(10), **more}
    return Scheme(sections=sections or (section("S", "100", criterion("K")),), **given)  # type: ignore[arg-type]


def scored(*indicators: IndicatorInput, manual: dict[str, str] | None = None, **more: object) -> UnitInputs:
    return make_unit(*indicators, manual={code: exact(score) for code, score in (manual or {}).items()}, **more)


def total_of(score: str, **more: object) -> UnitResult:
    """The result of a unit whose base is `score`."""
    scheme = make_scheme(
        section("S", "100", criterion("K")), vetoes=more.pop("vetoes", ()), rank_by=more.pop("rank_by", RankBy.GRADE)
    )
    return assess_unit(scheme, scored(*more.pop("indicators", ()), manual={"K": score}, **more))  # type: ignore[misc]


def test_line_is_rounded_half_up_before_it_is_summed() -> None:
    thirds = [criterion(code, "1", rule=SHARE, on=["X"]) for code in "abc"]
    scheme = make_scheme(section("S", "3", *thirds))

    result = assess_unit(scheme, scored(make_input("X", value="2", target="3")))

    assert [str(line.points) for line in result.lines] == ["0.67", "0.67", "0.67"]
    assert str(result.base) == "2.01"


def test_rounding_trap_of_the_databases_is_rounded_up() -> None:
    scheme = make_scheme(section("S", "100", criterion("K"), criterion("L")))

    result = assess_unit(scheme, scored(manual={"K": "99.97", "L": "80"}))

    assert Fraction("99.97") + 80 == 2 * Fraction("89.985")
    assert (str(result.sections[0].score), str(result.total)) == ("89.99", "89.99")


def test_section_is_scaled_to_the_lines_that_apply() -> None:
    lines = [criterion("K", "60"), criterion("L", "40", rule=SHARE, on=["X"])]

    result = assess_unit(make_scheme(section("S", "100", *lines)), scored(make_input("X"), manual={"K": "45"}))

    assert [line.applicable for line in result.lines] == [True, False]
    assert str(result.sections[0].score) == "75.00"


def test_lines_worth_more_than_the_section_are_scaled_down() -> None:
    lines = [criterion("K", "60"), criterion("L", "60")]

    result = assess_unit(make_scheme(section("S", "100", *lines)), scored(manual={"K": "60", "L": "30"}))

    assert str(result.base) == "75.00"


def test_base_is_scaled_up_only_when_a_section_drops_out() -> None:
    parts = [section("S", "60", criterion("K", rule=SHARE, on=["X"])), section("T", "40", criterion("L"))]
    scheme = make_scheme(*parts)

    whole = assess_unit(scheme, scored(make_input("X", value="1", target="3"), manual={"L": "50"}))
    dropped = assess_unit(scheme, scored(make_input("X"), manual={"L": "50"}))

    assert str(whole.base) == "40.00"
    assert dropped.sections[0].score is None
    assert str(dropped.base) == "50.00"


def test_unit_without_any_line_that_applies_cannot_be_rated() -> None:
    scheme = make_scheme(section("S", "100", criterion("K", rule=SHARE, on=["X"])))

    (result,) = assess(scheme, [scored(make_input("X"))])

    assert (result.base, result.total, result.grade, result.rank) == (None, None, None, None)


def test_unit_without_a_target_of_the_first_section_gets_no_grade_and_no_rank() -> None:
    parts = [section("S", "60", criterion("K", rule=SHARE, on=["X"])), section("T", "40", criterion("L"))]

    (result,) = assess(make_scheme(*parts), [scored(make_input("X"), manual={"L": "100"})])

    assert (str(result.total), result.band, result.grade, result.rank) == ("100.00", None, None, None)


def test_unit_whose_only_target_does_not_apply_is_still_graded() -> None:
    parts = [section("S", "60", criterion("K", rule=SHARE, on=["X"])), section("T", "40", criterion("L"))]
    not_applicable = make_input("X", target="5", state=DataState.NOT_APPLICABLE)

    result = assess_unit(make_scheme(*parts), scored(not_applicable, manual={"L": "100"}))

    assert result.grade == "优秀"


@pytest.mark.parametrize(
    ("score", "band"),
    [
        ("90", "优秀"),
        ("89.99", "良好"),
        ("80", "良好"),
        ("79.99", "合格"),
        ("60", "合格"),
        ("59.99", "不合格"),
        ("0", "不合格"),
    ],
)
def test_grade_is_the_highest_band_reached(score: str, band: str) -> None:
    assert total_of(score).grade == band


def test_bonus_is_capped_and_deduction_taken_off() -> None:
    scheme = make_scheme(bonus=(criterion("P", "8"), criterion("Q", "8")), deduction=(criterion("D", "5"),))

    result = assess_unit(scheme, scored(manual={"K": "80", "P": "6", "Q": "7", "D": "1.5"}))

    assert [str(each) for each in (result.base, result.bonus, result.deduction, result.total)] == [
        "80.00",
        "10.00",
        "1.50",
        "88.50",
    ]


def test_total_is_never_below_zero() -> None:
    scheme = make_scheme(deduction=(criterion("D", "5"),))

    result = assess_unit(scheme, scored(manual={"K": "1", "D": "5"}))

    assert (str(result.total), result.grade) == ("0.00", "不合格")


@pytest.mark.parametrize(
    ("amount", "points"), [("-0.5", "79.50"), ("1.25", "81.25"), ("-90", "0.00"), ("30", "100.00")]
)
def test_adjustment_keeps_the_line_between_nothing_and_full(amount: str, points: str) -> None:
    result = total_of("80", adjustments={"K": make_adjustment(amount)})

    (line,) = result.lines
    assert (str(line.computed), str(line.points), line.adjustment) == ("80.00", points, Fraction(amount))


@pytest.mark.parametrize(
    ("adjustment", "message"),
    [
        (make_adjustment("1", reason="  "), "K 评分项K：调整得分必须写明理由"),
        (make_adjustment("0"), "不等于 0"),
        (make_adjustment("0.005"), "最多两位小数"),
    ],
)
def test_adjustment_without_a_reason_or_measure_is_refused(adjustment: Adjustment, message: str) -> None:
    with pytest.raises(CalculationError, match=message):
        check_adjustment(criterion("K"), adjustment)


def test_adjustment_with_a_reason_is_taken() -> None:
    assert check_adjustment(criterion("K"), make_adjustment("-0.25")) is None  # it says nothing, and does not refuse


def test_adjustment_does_not_revive_a_line_that_dropped_out() -> None:
    line = score_line(
        criterion("K", rule=SHARE, on=["X"]), scored(make_input("X"), adjustments={"K": make_adjustment("5")})
    )

    assert (line.applicable, line.computed, str(line.points)) == (False, None, "0.00")


def test_rule_cannot_give_more_than_the_maximum() -> None:
    line = score_line(criterion("K", "5", rule=parse_rule("timeliness", {"each": "2"})), make_unit())

    assert str(line.points) == "5.00"


def test_negative_items_cannot_take_points_away() -> None:
    items = criterion("K", "5", rule=parse_rule("per_item", {"each": "2"}), on=["X"])

    assert str(score_line(items, make_unit(make_input("X", value="-3"))).points) == "0.00"


@pytest.mark.parametrize("score", ["-0.01", "100.01", "1.005"])
def test_manual_score_out_of_range_or_too_fine_is_refused(score: str) -> None:
    with pytest.raises(CalculationError, match="K 评分项K：评分"):
        total_of(score)


@pytest.mark.parametrize("score", ["0", "100", "99.99"])
def test_manual_score_in_range_is_taken(score: str) -> None:
    check_manual_score(criterion("K"), Fraction(score))

    assert total_of(score).base == Decimal(score)


def test_manual_criterion_without_a_score_is_named_in_a_section_only() -> None:
    scheme = make_scheme(bonus=(criterion("P"),), deduction=(criterion("D"),))

    result = assess_unit(scheme, scored())

    assert result.unscored == ("K",)
    assert [line.unscored for line in result.lines] == [True, False, False]


def test_unfinished_criterion_is_refused_by_name() -> None:
    scheme = make_scheme(section("S", "100", Criterion("K", Fraction(5), None, name="某项")))

    with pytest.raises(CalculationError, match="K 某项：没有设定评分规则"):
        assess_unit(scheme, make_unit())


def test_indicator_the_inputs_lack_is_named() -> None:
    with pytest.raises(CalculationError, match="甲县：缺少指标 X 的数据"):
        score_line(criterion("K", rule=SHARE, on=["X"]), make_unit())


FLAGGED = Veto("F", Flag(), Fail(), name="弄虚作假")
BINDING = Veto("B", BindingMissed(Fraction(80)), Cap(2), name="约束性")


def test_raised_flag_makes_it_the_lowest_grade() -> None:
    result = total_of("95", vetoes=(FLAGGED,), flags=("F",))

    assert (result.band, result.grade, [veto.code for veto in result.vetoes]) == ("优秀", "不合格", ["F"])


def test_flag_that_nobody_raised_does_nothing() -> None:
    result = total_of("95", vetoes=(FLAGGED,), flags=("OTHER",))

    assert (result.grade, result.vetoes) == ("优秀", ())


@pytest.mark.parametrize(
    ("indicator", "grade"),
    [
        (make_input(value="79.99", target="100", binding=True), "合格"),
        (make_input(state=DataState.NO_DATA, target="100", binding=True), "合格"),
        (make_input(value="80", target="100", binding=True), "优秀"),
        (make_input(state=DataState.NOT_APPLICABLE, target="100", binding=True), "优秀"),
        (make_input(state=DataState.NO_DATA, binding=True), "优秀"),
        (make_input(value="10", target="100", binding=False), "优秀"),
    ],
)
def test_binding_target_missed_by_far_caps_the_grade(indicator: IndicatorInput, grade: str) -> None:
    assert total_of("95", vetoes=(BINDING,), indicators=(indicator,)).grade == grade


def test_cap_does_not_lift_a_grade_below_it() -> None:
    missed = make_input(value="0", target="100", binding=True)

    assert total_of("30", vetoes=(BINDING,), indicators=(missed,)).grade == "不合格"


def test_strictest_of_several_vetoes_decides() -> None:
    missed = make_input(value="0", target="100", binding=True)

    result = total_of("95", vetoes=(BINDING, FLAGGED), indicators=(missed,), flags=("F",))

    assert (result.grade, len(result.vetoes)) == ("不合格", 2)


def test_rank_setting_decides_between_grade_and_total() -> None:
    units = [
        scored(manual={"K": "95"}, unit="capped", flags=("F",)),
        scored(manual={"K": "85"}, unit="good"),
        scored(manual={"K": "85"}, unit="equal"),
    ]

    by_grade = assess(make_scheme(vetoes=(FLAGGED,)), units)
    by_total = assess(make_scheme(vetoes=(FLAGGED,), rank_by=RankBy.TOTAL), units)

    assert [result.rank for result in by_grade] == [3, 1, 1]
    assert [result.rank for result in by_total] == [1, 2, 2]


SHARES = st.lists(
    st.tuples(st.integers(0, 130), st.integers(1, 120), st.sampled_from(DataState), st.integers(1, 30)),
    min_size=1,
    max_size=6,
)


def random_case(shares: list[tuple[int, int, DataState, int]]) -> tuple[Scheme, UnitInputs]:
    """Two sections over the same indicators, with awkward maxima."""
    inputs = [
        make_input(f"I{place}", value=str(value), target=str(target), state=state)
        for place, (value, target, state, _) in enumerate(shares)
    ]
    maxima = [str(maximum) for *_, maximum in shares]
    lines = [criterion(f"K{place}", most, rule=SHARE, on=[f"I{place}"]) for place, most in enumerate(maxima)]
    last = section("T", "41", criterion("L", "7", rule=parse_rule("timeliness", {"each": "1.3"})))
    return make_scheme(section("S", "59", *lines), last), make_unit(*inputs)


@settings(deadline=None)
@given(SHARES)
def test_what_is_printed_adds_up(shares: list[tuple[int, int, DataState, int]]) -> None:
    scheme, unit = random_case(shares)

    result = assess_unit(scheme, unit)

    for part in result.sections:
        applicable = [line for line in part.lines if line.applicable]
        attainable = sum(line.max for line in applicable)
        if part.score is not None:
            printed = sum((exact(line.points) for line in applicable), Fraction(0))
            assert part.score == round_half_up(printed * part.points / attainable, 2)
    if all(part.score is not None for part in result.sections):
        assert result.base == sum(part.score for part in result.sections if part.score is not None)
    assert result.base is not None
    assert result.total == result.base + result.bonus - result.deduction
    assert 0 <= result.total <= 100


@settings(deadline=None)
@given(SHARES, st.integers(0, 5), st.integers(1, 50))
def test_doing_more_never_lowers_the_total(
    shares: list[tuple[int, int, DataState, int]], place: int, more: int
) -> None:
    scheme, unit = random_case([(value, target, DataState.REPORTED, most) for value, target, _, most in shares])
    place = min(place, len(shares) - 1)
    value, target, _, most = shares[place]
    richer = [*shares[:place], (value + more, target, DataState.REPORTED, most), *shares[place + 1 :]]

    before = assess_unit(scheme, unit)
    after = assess_unit(scheme, random_case([(*each[:2], DataState.REPORTED, each[3]) for each in richer])[1])

    assert before.total is not None
    assert after.total is not None
    assert before.total <= after.total


@settings(deadline=None)
@given(SHARES, st.randoms())
def test_order_of_the_inputs_changes_neither_result_nor_hash(
    shares: list[tuple[int, int, DataState, int]], random
) -> None:
    scheme, unit = random_case(shares)
    shuffled = make_unit(*random.sample(list(unit.indicators.values()), len(shares)))

    assert digest(shuffled) == digest(unit)
    assert assess_unit(scheme, shuffled) == assess_unit(scheme, unit)


@settings(deadline=None)
@given(SHARES)
def test_result_recomputed_from_stored_inputs_is_the_stored_one(
    shares: list[tuple[int, int, DataState, int]],
) -> None:
    scheme, unit = random_case(shares)
    stored = [to_json(thing) for thing in (scheme, unit, assess_unit(scheme, unit))]

    again = assess_unit(from_json(Scheme, stored[0]), from_json(UnitInputs, stored[1]))

    assert to_json(again) == stored[2]
    assert from_json(UnitResult, stored[2]) == again


def test_facts_of_quarters_reach_the_result() -> None:
    late = make_unit(quarters=make_facts([True, False, False, True]))

    line = score_line(criterion("K", "6", rule=parse_rule("timeliness", {"each": "1.5"})), late)

    assert str(line.points) == "3.00"
