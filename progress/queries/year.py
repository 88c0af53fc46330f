"""A year of reports in memory: which revision counts, what the other quarters hold, who owes which line.

Five queries whatever the number of units, quarters and lines: the form, the import and the checks before
submitting all look things up here instead of asking the database again.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from progress.line_checks import YearContext, YearLine
from progress.models import Line, Report
from progress.queries.na_rules import NaRules, Place
from targets.models import Indicator, Plan, PlanUnit, Quarter
from targets.queries import Calendar, Deadlines, calendar_of_plan, owed_indicators

__all__ = ["Place", "YearBook", "load_year", "reported_indicator"]


@dataclass(frozen=True)
class YearBook:
    """The reports of some units of one plan, with their lines and what their quarters allow.

    `reports` holds the revisions of a place in order, `lines` a report's lines by the indicator's id.
    """

    plan: Plan
    quarters: dict[int, Quarter]
    reports: dict[Place, list[Report]]
    lines: dict[int, dict[int, Line]]
    owed: dict[int, list[Indicator]]
    deadlines: dict[Place, Deadlines]
    na_rules: NaRules

    def current(self, place: Place) -> Report | None:
        """The newest standing revision, whatever its state; None where nothing was entered yet."""
        found = self.standing(place)
        return found[-1] if found else None

    def counted(self, place: Place) -> Report | None:
        """The approved revision that counts, else the newest one: what the unit itself says of the quarter."""
        found = self.standing(place)
        return next((report for report in found if report.is_effective), found[-1] if found else None)

    def standing(self, place: Place) -> list[Report]:
        """The revisions of a place, the oldest first, without discarded ones."""
        return [report for report in self.reports.get(place, ()) if report.state != Report.State.DISCARDED]

    def lines_of(self, report: Report | None) -> dict[int, Line]:
        """A report's lines by the indicator's id."""
        return self.lines.get(report.pk, {}) if report is not None else {}

    def context(self, place: Place, indicator: Indicator) -> YearContext:
        """What the year holds beside the line of a place and indicator."""
        plan_unit_id, quarter = place
        others = {
            number: line
            for number in self.quarters
            if number != quarter and (line := self._year_line((plan_unit_id, number), indicator))
        }
        replaced = self._year_line(place, indicator)
        counted = replaced if replaced and replaced.approved else None
        return YearContext(quarter, others, counted, partial(self.na_rules.holds, place))

    def _year_line(self, place: Place, indicator: Indicator) -> YearLine | None:
        report = self.counted(place)
        line = self.lines_of(report).get(indicator.pk)
        if report is None or line is None or not line.is_filled:
            return None
        if indicator.has_base and line.base is None and not line.not_applicable:
            return None  # still being filled in
        return YearLine(line.value, line.base, line.not_applicable, approved=report.is_effective)


def load_year(
    plan: Plan,
    plan_units: Iterable[PlanUnit],
    calendar: Calendar | None = None,
    owed: dict[int, list[Indicator]] | None = None,
) -> YearBook:
    """The year of some units of a plan; five queries, less with the `calendar` or what is `owed` at hand."""
    units = {plan_unit.pk: plan_unit for plan_unit in plan_units}
    calendar = calendar or calendar_of_plan(plan)
    quarters = {quarter.number: quarter for quarter in calendar.quarters}
    reports = _reports(quarters, units)
    return YearBook(
        plan=plan,
        quarters=quarters,
        reports=reports,
        lines=_lines([report for found in reports.values() for report in found]),
        owed=owed_indicators(plan, reporting=units.values()) if owed is None else owed,
        deadlines=calendar.of(units),
        na_rules=NaRules.of(plan.year, units.values()),
    )


def _reports(quarters: dict[int, Quarter], plan_units: dict[int, PlanUnit]) -> dict[Place, list[Report]]:
    by_id = {quarter.pk: quarter for quarter in quarters.values()}
    found: dict[Place, list[Report]] = {}
    reports = Report.objects.filter(plan_unit__in=plan_units, quarter__in=by_id).order_by("revision")
    for report in reports.select_related("submitted_by", "decided_by", "sealed_scan"):
        report.quarter, report.plan_unit = by_id[report.quarter_id], plan_units[report.plan_unit_id]
        found.setdefault((report.plan_unit_id, report.quarter.number), []).append(report)
    return found


def _lines(reports: list[Report]) -> dict[int, dict[int, Line]]:
    by_id = {report.pk: report for report in reports}
    found: dict[int, dict[int, Line]] = {pk: {} for pk in by_id}
    for line in Line.objects.filter(report__in=by_id):
        line.report = by_id[line.report_id]
        found[line.report_id][line.indicator_id] = line
    return found


def reported_indicator(plan_unit: PlanUnit, code: str) -> Indicator | None:
    """An indicator that the unit reports, by its code; None for any other. Three queries."""
    owed = owed_indicators(plan_unit.plan).get(plan_unit.pk, [])
    return next((indicator for indicator in owed if indicator.code == code), None)
