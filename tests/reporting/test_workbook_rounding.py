"""The workbook's formulas round as the portal does, ties included: thousands of numbers in one sheet."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from io import BytesIO
from pathlib import Path

import pytest
from xlsxwriter import Workbook

from calculations.actual import Accumulate, IndicatorSpec, Kind
from calculations.inputs import IndicatorInput, UnitInputs
from calculations.rounding import exact
from calculations.rules import Average, OverTarget, PerItem, Proportional, Rule, Step, Steps
from calculations.scheme import Criterion
from calculations.scoring import score_line
from reporting.exports.assessment_workbook import formulas
from reporting.exports.assessment_workbook.rule_formulas import (
    CriterionCells,
    EvidenceRanges,
    IndicatorCells,
    rule_formula,
)
from reporting.exports.assessment_workbook.words import StateWord
from tests.calculations.builders import make_input, make_unit
from tests.reporting.office import recalculate

pytestmark = pytest.mark.office

NOWHERE = EvidenceRanges("", "", "", "")


@dataclass(frozen=True)
class Trial:
    """A criterion on one indicator, with numbers a report can hold."""

    kind: Kind
    rule: Rule
    maximum: Fraction
    value: Fraction
    base: Fraction
    target: Fraction

    @property
    def indicator(self) -> IndicatorInput:
        return make_input(
            kind=self.kind,
            value=str(self.value),
            base=str(self.base),
            target=str(self.target),
            accumulate=Accumulate.LATEST,
        )

    @property
    def points(self) -> float:
        unit: UnitInputs = make_unit(self.indicator)
        return float(score_line(Criterion("X", self.maximum, self.rule, ("X",)), unit).points)


def ties() -> Iterator[Trial]:
    """Counts whose exact points end in half a hundredth: where binary fractions fall to either side."""
    for maximum in (3, 5, 7, 8, 10, 15, 20):
        for target in range(1, 81):
            for value in range(target + 1):
                points = Fraction(maximum * value, target)
                if (points * 100).denominator == 2:
                    yield Trial(
                        Kind.COUNT,
                        Proportional(Fraction(0)),
                        Fraction(maximum),
                        Fraction(value),
                        Fraction(0),
                        Fraction(target),
                    )


def at_the_bounds() -> Iterator[Trial]:
    """α exactly at a floor, a step or a full part of the excess, from numbers with decimals."""
    for hundredths in range(1, 400):
        base = Fraction(hundredths * 37, 100)
        for share in ("0.5", "0.8", "1", "1.1", "1.3"):
            for rule in (
                Proportional(Fraction(50)),
                Steps((Step(Fraction(100), Fraction("9.5")), Step(Fraction(80), Fraction("4.25")))),
                OverTarget(Fraction(10), Fraction("0.5")),
            ):
                yield Trial(
                    Kind.PERCENT, rule, Fraction(10), (base * exact(share)).limit_denominator(10**4), Fraction(0), base
                )


def at_random(chance: random.Random) -> Iterator[Trial]:
    """Every kind with as many decimals as a report can hold."""

    def number(most: float, decimals: int) -> Fraction:
        return Fraction(round(chance.uniform(0, most) * 10**decimals), 10**decimals)

    rules: list[Rule] = [
        Proportional(Fraction(50)),
        Proportional(Fraction(0)),
        Steps((Step(Fraction(100), Fraction(9)), Step(Fraction("66.6"), Fraction("3.335")))),
        OverTarget(Fraction("2.5"), Fraction("0.05")),
        PerItem(Fraction("0.005")),
        PerItem(Fraction("1.125"), Fraction("2.5")),
        Average(),
    ]
    for _ in range(3000):
        kind, decimals = chance.choice(list(Kind)), chance.choice((0, 1, 2, 3, 4))
        base = number(chance.choice((10, 3000, 10**7, 10**9)), decimals) + 1
        value = number(float(base) * 1.2 if kind in (Kind.RATIO, Kind.REDUCTION, Kind.REMAINING) else 150, decimals)
        target = number(100, chance.choice((0, 1, 2))) + Fraction(kind is not Kind.REMAINING)
        yield Trial(
            kind,
            chance.choice(rules),
            Fraction(chance.choice((2, 5, 7, 15, 40))),
            value,
            base,
            target,
        )


def sheet_of(trials: list[Trial]) -> bytes:
    """Value, base, target typed in; A, α and points as the workbook's formulas."""
    stream = BytesIO()
    book = Workbook(stream, {"in_memory": True})
    page = book.add_worksheet("trials")
    for row, trial in enumerate(trials, start=1):
        spec = IndicatorSpec("X", trial.kind, Accumulate.LATEST)
        for column, number in enumerate((trial.value, trial.base, trial.target, trial.maximum)):
            page.write_number(row - 1, column, float(number))
        page.write_string(row - 1, 4, StateWord.REPORTED)
        page.write_formula(row - 1, 5, "=" + formulas.actual(spec, f"A{row}", f"B{row}", f"E{row}"))
        page.write_formula(row - 1, 6, "=" + formulas.attainment(spec, f"F{row}", f"C{row}", f"B{row}"))
        cells = IndicatorCells(f"E{row}", f"C{row}", f"F{row}", f"G{row}")
        first, second = parameters(trial.rule)
        criterion = CriterionCells(f"D{row}", [cells], [], NOWHERE, first, second)
        page.write_formula(row - 1, 7, "=" + rule_formula(trial.rule, criterion))
    book.close()
    return stream.getvalue()


def parameters(rule: Rule) -> tuple[list[str], list[str]]:
    """A rule's parameters as numbers in the formula itself."""
    match rule:
        case Proportional():
            return [repr(float(rule.floor))], []
        case Steps():
            return [repr(float(each.bound)) for each in rule.steps], [repr(float(each.points)) for each in rule.steps]
        case OverTarget():
            return [repr(float(rule.per))], [repr(float(rule.each))]
        case PerItem():
            return [repr(float(rule.each))], [repr(float(rule.cap_each or 0))]
    return [], []


def test_points_of_ties_bounds_and_random_numbers_are_the_portals(tmp_path: Path) -> None:
    trials = [*ties(), *at_the_bounds(), *at_random(random.Random(20230515))]

    page = recalculate({"trials": sheet_of(trials)}, tmp_path / "office")["trials"]["trials"]

    wrong = [
        (trial, got, trial.points)
        for trial, (got,) in zip(trials, page.iter_rows(min_col=8, max_col=8, values_only=True), strict=True)
        if got != trial.points
    ]
    assert len(trials) > 8000
    assert wrong == []


def test_binary_fractions_alone_would_miss_ties() -> None:
    """Why a hair is added: without it noise decides on which side of the half a tie falls."""
    below = [
        trial
        for trial in ties()
        if float(trial.maximum) * (100 * float(trial.value) / float(trial.target)) / 100 < exact_points(trial)
    ]

    assert below


def exact_points(trial: Trial) -> Fraction:
    return trial.maximum * trial.value / trial.target
