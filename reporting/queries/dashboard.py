"""The year at a glance: the city's targets, the matrix, who has reported, who carries the gap."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from accounts.models import User
from assessments.models import Compliance
from calculations.quarters import QUARTERS
from progress.models import Report
from progress.queries.reports import Standing, years_of_units
from reporting.charts import TrendLine
from reporting.queries.figures import Pair, Stored, gap_sentence, stored_figures, year_figures
from reporting.rounding import WHOLE, honest_places
from targets.models import Indicator, Plan, PlanUnit, Quarter, Target
from targets.models.plan import plain_number
from targets.queries import units_shown_to

MOST_ROWS = 200
GOOD = frozenset({Compliance.Status.MET, Compliance.Status.ON_PACE})
LAGGING = (Compliance.Status.MISSED, Compliance.Status.FAR_BEHIND, Compliance.Status.BEHIND)


@dataclass(frozen=True, slots=True)
class CityRow:
    """One of the node's own targets: where it stands, and how the year went."""

    indicator: Indicator
    stored: Stored
    by_quarter: dict[int, Stored]
    gap: str
    is_default: bool

    @property
    def year(self) -> list[Stored | None]:
        """The four quarters in order; None where nothing is stored."""
        return [self.by_quarter.get(quarter) for quarter in QUARTERS]

    @property
    def actual_places(self) -> int:
        """How many decimals show the actual value without making it look as if it had reached the target."""
        stored, indicator = self.stored, self.indicator
        return honest_places(stored.actual, stored.target, places=indicator.decimals, at_most=indicator.at_most)

    @property
    def attainment_places(self) -> int:
        """The same for the attainment."""
        return honest_places(self.stored.attainment, WHOLE, places=1)

    @property
    def target_text(self) -> str:
        """The target as people write it."""
        return "" if self.stored.target is None else plain_number(self.stored.target)


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """A unit's figures in the order of the matrix's indicators; None where it does not report one."""

    plan_unit: PlanUnit
    cells: list[Stored | None]
    is_node: bool


@dataclass(frozen=True, slots=True)
class Lagging:
    """A unit with what it is behind on: statuses, the worst first, each with its indicators."""

    plan_unit: PlanUnit
    by_status: dict[str, list[Indicator]]

    @property
    def count(self) -> int:
        """How many indicators the unit is behind on."""
        return sum(map(len, self.by_status.values()))


@dataclass(frozen=True, slots=True)
class Share:
    """What one unit brings to a count target of the node, and what it owes itself."""

    plan_unit: PlanUnit
    stored: Stored


@dataclass(frozen=True, slots=True)
class Shares:
    """One target of the node and who carries it; `scale` is the largest figure, for bars that compare."""

    row: CityRow
    shares: list[Share]
    scale: Decimal


@dataclass(frozen=True, slots=True)
class Dashboard:
    """Everything the page shows of one node, quarter and basis. `is_whole`: the person sees all of the node's units."""

    node: PlanUnit
    city: list[CityRow]
    indicators: list[Indicator]
    rows: list[MatrixRow]
    standings: list[Standing]
    lagging: list[Lagging]
    shares: list[Shares]
    is_whole: bool

    @property
    def behind(self) -> list[CityRow]:
        """Those of the node's targets that are behind, the worst first."""
        return sorted((row for row in self.city if row.stored.status in LAGGING), key=lambda row: badness(row.stored))

    @property
    def missing(self) -> list[Standing]:
        """The units that have not handed in the quarter's report."""
        return [each for each in self.standings if not each.is_handed_in]

    @property
    def waiting(self) -> int:
        """How many of the shown units' reports wait for their review."""
        return sum(each.state == Report.State.SUBMITTED for each in self.standings)

    @property
    def on_pace(self) -> int:
        """How many of the node's targets are met or on pace."""
        return sum(row.stored.status in GOOD for row in self.city)

    @property
    def submitted(self) -> int:
        """How many units have handed in the quarter's report."""
        return sum(each.is_handed_in for each in self.standings)


@dataclass(frozen=True, slots=True)
class Headline:
    """The node's own targets in one quarter, for who has no time for more."""

    quarter: Quarter
    city: list[CityRow]

    @property
    def on_pace(self) -> int:
        """How many of the targets are met or on pace."""
        return sum(row.stored.status in GOOD for row in self.city)


def load_headline(user: User, plan: Plan, quarter: Quarter, *, basis: str) -> Headline | None:
    """The targets of the plan's root; None where the person sees no root. Four queries."""
    node = units_shown_to(user, plan).filter(unit=plan.owner_id).first()
    if node is None:
        return None
    indicators = list(plan.indicators.order_by("order", "pk"))
    return Headline(quarter, _city_rows(user, node, indicators, quarter=quarter.number, basis=basis))


def load_dashboard(user: User, plan: Plan, quarter: Quarter, *, basis: str, as_of: datetime) -> Dashboard:
    """The dashboard of the plan's root for a person; the same number of queries for every role and any size."""
    units = _units(user, plan)
    node, members = units[0], [each for each in units[1:] if each.is_reporting]
    figures = stored_figures(user, plan, quarter=quarter.number, basis=basis, units=[each.pk for each in units])
    indicators = list(plan.indicators.order_by("order", "pk"))
    city = _city_rows(user, node, indicators, quarter=quarter.number, basis=basis)
    rows = [
        MatrixRow(unit, [figures.get((unit.pk, each.pk)) for each in indicators], is_node=unit.pk == node.pk)
        for unit in units
    ]
    standings = [year.quarters[quarter.number - 1] for year in years_of_units(plan, members, as_of=as_of)]
    return Dashboard(
        node=node,
        city=city,
        indicators=indicators,
        rows=rows,
        standings=standings,
        lagging=_lagging(members, indicators, figures),
        shares=_shares(city, members, figures),
        is_whole=node.unit.path.startswith(user.scope_path or "-"),
    )


def _units(user: User, plan: Plan) -> list[PlanUnit]:
    """The plan's root and those of its units that the person sees, in the plan's order."""
    units = list(units_shown_to(user, plan)[: MOST_ROWS + 1])
    return sorted(units, key=lambda each: each.unit_id != plan.owner_id)


def _city_rows(user: User, node: PlanUnit, indicators: list[Indicator], *, quarter: int, basis: str) -> list[CityRow]:
    years = year_figures(user, node, basis=basis)
    origins = dict(node.targets.values_list("indicator_id", "origin"))
    return [
        CityRow(
            indicator,
            stored := years[indicator.pk][quarter],
            by_quarter=years[indicator.pk],
            gap=gap_sentence(indicator, stored),
            is_default=origins.get(indicator.pk) == Target.Origin.DEFAULT,
        )
        for indicator in indicators
        if quarter in years.get(indicator.pk, {}) and years[indicator.pk][quarter].target is not None
    ]


def badness(stored: Stored) -> int:
    """The order of the statuses that are behind: 0 for the worst."""
    return LAGGING.index(Compliance.Status(stored.status))


def _lagging(units: list[PlanUnit], indicators: list[Indicator], figures: dict[Pair, Stored]) -> list[Lagging]:
    """The units that are behind on something, those with most behind first."""
    found = []
    for unit in units:
        by_status: dict[str, list[Indicator]] = {status: [] for status in LAGGING}
        for indicator in indicators:
            stored = figures.get((unit.pk, indicator.pk))
            if stored and stored.status in by_status:
                by_status[stored.status].append(indicator)
        if any(by_status.values()):
            found.append(Lagging(unit, {status: behind for status, behind in by_status.items() if behind}))
    return sorted(found, key=lambda each: -each.count)


def _shares(city: list[CityRow], units: list[PlanUnit], figures: dict[Pair, Stored]) -> list[Shares]:
    """For every binding count target of the node: who has brought how much, the most first."""
    found = []
    for row in city:
        if row.indicator.kind != Indicator.Kind.COUNT or row.indicator.nature != Indicator.Nature.BINDING:
            continue
        shares = [
            Share(unit, figures[unit.pk, row.indicator.pk]) for unit in units if (unit.pk, row.indicator.pk) in figures
        ]
        shares.sort(key=lambda each: -(each.stored.actual or Decimal(0)))
        known = [figure for each in shares for figure in (each.stored.actual, each.stored.target) if figure]
        found.append(Shares(row, shares, scale=max(known, default=Decimal(1))))
    return found


def trend_lines(board: Dashboard) -> list[TrendLine]:
    """The node's targets through the year, for the chart and its table."""
    return [
        TrendLine(
            code=row.indicator.code,
            name=row.indicator.label,
            unit=row.indicator.actual_unit,
            target=str(row.stored.target),
            actual=tuple(_text(row, quarter, "actual") for quarter in QUARTERS),
            expected=tuple(_text(row, quarter, "expected") for quarter in QUARTERS),
        )
        for row in board.city
    ]


def _text(row: CityRow, quarter: int, column: str) -> str | None:
    stored = row.by_quarter.get(quarter)
    value = getattr(stored, column) if stored and stored.status else None
    return None if value is None else f"{value.normalize():f}"
