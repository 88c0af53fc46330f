"""One unit's score (docs/calculations.md, section 4): lines, sections, base, bonus, deduction, total, grade.

Every printed number is rounded here and sums are of printed numbers, so what is printed adds up.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from calculations import sentences
from calculations.actual import ZERO, DataState
from calculations.canonical import text
from calculations.errors import CalculationError
from calculations.inputs import Adjustment, IndicatorInput, UnitInputs
from calculations.next_gain import next_gain
from calculations.ranking import Place, rank
from calculations.rounding import exact, number_text, round_half_up
from calculations.rules import Case, Manual
from calculations.scheme import BindingMissed, Cap, Criterion, Scheme, Section, Veto

PLACES = 2
"""Points are rounded to cents of a point."""


@dataclass(frozen=True)
class LineResult:
    """The points of one criterion. `computed` is the rule's (None when the criterion drops out), `points` the final."""

    code: str
    max: Fraction
    applicable: bool
    computed: Decimal | None
    points: Decimal
    adjustment: Fraction | None = None
    unscored: bool = False
    name: str = text()
    why: str = text()
    next_gain: str = text()


@dataclass(frozen=True)
class SectionResult:
    """The score of a section; None when it drops out because no line applies."""

    code: str
    points: Fraction
    score: Decimal | None
    lines: tuple[LineResult, ...]
    name: str = text()


@dataclass(frozen=True)
class VetoResult:
    """A veto that was tripped, and the place from below (1 is the lowest) of the best grade it leaves."""

    code: str
    best_band: int
    name: str = text()
    why: str = text()


@dataclass(frozen=True)
class UnitResult:
    """A unit's result. `base` and `total` are None when no section is left (无法评定); no grade, no rank.

    `band` is the grade by the total alone, `grade` the one after the vetoes. `rank` is set by `assess`.
    """

    unit: str
    rank_group: str
    sections: tuple[SectionResult, ...]
    bonus_lines: tuple[LineResult, ...]
    deduction_lines: tuple[LineResult, ...]
    base: Decimal | None
    bonus: Decimal
    deduction: Decimal
    total: Decimal | None
    band: str | None
    grade: str | None
    vetoes: tuple[VetoResult, ...] = ()
    rank: int | None = None
    name: str = text()

    @property
    def lines(self) -> tuple[LineResult, ...]:
        """All lines: the sections', then bonus, then deduction."""
        in_sections = tuple(line for section in self.sections for line in section.lines)
        return in_sections + self.bonus_lines + self.deduction_lines

    @property
    def unscored(self) -> tuple[str, ...]:
        """The codes of the section criteria a reviewer has still to score; they block the announcement."""
        return tuple(line.code for section in self.sections for line in section.lines if line.unscored)


def assess(scheme: Scheme, units: Sequence[UnitInputs]) -> tuple[UnitResult, ...]:
    """The results of all units in their order, ranked within their groups."""
    return with_ranks(scheme, [assess_unit(scheme, unit) for unit in units])


def with_ranks(scheme: Scheme, results: Sequence[UnitResult]) -> tuple[UnitResult, ...]:
    """The same results with their ranks within their groups."""
    ranks = rank([_place(scheme, result) for result in results], by=scheme.rank_by)
    return tuple(replace(result, rank=ranks[result.unit]) for result in results)


def assess_unit(scheme: Scheme, unit: UnitInputs) -> UnitResult:
    """The result of one unit, without its rank.

    Raises CalculationError for a manual score out of range, an indicator the inputs lack, or an unfinished scheme.
    """
    sections = tuple(_score_section(section, unit) for section in scheme.sections)
    bonus_lines = tuple(score_line(criterion, unit, optional=True) for criterion in scheme.bonus)
    deduction_lines = tuple(score_line(criterion, unit, optional=True) for criterion in scheme.deduction)
    base = _base(sections)
    bonus = min(_rounded(scheme.bonus_cap), _total_of(bonus_lines))
    deduction = _total_of(deduction_lines)
    total = None if base is None else max(_rounded(ZERO), _rounded(exact(base) + exact(bonus) - exact(deduction)))
    vetoes = tuple(_tripped(scheme, unit))
    band = None if total is None or not _can_be_graded(scheme, unit) else _band(scheme, total)
    return UnitResult(
        unit=unit.unit,
        rank_group=unit.rank_group,
        sections=sections,
        bonus_lines=bonus_lines,
        deduction_lines=deduction_lines,
        base=base,
        bonus=bonus,
        deduction=deduction,
        total=total,
        band=band,
        grade=None if band is None else _after_vetoes(scheme, band, vetoes),
        vetoes=vetoes,
        name=unit.name,
    )


def score_line(criterion: Criterion, unit: UnitInputs, *, optional: bool = False) -> LineResult:
    """The line of one criterion. `optional`: bonus and deduction, where an unscored manual criterion is simply 0."""
    if criterion.rule is None:
        raise CalculationError(f"{criterion.code} {criterion.name}：没有设定评分规则")
    case = _case(criterion, unit)
    exact_points = criterion.rule.points(case)
    applicable = exact_points is not None
    computed = _rounded(_within(exact_points, criterion.max)) if exact_points is not None else None
    adjustment = unit.adjustments.get(criterion.code)
    change = adjustment.amount if adjustment else ZERO
    points = _rounded(_within(exact(computed) + change, criterion.max)) if computed is not None else _rounded(ZERO)
    why = sentences.why(criterion.rule, case, computed)
    return LineResult(
        code=criterion.code,
        max=criterion.max,
        applicable=applicable,
        computed=computed,
        points=points,
        adjustment=adjustment.amount if adjustment else None,
        unscored=isinstance(criterion.rule, Manual) and case.manual is None and not optional,
        name=criterion.name,
        why=sentences.with_adjustment(why, adjustment, points) if adjustment and applicable else why,
        next_gain=next_gain(criterion.rule, case, computed) if computed is not None else "",
    )


def check_manual_score(criterion: Criterion, score: Fraction) -> None:
    """Raises CalculationError unless `score` is a number from 0 to the maximum with at most two decimals."""
    place, given = f"{criterion.code} {criterion.name}", number_text(score)
    if not 0 <= score <= criterion.max:
        raise CalculationError(f"{place}：评分应在 0 到 {number_text(criterion.max)} 之间，读到 {given}")
    if (score * 10**PLACES).denominator != 1:
        raise CalculationError(f"{place}：评分最多两位小数，读到 {given}")


def check_adjustment(criterion: Criterion, adjustment: Adjustment) -> None:
    """Raises CalculationError without a reason, or for a change that is nothing or has more than two decimals."""
    place, given = f"{criterion.code} {criterion.name}", number_text(adjustment.amount)
    if not adjustment.reason.strip():
        raise CalculationError(f"{place}：调整得分必须写明理由")
    if adjustment.amount == 0 or (adjustment.amount * 10**PLACES).denominator != 1:
        raise CalculationError(f"{place}：调整应为不等于 0、最多两位小数的分数，读到 {given}")


def _case(criterion: Criterion, unit: UnitInputs) -> Case:
    manual = unit.manual.get(criterion.code)
    if manual is not None and isinstance(criterion.rule, Manual):
        check_manual_score(criterion, manual)
    indicators = tuple(unit.indicator(code) for code in criterion.indicators)
    return Case(criterion.max, indicators, unit, manual=manual)


def _score_section(section: Section, unit: UnitInputs) -> SectionResult:
    lines = tuple(score_line(criterion, unit) for criterion in section.criteria)
    applicable = [line for line in lines if line.applicable]
    attainable = sum((line.max for line in applicable), ZERO)
    score = _rounded(_sum(applicable) * section.points / attainable) if applicable else None
    return SectionResult(section.code, section.points, score, lines, name=section.name)


def _base(sections: Iterable[SectionResult]) -> Decimal | None:
    """The sum of the sections, scaled up only if one dropped out; None when none is left."""
    everything = list(sections)
    left = [section for section in everything if section.score is not None]
    base = sum((exact(section.score) for section in left if section.score is not None), ZERO)
    if not left:
        return None
    if len(left) < len(everything):
        base = base * sum(section.points for section in everything) / sum(section.points for section in left)
    return _rounded(base)


def _can_be_graded(scheme: Scheme, unit: UnitInputs) -> bool:
    """Whether the unit has a target of the first section, if that section judges targets at all."""
    judging = [criterion for criterion in scheme.sections[0].criteria if criterion.rule and criterion.rule.needs_target]
    indicators = [unit.indicator(code) for criterion in judging for code in criterion.indicators]
    return not indicators or any(indicator.target is not None for indicator in indicators)


def _band(scheme: Scheme, total: Decimal) -> str:
    return next((band.name for band in scheme.bands if band.lower <= total), scheme.bands[-1].name)


def _after_vetoes(scheme: Scheme, band: str, vetoes: Iterable[VetoResult]) -> str:
    best = min([scheme.grade_rank(band), *(veto.best_band for veto in vetoes)])
    return scheme.bands[len(scheme.bands) - best].name


def _tripped(scheme: Scheme, unit: UnitInputs) -> Iterable[VetoResult]:
    for veto in scheme.vetoes:
        best_band = veto.effect.band if isinstance(veto.effect, Cap) else 1
        if isinstance(veto.condition, BindingMissed):
            missed = _missed_binding(veto.condition, unit)
            why = sentences.why_binding_missed(missed, veto.condition.threshold)
        else:
            missed, why = [], sentences.WHY_FLAGGED
        if missed or _is_flagged(veto, unit):
            yield VetoResult(veto.code, best_band, name=veto.name, why=why)


def _is_flagged(veto: Veto, unit: UnitInputs) -> bool:
    return not isinstance(veto.condition, BindingMissed) and veto.code in unit.flags


def _missed_binding(condition: BindingMissed, unit: UnitInputs) -> list[IndicatorInput]:
    binding = [each for each in unit.indicators.values() if each.binding and each.target is not None]
    return sorted((each for each in binding if _is_missed(condition, each)), key=lambda each: each.code)


def _is_missed(condition: BindingMissed, indicator: IndicatorInput) -> bool:
    alpha = indicator.attainment
    return indicator.state is DataState.NO_DATA if alpha is None else alpha < condition.threshold


def _place(scheme: Scheme, result: UnitResult) -> Place:
    grade_rank = None if result.grade is None else scheme.grade_rank(result.grade)
    return Place(result.unit, result.rank_group, grade_rank=grade_rank, total=result.total)


def _within(points: Fraction, maximum: Fraction) -> Fraction:
    return min(maximum, max(ZERO, points))


def _sum(lines: Iterable[LineResult]) -> Fraction:
    return sum((exact(line.points) for line in lines), ZERO)


def _total_of(lines: Iterable[LineResult]) -> Decimal:
    return _rounded(_sum(lines))


def _rounded(points: Fraction) -> Decimal:
    return round_half_up(points, PLACES)
