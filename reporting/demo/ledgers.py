"""Ledger items of the demo year: invented so that they come to exactly what the story's reports say."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import cycle, islice
from typing import Any

from accounts.models import User
from calculations.ledgers import quarter_end
from calculations.quarters import QUARTERS
from progress.ledgers import LEDGERS, Ledger
from progress.models import Item
from progress.queries.ledger_columns import values_of
from progress.queries.ledger_ground import ItemRow
from progress.services.item_rows import save_items
from reporting.demo.pv_items import PvNumbers, pv_items
from reporting.demo.story import UnitStory
from targets.ledger_feeds import Feed
from targets.models import Indicator, Institution

_MOST_PILES = 6
_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Owner:
    """One unit of the story with its institutions and what it reports."""

    story: UnitStory
    institutions: Sequence[Institution]
    indicators: Sequence[Indicator]
    year: int

    def numbers(self, feed_of: Callable[[Indicator], Feed], **wanted: str) -> Iterator[tuple[Indicator, Feed]]:
        """The indicators whose feed has the wanted register and measure."""
        for indicator in self.indicators:
            feed = feed_of(indicator)
            if all(getattr(feed, name) == value for name, value in wanted.items()):
                yield indicator, feed

    def told(self, indicator: Indicator, quarter: int, part: str = "value") -> Decimal | None:
        """What the ledger of a line shall come to: what the story tells, unless it tells of a difference."""
        return self.story.in_ledger(indicator.code, quarter, part)

    def day(self, quarter: int, number: int = 0) -> date:
        """A day of a quarter, another one for each number."""
        return date(self.year, quarter * 3 - 2 + number % 3, 5 + number * 7 % 20)

    def some(self, start: int) -> Iterator[Institution]:
        """The institutions in turn."""
        return islice(cycle(self.institutions), start, None)


def make_items(owner: Owner, *, by: User, at: datetime, years_before: bool = False) -> int:
    """Store the items of every ledger of a unit, one event a ledger; returns how many there are.

    `years_before`: also items of the year before at every institution, which no figure of this year counts.
    """
    made = 0
    for ledger in LEDGERS:
        if ledger.code in owner.story.not_begun:
            continue
        items = list(_MAKERS[ledger.code](owner, ledger)) if ledger.code in _MAKERS else []
        if years_before and ledger.code == "charging_piles":
            items += _last_year(owner, ledger)
        if items:
            rows = [ItemRow(values_of(ledger, item), item, None) for item in items]
            save_items(ledger, rows, by=by, at=at, source={"demo": "示例"})
        made += len(items)
    return made


def _item(ledger: Ledger, institution: Institution, **facts: Any) -> Item:
    item = ledger.model(**{"institution": institution, **facts})
    item.settle()
    return item


def _piles(owner: Owner, ledger: Ledger) -> Iterator[Item]:
    """New piles in lots of at most six, and one replaced lot that counts nothing."""
    places = owner.some(0)
    for indicator, _feed in owner.numbers(lambda one: one.feed, ledger=ledger.code):
        for quarter in QUARTERS:
            left, number = int(owner.told(indicator, quarter) or 0), 0
            while left > 0:
                piles = min(left, _MOST_PILES - number % 3)
                facts = {"title": f"停车场 {quarter}-{number + 1}（示例）", "day": owner.day(quarter, number)}
                yield _pile(ledger, next(places), piles, **facts)
                left, number = left - piles, number + 1
    yield _pile(ledger, next(places), 2, title="更换旧桩（示例）", day=owner.day(2), build="replacement")


def _pile(ledger: Ledger, institution: Institution, piles: int, **facts: Any) -> Item:
    """Large lots are quick chargers with two connectors each."""
    is_quick = piles > _MOST_PILES // 2
    technical = {
        "piles": piles,
        "connectors": piles * 2 if is_quick else piles,
        "current": "dc" if is_quick else "ac",
        "power_kw": Decimal(piles * (60 if is_quick else 7)),
        "build": "new",
    }
    return _item(ledger, institution, **technical | facts)


def _last_year(owner: Owner, ledger: Ledger) -> list[Item]:
    """A lot of the year before at every institution."""
    day = date(owner.year - 1, 6, 1)
    return [_pile(ledger, one, 1, title="上年建成（示例）", day=day) for one in owner.institutions]


def _buildings(owner: Owner, ledger: Ledger) -> Iterator[Item]:
    places = owner.some(3)
    for indicator, _feed in owner.numbers(lambda one: one.feed, ledger=ledger.code):
        for quarter in QUARTERS:
            base = owner.told(indicator, quarter, "base")
            if base:
                installed = owner.told(indicator, quarter) or _ZERO
                facts = {"installable_m2": base, "installed_m2": installed, "day": owner.day(quarter, 2)}
                yield _item(ledger, next(places), title=f"新建综合楼 {quarter}（示例）", **facts)


def _pv(owner: Owner, ledger: Ledger) -> Iterator[Item]:
    """Projects whose number, capacity and areas all come to what the lines say."""
    fed = {(feed.measure, feed.kind): one for one, feed in owner.numbers(lambda one: one.feed, ledger=ledger.code)}

    def told(measure: str, quarter: int, kind: str = "") -> Decimal | None:
        indicator = fed.get((measure, kind))
        return owner.told(indicator, quarter) if indicator else None

    places = {
        roof: cycle([one for one in owner.institutions if one.roof_class == roof]) for roof in Institution.RoofClass
    }
    for facts in pv_items(PvNumbers(told, owner.day, owner.year)):
        yield _item(ledger, next(places[facts["roof_class"]]), **facts)


def _roofs(owner: Owner, ledger: Ledger) -> Iterator[Item]:
    """The survey of a whole-county pilot, made the year before."""
    for indicator, feed in owner.numbers(lambda one: one.base_feed, ledger=ledger.code):
        area = owner.told(indicator, 1, "base")
        roofs = [one for one in owner.institutions if one.roof_class == feed.kind][:5]
        for number, institution in enumerate(roofs if area else ()):
            share = (area or _ZERO) / len(roofs)
            facts = {"buildable_m2": share, "surveyed_by": "县节能中心（示例）", "day": date(owner.year - 1, 10, 8)}
            yield _item(ledger, institution, title=f"屋顶 {number + 1}（示例）", roof_class=feed.kind, **facts)


def _nominations(owner: Owner, ledger: Ledger) -> Iterator[Item]:
    places = owner.some(5)
    for indicator, feed in owner.numbers(lambda one: one.feed, ledger=ledger.code):
        for quarter in QUARTERS:
            for number in range(int(owner.told(indicator, quarter) or 0)):
                day = owner.day(quarter, number)
                until = 6 if feed.measure == "named" else 2
                reached = dict.fromkeys(_STAGE_DAYS[:until], day)
                title = f"{indicator.name} {quarter}-{number + 1}（示例）"
                yield _item(ledger, next(places), title=title, scheme=feed.kind, **reached)


_STAGE_DAYS = ("day", "applied_on", "reviewed_on", "inspected_on", "publicised_on", "named_on")


def _over_quota(owner: Owner, ledger: Ledger) -> Iterator[Item]:
    """As many as stood at the start; rectified so that each quarter leaves what its line says."""
    for indicator, _feed in owner.numbers(lambda one: one.feed, ledger=ledger.code, measure="remaining"):
        listed = int(owner.told(indicator, 1, "base") or 0)
        left, rectified = listed, []
        for quarter in QUARTERS:
            told = owner.told(indicator, quarter)
            now = left if told is None else int(told)
            rectified += [quarter_end(owner.year, quarter)] * (left - now)
            left = now
        for number, institution in enumerate(islice(owner.some(0), listed)):
            done = rectified[number] if number < len(rectified) else None
            yield _item(
                ledger,
                institution,
                day=date(owner.year, 1, 1),
                quota_edition="示例定额（2021）",
                electricity_factor=Decimal("0.1229"),
                constraint_value=Decimal(12),
                intensity_at_start=Decimal(13) + number,
                intensity_now=Decimal("11.5") if done else None,
                rectified_on=done,
            )


def _projects(owner: Owner, ledger: Ledger) -> Iterator[Item]:
    places = owner.some(1)
    for indicator, feed in owner.numbers(lambda one: one.feed, ledger=ledger.code):
        for quarter in QUARTERS:
            quantity = int(owner.told(indicator, quarter) or 0)
            if quantity:
                facts = {"kind": feed.kind, "quantity": quantity, "day": owner.day(quarter, 1)}
                yield _item(ledger, next(places), title=f"{indicator.name} {quarter}（示例）", **facts)


_MAKERS: dict[str, Callable[[Owner, Ledger], Iterator[Item]]] = {
    "charging_piles": _piles,
    "pv_projects": _pv,
    "new_buildings": _buildings,
    "roof_survey": _roofs,
    "nominations": _nominations,
    "over_quota": _over_quota,
    "projects": _projects,
}
