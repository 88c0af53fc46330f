"""What is wrong with a scheme, in plain Chinese: all of it at once, for the editor and before calculating."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from itertools import pairwise

from calculations.rounding import number_text
from calculations.rules import OverTarget, PerItem, Proportional, Returns, Rule, Steps
from calculations.scheme import BindingMissed, Cap, Criterion, Scheme

FULL_POINTS = 100


def scheme_problems(scheme: Scheme, known_indicators: Collection[str] | None = None) -> list[str]:
    """Every problem of the scheme, one sentence each; empty when it can be used.

    With `known_indicators` (the codes of the plan) criteria on unknown ones are problems too.
    """
    return [
        *_section_problems(scheme),
        *_code_problems(scheme),
        *(problem for criterion in scheme.criteria() for problem in criterion_problems(criterion, known_indicators)),
        *_placement_problems(scheme),
        *_band_problems(scheme),
        *_veto_problems(scheme),
    ]


def criterion_problems(criterion: Criterion, known_indicators: Collection[str] | None = None) -> list[str]:
    """The problems of one criterion by itself."""
    problems = [] if criterion.max > 0 else ["满分应大于 0"]
    if criterion.rule is None:
        problems.append("没有设定评分规则")
    else:
        problems += _indicator_count_problems(criterion.rule, len(criterion.indicators))
        problems += _rule_problems(criterion.rule, criterion)
    if known_indicators is not None:
        problems += [f"计划里没有指标 {code}" for code in criterion.indicators if code not in known_indicators]
    repeated = [code for code, times in Counter(criterion.indicators).items() if times > 1]
    problems += [f"指标 {code} 重复" for code in repeated]
    return [f"{criterion.code} {criterion.name}：{problem}" for problem in problems]


def _section_problems(scheme: Scheme) -> Iterator[str]:
    if not scheme.sections:
        yield "没有设定评分部分"
        return
    points = sum(section.points for section in scheme.sections)
    if points != FULL_POINTS:
        yield f"各部分分值合计应为 {FULL_POINTS} 分，现为 {number_text(points)} 分"
    for section in scheme.sections:
        if section.points <= 0:
            yield f"{section.code} {section.name}：分值应大于 0"
        if not section.criteria:
            yield f"{section.code} {section.name}：没有评分项"
    if scheme.bonus_cap < 0:
        yield "加分上限不能小于 0"


def _code_problems(scheme: Scheme) -> Iterator[str]:
    groups = {
        "部分": [section.code for section in scheme.sections],
        "评分项": [criterion.code for criterion in scheme.criteria()],
        "否决": [veto.code for veto in scheme.vetoes],
        "等次": [band.name for band in scheme.bands],
    }
    for what, codes in groups.items():
        for code, times in Counter(codes).items():
            if times > 1:
                yield f"{what} {code} 重复"


def _placement_problems(scheme: Scheme) -> Iterator[str]:
    deducted = {criterion.code for criterion in scheme.deduction}
    for criterion in scheme.criteria():
        if isinstance(criterion.rule, Returns) and criterion.code not in deducted:
            yield f"{criterion.code} {criterion.name}：退回次数只能用于扣分"


def _band_problems(scheme: Scheme) -> Iterator[str]:
    if not scheme.bands:
        yield "没有设定等次"
        return
    bounds = [band.lower for band in scheme.bands]
    if any(upper <= lower for upper, lower in pairwise(bounds)):
        yield "等次的下限应从高到低排列，不能相同"
    if bounds[-1] != 0:
        yield f"最低等次 {scheme.bands[-1].name} 的下限应为 0 分"


def _veto_problems(scheme: Scheme) -> Iterator[str]:
    for veto in scheme.vetoes:
        if isinstance(veto.effect, Cap) and not 1 <= veto.effect.band <= len(scheme.bands):
            yield f"{veto.code} {veto.name}：等次上限应在第 1 到第 {len(scheme.bands)} 等之间"
        if isinstance(veto.condition, BindingMissed) and veto.condition.threshold <= 0:
            yield f"{veto.code} {veto.name}：完成率界限应大于 0"


def _indicator_count_problems(rule: Rule, count: int) -> list[str]:
    if rule.indicator_count == "one" and count != 1:
        return [f"应选一个指标，现有 {count} 个"]
    if rule.indicator_count == "some" and count == 0:
        return ["至少选一个指标"]
    if rule.indicator_count == "none" and count > 0:
        return ["这条规则不用指标"]
    return []


def _rule_problems(rule: Rule, criterion: Criterion) -> list[str]:
    if isinstance(rule, Steps):
        return _step_problems(rule, criterion)
    problems = []
    if isinstance(rule, Proportional) and not 0 <= rule.floor <= FULL_POINTS:
        problems.append("起算完成率应在 0 到 100 之间")
    if isinstance(rule, OverTarget) and rule.per <= 0:
        problems.append("每超出的百分点应大于 0")
    if isinstance(rule, PerItem) and rule.cap_each is not None and rule.cap_each <= 0:
        problems.append("每个指标的计数上限应大于 0")
    if isinstance(rule, Returns) and rule.free < 0:
        problems.append("不扣分的退回次数不能小于 0")
    if getattr(rule, "each", 1) <= 0:
        problems.append("每项分值应大于 0")
    return problems


def _step_problems(rule: Steps, criterion: Criterion) -> list[str]:
    problems = [] if rule.steps else ["没有设定档次"]
    pairs = list(pairwise(rule.steps))
    if any(upper.bound <= lower.bound for upper, lower in pairs):
        problems.append("各档的完成率应从高到低排列，不能相同")
    if any(upper.points < lower.points for upper, lower in pairs):
        problems.append("完成率高的档次得分不能更低")
    if any(not 0 <= step.points <= criterion.max for step in rule.steps):
        problems.append(f"各档得分应在 0 到满分 {number_text(criterion.max)} 之间")
    return problems
