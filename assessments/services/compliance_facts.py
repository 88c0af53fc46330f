"""What a plan's compliance is computed from, loaded in a fixed number of queries."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from django.db.models import Q

from assessments.models import Compliance
from calculations.actual import IndicatorSpec, LineValue, UnitQuarter
from calculations.quarters import QUARTERS
from calculations.rounding import exact
from progress.models import Report
from targets.models import Indicator, Plan, PlanUnit
from targets.queries import (
    Calendar,
    Deadlines,
    TargetHistory,
    calendar_of_plan,
    is_required,
    owed_by,
    target_history,
)

Basis = Compliance.Basis
Pair = tuple[int, int]
"""A plan unit's id and an indicator's."""
Row = tuple[int, int, bool, int | None, Decimal | None, Decimal | None, bool | None]
"""Plan unit, quarter, is the report effective; indicator, value, base, 不涉及 (None: a report without lines)."""


@dataclass(frozen=True, slots=True)
class Tree:
    """The plan's units as a tree: each one's parent is the nearest unit above it that takes part in the plan."""

    parents: dict[int, int | None]
    bottom_up: tuple[int, ...]

    def children(self) -> dict[int, list[int]]:
        """The children of every group, in the plan's order."""
        found: dict[int, list[int]] = {}
        for node, parent in self.parents.items():
            if parent is not None:
                found.setdefault(parent, []).append(node)
        return found

    def with_ancestors(self, nodes: Iterable[int]) -> set[int]:
        """The nodes and everything above them."""
        found: set[int] = set()
        for node in nodes:
            above: int | None = node
            while above is not None and above not in found:
                found.add(above)
                above = self.parents[above]
        return found


@dataclass(frozen=True, slots=True)
class Filing:
    """The reports of one basis: lines by pair and quarter, and who has one that is not yet approved."""

    lines: dict[Pair, dict[int, LineValue]]
    pending: frozenset[int]


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """Everything that decides a plan's figures as of an instant.

    By indicator: `specs`, and the quarters in which it is `required`. By plan unit: the indicators `owed`.
    `targets` are those in force at the end of each quarter; `approved`: each (plan unit, quarter) with such a report.
    """

    as_of: datetime
    tree: Tree
    specs: dict[int, IndicatorSpec]
    required: dict[int, frozenset[int]]
    owed: dict[int, frozenset[int]]
    targets: tuple[dict[Pair, Fraction], ...]
    deadlines: dict[tuple[int, int], Deadlines]
    filings: dict[Basis, Filing]
    approved: frozenset[tuple[int, int]]

    def indicators_of(self, unit: int) -> list[int]:
        """The indicators a unit has figures on: those it owes and those it has a line for, in the plan's order."""
        owed = self.owed.get(unit, frozenset())
        lines = self.filings[Basis.SUBMITTED].lines
        return [indicator for indicator in self.specs if indicator in owed or (unit, indicator) in lines]

    def unit_quarters(self, pair: Pair, basis: Basis) -> list[UnitQuarter]:
        """What is known of a unit and an indicator in each of the four quarters."""
        unit, indicator = pair
        is_owed = indicator in self.owed.get(unit, frozenset())
        lines = self.filings[basis].lines.get(pair, {})
        return [
            UnitQuarter(
                line=lines.get(quarter),
                target=self.targets[quarter - 1].get(pair),
                owed=is_owed and quarter in self.required[indicator],
                opened=self.is_opened(unit, quarter),
                final=self.is_final(unit, quarter),
            )
            for quarter in QUARTERS
        ]

    def is_opened(self, unit: int, quarter: int) -> bool:
        """Whether a quarter can be reported, or could be."""
        return self.deadlines[unit, quarter].opens <= self.as_of

    def is_final(self, unit: int, quarter: int) -> bool:
        """Whether the unit's report of a quarter is approved or its own deadline has passed."""
        return (unit, quarter) in self.approved or self.deadlines[unit, quarter].due <= self.as_of

    def touched_since(self, earlier: datetime) -> set[int]:
        """The units for which a quarter opened or a deadline passed since then: their statuses may have changed."""
        first, last = sorted((earlier, self.as_of))
        instants = ((unit, at) for (unit, _), each in self.deadlines.items() for at in (each.opens, each.due))
        return {unit for unit, at in instants if first < at <= last}


@dataclass(frozen=True, slots=True)
class PlanParts:
    """What a plan itself says, each thing read once: units with their `unit`, indicators, targets, quarters."""

    plan: Plan
    plan_units: list[PlanUnit]
    indicators: list[Indicator]
    targets: TargetHistory
    calendar: Calendar


def load_parts(plan: Plan) -> PlanParts:
    """The plan's parts as they stand in the database, in its order; four queries."""
    return PlanParts(
        plan,
        list(plan.plan_units.select_related("unit").order_by("order", "pk")),
        list(plan.indicators.order_by("order", "pk")),
        target_history(plan),
        calendar_of_plan(plan),
    )


def load_facts(plan: Plan, *, as_of: datetime) -> PlanFacts:
    """The facts of a plan as they stand in the database; five queries, however many units and lines there are."""
    rows = report_rows(plan)
    return facts_of(load_parts(plan), rows, as_of=as_of)


def report_rows(plan: Plan) -> list[Row]:
    """The lines of a plan's effective and submitted reports; one query."""
    reports = Report.objects.of_plan(plan).filter(Q(is_effective=True) | Q(state=Report.State.SUBMITTED))
    return list(
        reports.order_by().values_list(
            "plan_unit_id", "quarter__number", "is_effective",
            "lines__indicator_id", "lines__value", "lines__base", "lines__not_applicable",
        )
    )  # fmt: skip


def facts_of(parts: PlanParts, rows: Iterable[Row], *, as_of: datetime) -> PlanFacts:
    """The facts that follow from a plan's parts and the lines of its effective and submitted reports; no query."""
    targets = [parts.targets.on(quarter_end(parts.plan.year, quarter)) for quarter in QUARTERS]
    owed = owed_by(parts.plan_units, parts.indicators, parts.targets.standing())
    filings, approved = _filings(list(rows))
    return PlanFacts(
        as_of=as_of,
        tree=_tree(parts.plan_units),
        specs={indicator.pk: indicator.spec for indicator in parts.indicators},
        required={each.pk: frozenset(q for q in QUARTERS if is_required(each, q)) for each in parts.indicators},
        owed={unit: frozenset(each.pk for each in own) for unit, own in owed.items()},
        targets=tuple({pair: exact(value) for pair, value in each.items()} for each in targets),
        deadlines=parts.calendar.of(each.pk for each in parts.plan_units),
        filings=filings,
        approved=approved,
    )


def quarter_end(year: int, quarter: int) -> date:
    """The last day of a quarter."""
    return date(year + quarter // 4, quarter % 4 * 3 + 1, 1) - timedelta(days=1)


def _tree(plan_units: Iterable[PlanUnit]) -> Tree:
    by_path = {each.unit.path: each.pk for each in plan_units}
    parents = {
        pk: next((by_path[above] for above in _above(path) if above in by_path), None) for path, pk in by_path.items()
    }
    depth = {pk: path.count("/") for path, pk in by_path.items()}
    return Tree(parents, tuple(sorted(parents, key=lambda node: -depth[node])))


def _above(path: str) -> Iterator[str]:
    """The paths above a path ("320700/320722/"), the nearest first."""
    codes = path.strip("/").split("/")
    for length in range(len(codes) - 1, 0, -1):
        yield "/".join(codes[:length]) + "/"


def _filings(rows: list[Row]) -> tuple[dict[Basis, Filing], frozenset[tuple[int, int]]]:
    """The lines of either basis, and the (plan unit, quarter)s with an approved report.

    A submitted report counts, on its basis, only where none is approved (docs/calculations.md, section 1).
    """
    approved = frozenset((unit, quarter) for unit, quarter, is_effective, *_ in rows if is_effective)
    effective = [row for row in rows if row[2]]
    pending = [row for row in rows if not row[2] and row[:2] not in approved]
    filings = {
        Basis.APPROVED: Filing(_lines(effective), frozenset()),
        Basis.SUBMITTED: Filing(_lines([*effective, *pending]), frozenset(row[0] for row in pending)),
    }
    return filings, approved


def _lines(rows: Iterable[Row]) -> dict[Pair, dict[int, LineValue]]:
    found: dict[Pair, dict[int, LineValue]] = {}
    for unit, quarter, _, indicator, value, base, not_applicable in rows:
        if indicator is not None and (value is not None or not_applicable):
            line = LineValue.of(value, base, not_applicable=bool(not_applicable))
            found.setdefault((unit, indicator), {})[quarter] = line
    return found
