"""What the rows of sheets show beside their own lines: targets, evidence, last year, what reviewers said."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from calculations.ledgers import LedgerFigure
from calculations.quarters import LAST_QUARTER
from progress.line_checks import YearLine
from progress.models import Evidence, Line, LineComment, Report
from progress.queries.ledger_figures import LedgerBook, load_ledger_book, load_seals
from progress.queries.rows import TargetValue
from progress.queries.year import YearBook
from targets.models import Indicator, Plan, PlanUnit
from targets.queries import standing_targets

__all__ = ["SheetFacts", "load_facts", "quarter_end"]


@dataclass(frozen=True)
class SheetFacts:
    """Facts of one quarter: targets and comments by (plan unit's id, indicator's id), last year by (unit's id,
    indicator's code), evidence and what the ledgers said at the approval by the line's id, indicators by their id."""

    targets: Mapping[tuple[int, int], TargetValue] = field(default_factory=dict)
    evidence: Mapping[int, tuple[Evidence, ...]] = field(default_factory=dict)
    last_year: Mapping[tuple[int, str], YearLine] = field(default_factory=dict)
    comments: Mapping[tuple[int, int], tuple[LineComment, ...]] = field(default_factory=dict)
    indicators: Mapping[int, Indicator] = field(default_factory=dict)
    ledgers: LedgerBook = field(default_factory=LedgerBook)
    seals: Mapping[int, LedgerFigure] = field(default_factory=dict)


def load_facts(book: YearBook, reports: Collection[Report], number: int, *, shows_drafts: bool) -> SheetFacts:
    """The facts of a quarter for some reports of it; six queries, one more where a line is not owed by anybody.

    `shows_drafts`: also the comments that have not gone to the unit yet.
    """
    targets = standing_targets(book.plan, quarter_end(book.plan.year, number))
    indicators = _indicators(book, reports)
    plan_units = [report.plan_unit for report in reports]
    return SheetFacts(
        targets={key: TargetValue(value, is_default=default) for key, (value, default) in targets.items()},
        evidence=_evidence(reports),
        last_year=_last_year(book.plan, plan_units, number),
        comments=_comments(book, reports, shows_drafts=shows_drafts),
        indicators=indicators,
        ledgers=load_ledger_book(book.plan, plan_units, indicators.values()),
        seals=load_seals(reports),
    )


def quarter_end(year: int, number: int) -> date:
    """The last day of a quarter."""
    return date(year + number // LAST_QUARTER, number % LAST_QUARTER * 3 + 1, 1) - timedelta(days=1)


def _evidence(reports: Collection[Report]) -> dict[int, tuple[Evidence, ...]]:
    stored = [report for report in reports if report.pk]
    found: dict[int, list[Evidence]] = defaultdict(list)
    for evidence in Evidence.objects.filter(line__report__in=stored).select_related("file").order_by("number"):
        found[evidence.line_id].append(evidence)
    return {line_id: tuple(files) for line_id, files in found.items()}


def _last_year(plan: Plan, plan_units: Collection[PlanUnit], number: int) -> dict[tuple[int, str], YearLine]:
    """What counted in the same quarter of the same owner's plan of the year before, where there is one."""
    lines = (
        Line.objects.filled()
        .filter(report__is_effective=True, report__quarter__number=number)
        .filter(report__plan_unit__plan__owner=plan.owner_id, report__plan_unit__plan__year=plan.year - 1)
        .filter(report__plan_unit__unit__in={plan_unit.unit_id for plan_unit in plan_units})
    )
    said = lines.values_list("report__plan_unit__unit_id", "indicator__code", "value", "base", "not_applicable")
    return {(unit, code): YearLine(value, base, is_na, approved=True) for unit, code, value, base, is_na in said}


def _comments(
    book: YearBook, reports: Collection[Report], *, shows_drafts: bool
) -> dict[tuple[int, int], tuple[LineComment, ...]]:
    """The comments on every revision of the reports' places, the oldest first."""
    places = {(report.plan_unit_id, report.quarter.number) for report in reports}
    revisions = {report.pk: report for place in places for report in book.reports.get(place, ()) if report.pk}
    comments = LineComment.objects.filter(report__in=revisions)
    found: dict[tuple[int, int], list[LineComment]] = defaultdict(list)
    for comment in comments if shows_drafts else comments.sent():
        comment.report = revisions[comment.report_id]
        found[comment.report.plan_unit_id, comment.indicator_id].append(comment)
    return {key: tuple(said) for key, said in found.items()}


def _indicators(book: YearBook, reports: Collection[Report]) -> dict[int, Indicator]:
    """Every indicator that somebody owes, and what the reports hold beside them."""
    known = {indicator.pk: indicator for owed in book.owed.values() for indicator in owed}
    held = {pk for report in reports for pk, line in book.lines_of(report).items() if line.is_filled}
    missing = held - known.keys()
    return known | Indicator.objects.in_bulk(missing) if missing else known
