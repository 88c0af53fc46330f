"""What the ledgers say of the lines of a plan: the numbers beside the reported ones (domain.md, section 4).

One query for the items of all registers, whatever the number of units, items and indicators.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import CharField, DateField, DecimalField, F, QuerySet, Value
from django.db.models.functions import Cast

from calculations.actual import Accumulate
from calculations.ledgers import Entry, LedgerFigure, changed_since, line_figure, total
from progress.ledgers import Ledger, Measure, find_ledger
from progress.line_checks import EnteredLine, YearContext, number_words
from progress.models import LedgerSeal, Line, Report
from targets.ledger_feeds import Feed
from targets.models import Indicator, Plan, PlanUnit

ZERO = Decimal(0)

Numbers = tuple[Decimal | None, Decimal | None]
"""Value and base of a line."""
Place = tuple[int, int]
"""A plan unit's id and an indicator's id."""


@dataclass(frozen=True, slots=True)
class LedgerStanding:
    """What the ledgers say of one line: now, and, where it is approved and counts as the latest, when it was approved.

    `keeps`: a register stands behind the line, whether or not the unit has begun it.
    """

    keeps: bool = False
    figure: LedgerFigure | None = None
    seen: LedgerFigure | None = None

    def stands(self, line: EnteredLine) -> str:
        """How a line stands to it: equal, different, not_reported; empty where no ledger says anything."""
        if self.figure is None:
            return ""
        return self.figure.agrees_with(line.value, line.base, not_applicable=line.not_applicable).value

    @property
    def value_text(self) -> str:
        """The value as it is typed into the line."""
        return number_words(self.figure.value) if self.figure else ""

    @property
    def base_text(self) -> str:
        """The base as it is typed into the line; empty where the line's own stays."""
        return number_words(self.figure.base) if self.figure and self.figure.base is not None else ""

    @property
    def has_changed(self) -> bool:
        """Whether the ledger says something else than it said when the line was approved."""
        if self.seen is None:
            return False
        now = self.figure or LedgerFigure(ZERO)
        return changed_since(self.seen.value, now.value) or changed_since(self.seen.base, now.base)


@dataclass(frozen=True, slots=True)
class LedgerBook:
    """The entries of the registers behind a plan's indicators, by the unit's id and the feed that asks for them."""

    year: int = 0
    unit_ids: Mapping[int, int] = field(default_factory=dict)
    entries: Mapping[tuple[int, Feed], Sequence[Entry]] = field(default_factory=dict)

    def standing(
        self, place: Place, indicator: Indicator, context: YearContext, *, seen: LedgerFigure | None
    ) -> LedgerStanding:
        """What the ledgers say of the line of `context`; `seen` is what they said when it was approved.

        That counts only until a later quarter is approved, which takes up whatever was found since.
        """
        if not indicator.feed.ledger:
            return LedgerStanding()
        before, is_latest = [], True
        for number, line in context.others.items():
            if line.approved and number < context.quarter:
                before.append((line.value, line.base))
            is_latest = is_latest and not (line.approved and number > context.quarter)
        figure = self.figure(place, indicator, context.quarter, approved_before=before)
        return LedgerStanding(True, figure, seen if is_latest else None)

    def figure(
        self, place: Place, indicator: Indicator, quarter: int, *, approved_before: Iterable[Numbers] = ()
    ) -> LedgerFigure | None:
        """What the line of a quarter should say; None where the unit has nothing yet in the register behind it.

        `approved_before` are the approved lines of the quarters before, which count for what adds up.
        """
        before = list(approved_before)
        asked = _Asked(self, place[0], Accumulate(indicator.accumulate), quarter)
        value = asked.number(indicator.feed, [line[0] or ZERO for line in before])
        if value is None:
            return None
        return LedgerFigure(value, asked.number(indicator.base_feed, [line[1] or ZERO for line in before]))


@dataclass(frozen=True, slots=True)
class _Asked:
    book: LedgerBook
    plan_unit_id: int
    accumulate: Accumulate
    quarter: int

    def number(self, feed: Feed, approved: Sequence[Decimal]) -> Decimal | None:
        entries = self.book.entries.get((self.book.unit_ids[self.plan_unit_id], feed))
        if not feed.ledger or not self._is_kept(feed):
            return None
        sum_so_far = total(entries or (), self.accumulate, year=self.book.year, quarter=self.quarter)
        return line_figure(sum_so_far, self.accumulate, approved_before=approved)

    def _is_kept(self, feed: Feed) -> bool:
        """Whether the unit has begun the register at all: an empty one says nothing, not nought."""
        unit_id = self.book.unit_ids[self.plan_unit_id]
        return any(unit == unit_id and other.ledger == feed.ledger for unit, other in self.book.entries)


def load_ledger_book(plan: Plan, plan_units: Iterable[PlanUnit], indicators: Iterable[Indicator]) -> LedgerBook:
    """The entries behind some indicators, of some units; one query."""
    unit_ids = {plan_unit.pk: plan_unit.unit_id for plan_unit in plan_units}
    feeds = {feed for indicator in indicators for feed in (indicator.feed, indicator.base_feed) if feed.ledger}
    entries: dict[tuple[int, Feed], list[Entry]] = defaultdict(list)
    for ledger, measure, kind, unit_id, day, until, amount in _rows(feeds, unit_ids.values()):
        entry = Entry(day, amount, until)
        for feed in feeds:
            if (feed.ledger, feed.measure) == (ledger, measure) and feed.kind in ("", kind):
                entries[unit_id, feed].append(entry)
    return LedgerBook(plan.year, unit_ids, dict(entries))


def ledger_figures(plan: Plan, plan_units: Iterable[PlanUnit], quarter: int) -> dict[Place, LedgerFigure]:
    """What the ledgers say of every line of a quarter that a register stands behind; three queries.

    Places without a figure are those whose unit has not begun the register.
    """
    units = list(plan_units)
    fed = [indicator for indicator in plan.indicators.all() if indicator.feed.ledger]
    book = load_ledger_book(plan, units, fed)
    before = approved_lines(plan, units, before=quarter)
    found = {
        (unit.pk, indicator.pk): book.figure(
            (unit.pk, indicator.pk), indicator, quarter, approved_before=before.get((unit.pk, indicator.pk), ())
        )
        for unit in units
        for indicator in fed
    }
    return {place: figure for place, figure in found.items() if figure is not None}


def load_seals(reports: Iterable[Report]) -> dict[int, LedgerFigure]:
    """What the ledgers said of the lines of the reports that count when they were approved, by the line's id.

    One query where one of the reports counts, else none.
    """
    counted = [report.pk for report in reports if report.is_effective]
    if not counted:
        return {}
    seals = LedgerSeal.objects.filter(line__report__in=counted).values_list("line_id", "value", "base")
    return {line_id: LedgerFigure(value or ZERO, base) for line_id, value, base in seals}


def approved_lines(plan: Plan, plan_units: Iterable[PlanUnit], *, before: int) -> dict[Place, list[Numbers]]:
    """The approved lines of fed indicators in the quarters before one; one query."""
    lines = Line.objects.filled().filter(
        report__is_effective=True,
        report__plan_unit__in=[unit.pk for unit in plan_units],
        report__quarter__plan=plan,
        report__quarter__number__lt=before,
    )
    found: dict[Place, list[Numbers]] = defaultdict(list)
    for unit, indicator, value, base in (
        lines.exclude(indicator__ledger="")
        .order_by()
        .values_list("report__plan_unit_id", "indicator_id", "value", "base")
    ):
        found[unit, indicator].append((value, base))
    return dict(found)


# --- the items of all registers in one query


def _rows(feeds: Iterable[Feed], unit_ids: Iterable[int]) -> Iterable[tuple[Any, ...]]:
    """(register, measure, kind, unit, day, until, amount) of every item that one of the feeds asks for."""
    units = list(unit_ids)
    asked = sorted({(str(feed.ledger), feed.measure) for feed in feeds})
    ledgers = [(find_ledger(code), measure) for code, measure in asked]
    found = [_entries(ledger, measure, units) for ledger, measure in ledgers if ledger is not None]
    if not found:
        return ()
    return found[0].union(*found[1:], all=True) if len(found) > 1 else found[0]


def _entries(ledger: Ledger, name: str, unit_ids: list[int]) -> QuerySet[Any, Any]:
    measure: Measure = ledger.measures[name]
    items = ledger.model.objects.standing().filter(
        institution__unit__in=unit_ids, **{f"{measure.day}__isnull": False}, **measure.only
    )
    return items.order_by().values_list(
        _text(ledger.code),
        _text(name),
        F(ledger.kind) if ledger.kind else _text(""),
        "institution__unit_id",
        measure.day,
        F(measure.until) if measure.until else Cast(Value(None), DateField()),
        Cast(F(measure.amount) if measure.amount else Value(1), DecimalField(max_digits=18, decimal_places=4)),
    )


def _text(value: str) -> Cast:
    return Cast(Value(value), CharField())
