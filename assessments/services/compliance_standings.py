"""Where every node of a plan's tree stands: units from their lines, groups from their children's figures."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from assessments.services.compliance_facts import Basis, Pair, PlanFacts
from calculations.actual import Figure
from calculations.compliance import Progress, group_progress, unit_progress
from calculations.quarters import QUARTERS

Standings = tuple[Progress, ...]
"""One indicator's progress in each of the four quarters."""
ByBasis = dict[Basis, Standings]
Figures = dict[tuple[int, int, Basis], tuple[Figure, ...]]
"""What a parent needs of its children: by plan unit, indicator and basis the figures of the four quarters."""


@dataclass(frozen=True, slots=True)
class NodeStandings:
    """A node's standings by indicator."""

    node: int
    is_group: bool
    indicators: dict[int, ByBasis]


def stand_all(facts: PlanFacts, nodes: Collection[int], stored: Figures) -> Iterator[NodeStandings]:
    """The standings of `nodes`, children before their parents; `stored` are the figures of the other children."""
    children = facts.tree.children()
    figures = dict(stored)
    for node in facts.tree.bottom_up:
        if node not in nodes:
            continue
        if node in children:
            indicators = {each: _group(facts, (node, each), children[node], figures) for each in facts.specs}
        else:
            indicators = {each: _unit(facts, (node, each)) for each in facts.indicators_of(node)}
        for indicator, by_basis in indicators.items():
            for basis, standings in by_basis.items():
                figures[node, indicator, basis] = tuple(standing.figure for standing in standings)
        yield NodeStandings(node, node in children, indicators)


def _unit(facts: PlanFacts, pair: Pair) -> ByBasis:
    unit, indicator = pair
    spec = facts.specs[indicator]
    approved = unit_progress(spec, facts.unit_quarters(pair, Basis.APPROVED))
    if unit not in facts.filings[Basis.SUBMITTED].pending:
        return {Basis.APPROVED: approved, Basis.SUBMITTED: approved}
    return {Basis.APPROVED: approved, Basis.SUBMITTED: unit_progress(spec, facts.unit_quarters(pair, Basis.SUBMITTED))}


def _group(facts: PlanFacts, pair: Pair, children: list[int], figures: Figures) -> ByBasis:
    group, indicator = pair
    below = {
        basis: [figures[key] for child in children if (key := (child, indicator, basis)) in figures] for basis in Basis
    }
    if indicator in facts.indicators_of(group):
        for basis, own in _unit(facts, pair).items():
            below[basis].append(tuple(standing.figure for standing in own))
    approved = _group_standings(facts, pair, below[Basis.APPROVED])
    if below[Basis.SUBMITTED] == below[Basis.APPROVED]:
        return {Basis.APPROVED: approved, Basis.SUBMITTED: approved}
    return {Basis.APPROVED: approved, Basis.SUBMITTED: _group_standings(facts, pair, below[Basis.SUBMITTED])}


def _group_standings(facts: PlanFacts, pair: Pair, below: list[tuple[Figure, ...]]) -> Standings:
    group, indicator = pair
    return tuple(
        group_progress(
            facts.specs[indicator],
            quarter,
            # Where no unit reports the indicator, the group still knows whether the quarter has opened.
            children=[each[quarter - 1] for each in below] or [Figure(opened=facts.is_opened(group, quarter))],
            target=facts.targets[quarter - 1].get(pair),
        )
        for quarter in QUARTERS
    )
