"""All registers at a glance: what each unit has in them, beside what it reported (domain.md, section 4)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import CharField, Count, DecimalField, F, QuerySet, Sum, Value
from django.db.models.functions import Cast, Coalesce

from calculations.actual import Accumulate
from calculations.ledgers import Agreement, LedgerFigure
from common.errors import Text
from common.scope import Scoped
from progress.ledgers import LEDGERS, Ledger
from progress.models import Line
from progress.queries.ledger_figures import Numbers, Place, load_ledger_book
from targets.models import Indicator, Plan, PlanUnit, Quarter
from targets.queries import owed_indicators

MOST_TOTALS = 3
Owed = Mapping[int, Sequence[Indicator]]
"""By the plan unit's id: what it reports."""
_NUMBER: "DecimalField[Any, Any]" = DecimalField(max_digits=18, decimal_places=4)


@dataclass(frozen=True, slots=True)
class FedCell:
    """One unit's figure of one indicator: the ledger's, what was reported and approved up to the quarter, and how they
    stand to each other."""

    indicator: Indicator
    figure: LedgerFigure | None
    reported: Numbers | None
    is_owed: bool = True

    @property
    def stands(self) -> str:
        """As the page marks it: equal, different, not_reported, or empty where there is nothing to compare."""
        if self.figure is None or not self.is_owed:
            return ""
        if self.reported is None:
            return Agreement.NOT_REPORTED.value if self.figure.value or self.figure.base else ""
        return self.figure.agrees_with(*self.reported, not_applicable=False).value


@dataclass(frozen=True, slots=True)
class UnitRow:
    """What one unit has in one register; `totals` are what is added up, each with its decimals."""

    plan_unit: PlanUnit
    count: int
    totals: Sequence[tuple[Decimal, int]]
    cells: Sequence[FedCell]


@dataclass(frozen=True, slots=True)
class LedgerSummary:
    """One register: its units, what is added up, which indicators it feeds."""

    ledger: Ledger
    rows: Sequence[UnitRow]
    fed: Sequence[Indicator]
    other_count: int = 0

    @property
    def count(self) -> int:
        return sum(row.count for row in self.rows) + self.other_count

    @property
    def total_labels(self) -> "list[Text]":
        """The heads of what is added up."""
        return [self.ledger.field(name).verbose_name for name in self.ledger.totals]

    @property
    def totals(self) -> list[tuple[Decimal, int]]:
        """What all units come to together."""
        columns = zip(*(row.totals for row in self.rows), strict=True)
        return [(sum((value for value, _ in column), Decimal(0)), column[0][1]) for column in columns]

    @property
    def differences(self) -> int:
        """How many figures differ from what was reported."""
        return sum(cell.stands == Agreement.DIFFERENT for row in self.rows for cell in row.cells)


def summarise_ledgers(
    viewer: Scoped, plan: Plan, plan_units: Iterable[PlanUnit], quarter: Quarter, *, owed: Owed | None = None
) -> list[LedgerSummary]:
    """Every register with what each of some units has in it, beside what was approved up to a quarter; six queries,
    three where it is told who owes what.

    A unit's ledgers are compared as they stand at the end of its last approved quarter: what belongs to one that is
    still to be reported or reviewed is no difference.
    """
    units = list(plan_units)
    duties = owed_indicators(plan) if owed is None else owed
    own = {unit: {one.pk: one for one in owes} for unit, owes in duties.items()}
    known = {pk: one for unit in units for pk, one in own.get(unit.pk, {}).items() if one.feed.ledger}
    fed = sorted(known.values(), key=lambda one: one.order)
    book = load_ledger_book(plan, units, fed)
    reported, approved_to = _reported(plan, units, fed, quarter.number)
    counts = _counts(viewer)
    summaries = []
    for ledger in LEDGERS:
        indicators = [one for one in fed if one.ledger == ledger.code]
        rows = []
        for unit in units:
            count, totals = counts.pop((ledger.code, unit.unit_id), (0, [Decimal(0)] * len(ledger.totals)))
            cells = [
                FedCell(
                    one,
                    book.figure((unit.pk, one.pk), one, approved_to.get(unit.pk, quarter.number)),
                    reported.get((unit.pk, one.pk)),
                    is_owed=one.pk in own.get(unit.pk, {}),
                )
                for one in indicators
            ]
            rows.append(UnitRow(unit, count, list(zip(totals, _places(ledger), strict=True)), cells))
        others = sum(count for (code, _unit), (count, _totals) in counts.items() if code == ledger.code)
        summaries.append(LedgerSummary(ledger, rows, indicators, others))
    return summaries


def _places(ledger: Ledger) -> list[int]:
    return [getattr(ledger.field(name), "decimal_places", 0) for name in ledger.totals]


def _reported(
    plan: Plan, units: Sequence[PlanUnit], fed: Sequence[Indicator], quarter: int
) -> tuple[dict[Place, Numbers], dict[int, int]]:
    """What the approved reports come to up to a quarter (of what adds up the sums, else the latest), and by the unit's
    id the last quarter that is approved; one query."""
    sums = {indicator.pk: indicator.accumulate == Accumulate.SUM for indicator in fed}
    lines = (
        Line.objects.filled()
        .filter(report__is_effective=True, report__plan_unit__in=[unit.pk for unit in units], indicator__in=sums)
        .filter(report__quarter__plan=plan, report__quarter__number__lte=quarter)
        .order_by("report__quarter__number")
        .values_list("report__quarter__number", "report__plan_unit_id", "indicator_id", "value", "base")
    )
    found: dict[Place, Numbers] = {}
    approved_to: dict[int, int] = {}
    for number, unit, indicator, value, base in lines:
        approved_to[unit] = number
        now = (value or Decimal(0), base or Decimal(0))
        before = found.get((unit, indicator), (Decimal(0), Decimal(0))) if sums[indicator] else (Decimal(0), Decimal(0))
        found[unit, indicator] = ((before[0] or Decimal(0)) + now[0], (before[1] or Decimal(0)) + now[1])
    return found, approved_to


def _counts(viewer: Scoped) -> dict[tuple[str, int], tuple[int, Sequence[Decimal]]]:
    """How many items each unit has in each register, and what they add up to; one query."""
    found = [_count(viewer, ledger) for ledger in LEDGERS]
    rows = found[0].union(*found[1:], all=True)
    lengths = {ledger.code: len(ledger.totals) for ledger in LEDGERS}
    return {(str(code), unit): (count, totals[: lengths[str(code)]]) for code, unit, count, *totals in rows}


def _count(viewer: Scoped, ledger: Ledger) -> QuerySet[Any, Any]:
    unit = "institution__unit_id" if ledger.has_institution else "unit_id"
    sums = [Cast(Coalesce(Sum(name), Value(0), output_field=_NUMBER), _NUMBER) for name in ledger.totals]
    none = [Cast(Value(0), _NUMBER)] * (MOST_TOTALS - len(sums))
    named = {f"total_{place}": value for place, value in enumerate([*sums, *none])}
    items = ledger.model.objects.visible_to(viewer).standing().order_by()
    counted = items.values(of_unit=F(unit)).annotate(code=Cast(Value(ledger.code), CharField()), n=Count("pk"))
    found: QuerySet[Any, Any] = counted.annotate(**named).values_list("code", "of_unit", "n", *named)
    return found
