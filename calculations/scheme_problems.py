"""What is wrong with a scheme, in plain Chinese: all of it at once, for the editor and before calculating."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise

from calculations.rounding import number_text
from calculations.rule_parameters import RULE_DECLARATIONS, ParameterType
from calculations.rules import Returns, Rule, Steps
from calculations.scheme import BindingMissed, Cap, Criterion, Scheme

FULL_POINTS = 100


class Part(StrEnum):
    """What a problem is about."""

    SCHEME = "scheme"
    """its own name and settings"""
    SECTIONS = "sections"
    """all of them together"""
    SECTION = "section"
    CRITERION = "criterion"
    BONUS = "bonus"
    BANDS = "bands"
    """all of them together"""
    VETO = "veto"


@dataclass(frozen=True, slots=True)
class SchemeProblem:
    """One problem and where it is: in which `part`, in which of them (`code`) and which of its fields (`where`).

    `message` is a message of the catalogue with `values`; a value under "label" is one too. `name` is for people.
    """

    part: Part
    message: str
    code: str = ""
    where: str = ""
    name: str = ""
    values: Mapping[str, str] = field(default_factory=dict)

    def words(self, translate: Callable[[str], str] = str) -> str:
        """The problem without its place, in the language of `translate` (gettext)."""
        values = {key: translate(value) if key == "label" else value for key, value in self.values.items()}
        message = translate(self.message)
        return message % values if values else message

    def __str__(self) -> str:
        return f"{self.name}：{self.words()}" if self.name else self.words()


def _(message: str) -> str:
    """The message itself: the underscore marks it for the catalogue."""
    return message


def scheme_problems(scheme: Scheme, known_indicators: Collection[str] | None = None) -> list[SchemeProblem]:
    """Every problem of the scheme; empty when it can be used.

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


def criterion_problems(criterion: Criterion, known_indicators: Collection[str] | None = None) -> list[SchemeProblem]:
    """The problems of one criterion by itself."""
    problems = [] if criterion.max > 0 else [_of(criterion, "max", _("满分应大于 0"))]
    if criterion.rule is None:
        problems.append(_of(criterion, "rule", _("没有设定评分规则")))
    else:
        problems += _indicator_count_problems(criterion.rule, criterion)
        problems += _rule_problems(criterion.rule, criterion)
    if known_indicators is not None:
        unknown = [code for code in criterion.indicators if code not in known_indicators]
        problems += [_of(criterion, "indicators", _("计划里没有指标 %(code)s"), code=code) for code in unknown]
    repeated = [code for code, times in Counter(criterion.indicators).items() if times > 1]
    problems += [_of(criterion, "indicators", _("指标 %(code)s 重复"), code=code) for code in repeated]
    return problems


def _of(criterion: Criterion, where: str, message: str, **values: str) -> SchemeProblem:
    name = f"{criterion.code} {criterion.name}"
    return SchemeProblem(Part.CRITERION, message, criterion.code, where, name, values)


def _section_problems(scheme: Scheme) -> Iterator[SchemeProblem]:
    if not scheme.sections:
        yield SchemeProblem(Part.SECTIONS, _("没有设定评分部分"))
        return
    points = sum((section.points for section in scheme.sections), Fraction(0))
    if points != FULL_POINTS:
        values = {"full": str(FULL_POINTS), "points": number_text(points)}
        yield SchemeProblem(Part.SECTIONS, _("各部分分值合计应为 %(full)s 分，现为 %(points)s 分"), values=values)
    for section in scheme.sections:
        name = f"{section.code} {section.name}"
        if section.points <= 0:
            yield SchemeProblem(Part.SECTION, _("分值应大于 0"), section.code, "points", name)
        if not section.criteria:
            yield SchemeProblem(Part.SECTION, _("没有评分项"), section.code, "", name)
    if scheme.bonus_cap < 0:
        yield SchemeProblem(Part.BONUS, _("加分上限不能小于 0"), where="cap")


def _code_problems(scheme: Scheme) -> Iterator[SchemeProblem]:
    groups = (
        (Part.SECTION, _("部分 %(code)s 重复"), [section.code for section in scheme.sections]),
        (Part.CRITERION, _("评分项 %(code)s 重复"), [criterion.code for criterion in scheme.criteria()]),
        (Part.VETO, _("否决 %(code)s 重复"), [veto.code for veto in scheme.vetoes]),
        (Part.BANDS, _("等次 %(code)s 重复"), [band.name for band in scheme.bands]),
    )
    for part, message, codes in groups:
        for code, times in Counter(codes).items():
            if times > 1:
                yield SchemeProblem(part, message, code, values={"code": code})


def _placement_problems(scheme: Scheme) -> Iterator[SchemeProblem]:
    deducted = {criterion.code for criterion in scheme.deduction}
    for criterion in scheme.criteria():
        if isinstance(criterion.rule, Returns) and criterion.code not in deducted:
            yield _of(criterion, "rule", _("退回次数只能用于扣分"))


def _band_problems(scheme: Scheme) -> Iterator[SchemeProblem]:
    if not scheme.bands:
        yield SchemeProblem(Part.BANDS, _("没有设定等次"))
        return
    bounds = [band.lower for band in scheme.bands]
    if any(upper <= lower for upper, lower in pairwise(bounds)):
        yield SchemeProblem(Part.BANDS, _("等次的下限应从高到低排列，不能相同"))
    if bounds[-1] != 0:
        yield SchemeProblem(Part.BANDS, _("最低等次 %(name)s 的下限应为 0 分"), values={"name": scheme.bands[-1].name})


def _veto_problems(scheme: Scheme) -> Iterator[SchemeProblem]:
    for veto in scheme.vetoes:
        name = f"{veto.code} {veto.name}"
        if isinstance(veto.effect, Cap) and not 1 <= veto.effect.band <= len(scheme.bands):
            message, values = _("等次上限应在第 1 到第 %(last)s 等之间"), {"last": str(len(scheme.bands))}
            yield SchemeProblem(Part.VETO, message, veto.code, "effect", name, values)
        if isinstance(veto.condition, BindingMissed) and veto.condition.threshold <= 0:
            yield SchemeProblem(Part.VETO, _("完成率界限应大于 0"), veto.code, "threshold", name)


def _indicator_count_problems(rule: Rule, criterion: Criterion) -> list[SchemeProblem]:
    count = len(criterion.indicators)
    if rule.indicator_count == "one" and count != 1:
        return [_of(criterion, "indicators", _("应选一个指标，现有 %(count)s 个"), count=str(count))]
    if rule.indicator_count == "some" and count == 0:
        return [_of(criterion, "indicators", _("至少选一个指标"))]
    if rule.indicator_count == "none" and count > 0:
        return [_of(criterion, "indicators", _("这条规则不用指标"))]
    return []


def _rule_problems(rule: Rule, criterion: Criterion) -> list[SchemeProblem]:
    if isinstance(rule, Steps):
        return _step_problems(rule, criterion)
    problems = []
    for parameter in RULE_DECLARATIONS[rule.tag].parameters:
        number = getattr(rule, parameter.name)
        if number is not None and parameter.type is not ParameterType.STEPS and parameter.misses(Fraction(number)):
            values = {"label": parameter.label, **parameter.range_values}
            problems.append(_of(criterion, parameter.name, parameter.range_message, **values))
    return problems


def _step_problems(rule: Steps, criterion: Criterion) -> list[SchemeProblem]:
    messages = [] if rule.steps else [_("没有设定档次")]
    pairs = list(pairwise(rule.steps))
    if any(upper.bound <= lower.bound for upper, lower in pairs):
        messages.append(_("各档的完成率应从高到低排列，不能相同"))
    if any(upper.points < lower.points for upper, lower in pairs):
        messages.append(_("完成率高的档次得分不能更低"))
    if any(not 0 <= step.points <= criterion.max for step in rule.steps):
        messages.append(_("各档得分应在 0 到满分 %(max)s 之间"))
    return [_of(criterion, "steps", message, max=number_text(criterion.max)) for message in messages]
