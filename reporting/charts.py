"""Chart data as plain values; the options of the charts themselves are built by static/js/charts."""

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


def trend_data(lines: Iterable[TrendLine], words: dict[str, Any]) -> dict[str, Any]:
    """The lines as JSON-able data, with the words that the charts write."""
    return {"lines": [asdict(line) for line in lines], "words": words}
