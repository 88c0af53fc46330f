"""Any year of any city: its plan and scheme, what was reported and when, what people gave. Plain data."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from calculations.quarters import QUARTERS
from progress.models import Report
from targets.models import Indicator, PlanUnit
from tests.assessments.random_scheme import Row, all_criteria, cents, schemes

YEAR = 2023
DUE = {number: datetime(YEAR + number // 4, number * 3 % 12 + 1, 16, tzinfo=UTC) for number in QUARTERS}
"""Until when each quarter is reported in time."""
OPEN_FOR, LATE_FOR = timedelta(days=20), timedelta(days=15)
A_SECOND = timedelta(seconds=1)
OVER, HALF_OVER = datetime(YEAR + 1, 3, 1, tzinfo=UTC), DUE[2] + A_SECOND


@dataclass(frozen=True)
class SomeIndicator:
    code: str
    kind: str
    accumulate: str
    decimals: int
    pace: str
    shares: list[str]
    nature: str
    reported_by: list[str]


@dataclass(frozen=True)
class SomeUnit:
    code: str
    kind: str
    groups: list[str]
    is_reporting: bool
    assessed: bool


@dataclass(frozen=True)
class SomeTarget:
    """`revisions`: from which day on which value; None takes the target back."""

    unit: str
    indicator: str
    revisions: list[tuple[date, Decimal | None]]


@dataclass(frozen=True)
class SomeExtension:
    unit: str
    quarter: int
    due: datetime
    counts_as_late: bool


@dataclass(frozen=True)
class SomeLine:
    """Without a number and not 不涉及 it is a row that nobody filled in."""

    indicator: str
    value: Decimal | None
    base: Decimal | None
    not_applicable: bool
    has_evidence: bool


@dataclass(frozen=True)
class SomeReport:
    unit: str
    quarter: int
    revision: int
    state: str
    is_effective: bool
    first_submitted_at: datetime | None
    returned_times: int
    lines: list[SomeLine]


@dataclass(frozen=True)
class SomeYear:
    """Units, indicators and criteria are named by code; `flags`: by unit, whether a second officer confirmed it."""

    units: list[SomeUnit]
    indicators: list[SomeIndicator]
    targets: list[SomeTarget]
    counted: dict[int, bool]
    extensions: list[SomeExtension]
    reports: list[SomeReport]
    scheme: Row
    manual: dict[tuple[str, str], Decimal]
    adjustments: dict[tuple[str, str], Decimal]
    flags: dict[str, bool]
    as_of: datetime


numbers = st.one_of(
    st.integers(0, 40).map(Decimal),
    st.integers(0, 10**5).map(lambda number: Decimal(number).scaleb(-2)),
    # As many digits as the portal takes: what one database keeps, the other must keep.
    st.integers(0, 10**15 - 1).map(lambda number: Decimal(number).scaleb(-4)),
)
rarely = st.integers(0, 9).map(lambda number: number == 0)
mostly = rarely.map(lambda is_rare: not is_rare)
groups = st.lists(st.sampled_from(["甲", "乙"]), max_size=2, unique=True)
days = st.sampled_from(
    [date(YEAR, 1, 1), date(YEAR, 6, 30), date(YEAR, 7, 1), date(YEAR, 12, 31), date(YEAR + 1, 1, 1)]
)
arrivals = st.sampled_from([-2 * LATE_FOR, -A_SECOND, timedelta(0), A_SECOND, timedelta(days=3), LATE_FOR])


@st.composite
def years(draw: st.DrawFn) -> SomeYear:
    """A year that the portal would take, with one to four units and one to five indicators."""
    indicators = [draw(_indicator(f"i{place}")) for place in range(draw(st.integers(1, 5)))]
    units = [draw(_unit(f"u{place}")) for place in range(draw(st.integers(1, 4)))]
    scheme = draw(schemes([each.code for each in indicators]))
    assessed = [each.code for each in units if each.assessed]
    return SomeYear(
        units=units,
        indicators=indicators,
        targets=draw(_targets(units, indicators)),
        counted={number: draw(mostly) for number in QUARTERS},
        extensions=draw(_extensions(units)),
        reports=[
            report for unit in units for number in QUARTERS for report in draw(_reports(unit, number, indicators))
        ],
        scheme=scheme,
        manual=draw(_manual(assessed, scheme)),
        adjustments=draw(_adjustments(assessed, scheme)),
        flags={code: draw(st.booleans()) for code in assessed if draw(rarely)},
        as_of=draw(st.sampled_from([OVER, OVER, OVER, HALF_OVER])),
    )


@st.composite
def _indicator(draw: st.DrawFn, code: str) -> SomeIndicator:
    pace = draw(st.sampled_from(["linear", "level", "none", "due_q2", "due_q4", "own"]))
    return SomeIndicator(
        code=code,
        kind=draw(st.sampled_from(Indicator.Kind.values)),
        accumulate=draw(st.sampled_from(Indicator.Accumulate.values)),
        decimals=draw(st.sampled_from([0, 2])),
        pace=pace,
        shares=["0", "0.125", "0.5", "1"] if pace == "own" else [],
        nature=draw(st.sampled_from(Indicator.Nature.values)),
        reported_by=draw(st.sampled_from([["all"], ["甲"], ["乙"], []])),
    )


@st.composite
def _unit(draw: st.DrawFn, code: str) -> SomeUnit:
    kinds = PlanUnit.Kind
    return SomeUnit(
        code=code,
        kind=draw(st.sampled_from([kinds.COUNTY, kinds.DISTRICT, kinds.ZONE])),
        groups=draw(groups),
        is_reporting=draw(mostly),
        assessed=draw(mostly),
    )


@st.composite
def _targets(draw: st.DrawFn, units: Sequence[SomeUnit], indicators: Sequence[SomeIndicator]) -> list[SomeTarget]:
    found = []
    for unit in units:
        for indicator in indicators:
            valid_from = sorted(draw(st.lists(days, max_size=2, unique=True)))
            values = [draw(_target_value(indicator)) for _ in valid_from]
            if valid_from:
                found.append(SomeTarget(unit.code, indicator.code, list(zip(valid_from, values, strict=True))))
    return found


def _target_value(indicator: SomeIndicator) -> st.SearchStrategy[Decimal | None]:
    least = 0 if indicator.kind == Indicator.Kind.REMAINING else 1
    given = st.one_of(
        st.integers(least, 50).map(Decimal), st.integers(least, 10**6).map(lambda number: Decimal(number).scaleb(-4))
    )
    return st.one_of(given, given, given, st.none())


@st.composite
def _extensions(draw: st.DrawFn, units: Sequence[SomeUnit]) -> list[SomeExtension]:
    return [
        SomeExtension(unit.code, number, DUE[number] + timedelta(days=3), draw(st.booleans()))
        for unit in units
        for number in QUARTERS
        if draw(rarely)
    ]


@st.composite
def _reports(draw: st.DrawFn, unit: SomeUnit, quarter: int, indicators: Sequence[SomeIndicator]) -> list[SomeReport]:
    """One unit's reports of a quarter: none, one that is not approved, or approved revisions of which the last counts.

    A correction that was discarded may follow. An open correction would stop the calculation.
    """
    if draw(rarely):
        return []
    approved = draw(st.sampled_from([1, 1, 1, 1, 2, 3, 0]))
    states = [Report.State.APPROVED] * approved or [draw(st.sampled_from(["draft", "submitted", "returned"]))]
    if approved and draw(rarely):
        states.append(Report.State.DISCARDED)
    arrived, returned, found = DUE[quarter] + draw(arrivals), 0, []
    for revision, state in enumerate(states, start=1):
        returned += draw(st.sampled_from([0, 0, 0, 1, 3]))
        found.append(
            SomeReport(
                unit=unit.code,
                quarter=quarter,
                revision=revision,
                state=state,
                is_effective=revision == approved,
                first_submitted_at=None if state == "draft" else arrived,
                returned_times=returned,
                lines=draw(_lines(indicators)),
            )
        )
    return found


@st.composite
def _lines(draw: st.DrawFn, indicators: Sequence[SomeIndicator]) -> list[SomeLine]:
    found = []
    for indicator in indicators:
        how = draw(st.sampled_from(["number"] * 7 + ["nothing", "blank", "not applicable"]))
        if how == "nothing":
            continue
        value, base = (draw(numbers), draw(st.one_of(numbers, st.none()))) if how == "number" else (None, None)
        found.append(SomeLine(indicator.code, value, base, how == "not applicable", draw(st.booleans())))
    return found


@st.composite
def _manual(draw: st.DrawFn, assessed: Sequence[str], scheme: Row) -> dict[tuple[str, str], Decimal]:
    criteria = [each for each in all_criteria(scheme) if each["rule"] == "manual"]
    return {
        (unit, each["code"]): Decimal(draw(cents(0, int(Decimal(each["max"]) * 100))))
        for unit in assessed
        for each in criteria
        if draw(mostly)
    }


@st.composite
def _adjustments(draw: st.DrawFn, assessed: Sequence[str], scheme: Row) -> dict[tuple[str, str], Decimal]:
    found = {}
    for unit in assessed:
        for each in all_criteria(scheme):
            if draw(rarely):
                most = int(Decimal(each["max"]) * 100)
                found[unit, each["code"]] = Decimal(draw(cents(1, most))) * draw(st.sampled_from([1, -1]))
    return found
