"""One quarterly report as a sheet: a row an indicator, with the year before it, what it comes to, and its checks."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.utils.translation import gettext

from accounts.models import User
from accounts.policy import allows
from calculations.ledgers import LedgerFigure
from common.languages import in_readers_language
from progress.line_checks import EnteredLine, LineProblem, LineRules, YearContext, check_line
from progress.models import Line, Report, ReportMove
from progress.queries.asking import sort_comments
from progress.queries.carrying import carried_lines
from progress.queries.rows import Row, entered_in, name_boxes
from progress.queries.sheet_facts import SheetFacts, load_facts, quarter_end
from progress.queries.year import YearBook, load_year
from progress.report_checks import Check, JumpLimits, check_report
from targets.models import Indicator, Plan, PlanUnit, Quarter
from targets.queries import Deadlines

__all__ = ["Group", "Row", "Sheet", "entered_in", "limits_of", "load_sheet", "load_sheets", "quarter_end"]


@dataclass(frozen=True)
class Group:
    """The rows of one category of the plan."""

    key: str
    label: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class CheckItem:
    """A finding as the page lists it: what it says of which rows (code, label); of none where of the whole report."""

    text: str
    is_error: bool
    rows: tuple[tuple[str, str], ...]


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
        return len(self.required_rows) - len(self.missing_rows)

    @property
    def missing_rows(self) -> list[Row]:
        """The required rows that lack something."""
        return [row for row in self.required_rows if not row.is_complete]

    @property
    def carried_rows(self) -> list[Row]:
        """The rows that stand as they were carried over from the quarter before, looked at by nobody."""
        return [row for row in self.rows if row.is_carried]

    @cached_property
    def checks(self) -> list[Check]:
        """Everything to look at before submitting."""
        return check_report(
            [row.checked for row in self.rows],
            limits=limits_of(self.book.plan),
            lacks_sealed_scan=self.lacks_sealed_scan,
        )

    @property
    def lacks_sealed_scan(self) -> bool:
        """Whether the plan asks for a scan of the sealed form that is not there."""
        return self.book.plan.sealed_scan_required and self.report.sealed_scan_id is None

    @property
    def errors(self) -> list[Check]:
        return [check for check in self.checks if check.is_error]

    @property
    def warnings(self) -> list[Check]:
        return [check for check in self.checks if not check.is_error]

    @property
    def check_items(self) -> list[CheckItem]:
        """The checks as the page lists them: what is said of several rows stands once."""
        labels = {row.indicator.code: row.indicator.label for row in self.rows}
        together: dict[tuple[str, bool], list[tuple[str, str]]] = {}
        for check in self.checks:
            rows = together.setdefault((check.text(gettext), check.is_error), [])
            if check.indicator_code:
                rows.append((check.indicator_code, labels[check.indicator_code]))
        return [CheckItem(text, is_error, tuple(rows)) for (text, is_error), rows in together.items()]

    @property
    def state_to_show(self) -> str:
        return self.report.state if self.report.pk else "not_started"

    @property
    def state_to_show_words(self) -> str:
        return self.report.get_state_display() if self.report.pk else gettext("未填报")

    @property
    def is_late(self) -> bool:
        """Whether the first submission came late."""
        first = self.report.first_submitted_at
        return first is not None and not self.window.is_on_time(first)

    @property
    def has_last_year(self) -> bool:
        """Whether there is anything of the same quarter a year ago to compare with."""
        return any(row.last_year for row in self.rows)

    @property
    def asked_rows(self) -> list[Row]:
        """The lines of which the last decision said something, or an earlier one that is still unanswered."""
        return [row for row in self.rows if any(comment.sent_at for comment in row.asked)]

    @property
    def unanswered_rows(self) -> list[Row]:
        """Those of them that were neither answered nor changed, nor given another file."""
        return [row for row in self.asked_rows if row.awaits_answer]

    @property
    def draft_comments(self) -> int:
        """How many comments go with the next decision."""
        return sum(comment.sent_at is None for row in self.rows for comment in row.asked)

    @property
    def earlier_quarters(self) -> list[int]:
        return list(range(1, self.quarter.number))

    @property
    def column_count(self) -> int:
        """Of the table: eight, last year, the earlier quarters and what they add up to."""
        return 8 + self.has_last_year + len(self.earlier_quarters) + (1 if self.earlier_quarters else 0)

    @property
    def revisions(self) -> list[int]:
        """The numbers of the revisions there are."""
        return [report.revision for report in self.book.reports.get((self.plan_unit.pk, self.quarter.number), [])]

    @property
    def is_old(self) -> bool:
        """Whether a newer revision is there."""
        newest = self.book.current((self.plan_unit.pk, self.quarter.number))
        return newest is not None and self.report.revision != newest.revision

    @property
    def story(self) -> list[ReportMove]:
        """What happened to it, the newest first."""
        return list(reversed(self.moves))

    def row(self, code: str) -> Row | None:
        """The row of an indicator."""
        return next((row for row in self.rows if row.indicator.code == code), None)

    def groups(self) -> list[Group]:
        """The rows by category, in the plan's order of categories."""
        found = []
        for category in self.book.plan.categories:
            rows = tuple(row for row in self.rows if row.indicator.category == category["key"])
            if rows:
                label = in_readers_language(category["name"], category["name_en"])
                found.append(Group(category["key"], label, rows))
        return found


def load_sheet(
    plan_unit: PlanUnit,
    number: int,
    *,
    at: datetime,
    revision: int | None = None,
    viewer: User | None = None,
) -> Sheet | None:
    """The sheet of a unit's quarter: its newest revision, or the one named; None where that is not there.

    Without a report, the sheet of the draft that would be made now, with the lines carried over unless the `viewer`
    only reads; who reviews also sees the comments that have not gone to the unit yet. Fourteen queries, whatever the
    number of lines.
    """
    book = load_year(plan_unit.plan, [plan_unit])
    if number not in book.quarters:
        return None
    report = _report(book, plan_unit, number, revision)
    if report is None:
        return None
    lines = book.lines_of(report)
    if not report.pk and (viewer is None or allows(viewer.role, "report.edit")):
        lines = {line.indicator_id: line for line in carried_lines(book, report, at=at)}
    shows_drafts = viewer is not None and allows(viewer.role, "report.review")
    facts = load_facts(book, [report], number, shows_drafts=shows_drafts)
    place = (plan_unit.pk, number)
    moves = tuple(ReportMove.objects.filter(report__in=book.reports.get(place, [])).select_related("report"))
    return _sheet(report, book, facts, lines, moves)


def load_sheets(book: YearBook, reports: Collection[Report], number: int) -> list[Sheet]:
    """The sheets of stored reports of one quarter, as a reviewer sees them; four queries whatever their number.

    `book` must hold their units' year. Without the moves.
    """
    facts = load_facts(book, reports, number, shows_drafts=True)
    return [_sheet(report, book, facts, book.lines_of(report), ()) for report in reports]


def _sheet(
    report: Report, book: YearBook, facts: SheetFacts, lines: dict[int, Line], moves: tuple[ReportMove, ...]
) -> Sheet:
    place = (report.plan_unit_id, report.quarter.number)
    rows = tuple(_row(report, book, facts, indicator, lines) for indicator in _indicators(report, book, facts, lines))
    return Sheet(report, book, rows, book.deadlines[place], moves)


def _report(book: YearBook, plan_unit: PlanUnit, number: int, revision: int | None) -> Report | None:
    place = (plan_unit.pk, number)
    if revision is not None:
        return next((report for report in book.reports.get(place, ()) if report.revision == revision), None)
    return book.current(place) or Report(plan_unit=plan_unit, quarter=book.quarters[number])


def _row(report: Report, book: YearBook, facts: SheetFacts, indicator: Indicator, lines: dict[int, Line]) -> Row:
    plan_unit, line = report.plan_unit, lines.get(indicator.pk)
    entered = entered_in(line)
    context = book.context((plan_unit.pk, report.quarter.number), indicator)
    evidence = facts.evidence.get(line.pk, ()) if line is not None and line.pk else ()
    asked, asked_before = sort_comments(facts.comments.get((plan_unit.pk, indicator.pk), ()), report)
    return Row(
        indicator=indicator,
        quarter=report.quarter.number,
        line=line,
        entered=entered,
        context=context,
        limits=limits_of(book.plan),
        target=facts.targets.get((plan_unit.pk, indicator.pk)),
        problems=_problems(report, indicator, entered, context),
        evidence=evidence,
        is_final=report.state == Report.State.APPROVED,
        last_year=facts.last_year.get((plan_unit.unit_id, indicator.code)),
        since=report.marks_since,
        asked=asked,
        asked_before=asked_before,
        ledger=facts.ledgers.standing((plan_unit.pk, indicator.pk), indicator, context, seen=_seen(facts, line)),
    )


def _seen(facts: SheetFacts, line: Line | None) -> LedgerFigure | None:
    """What the ledgers said when the line was approved."""
    return facts.seals.get(line.pk) if line is not None and line.pk else None


def limits_of(plan: Plan) -> JumpLimits:
    """From how many times on a number of the plan is a jump."""
    return JumpLimits(quarter=plan.jump_factor, year=plan.year_jump_factor, target=plan.target_factor)


def _problems(
    report: Report, indicator: Indicator, entered: EnteredLine, context: YearContext
) -> tuple[LineProblem, ...]:
    """What is wrong with a line as it is stored; what was approved is right, whatever a later quarter holds."""
    if report.state in Report.SETTLED:
        return ()
    # Who may change a fixed base was decided when it was stored.
    problems = check_line(LineRules.of(indicator), entered, context, may_fix_base=True)
    return tuple(name_boxes(problems, indicator))


def _indicators(report: Report, book: YearBook, facts: SheetFacts, lines: dict[int, Line]) -> list[Indicator]:
    """What the unit owes, and what it has given although it does not owe it (any more)."""
    owed = book.owed.get(report.plan_unit_id, [])
    given = {pk for pk, line in lines.items() if line.is_filled} - {indicator.pk for indicator in owed}
    if not given:
        return owed
    return sorted([*owed, *(facts.indicators[pk] for pk in given)], key=lambda indicator: indicator.order)
