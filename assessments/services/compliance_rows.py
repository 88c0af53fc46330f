"""Computed standings as rows of the table, and stored rows as figures of a group's children again."""

from collections.abc import Collection, Iterable, Iterator
from decimal import Decimal
from fractions import Fraction

from assessments.models import Compliance
from assessments.services.compliance_facts import Basis, PlanFacts
from assessments.services.compliance_standings import Figures, NodeStandings
from calculations.actual import Figure, IndicatorSpec, Kind
from calculations.compliance import Progress
from calculations.quarters import QUARTERS
from calculations.rounding import exact_or_none, round_half_up, round_up
from common.many_rows import Value

KEY = ("plan_unit_id", "indicator_id", "quarter", "basis")
PLACES_EXACT = 4
"""Of V, B and T: as many as a report line and a target have, so nothing is rounded."""
PLACES_SHOWN = 6
Row = dict[str, Value]

_WITH_BASE = frozenset({Kind.RATIO, Kind.REDUCTION, Kind.REMAINING})


def rows_of(facts: PlanFacts, standings: NodeStandings) -> Iterator[Row]:
    """A node's rows: one an indicator, basis and quarter."""
    for indicator, by_basis in standings.indicators.items():
        spec, keys = facts.specs[indicator], {"plan_unit_id": standings.node, "indicator_id": indicator}
        written: list[Row] = []
        for basis, quarters in by_basis.items():
            if basis is Basis.APPROVED or quarters is not by_basis[Basis.APPROVED]:
                written = [_columns(spec, each, is_group=standings.is_group) for each in quarters]
            yield from ({**keys, "basis": basis.value, **columns} for columns in written)


def _columns(spec: IndicatorSpec, progress: Progress, *, is_group: bool) -> Row:
    """The columns of one quarter. V and B are empty without a line, and where a group has no figure."""
    figure = progress.figure
    has_figure = figure.reported > 0 and not (is_group and spec.kind is Kind.PERCENT)
    return {
        "quarter": progress.quarter,
        "value": _rounded(figure.value, PLACES_EXACT) if has_figure else None,
        "base": _rounded(figure.base, PLACES_EXACT) if has_figure and spec.kind in _WITH_BASE else None,
        "target": _rounded(progress.target, PLACES_EXACT),
        "actual": _rounded(progress.actual),
        "attainment": _rounded(progress.attainment),
        "expected": _rounded(progress.expected),
        "gap": _rounded_up(progress.gap.amount if progress.gap else None),
        "needed": _rounded_up(progress.needed),
        "forecast": _rounded(progress.forecast),
        "status": str(progress.status or ""),
        "reported": figure.reported,
        "applicable": figure.applicable,
        "owing": figure.owing,
        "missing": figure.missing,
        "targeted": figure.targeted,
        "incomplete": figure.incomplete,
        "is_final": figure.final,
    }


def stored_figures(plan_units: Collection[int]) -> Figures:
    """The figures that these units had when they were last computed; one query, none without units."""
    if not plan_units:
        return {}
    rows = Compliance.objects.filter(plan_unit__in=plan_units).values_list(
        "plan_unit_id", "indicator_id", "basis", "quarter", "value", "base", "status",
        "reported", "applicable", "owing", "missing", "targeted", "incomplete", "is_final",
    )  # fmt: skip
    found: dict[tuple[int, int, Basis], dict[int, Figure]] = {}
    for unit, indicator, basis, quarter, value, base, status, *counts in rows:
        figure = _figure(value, base, opened=bool(status), counts=counts)
        found.setdefault((unit, indicator, Basis(basis)), {})[quarter] = figure
    return {key: tuple(quarters[each] for each in QUARTERS) for key, quarters in found.items()}


def _figure(value: Decimal | None, base: Decimal | None, *, opened: bool, counts: Iterable[int]) -> Figure:
    reported, applicable, owing, missing, targeted, incomplete, final = counts
    return Figure(
        value=exact_or_none(value) or Fraction(0),
        base=exact_or_none(base) or Fraction(0),
        reported=reported,
        applicable=applicable,
        owing=owing,
        missing=missing,
        targeted=targeted,
        incomplete=bool(incomplete),
        opened=opened,
        final=bool(final),
    )


def _rounded(number: Fraction | None, places: int = PLACES_SHOWN) -> str | None:
    return None if number is None else f"{round_half_up(number, places):f}"


def _rounded_up(number: Fraction | None) -> str | None:
    """What is still needed is enough when it is done."""
    return None if number is None else f"{round_up(number, PLACES_SHOWN):f}"
