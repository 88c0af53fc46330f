"""Where the numbers of a unit's sheet came from: report, approval, form or import, evidence, ledger items."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from accounts.models import User
from assessments.models import Criterion, UnitResult
from calculations.rules import Evidence as ShownByEvidence
from common.errors import Text
from progress.ledgers import find_ledger
from progress.line_checks import number_words
from progress.models import Evidence, ImportBatch, LedgerSeal
from targets.ledger_feeds import Feed
from targets.models import Indicator, PlanUnit

Place = tuple[str, int, int]
"""An indicator's code, the number of a quarter, a report's revision: one line of the unit."""


@dataclass(frozen=True, slots=True)
class LedgerItems:
    """The items of a register behind one number: what they came to when the line was approved, and where they are."""

    label: Text
    measure: Text
    figure: str
    url: str


@dataclass(frozen=True, slots=True)
class Source:
    """One report line behind a number, with the evidence and the ledgers behind it. `line` is as it was stored.

    `opens_batch`: the reader may look at the import that brought it; one by the bureau is the bureau's.
    """

    indicator: Indicator
    line: Mapping[str, Any]
    evidence: list[Evidence] = field(default_factory=list)
    ledgers: list[LedgerItems] = field(default_factory=list)
    opens_batch: bool = False

    @property
    def approved_at(self) -> datetime | None:
        """When the report was approved."""
        said = self.line["approved_at"]
        return datetime.fromisoformat(said) if said else None

    @property
    def is_shown(self) -> bool:
        """Whether files or ledger items stand behind the line."""
        return bool(self.evidence or self.ledgers)


def sources_behind(criterion: Criterion, sources: Mapping[str, list[Source]]) -> list[Source]:
    """The lines behind a criterion's points; of one on evidence, those of all `sources` that have some."""
    if criterion.rule == ShownByEvidence.tag:
        return [each for lines in sources.values() for each in lines if each.is_shown]
    return [each for code in criterion.params.get("indicators", []) for each in sources.get(code, [])]


def load_sources_of(viewer: User, result: UnitResult, indicators: Iterable[Indicator]) -> dict[str, list[Source]]:
    """By indicator code, in their order, the lines that were counted for the unit; two queries, three with imports."""
    plan_unit = result.plan_unit
    evidence, seals, batches = _evidence(plan_unit), _seals(plan_unit), _batches(viewer, result)
    found: dict[str, list[Source]] = {}
    for indicator in indicators:
        lines = result.trace.get(indicator.code, [])
        places = [(indicator.code, line["quarter"], line["revision"]) for line in lines]
        if lines:
            found[indicator.code] = [
                Source(
                    indicator,
                    line,
                    evidence.get(at, []),
                    list(_items(plan_unit, indicator, seals.get(at))),
                    opens_batch=line["batch"] in batches,
                )
                for line, at in zip(lines, places, strict=True)
            ]
    return found


_LINE = ("line__indicator__code", "line__report__quarter__number", "line__report__revision")


def _evidence(plan_unit: PlanUnit) -> dict[Place, list[Evidence]]:
    files = Evidence.objects.filter(line__report__plan_unit=plan_unit).order_by("number")
    found: dict[Place, list[Evidence]] = defaultdict(list)
    for each in files.select_related("file", "line__indicator", "line__report__quarter"):
        report = each.line.report
        found[each.line.indicator.code, report.quarter.number, report.revision].append(each)
    return found


def _batches(viewer: User, result: UnitResult) -> set[str]:
    """The imports behind the unit's lines that the reader may look at."""
    named = {line["batch"] for lines in result.trace.values() for line in lines} - {""}
    if not named:
        return set()
    visible = ImportBatch.objects.visible_to(viewer).filter(uuid__in=named)
    return {str(uuid) for uuid in visible.values_list("uuid", flat=True)}


def _seals(plan_unit: PlanUnit) -> dict[Place, tuple[Any, Any]]:
    seals = LedgerSeal.objects.filter(line__report__plan_unit=plan_unit)
    return {(code, quarter, n): figures for code, quarter, n, *figures in seals.values_list(*_LINE, "value", "base")}


def _items(plan_unit: PlanUnit, indicator: Indicator, seal: Any) -> Iterator[LedgerItems]:
    """The registers of which items stood behind value and base."""
    for feed, figure in zip((indicator.feed, indicator.base_feed), seal or (), strict=False):
        ledger = find_ledger(feed.ledger)
        if ledger is not None and figure:
            measure = ledger.measures[feed.measure].label
            yield LedgerItems(ledger.label, measure, number_words(figure), _table(plan_unit, feed))


def _table(plan_unit: PlanUnit, feed: Feed) -> str:
    """Where the unit's items of the register are listed."""
    plan = plan_unit.plan
    asked = {"unit": plan_unit.unit.code, **({"kind": feed.kind} if feed.kind else {})}
    return f"{reverse('progress:ledger', args=(plan.owner.code, plan.year, feed.ledger))}?{urlencode(asked)}"
