"""The scoring rules as formulas (docs/calculations.md, section 4): points, or — where the criterion drops out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import singledispatch

from calculations.quarters import LAST_QUARTER
from calculations.rules import (
    Average,
    Completeness,
    Evidence,
    Manual,
    OverTarget,
    PerItem,
    Proportional,
    Returns,
    Rule,
    Steps,
    Timeliness,
)
from reporting.exports.assessment_workbook.formulas import half_up, joined, points, text
from reporting.exports.assessment_workbook.words import HAS, NONE, StateWord, Yes

LEFT_OUT = text(NONE)


@dataclass(frozen=True, slots=True)
class IndicatorCells:
    """The addresses of one indicator of a unit, at the year's end."""

    state: str
    target: str
    actual: str
    attainment: str

    @property
    def counts(self) -> str:
        """1 where it has a target and is not left out."""
        return f"ISNUMBER({self.target})*({self.state}<>{text(StateWord.NOT_APPLICABLE)})"


@dataclass(frozen=True, slots=True)
class FilingCells:
    """The addresses of how one quarter was reported; `returned` is a range, a cell for every report."""

    on_time: str
    counted: str
    required: str
    filled: str
    returned: str


@dataclass(frozen=True, slots=True)
class EvidenceRanges:
    """The columns that say which rows are the unit's, ask for evidence, and have it; `code` is the unit's."""

    code: str
    codes: str
    needed: str
    present: str


@dataclass(frozen=True, slots=True)
class CriterionCells:
    """What a criterion's formula looks at. `first`, `second` are the rule's parameters, by step."""

    maximum: str
    indicators: Sequence[IndicatorCells]
    filings: Sequence[FilingCells]
    evidence: EvidenceRanges
    first: Sequence[str] = field(default=())
    second: Sequence[str] = field(default=())


@singledispatch
def rule_formula(rule: Rule, cells: CriterionCells) -> str:
    """The points of a criterion before adjustment; a manual one is typed in and has no formula."""
    raise NotImplementedError(type(rule).__name__)


@rule_formula.register
def _(rule: Proportional, cells: CriterionCells) -> str:
    alpha = cells.indicators[0].attainment
    share = points(f"{cells.maximum}*MIN({alpha},100)/100", cells.maximum)
    return _by_attainment(cells, f"IF({alpha}<{cells.first[0]},0,{share})")


@rule_formula.register
def _(rule: Steps, cells: CriterionCells) -> str:
    alpha, reached = cells.indicators[0].attainment, "0"
    for bound, worth in reversed(list(zip(cells.first, cells.second, strict=True))):
        reached = f"IF({alpha}>={bound},{worth},{reached})"
    return _by_attainment(cells, points(reached, cells.maximum))


@rule_formula.register
def _(rule: OverTarget, cells: CriterionCells) -> str:
    alpha = cells.indicators[0].attainment
    times = f"INT(ROUND(({alpha}-100)/{cells.first[0]},9))"
    return _by_attainment(cells, f"IF({alpha}<100,0,{points(f'{cells.second[0]}*{times}', cells.maximum)})")


@rule_formula.register
def _(rule: PerItem, cells: CriterionCells) -> str:
    items = [f"N({each.actual})" for each in cells.indicators]
    if rule.cap_each is not None:
        items = [f"MIN({item},{cells.second[0]})" for item in items]
    left_out = ",".join(f"{each.state}={text(StateWord.NOT_APPLICABLE)}" for each in cells.indicators)
    earned = points(f"{cells.first[0]}*{joined(items)}", cells.maximum)
    return f"IF(AND({left_out}),{LEFT_OUT},{earned})"


@rule_formula.register
def _(rule: Average, cells: CriterionCells) -> str:
    judged = joined([each.counts for each in cells.indicators])
    shares = joined([f"{each.counts}*MIN(N({each.actual}),100)" for each in cells.indicators])
    return f"IF({judged}=0,{LEFT_OUT},{points(f'{cells.maximum}*{shares}/{judged}/100', cells.maximum)})"


@rule_formula.register
def _(rule: Timeliness, cells: CriterionCells) -> str:
    counted = joined([f"({each.counted}={text(Yes.YES)})" for each in cells.filings])
    on_time = joined([f"({each.counted}={text(Yes.YES)})*({each.on_time}={text(Yes.YES)})" for each in cells.filings])
    earned = points(f"{cells.first[0]}*{on_time}*{LAST_QUARTER}/{counted}", cells.maximum)
    return f"IF({counted}=0,{LEFT_OUT},{earned})"


@rule_formula.register
def _(rule: Completeness, cells: CriterionCells) -> str:
    counts = [f"({each.counted}={text(Yes.YES)})*(N({each.required})>0)" for each in cells.filings]
    filled = [
        f"IF({count}=1,{each.filled}/{each.required},0)" for count, each in zip(counts, cells.filings, strict=True)
    ]
    earned = points(f"{cells.first[0]}*{joined(filled)}*{LAST_QUARTER}/{joined(counts)}", cells.maximum)
    return f"IF({joined(counts)}=0,{LEFT_OUT},{earned})"


@rule_formula.register
def _(rule: Evidence, cells: CriterionCells) -> str:
    seen = cells.evidence
    needed = f"COUNTIFS({seen.codes},{seen.code},{seen.needed},{text(Yes.YES)})"
    present = f"COUNTIFS({seen.codes},{seen.code},{seen.needed},{text(Yes.YES)},{seen.present},{text(HAS)})"
    return f"IF({needed}=0,0,{points(f'{cells.maximum}*{present}/{needed}', cells.maximum)})"


@rule_formula.register
def _(rule: Returns, cells: CriterionCells) -> str:
    free = cells.first[0]
    excess = joined([f"SUMPRODUCT(({each.returned}>{free})*({each.returned}-{free}))" for each in cells.filings])
    quarters = joined([f"ISNUMBER({each.required})" for each in cells.filings])
    earned = points(f"{cells.second[0]}*{excess}*{LAST_QUARTER}/{quarters}", cells.maximum)
    return f"IF({quarters}=0,{LEFT_OUT},{earned})"


def final_points(computed: str, adjustment: str, maximum: str, *, rule: Rule | None) -> str:
    """The points after the reviewer's adjustment; a manual criterion that is not scored yet counts 0."""
    earned = half_up(f"MAX(0,MIN({maximum},N({computed})+N({adjustment})))")
    return earned if isinstance(rule, Manual) else f"IF(ISNUMBER({computed}),{earned},{LEFT_OUT})"


def section_score(lines: str, maxima: str, worth: str) -> str:
    """The section's score: its lines scaled to its points; — where no line is left."""
    scaled = half_up(f"SUM({lines})*{worth}/SUMPRODUCT(ISNUMBER({lines})*{maxima})")
    return f"IF(COUNT({lines})=0,{LEFT_OUT},{scaled})"


def base_score(sections: str, worth: str, count: int) -> str:
    """The sum of the sections, scaled up only if one dropped out; — where none is left."""
    scaled = f"SUM({sections})*SUM({worth})/SUMPRODUCT(ISNUMBER({sections})*{worth})"
    return f"IF(COUNT({sections})=0,{LEFT_OUT},{half_up(f'IF(COUNT({sections})<{count},{scaled},SUM({sections}))')})"


def _by_attainment(cells: CriterionCells, earned: str) -> str:
    """What a rule on attainment gives: — without a target or 不涉及, 0 without data."""
    indicator = cells.indicators[0]
    return f"IF({indicator.counts}=0,{LEFT_OUT},IF(ISNUMBER({indicator.attainment}),{earned},0))"
