"""One quarterly report as a sheet: a row an indicator, with the year before it, what it comes to, and its checks."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property

from django.conf import settings
from django.utils.translation import get_language

from calculations.actual import LineValue, UnitQuarter
from calculations.compliance import Progress, unit_progress
from calculations.quarters import LAST_QUARTER, QUARTERS
from calculations.rounding import exact_or_none
from progress.line_checks import EnteredLine, LineProblem, LineRules, YearContext, YearLine, check_line
from progress.models import Evidence, Line, Report, ReportMove
from progress.queries.carrying import carried_lines
from progress.queries.year import YearBook, load_year
from progress.report_checks import Check, CheckedLine, check_report
from targets.models import Indicator, PlanUnit, Quarter, Target
from targets.queries import Deadlines, is_required, targets_on


@dataclass(frozen=True)
class TargetValue:
    """The value that a unit must reach; `is_default`: our breakdown, which the bureau can change (默认分解)."""

    value: Decimal
    is_default: bool


@dataclass(frozen=True)
class Row:
    """One indicator of a report."""

    indicator: Indicator
    quarter: int
    line: Line | None
    entered: EnteredLine
    context: YearContext
    target: TargetValue | None = None
    problems: tuple[LineProblem, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    is_final: bool = False

    @property
    def version(self) -> int:
        """The version for the optimistic lock; 0 where nothing is stored yet."""
        return self.line.version if self.line is not None and self.line.pk else 0

    @property
    def is_carried(self) -> bool:
        return self.line is not None and self.line.origin == Line.Origin.CARRIED

    @property
    def is_required(self) -> bool:
        """Whether a missing line lowers the unit's completeness."""
        return is_required(self.indicator, self.quarter)

    @property
    def is_filled(self) -> bool:
        return self.entered.is_filled

    @property
    def may_be_not_applicable(self) -> bool:
        return self.indicator.not_applicable != Indicator.NotApplicable.NO

    @property
    def before(self) -> list[YearLine | None]:
        """The earlier quarters' lines in order, None where there is none."""
        return [self.context.others.get(quarter) for quarter in range(1, self.quarter)]

    @cached_property
    def progress(self) -> Progress:
        """Where the indicator stands with this line."""
        return self._progress(self.entered)

    @cached_property
    def progress_before(self) -> Progress | None:
        """Where it stood before this quarter; None in the first."""
        return self._quarters(self.entered)[self.quarter - 2] if self.quarter > 1 else None

    def with_entered(self, entered: EnteredLine, problems: Iterable[LineProblem]) -> "Row":
        """The row as it would be with another line."""
        return Row(
            indicator=self.indicator,
            quarter=self.quarter,
            line=self.line,
            entered=entered,
            context=self.context,
            target=self.target,
            problems=tuple(problems),
            evidence=self.evidence,
            is_final=self.is_final,
        )

    @property
    def checked(self) -> CheckedLine:
        """What the checks before submitting look at."""
        return CheckedLine(
            rules=LineRules.of(self.indicator),
            entered=self.entered,
            problems=self.problems,
            before=self.context.others.get(self.quarter - 1),
            is_required=self.is_required,
            is_carried=self.is_carried,
            has_target=self.target is not None,
            has_evidence=bool(self.evidence),
        )

    def _progress(self, entered: EnteredLine) -> Progress:
        return self._quarters(entered)[self.quarter - 1]

    def _quarters(self, entered: EnteredLine) -> tuple[Progress, ...]:
        target = exact_or_none(self.target.value) if self.target else None
        # A wrong or half-filled line has no meaning yet: the figures stay where they were.
        now = None if self.problems else _line_value(entered)
        return unit_progress(
            self.indicator.spec,
            [
                UnitQuarter(
                    line=now if number == self.quarter else _line_value(self.context.others.get(number)),
                    target=target,
                    owed=is_required(self.indicator, number),
                    final=self.is_final and number == self.quarter,
                )
                for number in QUARTERS
            ],
        )


@dataclass(frozen=True)
class Group:
    """The rows of one category of the plan."""

    key: str
    label: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Sheet:
    """A unit's report of a quarter, as entered, checked, reviewed and printed. `report` may not be stored yet."""

    report: Report
    book: YearBook
    rows: tuple[Row, ...]
    window: Deadlines
    moves: tuple[ReportMove, ...] = ()

    @property
    def plan_unit(self) -> PlanUnit:
        return self.report.plan_unit

    @property
    def quarter(self) -> Quarter:
        return self.report.quarter

    @property
    def required_rows(self) -> list[Row]:
        return [row for row in self.rows if row.is_required]

    @property
    def required_filled(self) -> int:
        """How many of the required rows are filled in."""
        return sum(row.is_filled for row in self.required_rows)

    @cached_property
    def checks(self) -> list[Check]:
        """Everything to look at before submitting."""
        return check_report([row.checked for row in self.rows], jump_factor=settings.JUMP_FACTOR)

    @property
    def errors(self) -> list[Check]:
        return [check for check in self.checks if check.is_error]

    @property
    def warnings(self) -> list[Check]:
        return [check for check in self.checks if not check.is_error]

    def row(self, code: str) -> Row | None:
        """The row of an indicator."""
        return next((row for row in self.rows if row.indicator.code == code), None)

    def groups(self) -> list[Group]:
        """The rows by category, in the plan's order of categories."""
        found = []
        for category in self.book.plan.categories:
            rows = tuple(row for row in self.rows if row.indicator.category == category["key"])
            if rows:
                label = category["name_en"] if get_language() == "en" else category["name"]
                found.append(Group(category["key"], label, rows))
        return found


def load_sheet(plan_unit: PlanUnit, number: int, *, at: datetime, revision: int | None = None) -> Sheet | None:
    """The sheet of a unit's quarter: its newest revision, or the one named; None where that is not there.

    Without a report, the sheet of the draft that would be made now, with the lines carried over. Twelve queries,
    whatever the number of lines.
    """
    book = load_year(plan_unit.plan, [plan_unit])
    place = (plan_unit.pk, number)
    if number not in book.quarters:
        return None
    report = _report(book, plan_unit, number, revision)
    if report is None:
        return None
    if report.pk:
        lines, moves = book.lines_of(report), tuple(report.moves.all())
    else:
        lines, moves = {line.indicator_id: line for line in carried_lines(book, report, at=at)}, ()
    return Sheet(report, book, _rows(report, book, lines), book.deadlines[place], moves)


def _report(book: YearBook, plan_unit: PlanUnit, number: int, revision: int | None) -> Report | None:
    found = book.reports.get((plan_unit.pk, number), [])
    if revision is not None:
        return next((report for report in found if report.revision == revision), None)
    return found[-1] if found else Report(plan_unit=plan_unit, quarter=book.quarters[number])


def _rows(report: Report, book: YearBook, lines: dict[int, Line]) -> tuple[Row, ...]:
    plan_unit, number = report.plan_unit, report.quarter.number
    targets = targets_on(plan_unit.plan, quarter_end(plan_unit.plan.year, number))
    own = Target.objects.filter(plan_unit=plan_unit, origin=Target.Origin.DEFAULT)
    defaults = set(own.values_list("indicator_id", flat=True))
    evidence = _evidence(report)
    rows = []
    for indicator in _indicators(plan_unit, book, lines):
        line = lines.get(indicator.pk)
        value = targets.get((plan_unit.pk, indicator.pk))
        entered = entered_in(line)
        context = book.context((plan_unit.pk, number), indicator)
        rows.append(
            Row(
                indicator=indicator,
                quarter=number,
                line=line,
                entered=entered,
                context=context,
                target=None if value is None else TargetValue(value, is_default=indicator.pk in defaults),
                # Who may change a fixed base was decided when it was stored.
                problems=tuple(check_line(LineRules.of(indicator), entered, context, may_fix_base=True)),
                evidence=tuple(evidence.get(line.pk, ())) if line is not None and line.pk else (),
                is_final=report.state == Report.State.APPROVED,
            )
        )
    return tuple(rows)


def _indicators(plan_unit: PlanUnit, book: YearBook, lines: dict[int, Line]) -> list[Indicator]:
    """What the unit owes, and what it has given although it does not owe it (any more)."""
    owed = book.owed.get(plan_unit.pk, [])
    given = {pk for pk, line in lines.items() if line.is_filled} - {indicator.pk for indicator in owed}
    if not given:
        return owed
    return sorted([*owed, *Indicator.objects.filter(pk__in=given)], key=lambda indicator: indicator.order)


def _evidence(report: Report) -> dict[int, list[Evidence]]:
    found: dict[int, list[Evidence]] = {}
    if report.pk:
        for evidence in Evidence.objects.filter(line__report=report).select_related("file").order_by("number"):
            found.setdefault(evidence.line_id, []).append(evidence)
    return found


def entered_in(line: Line | None) -> EnteredLine:
    """What a stored line holds; nothing where there is none."""
    if line is None:
        return EnteredLine()
    return EnteredLine(line.value, line.base, line.not_applicable, line.note)


def quarter_end(year: int, number: int) -> date:
    """The last day of a quarter."""
    return date(year + number // LAST_QUARTER, number % LAST_QUARTER * 3 + 1, 1) - timedelta(days=1)


def _line_value(line: EnteredLine | YearLine | None) -> LineValue | None:
    if line is None or (line.value is None and not line.not_applicable):
        return None
    return LineValue.of(line.value, line.base, not_applicable=line.not_applicable)
