"""The scoring rules by name (docs/calculations.md, section 4): from a unit's inputs to the points of one criterion.

A rule's `points` are exact and may lie outside 0 … max; `scoring` cuts and rounds them. None: the criterion drops out.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from fractions import Fraction
from typing import ClassVar, get_args

from calculations.actual import HUNDRED, ZERO
from calculations.canonical import Plain, from_data, to_data
from calculations.errors import CalculationError
from calculations.inputs import IndicatorInput, UnitInputs
from calculations.quarters import LAST_QUARTER


@dataclass(frozen=True)
class Case:
    """What a rule judges: the criterion's maximum, its indicators and the unit's inputs; `manual` is its own score."""

    max: Fraction
    indicators: tuple[IndicatorInput, ...]
    unit: UnitInputs
    manual: Fraction | None = None


@dataclass(frozen=True)
class Proportional:
    """max if α ≥ 100; 0 if α < floor; else max · α / 100."""

    tag: ClassVar[str] = "proportional"
    indicator_count: ClassVar[str] = "one"
    needs_target: ClassVar[bool] = True

    floor: Fraction

    def points(self, case: Case) -> Fraction | None:
        if not _counts(case.indicators[0]):
            return None
        alpha = case.indicators[0].attainment
        if alpha is None or alpha < self.floor:
            return ZERO
        return case.max * min(alpha, HUNDRED) / 100


@dataclass(frozen=True)
class Step:
    """`points` from α = `bound` percent on."""

    bound: Fraction
    points: Fraction


@dataclass(frozen=True)
class Steps:
    """The points of the highest step whose bound is reached, else 0; bounds descend."""

    tag: ClassVar[str] = "steps"
    indicator_count: ClassVar[str] = "one"
    needs_target: ClassVar[bool] = True

    steps: tuple[Step, ...]

    def points(self, case: Case) -> Fraction | None:
        if not _counts(case.indicators[0]):
            return None
        alpha = case.indicators[0].attainment
        reached = [step.points for step in self.steps if alpha is not None and alpha >= step.bound]
        return reached[0] if reached else ZERO


@dataclass(frozen=True)
class PerItem:
    """`each` for every item of every indicator, each indicator's A first cut to `cap_each` where one is set."""

    tag: ClassVar[str] = "per_item"
    indicator_count: ClassVar[str] = "some"
    needs_target: ClassVar[bool] = False

    each: Fraction
    cap_each: Fraction | None = None

    def points(self, case: Case) -> Fraction | None:
        judged = [each for each in case.indicators if not each.is_left_out]
        return self.each * sum((self.items(each) for each in judged), ZERO) if judged else None

    def items(self, indicator: IndicatorInput) -> Fraction:
        """How many of the indicator's items count; a missing one counts 0."""
        actual = indicator.actual or ZERO
        return actual if self.cap_each is None else min(actual, self.cap_each)


@dataclass(frozen=True)
class Average:
    """max · the mean of min(A, 100) over the indicators that have a target, in percent."""

    tag: ClassVar[str] = "average"
    indicator_count: ClassVar[str] = "some"
    needs_target: ClassVar[bool] = True

    def points(self, case: Case) -> Fraction | None:
        judged = self.judged(case)
        if not judged:
            return None
        return case.max * sum((min(each.actual or ZERO, HUNDRED) for each in judged), ZERO) / len(judged) / 100

    @staticmethod
    def judged(case: Case) -> list[IndicatorInput]:
        """The indicators in the mean: 不涉及 and those without a target are left out, a missing one counts 0."""
        return [each for each in case.indicators if _counts(each)]


@dataclass(frozen=True)
class OverTarget:
    """`each` for every full `per` percentage points of α above 100; 0 below."""

    tag: ClassVar[str] = "over_target"
    indicator_count: ClassVar[str] = "one"
    needs_target: ClassVar[bool] = True

    per: Fraction
    each: Fraction

    def points(self, case: Case) -> Fraction | None:
        if not _counts(case.indicators[0]):
            return None
        alpha = case.indicators[0].attainment
        if alpha is None or alpha < HUNDRED:
            return ZERO
        return self.each * math.floor((alpha - HUNDRED) / self.per)


@dataclass(frozen=True)
class Timeliness:
    """`each` for every counted quarter reported on time, scaled to four quarters."""

    tag: ClassVar[str] = "timeliness"
    indicator_count: ClassVar[str] = "none"
    needs_target: ClassVar[bool] = False

    each: Fraction

    def points(self, case: Case) -> Fraction | None:
        counted = [quarter for quarter in case.unit.quarters if quarter.counted]
        if not counted:
            return None
        return self.each * sum(quarter.on_time for quarter in counted) * LAST_QUARTER / len(counted)


@dataclass(frozen=True)
class Completeness:
    """`each` for every counted quarter, times the part of its required lines filled in; scaled to four quarters.

    A quarter in which the unit owes no line has nothing to complete and is not counted.
    """

    tag: ClassVar[str] = "completeness"
    indicator_count: ClassVar[str] = "none"
    needs_target: ClassVar[bool] = False

    each: Fraction

    def points(self, case: Case) -> Fraction | None:
        counted = [quarter for quarter in case.unit.quarters if quarter.counted and quarter.required]
        if not counted:
            return None
        filled = sum((Fraction(quarter.filled, quarter.required) for quarter in counted), ZERO)
        return self.each * filled * LAST_QUARTER / len(counted)


@dataclass(frozen=True)
class Evidence:
    """max · the part of the targeted indicators with achievement that have evidence; 0 when there is none."""

    tag: ClassVar[str] = "evidence"
    indicator_count: ClassVar[str] = "none"
    needs_target: ClassVar[bool] = False

    def points(self, case: Case) -> Fraction | None:
        achieved = self.achieved(case)
        return case.max * sum(each.has_evidence for each in achieved) / len(achieved) if achieved else ZERO

    @staticmethod
    def achieved(case: Case) -> list[IndicatorInput]:
        """The indicators that evidence is asked for, by code."""
        inputs = sorted(case.unit.indicators.values(), key=lambda each: each.code)
        return [each for each in inputs if each.target is not None and each.has_achievement]


@dataclass(frozen=True)
class Returns:
    """A deduction of `each` for every return of a report beyond the `free` ones, scaled to four quarters."""

    tag: ClassVar[str] = "returns"
    indicator_count: ClassVar[str] = "none"
    needs_target: ClassVar[bool] = False

    free: int
    each: Fraction

    def points(self, case: Case) -> Fraction | None:
        if not case.unit.quarters:
            return None
        excess = sum(max(0, times - self.free) for quarter in case.unit.quarters for times in quarter.returned)
        return self.each * excess * LAST_QUARTER / len(case.unit.quarters)


@dataclass(frozen=True)
class Manual:
    """The reviewer's number; an unscored one counts 0 for now."""

    tag: ClassVar[str] = "manual"
    indicator_count: ClassVar[str] = "none"
    needs_target: ClassVar[bool] = False

    def points(self, case: Case) -> Fraction | None:
        return case.manual or ZERO


Rule = Proportional | Steps | PerItem | Average | OverTarget | Timeliness | Completeness | Evidence | Returns | Manual

RULES: Mapping[str, type[Rule]] = {rule.tag: rule for rule in get_args(Rule)}
"""The rules by name, in the order an officer is offered them."""


def parse_rule(name: str, params: Mapping[str, object]) -> Rule:
    """The rule of a name with its parameters from plain data: numbers as text ("50"), steps as [[bound, points], …].

    Raises CalculationError that names the unknown rule, or the parameter that is missing, unknown or no number.
    """
    if name not in RULES:
        raise CalculationError(f"没有名为 {name!r} 的评分规则，可用：{'、'.join(RULES)}")
    return from_data(RULES[name], _with_named_steps(params), name)


def rule_params(rule: Rule) -> dict[str, Plain]:
    """The parameters of a rule as plain data, as `parse_rule` reads them."""
    return {each.name: to_data(getattr(rule, each.name)) for each in fields(rule)}


def _with_named_steps(params: Mapping[str, object]) -> dict[str, object]:
    """Steps may come as pairs, the way a form or a data file writes them."""
    steps = params.get("steps")
    if not isinstance(steps, list | tuple):
        return dict(params)
    named = [
        {"bound": step[0], "points": step[1]} if isinstance(step, list | tuple) and len(step) == 2 else step
        for step in steps
    ]
    return {**params, "steps": named}


def _counts(indicator: IndicatorInput) -> bool:
    """Whether the indicator has a target and is not left out; missing data still count, as nothing."""
    return indicator.target is not None and not indicator.is_left_out
