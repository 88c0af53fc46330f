"""The registers read: their lists, the kinds their items can have, what rests on an item."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from accounts.models import User
from calculations.actual import Accumulate
from calculations.ledgers import quarter_end
from progress.ledgers import Ledger
from progress.models import Item, ItemChange, ItemFile, Line
from targets.models import Indicator, Plan, Unit
from targets.search import normalised


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list of a register shows: a word, a unit, a span of days, a kind; withdrawn items only when asked for."""

    text: str = ""
    unit: Unit | None = None
    since: date | None = None
    until: date | None = None
    kind: str = ""
    withdrawn: bool = False


def find_items(ledger: Ledger, viewer: User, wanted: Wanted) -> QuerySet[Any]:
    """The items of a register that the viewer sees and asked for, with what their rows show."""
    items = ledger.model.objects.visible_to(viewer)
    items = items.select_related("institution__unit" if ledger.has_institution else "unit")
    items = items.exclude(withdrawn_at=None) if wanted.withdrawn else items.standing()
    if wanted.text:
        word = normalised(wanted.text)
        found = Q(search_key__contains=word)
        items = items.filter(found | Q(institution__search_key__contains=word) if ledger.has_institution else found)
    if wanted.unit is not None:
        items = items.filter(**{f"{ledger.model.UNIT_PATH}__startswith": wanted.unit.path})
    if wanted.since is not None:
        items = items.filter(day__gte=wanted.since)
    if wanted.until is not None:
        items = items.filter(day__lte=wanted.until)
    return items.filter(**{ledger.kind: wanted.kind}) if wanted.kind and ledger.kind else items


def kinds_of(ledger: Ledger, plan: Plan | None) -> dict[str, str]:
    """The kinds that a register's items can have, with their names: its own, or those the plan's indicators are fed by.

    At most one query.
    """
    if not ledger.kind:
        return {}
    if not ledger.kinds_of_plan:
        return {str(code): str(name) for code, name in ledger.field(ledger.kind).choices or ()}
    fed = Indicator.objects.filter(ledger=ledger.code).exclude(ledger_kind="").order_by("plan__year", "order")
    fed = fed.filter(plan=plan) if plan is not None else fed
    return {indicator.ledger_kind: indicator.label for indicator in fed}


def lines_resting_on(ledger: Ledger, item: Item) -> list[Line]:
    """The approved lines whose ledger figure holds an item, the latest first; one query.

    Such an item is no more deleted: it is withdrawn, so that everybody can still see what the line was approved on.
    """
    return [line for line in _approved_lines(ledger, [item.owner]) if _rests_on(line, ledger, item)]


def items_resting(ledger: Ledger, items: Sequence[Item]) -> list[Item]:
    """Those of some items that an approved line rests on; one query."""
    units = {item.owner.pk: item.owner for item in items}
    lines: dict[int, list[Line]] = {}
    for line in _approved_lines(ledger, units.values()) if units and ledger.measures else ():
        lines.setdefault(line.report.plan_unit.unit_id, []).append(line)
    return [item for item in items if any(_rests_on(line, ledger, item) for line in lines.get(item.owner.pk, ()))]


def _approved_lines(ledger: Ledger, units: Iterable[Unit]) -> QuerySet[Line]:
    feeds = Q(indicator__ledger=ledger.code) | Q(indicator__base_ledger=ledger.code)
    return (
        Line.objects.filled()
        .filter(feeds, report__is_effective=True, report__plan_unit__unit__in=list(units))
        .select_related("indicator", "report__quarter__plan", "report__plan_unit__unit")
        .order_by("-report__quarter__plan__year", "-report__quarter__number", "indicator__order")
    )


def _rests_on(line: Line, ledger: Ledger, item: Item) -> bool:
    indicator, quarter = line.indicator, line.report.quarter
    feeds = [feed for feed in (indicator.feed, indicator.base_feed) if feed.ledger == ledger.code]
    is_flow = indicator.accumulate == Accumulate.SUM
    end = quarter_end(quarter.plan.year, quarter.number)
    for feed in feeds:
        day = getattr(item, ledger.measures[feed.measure].day)
        of_kind = not feed.kind or feed.kind == ledger.kind_of(item)
        if day is not None and of_kind and day <= end and (not is_flow or day.year == quarter.plan.year):
            return True
    return False


def history_of(item: Item) -> list[ItemChange]:
    """What happened to an item, the newest first; one query."""
    return list(ItemChange.objects.filter(item=item.uuid))


def files_of(items: Iterable[Item]) -> dict[UUID, list[ItemFile]]:
    """The files of some items by the item's uuid; one query."""
    found: dict[UUID, list[ItemFile]] = {}
    for each in ItemFile.objects.filter(item__in=[item.uuid for item in items]).select_related("file"):
        found.setdefault(each.item, []).append(each)
    return found


def file_counts(items: Iterable[Item]) -> dict[UUID, int]:
    """How many files each of some items has, by its uuid; one query."""
    files = ItemFile.objects.filter(item__in=[item.uuid for item in items])
    return dict(files.order_by().values_list("item").annotate(Count("pk")))
