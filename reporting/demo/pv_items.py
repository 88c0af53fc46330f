"""Photovoltaic projects that come to a number, a capacity and the areas of two classes of roofs at once."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from calculations.quarters import QUARTERS
from targets.ledger_feeds import ROOF_CLASSES

_ZERO = Decimal(0)
_PLACES = Decimal("0.001")
_M2_A_KW = 6
_EARLIER = 5  # projects of the year before, by class of roof


@dataclass(frozen=True, slots=True)
class PvNumbers:
    """What one unit's lines say: `told(measure, quarter, kind)`, None where there is no line; `day` of a quarter."""

    told: Callable[..., Decimal | None]
    day: Callable[[int, int], date]
    year: int


def pv_items(numbers: PvNumbers) -> Iterator[dict[str, Any]]:
    """The facts of every project: those of the year before make the first quarter's areas, the others what follows."""
    built = dict.fromkeys(ROOF_CLASSES, _ZERO)
    for roof in ROOF_CLASSES:
        area = numbers.told("area_m2", 1, roof) or _ZERO
        built[roof] = area
        for number in range(_EARLIER if area else 0):
            share = area / _EARLIER
            title = f"往年屋顶光伏 {number + 1}（示例）"
            yield _facts(title, date(numbers.year - 1, 9, 1 + number), roof, share, share / _M2_A_KW)
    for quarter in QUARTERS:
        yield from _of_quarter(numbers, quarter, built)


def _of_quarter(numbers: PvNumbers, quarter: int, built: dict[str, Decimal]) -> Iterator[dict[str, Any]]:
    """New projects: one for each class whose area grew, else as many as the line counts; they share the capacity."""
    capacity = numbers.told("capacity_kwp", quarter) or _ZERO
    grown = {}
    for roof in ROOF_CLASSES:
        now = numbers.told("area_m2", quarter, roof)
        if now is not None and now > built[roof]:
            grown[roof], built[roof] = now - built[roof], now
    count = int(numbers.told("projects", quarter) or 0)
    areas: list[tuple[str, Decimal | None]] = [*grown.items()]
    areas = areas or [(ROOF_CLASSES[number % 2], None) for number in range(count)]
    for number, (roof, area) in enumerate(areas):
        share = (capacity / len(areas)).quantize(_PLACES)
        kwp = capacity - share * (len(areas) - 1) if number == len(areas) - 1 else share
        title = f"屋顶光伏 {quarter}-{number + 1}（示例）"
        yield _facts(title, numbers.day(quarter, number), roof, kwp * _M2_A_KW if area is None else area, kwp)


def _facts(title: str, day: date, roof: str, area: Decimal, kwp: Decimal) -> dict[str, Any]:
    return {
        "title": title,
        "day": day,
        "roof_class": roof,
        "area_m2": area.quantize(Decimal("0.01")),
        "capacity_kwp": kwp.quantize(_PLACES),
        "on_new_building": False,
    }
