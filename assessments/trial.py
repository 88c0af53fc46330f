"""What would be if: a unit's numbers as one types them, and the score, grade and rank that follow. Nothing is stored.

Used by the scheme's test bench (a draft scheme) and by the what-if of a unit's page (the scheme in force).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _

from assessments.drafting.reading import plain_number
from calculations.actual import DataState, Kind
from calculations.inputs import IndicatorInput, QuarterFacts, UnitInputs
from calculations.rounding import exact, number_text
from calculations.scheme import Criterion, Scheme, Section
from calculations.scoring import LineResult, UnitResult, assess_unit, with_ranks

NUMBER = re.compile(r"[+-]?[0-9]{1,11}(\.[0-9]{1,4})?")
WITH_BASE = frozenset({Kind.RATIO, Kind.REDUCTION, Kind.REMAINING})
VALUE, BASE, TARGET, MANUAL = "v", "b", "t", "m"
MOST_ON_A_LINE = 1000

# --- what is typed


@dataclass(frozen=True, slots=True)
class Typed:
    """The unit's inputs with what was typed in them, and what is wrong with it by field name."""

    unit: UnitInputs
    problems: Mapping[str, str]
    touched: frozenset[str]


def field_texts(unit: UnitInputs) -> dict[str, str]:
    """Every field one can type into, by name, with what stands now: "v-CODE", "b-CODE", "t-CODE", "m-CRITERION",
    "q1-filled" …; empty where nothing is reported, no target is set, nothing is scored."""
    texts: dict[str, str] = {}
    for code, each in unit.indicators.items():
        is_reported = each.state is DataState.REPORTED
        texts[f"{VALUE}-{code}"] = number_text(each.value) if is_reported else ""
        if each.kind in WITH_BASE:
            texts[f"{BASE}-{code}"] = number_text(each.base) if is_reported or each.base else ""
        texts[f"{TARGET}-{code}"] = "" if each.target is None else number_text(each.target)
    for quarter in unit.quarters:
        texts |= _quarter_texts(quarter)
    return texts | {f"{MANUAL}-{code}": number_text(score) for code, score in unit.manual.items()}


def _quarter_texts(quarter: QuarterFacts) -> dict[str, str]:
    return {
        f"q{quarter.quarter}-on_time": "1" if quarter.on_time else "0",
        f"q{quarter.quarter}-required": str(quarter.required),
        f"q{quarter.quarter}-filled": str(quarter.filled),
        f"q{quarter.quarter}-returned": str(sum(quarter.returned)),
    }


def with_typed(unit: UnitInputs, fields: Mapping[str, str]) -> Typed:
    """The unit with the fields that differ from what stands; a field that is wrong is named and leaves it as it is.

    A value left empty means not reported, a target left empty no target.
    """
    standing = field_texts(unit)
    given = {name: plain_number(text) for name, text in fields.items()}
    touched = {name: text for name, text in given.items() if text != standing.get(name, "")}
    problems = {name: problem for name, text in touched.items() if (problem := _problem(unit, name, text))}
    sound = {name: text for name, text in touched.items() if name not in problems}
    moved = {code: _moved(each, standing | sound, sound) for code, each in unit.indicators.items()}
    quarters = tuple(_moved_quarter(each, sound) for each in unit.quarters)
    scores = {name.partition("-")[2]: text for name, text in sound.items() if name.startswith(f"{MANUAL}-")}
    manual = {code: score for code, score in unit.manual.items() if code not in scores}
    manual |= {code: exact(text) for code, text in scores.items() if text}
    return Typed(replace(unit, indicators=moved, quarters=quarters, manual=manual), problems, frozenset(touched))


def _problem(unit: UnitInputs, name: str, text: str) -> str:
    kind, _dash, code = name.partition("-")
    if not text:
        return ""
    if not NUMBER.fullmatch(text):
        return _("“%s”不是数字") % text[:20]
    number = exact(text)
    if kind.startswith("q") and not (0 <= number <= MOST_ON_A_LINE and number.denominator == 1):
        return _("请填 0 或更大的整数")
    if kind == TARGET and code in unit.indicators:
        may_be_zero = unit.indicators[code].kind is Kind.REMAINING
        if number < 0 or (number == 0 and not may_be_zero):
            return _("目标应大于 0")
    return _("不能小于 0") if kind in (BASE, MANUAL) and number < 0 else ""


def _moved(indicator: IndicatorInput, texts: Mapping[str, str], touched: Mapping[str, str]) -> IndicatorInput:
    names = {kind: f"{kind}-{indicator.code}" for kind in (VALUE, BASE, TARGET)}
    target = texts[names[TARGET]]
    if names[TARGET] in touched:
        indicator = replace(indicator, target=exact(target) if target else None)
    if names[VALUE] not in touched and names[BASE] not in touched:
        return indicator
    value, base = texts[names[VALUE]], texts.get(names[BASE], "")
    state = DataState.REPORTED if value else DataState.NO_DATA
    if indicator.kind in (Kind.RATIO, Kind.REDUCTION) and value and not exact(base or "0"):
        state = DataState.NOT_APPLICABLE
    return replace(indicator, state=state, value=exact(value or "0"), base=exact(base or "0"))


def _moved_quarter(quarter: QuarterFacts, touched: Mapping[str, str]) -> QuarterFacts:
    given = {key: touched.get(f"q{quarter.quarter}-{key}") for key in ("on_time", "required", "filled", "returned")}
    required = quarter.required if given["required"] is None else int(given["required"] or 0)
    filled = quarter.filled if given["filled"] is None else int(given["filled"] or 0)
    return replace(
        quarter,
        on_time=quarter.on_time if given["on_time"] is None else given["on_time"] == "1",
        required=required,
        filled=min(filled, required),
        returned=quarter.returned if given["returned"] is None else (int(given["returned"] or 0),),
    )


# --- what follows


@dataclass(frozen=True, slots=True)
class Moved:
    """A number as it stands and as it would be."""

    now: Decimal | None
    then: Decimal | None

    @property
    def change(self) -> Decimal:
        """By how much it moves."""
        return (self.then or Decimal(0)) - (self.now or Decimal(0))


@dataclass(frozen=True, slots=True)
class TrialLine:
    """A criterion: its points as they stand and as they would be, with the sentence of the latter."""

    code: str
    name: str
    max: Fraction
    points: Moved
    why: str
    next_gain: str


@dataclass(frozen=True, slots=True)
class TrialPart:
    """A section, the bonus or the deduction."""

    code: str
    name: str
    score: Moved
    lines: tuple[TrialLine, ...]


@dataclass(frozen=True, slots=True)
class Trial:
    """The score as it stands and as it would be; ranks are within the unit's group, None without others."""

    parts: tuple[TrialPart, ...]
    base: Moved
    total: Moved
    now: UnitResult
    then: UnitResult

    def line(self, code: str) -> TrialLine | None:
        """The line of a criterion."""
        return next((line for part in self.parts for line in part.lines if line.code == code), None)


def run_trial(scheme: Scheme, unit: UnitInputs, typed: UnitInputs, others: Sequence[UnitInputs] = ()) -> Trial:
    """The unit's score as it stands and with what was typed, ranked among the others both times.

    Raises CalculationError as `assess_unit` does.
    """
    results = [assess_unit(scheme, other) for other in others]
    now = _ranked(scheme, assess_unit(scheme, unit), results)
    then = _ranked(scheme, assess_unit(scheme, typed), results)
    sections = [
        _part(section, (before.lines, after.lines), Moved(before.score, after.score))
        for section, before, after in zip(scheme.sections, now.sections, then.sections, strict=True)
    ]
    extras = [
        TrialPart(key, name, Moved(*sums), _lines(*lines))
        for key, name, sums, lines in (
            ("bonus", _("加分"), (now.bonus, then.bonus), (now.bonus_lines, then.bonus_lines)),
            ("deduction", _("扣分"), (now.deduction, then.deduction), (now.deduction_lines, then.deduction_lines)),
        )
        if lines[0]
    ]
    return Trial((*sections, *extras), Moved(now.base, then.base), Moved(now.total, then.total), now, then)


def _ranked(scheme: Scheme, result: UnitResult, others: Sequence[UnitResult]) -> UnitResult:
    return with_ranks(scheme, [*others, result])[-1]


def _part(section: Section, lines: tuple[Sequence[LineResult], Sequence[LineResult]], score: Moved) -> TrialPart:
    return TrialPart(section.code, section.name, score, _lines(*lines))


def _lines(now: Sequence[LineResult], then: Sequence[LineResult]) -> tuple[TrialLine, ...]:
    return tuple(
        TrialLine(after.code, after.name, after.max, Moved(_points(before), _points(after)), after.why, after.next_gain)
        for before, after in zip(now, then, strict=True)
    )


def _points(line: LineResult) -> Decimal | None:
    return line.points if line.applicable else None


def without_criteria(scheme: Scheme, left_out: Iterable[str]) -> Scheme:
    """The scheme without some criteria: those that something is wrong with while it is edited."""
    out = frozenset(left_out)

    def kept(criteria: tuple[Criterion, ...]) -> tuple[Criterion, ...]:
        return tuple(each for each in criteria if each.code not in out)

    sections = tuple(replace(each, criteria=kept(each.criteria)) for each in scheme.sections)
    return replace(scheme, sections=sections, bonus=kept(scheme.bonus), deduction=kept(scheme.deduction))
