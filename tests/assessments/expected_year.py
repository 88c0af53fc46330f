"""What a random year must come to, from its plain data and the formulas alone: no database, none of its queries."""

from datetime import date, timedelta
from fractions import Fraction

from calculations.actual import Accumulate, IndicatorSpec, Kind, LineValue, UnitQuarter
from calculations.canonical import canonical, to_data
from calculations.compliance import unit_progress
from calculations.inputs import Adjustment, IndicatorInput, IndicatorLabels, QuarterFacts, UnitInputs, indicator_input
from calculations.quarters import QUARTERS, parse_pace
from calculations.rounding import exact
from calculations.scheme_reading import parse_scheme
from calculations.scoring import assess
from tests.assessments.random_year import DUE, OPEN_FOR, YEAR, SomeIndicator, SomeLine, SomeReport, SomeUnit, SomeYear

Documents = dict[str, tuple[str, str]]
"""By unit: the canonical text of what went in and of what came out."""

_LAST_DAYS = {number: date(YEAR + number // 4, number * 3 % 12 + 1, 1) - timedelta(days=1) for number in QUARTERS}


def expected_documents(year: SomeYear) -> Documents:
    """The documents of every assessed unit."""
    inputs = [_Unit(year, unit).inputs() for unit in year.units if unit.assessed]
    results = assess(parse_scheme(year.scheme), inputs)
    return {
        each.unit: (canonical(to_data(each, words=False)), canonical(to_data(result, words=False)))
        for each, result in zip(inputs, results, strict=True)
    }


class _Unit:
    """One unit's year."""

    def __init__(self, year: SomeYear, unit: SomeUnit) -> None:
        self.year, self.unit = year, unit
        reports = [each for each in year.reports if each.unit == unit.code]
        self.effective = {each.quarter: each for each in reports if each.is_effective}
        self.returned = {number: _returned(reports, number) for number in QUARTERS}

    def inputs(self) -> UnitInputs:
        code, year = self.unit.code, self.year
        flags = [each["code"] for each in year.scheme["vetoes"] if each["rule"] == "flag"]
        return UnitInputs(
            unit=code,
            rank_group="zone" if self.unit.kind == "zone" else "county",
            indicators={each.code: self.indicator(each) for each in year.indicators},
            quarters=tuple(self.facts(number) for number in QUARTERS),
            manual={criterion: exact(points) for (unit, criterion), points in year.manual.items() if unit == code},
            adjustments={
                criterion: Adjustment(exact(amount))
                for (unit, criterion), amount in year.adjustments.items()
                if unit == code
            },
            flags=tuple(flags) if year.flags.get(code) else (),
        )

    def indicator(self, indicator: SomeIndicator) -> IndicatorInput:
        is_whole = indicator.decimals == 0 and indicator.kind in ("count", "remaining")
        pace = parse_pace(indicator.shares or indicator.pace.replace("none", ""))
        spec = IndicatorSpec(
            indicator.code, Kind(indicator.kind), Accumulate(indicator.accumulate), whole=is_whole, pace=pace
        )
        lines = {number: _line_of(report, indicator) for number, report in self.effective.items()}
        quarters = [
            UnitQuarter(
                line=LineValue.of(line.value, line.base, not_applicable=line.not_applicable) if line else None,
                target=self.target(indicator, number),
                owed=self.requires(indicator, number),
                opened=DUE[number] - OPEN_FOR <= self.year.as_of,
                final=number in self.effective or self.due(number)[0] <= self.year.as_of,
            )
            for number, line in ((number, lines.get(number)) for number in QUARTERS)
        ]
        return indicator_input(
            spec,
            unit_progress(spec, quarters)[-1],
            labels=IndicatorLabels("", "", indicator.decimals),
            binding=indicator.nature == "binding",
            has_evidence=any(
                each.has_evidence and each.indicator == indicator.code
                for report in self.effective.values()
                for each in report.lines
            ),
        )

    def facts(self, number: int) -> QuarterFacts:
        report = self.effective.get(number)
        required = [each for each in self.year.indicators if self.requires(each, number)]
        arrived = report.first_submitted_at if report else None
        return QuarterFacts(
            quarter=number,
            on_time=arrived is not None and arrived < self.due(number)[1],
            required=len(required),
            filled=sum(_line_of(report, each) is not None for each in required) if report else 0,
            counted=self.year.counted[number],
            returned=(self.returned[number],),
        )

    def due(self, number: int) -> tuple:  # type: ignore[type-arg]
        """Until when the unit may report, and until when that is in time for the points."""
        own = [each for each in self.year.extensions if (each.unit, each.quarter) == (self.unit.code, number)]
        due = own[0].due if own else DUE[number]
        return due, DUE[number] if own and own[0].counts_as_late else due

    def requires(self, indicator: SomeIndicator, number: int) -> bool:
        """Whether the unit owes the line in this quarter: by its groups, or by a target that stands."""
        if not self.unit.is_reporting or indicator.pace not in ("due_q2", "due_q4", f"due_q{number}"):
            is_this_quarter = self.unit.is_reporting
        else:
            is_this_quarter = indicator.pace == f"due_q{number}"
        by_groups = "all" in indicator.reported_by or bool({*indicator.reported_by} & {*self.unit.groups})
        return is_this_quarter and (by_groups or self.target(indicator, None) is not None)

    def target(self, indicator: SomeIndicator, number: int | None) -> Fraction | None:
        """What is in force at the end of a quarter; None for the quarter: what stands last, whenever it begins."""
        on = _LAST_DAYS[number] if number else date.max
        for each in self.year.targets:
            if (each.unit, each.indicator) == (self.unit.code, indicator.code):
                in_force = [value for day, value in each.revisions if day <= on]
                return exact(in_force[-1]) if in_force and in_force[-1] is not None else None
        return None


def _line_of(report: SomeReport | None, indicator: SomeIndicator) -> SomeLine | None:
    """The indicator's line in a report, if somebody filled it in."""
    lines = report.lines if report else []
    filled = [
        each for each in lines if each.indicator == indicator.code and (each.value is not None or each.not_applicable)
    ]
    return filled[0] if filled else None


def _returned(reports: list[SomeReport], number: int) -> int:
    """The count of the last revision that was not discarded: it runs on from one to the next."""
    standing = [each.returned_times for each in reports if each.quarter == number and each.state != "discarded"]
    return standing[-1] if standing else 0
