"""A scheme file is read whole or refused with every problem: where, what, and what to do."""

from decimal import Decimal
from pathlib import Path

import pytest

from assessments.scheme_entries import SchemeFile
from assessments.scheme_file import load_scheme_file, parse_scheme_file
from calculations.rules import RULES, parse_rule
from common.data_values import DataFileError, Problem
from targets.plan_file import load_plan_file

DATA = Path(__file__).parents[1] / "data"
TEXT = (DATA / "scheme_second_city.yaml").read_text(encoding="utf-8")
INDICATORS = [indicator.code for indicator in load_plan_file(DATA / "plan_second_city.yaml").indicators]


def with_change(old: str, new: str) -> str:
    """The second city's scheme with one place changed; the place must exist exactly once."""
    assert TEXT.count(old) == 1, f"{old!r} occurs {TEXT.count(old)} times"
    return TEXT.replace(old, new)


def problems_of(text: str) -> list[Problem]:
    with pytest.raises(DataFileError) as refused:
        parse_scheme_file(text, indicators=INDICATORS)
    return list(refused.value.problems)


@pytest.fixture(scope="module")
def scheme() -> SchemeFile:
    return load_scheme_file(DATA / "scheme_second_city.yaml", indicators=INDICATORS)


def test_parse_scheme_given_a_whole_file_then_its_head_has_defaults(scheme: SchemeFile) -> None:
    assert (scheme.is_default, scheme.note, scheme.rank_by) == (False, "", "total")
    assert scheme.bonus_cap == Decimal(5)
    assert scheme.presets == ()


def test_parse_scheme_given_rules_then_params_are_plain_and_indicators_apart(scheme: SchemeFile) -> None:
    found = {criterion.code: (criterion.rule, criterion.params, criterion.indicators) for criterion in scheme.criteria}

    assert found["T1"] == ("proportional", {"floor": "60"}, ("TRE",))
    assert found["T2"] == ("steps", {"steps": [["100", "15"], ["80", "9.5"], ["50", "4"]]}, ("LED",))
    assert found["M1"] == ("average", {}, ("TRN",))
    assert found["M4"] == ("evidence", {}, ())
    assert found["J2"] == ("per_item", {"each": "0.01"}, ("TRE",))
    assert found["K1"] == ("returns", {"free": 0, "each": "1"}, ())


def test_parse_scheme_given_every_rule_then_the_calculations_take_its_parameters(scheme: SchemeFile) -> None:
    rules = {criterion.rule: parse_rule(criterion.rule, criterion.params) for criterion in scheme.criteria}

    assert set(rules) == set(RULES)
    assert all(isinstance(rule, RULES[name]) for name, rule in rules.items())


def test_parse_scheme_given_vetoes_then_flag_fails_and_binding_caps(scheme: SchemeFile) -> None:
    flag, binding = scheme.vetoes

    assert (flag.rule, flag.threshold, flag.cap) == ("flag", None, None)
    assert (binding.rule, binding.threshold, binding.cap) == ("binding", Decimal(50), 1)


def test_criteria_given_sections_bonus_and_deduction_then_in_this_order(scheme: SchemeFile) -> None:
    codes = [criterion.code for criterion in scheme.criteria]

    assert codes == ["T1", "T2", "T3", "T4", "T5", "M1", "M2", "M3", "M4", "J1", "J2", "K1", "K2"]


@pytest.mark.parametrize(
    ("old", "new", "path", "message"),
    [
        ("rule: evidence", "rule: evident", "sections[M].criteria[M4].rule", "不认识“evident”"),
        ("rule: evidence", "rule: evidence, indicator: TRE", "sections[M].criteria[M4].indicator", "这里用不到这一项"),
        (
            "rule: evidence",
            'rule: evidence, params: {each: "1"}',
            "sections[M].criteria[M4].params",
            "这里用不到这一项",
        ),
        ('{floor: "60"}', '{flor: "60"}', "sections[T].criteria[T1].params.floor", "缺少这一项"),
        ('{floor: "60"}', '{floor: "60", each: "1"}', "sections[T].criteria[T1].params.each", "这里用不到这一项"),
        ("indicator: LED\n", "indicators: [LED]\n", "sections[T].criteria[T2].indicator", "缺少这一项"),
        ('free: "0"', 'free: "0.5"', "deduction.criteria[K1].params.free", "“0.5”不对"),
        ("      checklist: 每次扣 1 分。\n", "", "deduction.criteria[K2].checklist", "缺少这一项"),
        ("effect: fail", "effect: fails", "vetoes[X1].effect", "不认识“fails”"),
        ("effect: fail", 'effect: fail, threshold: "80"', "vetoes[X1].threshold", "这里用不到这一项"),
        (', threshold: "50"', "", "vetoes[X2].threshold", "缺少这一项"),
        ("effect: {cap: 1}", "effect: {cap: 0}", "vetoes[X2].effect.cap", "“0”不对"),
        ("effect: {cap: 1}", "effect: {top: 1}", "vetoes[X2].effect.cap", "缺少这一项"),
        ("rank_by: total", "rank_by: name", "scheme.rank_by", "不认识“name”"),
        ('  cap: "5"\n', "", "bonus.cap", "缺少这一项"),
    ],
)
def test_parse_scheme_given_an_unreadable_value_then_refused_with_the_way_to_it(
    old: str, new: str, path: str, message: str
) -> None:
    problems = problems_of(with_change(old, new))

    assert (path, message) in [(problem.path, problem.message) for problem in problems]


@pytest.mark.parametrize(
    ("old", "new", "path", "message"),
    [
        ('points: "70"', 'points: "69.5"', "sections", "各部分合计 99.5 分"),
        ("code: M\n", "code: T\n", "sections", "代码“T”重复"),
        ("code: X1", "code: K2", "vetoes", "代码“K2”重复"),
        ("indicator: PAP", "indicator: PAPER", "sections[T].criteria[T4].rule", "计划中没有指标“PAPER”"),
        ("indicators: [TRN]", "indicators: []", "sections[M].criteria[M1].params", "没有写明指标"),
        ('max: "8", rule: timeliness', 'max: "0", rule: timeliness', "sections[M].criteria[M2].max", "满分必须大于 0"),
        ('{floor: "60"}', '{floor: "-1"}', "sections[T].criteria[T1].params", "floor 太小"),
        ('per: "20"', 'per: "0"', "bonus.criteria[J1].params", "per 太小"),
        ('["80", "9.5"]', '["100", "9.5"]', "sections[T].criteria[T2].params", "steps 的完成率没有逐级降低"),
        ('["80", "9.5"]', '["80", "15.5"]', "sections[T].criteria[T2].params", "steps 的得分超出 0 到满分"),
        ('["80", "9.5"]', '["80"]', "sections[T].criteria[T2].params", "steps 写法不对"),
        ('[["100", "10"], ["90", "5"]]', "[]", "sections[T].criteria[T3].params", "steps 写法不对"),
        ('lower: "70"', 'lower: "85"', "bands", "等次的下限不对"),
        ('lower: "0"', 'lower: "1"', "bands", "等次的下限不对"),
        ("name: 二等", "name: 一等", "bands", "两个等次同名"),
        ("effect: {cap: 1}", "effect: {cap: 4}", "vetoes[X2].effect", "只有 3 个等次"),
        ('  cap: "5"\n', '  cap: "-5"\n', "bonus.cap", "加分上限不能小于 0"),
    ],
)
def test_parse_scheme_given_parts_that_do_not_fit_then_refused_with_the_way_to_them(
    old: str, new: str, path: str, message: str
) -> None:
    problems = problems_of(with_change(old, new))

    assert [(problem.path, problem.message) for problem in problems] == [(path, message)]
    assert problems[0].remedy


def test_parse_scheme_given_several_problems_then_all_at_once_in_the_order_of_the_lines() -> None:
    text = with_change("rule: evidence", "rule: evident").replace('{floor: "60"}', '{floor: "viel"}')

    paths = [problem.path for problem in problems_of(text)]

    assert paths == ["sections[T].criteria[T1].params.floor", "sections[M].criteria[M4].rule", *paths[2:]]
