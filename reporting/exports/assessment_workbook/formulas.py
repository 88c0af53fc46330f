"""The text of the workbook's formulas, from the addresses of their cells.

They use only what Excel 2016, WPS and LibreOffice all know. Excel counts in binary fractions where the portal is
exact, so sums of decimals are rounded to the decimals they can have, percentages to 12, and before a half is rounded
up a hair is added: 11.625 points, stored as 11.62499…, still make 11.63.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from calculations.actual import Accumulate, IndicatorSpec, Kind
from calculations.pace import BEHIND_FROM
from calculations.quarters import LAST_QUARTER
from reporting.exports.assessment_workbook.words import (
    ALL_REPORTED,
    HAVE_REPORTED,
    NONE,
    OF_UNITS,
    StateWord,
    StatusWord,
    Yes,
)

HAIR = "1E-12"
"""More than the binary noise of points below a thousand. Only numbers made up to miss a half by less could tell."""
INPUT_PLACES = 4
"""The decimals a reported number can have."""


def text(value: str) -> str:
    """A text inside a formula."""
    return '"' + value.replace('"', '""') + '"'


def unit_key(code: str) -> str:
    """A unit's code as the calculation columns hold it: never taken for a number."""
    return f"U{code}"


def half_up(expression: str, places: int = 2) -> str:
    """Rounded as the portal rounds."""
    return f"ROUND({expression}+{HAIR},{places})"


def points(expression: str, maximum: str) -> str:
    """A rule's points: kept within 0 and the maximum, rounded."""
    return half_up(f"MAX(0,MIN({maximum},{expression}))")


def joined(parts: Sequence[str], sign: str = "+") -> str:
    """The parts with a sign between them, in brackets."""
    return f"({sign.join(parts)})"


@dataclass(frozen=True, slots=True)
class QuarterCells:
    """The addresses of one quarter of a row on the quarter sheet; `so_far` are the value cells up to this quarter."""

    value: str
    so_far: tuple[str, ...]
    sum_value: str
    sum_base: str
    state: str
    target: str
    final: str
    share: str
    actual: str
    expected: str


def formula_count(area: str) -> str:
    """How many cells of an area hold a formula."""
    return f"SUMPRODUCT(--_xlfn.ISFORMULA({area}))"


# --- V, B and whether they can be judged (docs/calculations.md, section 1)


def accumulated(spec: IndicatorSpec, cells: Sequence[str], flags: Sequence[str], *, before: str | None) -> str:
    """V or B up to a quarter: `cells` hold the quarters' numbers, `flags` are filled where there is a line.

    `before` is the accumulated number of the quarter before.
    """
    if spec.accumulate is Accumulate.SUM:
        return f"ROUND(SUM({','.join(cells)}),{INPUT_PLACES})"
    return f'IF({flags[-1]}<>"",N({cells[-1]}),{before or 0})'


def unit_state(spec: IndicatorSpec, quarter: QuarterCells, *, before: str | None) -> str:
    """Whether a unit's figure can be judged. `before` is the state of the quarter before."""
    lines = f"COUNTA({','.join(quarter.so_far)})=0"
    if spec.kind is Kind.MILESTONE and spec.accumulate is Accumulate.LATEST:
        now = f"IF(ISNUMBER({quarter.value}),{text(StateWord.REPORTED)},{text(StateWord.NOT_APPLICABLE)})"
        return f'IF({quarter.value}<>"",{now},{before or text(StateWord.NO_DATA)})'
    if spec.kind in (Kind.COUNT, Kind.MILESTONE):
        return _state(lines, f"COUNT({','.join(quarter.so_far)})=0")
    return _state(lines, _no_base(spec, quarter.sum_base))


def root_state(spec: IndicatorSpec, base: str, states: str, targets: str) -> str:
    """The same for the root, over the ranges of its units' states and targets."""
    has_target = f"ISNUMBER({targets})*" if spec.kind is Kind.MILESTONE else "1*"
    silent = f"SUMPRODUCT({has_target}({states}<>{text(StateWord.NO_DATA)}))=0"
    if spec.kind in (Kind.COUNT, Kind.MILESTONE):
        return _state(silent, f"SUMPRODUCT({has_target}({states}={text(StateWord.REPORTED)}))=0")
    return _state(silent, _no_base(spec, base))


def root_sum(spec: IndicatorSpec, values: str, targets: str) -> str:
    """V or B of the root: of a milestone only over the units that have a target."""
    if spec.kind is Kind.MILESTONE:
        return f"ROUND(SUMPRODUCT(ISNUMBER({targets})*{values}),{INPUT_PLACES})"
    return f"ROUND(SUM({values}),{INPUT_PLACES})"


def unless_silent(state: str, number: str) -> str:
    """V or B as printed: — rather than 0 where nothing was reported."""
    return f"IF({state}={text(StateWord.NO_DATA)},{text(NONE)},{number})"


def actual(spec: IndicatorSpec, value: str, base: str, state: str) -> str:
    """A of a unit, or of the root where it is no milestone."""
    expression = {
        Kind.RATIO: f"100*{value}/{base}",
        Kind.REDUCTION: f"100*ROUND({base}-{value},{INPUT_PLACES})/{base}",
    }.get(spec.kind, value)
    return f"IF({state}={text(StateWord.REPORTED)},{expression},{text(NONE)})"


def root_milestone(value: str, state: str, states: str, targets: str) -> str:
    """A of the root for a milestone: the mean over the units that have a target, 不涉及 left out."""
    judged = f"SUMPRODUCT(ISNUMBER({targets})*({states}<>{text(StateWord.NOT_APPLICABLE)}))"
    return f"IF({state}={text(StateWord.REPORTED)},{value}/{judged},{text(NONE)})"


def any_silent(owing: str, states: str) -> str:
    """Whether a unit that owes a line has none, over the ranges of the units."""
    return f"COUNTIFS({owing},{text(Yes.YES)},{states},{text(StateWord.NO_DATA)})>0"


def units_reported(owing: str, states: str) -> str:
    """How many of the units that owe a line have one, in words, over the ranges of the units; — where none owes it."""
    owe = f"COUNTIF({owing},{text(Yes.YES)})"
    silent = f"COUNTIFS({owing},{text(Yes.YES)},{states},{text(StateWord.NO_DATA)})"
    some = f"{owe}&{text(OF_UNITS)}&({owe}-{silent})&{text(HAVE_REPORTED)}"
    return f"IF({owe}=0,{text(NONE)},IF({silent}=0,{owe}&{text(ALL_REPORTED)},{some}))"


# --- attainment, pace, status (sections 2 and 3)


def attainment(spec: IndicatorSpec, actual_cell: str, target: str, start: str) -> str:
    """α in percent."""
    if spec.kind is Kind.REMAINING:
        left = f"100*ROUND({start}-{actual_cell},{INPUT_PLACES})/ROUND({start}-{target},{INPUT_PLACES})"
        alpha = f"IF({actual_cell}<={target},100,IF({start}<={target},0,MAX(0,ROUND({left},12))))"
    else:
        alpha = f"MAX(0,ROUND(100*{actual_cell}/{target},12))"
    return f"IF(AND(ISNUMBER({actual_cell}),ISNUMBER({target})),{alpha},{text(NONE)})"


def expected(spec: IndicatorSpec, cells: QuarterCells) -> str:
    """E: what is expected by the quarter; whole things rounded in the unit's favour."""
    if spec.kind is Kind.REMAINING:
        bound = f"{cells.sum_base}-{cells.share}*({cells.sum_base}-{cells.target})"
        amount = f"-INT(-({bound})+1E-9)" if spec.whole else bound
        known = f"AND(ISNUMBER({cells.target}),ISNUMBER({cells.actual}),{cells.final}<>{text(Yes.NOT_YET)})"
    else:
        bound = f"{cells.share}*{cells.target}"
        amount = f"INT({bound}+1E-9)" if spec.whole else bound
        known = f"AND(ISNUMBER({cells.target}),{cells.final}<>{text(Yes.NOT_YET)})"
    return f"IF({known},{amount},{text(NONE)})"


def concerned(target: str, state: str, status_word: str) -> str:
    """The status of a unit that an indicator does not concern: — as long as it has no target and reports nothing."""
    return f"IF(AND(NOT(ISNUMBER({target})),{state}={text(StateWord.NO_DATA)}),{text(NONE)},{status_word})"


def status(spec: IndicatorSpec, cells: QuarterCells, *, quarter: int, silent: str | None = None) -> str:
    """Where an indicator stands; `silent` is true while units of a group have not reported, so it is not yet met."""
    met = text(StatusWord.MET)
    if silent:
        met = f"IF({silent},{text(StatusWord.ON_PACE)},{met})"
    way = f"IF({_on_pace(spec, cells)},{text(StatusWord.ON_PACE)},{_behind(spec, cells)})"
    way = f"IF({cells.share}=0,{text(StatusWord.NOT_DUE)},{way})"
    if quarter == LAST_QUARTER:
        way = f"IF({cells.final}={text(Yes.YES)},{text(StatusWord.MISSED)},{way})"
    without = f"IF({cells.share}=0,{text(StatusWord.NOT_DUE)},{text(StatusWord.NO_DATA)})"
    cases = (
        (f"{cells.final}={text(Yes.NOT_YET)}", text(StatusWord.NOT_OPEN)),
        (f"NOT(ISNUMBER({cells.target}))", text(StatusWord.TRACKED)),
        (f"{cells.state}={text(StateWord.NOT_APPLICABLE)}", text(StatusWord.NOT_APPLICABLE)),
        (f"{cells.state}={text(StateWord.NO_DATA)}", without),
        (_reaches(spec, cells.actual, cells.target), met),
    )
    for condition, word in reversed(cases):
        way = f"IF({condition},{word},{way})"
    return way


def _state(silent: str, not_applicable: str) -> str:
    judged = f"IF({not_applicable},{text(StateWord.NOT_APPLICABLE)},{text(StateWord.REPORTED)})"
    return f"IF({silent},{text(StateWord.NO_DATA)},{judged})"


def _no_base(spec: IndicatorSpec, base: str) -> str:
    return f"{base}=0" if spec.kind in (Kind.RATIO, Kind.REDUCTION) else "FALSE"


def _reaches(spec: IndicatorSpec, actual_cell: str, bound: str) -> str:
    if spec.kind is Kind.REMAINING:
        return f"ROUND({actual_cell}-{bound},9)<=0"
    return f"ROUND({actual_cell}-{bound},9)>=0"


def _on_pace(spec: IndicatorSpec, cells: QuarterCells) -> str:
    return _reaches(spec, cells.actual, cells.expected)


def _behind(spec: IndicatorSpec, cells: QuarterCells) -> str:
    part = float(BEHIND_FROM)
    if spec.kind is Kind.REMAINING:
        start = cells.sum_base
        close = f"ROUND({start}-{cells.actual}-{part}*({start}-{cells.expected}),9)>=0"
    else:
        close = f"ROUND({cells.actual}-{part}*{cells.expected},9)>=0"
    if spec.whole:
        close = f"OR({close},ROUND(ABS({cells.actual}-{cells.expected}),9)=1)"
    return f"IF({close},{text(StatusWord.BEHIND)},{text(StatusWord.FAR_BEHIND)})"


def needs_evidence(spec: IndicatorSpec, actual_cell: str, *, target: str, start: str) -> str:
    """Whether there is an achievement under a target, which evidence should show."""
    achieved = f"{start}>{actual_cell}" if spec.kind is Kind.REMAINING else f"{actual_cell}>0"
    known = f"AND(ISNUMBER({target}),ISNUMBER({actual_cell}))"
    return f"IF({known},IF({achieved},{text(Yes.YES)},{text(Yes.NO)}),{text(Yes.NO)})"


def binding_attainment(alpha: str, target: str, state: str) -> str:
    """What a veto compares: α under a binding target, −1 without data."""
    silent = f"IF({state}={text(StateWord.NO_DATA)},-1,{alpha})"
    return f"IF(ISNUMBER({target}),{silent},{text(NONE)})"


def missed_bindings(codes: str, code: str, alphas: str, threshold: str) -> str:
    """How many binding targets of a unit are reached to less than the threshold, over the columns of all rows."""
    return f"SUMPRODUCT(({codes}={code})*ISNUMBER({alphas})*({alphas}<{threshold}))"
