"""Reading a scheme from data, and saying what is wrong with it."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
import yaml

from calculations.canonical import from_data, to_data
from calculations.errors import CalculationError
from calculations.rules import Manual, Proportional, parse_rule
from calculations.scheme import Band, BindingMissed, Cap, Criterion, Fail, Flag, RankBy, Scheme, Veto
from calculations.scheme_problems import criterion_problems, scheme_problems
from calculations.scheme_reading import parse_criterion, parse_scheme, parse_veto
from tests.calculations import example_donghai as donghai
from tests.calculations.builders import SCHEME_FILE, default_scheme


def scheme_data() -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load(SCHEME_FILE.read_text(encoding="utf-8"))
    return data


def test_default_scheme_is_read_whole() -> None:
    scheme = default_scheme()

    assert [(section.code, section.points, len(section.criteria)) for section in scheme.sections] == [
        ("A", 60, 8),
        ("B", 25, 6),
        ("C", 15, 4),
    ]
    assert (len(scheme.bonus), scheme.bonus_cap, len(scheme.deduction)) == (4, 10, 2)
    assert scheme.bands[0] == Band("优秀", Fraction(90))
    assert scheme.vetoes == (
        Veto("V1", Flag(), Fail(), name="弄虚作假"),
        Veto("V2", BindingMissed(Fraction(80)), Cap(2), name="约束性目标严重未完成"),
    )
    assert scheme.rank_by is RankBy.GRADE


def test_default_scheme_has_no_problem_with_the_indicators_of_its_plan() -> None:
    assert scheme_problems(default_scheme(), {each.code for each in donghai.INDICATORS}) == []


def test_scheme_survives_storing() -> None:
    scheme = default_scheme()

    assert from_data(Scheme, to_data(scheme)) == scheme


def test_indicators_of_a_criterion_are_read_beside_or_among_its_parameters() -> None:
    row = {"code": "A1", "name": "甲", "max": "5", "rule": "proportional"}

    beside = parse_criterion({**row, "indicator": "X", "params": {"floor": "50"}})
    among = parse_criterion({**row, "params": {"floor": "50", "indicators": ["X"]}})

    assert beside == among == Criterion("A1", Fraction(5), Proportional(Fraction(50)), ("X",), name="甲")


def test_criterion_being_edited_may_have_no_rule_yet() -> None:
    assert parse_criterion({"code": "A1", "max": "5", "rule": ""}).rule is None


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"max": "5"}, "评分方案：缺少 code"),
        ({"code": "A1"}, "A1：max 应为精确的数字"),
        ({"code": "A1", "max": 0.5}, "A1：max 应为精确的数字"),
        ({"code": "A1", "max": "x"}, "A1：max 应为数字"),
        ({"code": "A1", "max": "5", "rule": "guess"}, "A1：没有名为 'guess' 的评分规则"),
        ({"code": "A1", "max": "5", "rule": "proportional"}, "A1：proportional：缺少参数 floor"),
        ({"code": "A1", "max": "5", "indicators": [1]}, "A1：指标应为代码或代码列表"),
        ({"code": "A1", "max": "5", "params": "x"}, "params：应为一组参数"),
    ],
)
def test_criterion_that_cannot_be_read_is_refused_by_name(row: dict[str, object], message: str) -> None:
    with pytest.raises(CalculationError, match=message):
        parse_criterion(row)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"code": "V1", "rule": "guess", "effect": "fail"}, "V1：否决条件"),
        ({"code": "V1", "rule": "binding", "effect": "fail"}, "V1：threshold"),
        ({"code": "V1", "rule": "flag", "effect": "none"}, "V1：否决结果"),
        ({"code": "V1", "rule": "flag", "effect": {"cap": "1.5"}}, "V1：否决结果"),
    ],
)
def test_veto_that_cannot_be_read_is_refused_by_name(row: dict[str, object], message: str) -> None:
    with pytest.raises(CalculationError, match=message):
        parse_veto(row)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"rank_by": "luck"}, "排名方式"),
        ({"sections": "A"}, "sections：应为列表"),
        ({"bands": [{"name": "优秀"}]}, "等次：lower"),
        ({"bonus": {"cap": "x"}}, "加分上限：cap"),
    ],
)
def test_scheme_that_cannot_be_read_is_refused_by_place(data: dict[str, object], message: str) -> None:
    with pytest.raises(CalculationError, match=message):
        parse_scheme(data)


def with_section(scheme: Scheme, **changes: object) -> Scheme:
    first = replace(scheme.sections[0], **changes)  # type: ignore[arg-type]
    return replace(scheme, sections=(first, *scheme.sections[1:]))


def with_bands(*lowers: str) -> Callable[[Scheme], Scheme]:
    bands = tuple(Band(f"第{place}等", Fraction(lower)) for place, lower in enumerate(lowers))
    return lambda scheme: replace(scheme, bands=bands)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda scheme: with_section(scheme, points=Fraction(50)), "各部分分值合计应为 100 分，现为 90 分"),
        (lambda scheme: with_section(scheme, criteria=()), "A 目标完成情况：没有评分项"),
        (lambda scheme: with_section(scheme, points=Fraction(0)), "A 目标完成情况：分值应大于 0"),
        (lambda scheme: with_section(scheme, code="B"), "部分 B 重复"),
        (lambda scheme: replace(scheme, sections=()), "没有设定评分部分"),
        (lambda scheme: replace(scheme, bonus_cap=Fraction(-1)), "加分上限不能小于 0"),
        (lambda scheme: replace(scheme, bonus=scheme.bonus[:1] * 2), "评分项 P1 重复"),
        (lambda scheme: replace(scheme, bonus=scheme.deduction, deduction=()), "D1 反复退回：退回次数只能用于扣分"),
        (with_bands(), "没有设定等次"),
        (with_bands("60", "80", "0"), "等次的下限应从高到低排列，不能相同"),
        (with_bands("80", "80", "0"), "等次的下限应从高到低排列，不能相同"),
        (with_bands("80", "60"), "最低等次 第1等 的下限应为 0 分"),
        (with_bands("0"), "V2 约束性目标严重未完成：等次上限应在第 1 到第 1 等之间"),
        (
            lambda scheme: replace(scheme, bands=(Band("好", Fraction(1)), Band("好", Fraction(0)))),
            "等次 好 重复",
        ),
        (
            lambda scheme: replace(scheme, vetoes=(Veto("V", BindingMissed(Fraction(0)), Fail(), name="零"),)),
            "V 零：完成率界限应大于 0",
        ),
    ],
)
def test_problem_of_a_scheme_is_said_in_plain_words(change: Callable[[Scheme], Scheme], problem: str) -> None:
    assert problem in [str(each) for each in scheme_problems(change(default_scheme()))]


def test_all_problems_are_said_at_once() -> None:
    scheme = with_bands("80", "60")(with_section(default_scheme(), points=Fraction(50)))

    assert len(scheme_problems(scheme)) == 2


def criterion(rule: str, params: dict[str, object], indicators: tuple[str, ...] = ("X",)) -> Criterion:
    return Criterion("K", Fraction(5), parse_rule(rule, params), indicators, name="某项")


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        (Criterion("K", Fraction(0), Manual(), name="某项"), "满分应大于 0"),
        (Criterion("K", Fraction(5), None, name="某项"), "没有设定评分规则"),
        (criterion("proportional", {"floor": "50"}, ()), "应选一个指标，现有 0 个"),
        (criterion("proportional", {"floor": "50"}, ("X", "Y")), "应选一个指标，现有 2 个"),
        (criterion("average", {}, ()), "至少选一个指标"),
        (criterion("evidence", {}), "这条规则不用指标"),
        (criterion("average", {}, ("X", "X")), "指标 X 重复"),
        (criterion("proportional", {"floor": "50"}, ("UNKNOWN",)), "计划里没有指标 UNKNOWN"),
        (criterion("proportional", {"floor": "101"}), "起算完成率应在 0 到 100 之间"),
        (criterion("proportional", {"floor": "-1"}), "起算完成率应在 0 到 100 之间"),
        (criterion("over_target", {"per": "0", "each": "1"}), "每超出的百分点应大于 0"),
        (criterion("over_target", {"per": "1", "each": "0"}), "每次得分应大于 0"),
        (criterion("per_item", {"each": "-1"}), "每个得分应大于 0"),
        (criterion("per_item", {"each": "1", "cap_each": "0"}), "每个指标的计数上限应大于 0"),
        (criterion("returns", {"free": "-1", "each": "1"}, ()), "不扣分的退回次数不能小于 0"),
        (criterion("steps", {"steps": []}), "没有设定档次"),
        (criterion("steps", {"steps": [["60", "1"], ["80", "5"]]}), "各档的完成率应从高到低排列，不能相同"),
        (criterion("steps", {"steps": [["80", "1"], ["60", "5"]]}), "完成率高的档次得分不能更低"),
        (criterion("steps", {"steps": [["80", "6"]]}), "各档得分应在 0 到满分 5 之间"),
    ],
)
def test_problem_of_a_criterion_is_said_with_its_name(wrong: Criterion, problem: str) -> None:
    assert f"K 某项：{problem}" in [str(each) for each in criterion_problems(wrong, {"X", "Y"})]


@pytest.mark.parametrize(
    "sound",
    [
        criterion("steps", {"steps": [["100", "5"], ["80", "3"], ["60", "0"]]}),
        criterion("proportional", {"floor": "0"}),
        criterion("proportional", {"floor": "100"}),
        criterion("per_item", {"each": "0.1", "cap_each": "0.5"}, ("X", "Y")),
        criterion("over_target", {"per": "0.1", "each": "0.1"}),
        criterion("returns", {"free": "0", "each": "0.1"}, ()),
        Criterion("K", Fraction("0.5"), Manual(), name="某项"),
    ],
)
def test_sound_criterion_has_no_problem(sound: Criterion) -> None:
    assert criterion_problems(sound, {"X", "Y"}) == []
