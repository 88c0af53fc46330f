"""Chart data as JSON for an attribute of the page: htmx drops scripts, even those that only hold data.

The options of the charts are built by static/js/charts.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class TrendLine:
    """One indicator through the year: actual and expected by quarter, numbers as text, None before a quarter opens."""

    code: str
    name: str
    unit: str
    target: str
    actual: tuple[str | None, ...]
    expected: tuple[str | None, ...]


def trend_data(lines: Iterable[TrendLine], words: dict[str, Any]) -> str:
    """The lines as JSON, with the words that the charts write."""
    return _json({"lines": [asdict(line) for line in lines], "words": words})


@dataclass(frozen=True, slots=True)
class Bar:
    """One unit's figure as text, None where there is none, with its status and the status's word."""

    name: str
    actual: str | None
    status: str
    word: str


def bars_data(bars: Iterable[Bar], *, unit: str, target: str | None, words: dict[str, Any]) -> str:
    """The bars as JSON; `target` where all units share one."""
    return _json({"bars": [asdict(bar) for bar in bars], "unit": unit, "target": target, "words": words})


def _json(data: dict[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False)
