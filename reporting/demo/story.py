"""The story of the demo year as its data file tells it. Plain Python."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

NO_LINE = "~"
NOT_APPLICABLE = "不涉及"


@dataclass(frozen=True, slots=True)
class Told:
    """What the story says of one line: a number, number and base, 不涉及, or (all empty) no line."""

    value: Decimal | None = None
    base: Decimal | None = None
    not_applicable: bool = False

    @classmethod
    def of(cls, text: str | None) -> "Told":
        """The line of a text: "12", "1200/2000", "不涉及", "~"."""
        if text in (None, NO_LINE):
            return cls()
        if text == NOT_APPLICABLE:
            return cls(not_applicable=True)
        value, _slash, base = str(text).partition("/")
        return cls(Decimal(value), Decimal(base) if base else None)


@dataclass(frozen=True, slots=True)
class QuarterStory:
    """How one report went: days before its deadline, reasons of returns, evidence, a correction, or still a draft."""

    before_days: int
    returned: tuple[str, ...]
    evidence: tuple[str, ...]
    is_draft: bool
    own_lines: dict[str, str]
    correction_reason: str
    correction_lines: dict[str, str]


@dataclass(frozen=True, slots=True)
class Difference:
    """A line whose ledger says something else, with the reason that the unit gives."""

    ledger: Decimal
    note: str


@dataclass(frozen=True, slots=True)
class UnitStory:
    """One unit's year. `differences` are by indicator and quarter; `not_begun` are the ledgers without items."""

    code: str
    lines: dict[str, list[str]]
    quarters: dict[int, QuarterStory]
    differences: dict[tuple[str, int], Difference]
    not_begun: frozenset[str]

    def in_ledger(self, indicator: str, quarter: int, part: str = "value") -> Decimal | None:
        """What the ledger of a line shall come to, value or base: what counts in the end, unless it differs."""
        if part == "value" and (indicator, quarter) in self.differences:
            return self.differences[indicator, quarter].ledger
        corrected = self.quarters[quarter].correction_lines.get(indicator)
        told = Told.of(corrected) if corrected else self.told(indicator, quarter)
        found: Decimal | None = getattr(told, part) if told else None
        return found

    def told(self, indicator: str, quarter: int) -> Told | None:
        """What the story says of a line; None where it does not speak of the indicator.

        A draft has its own few lines; the rest of it is left as the portal prefilled it.
        """
        if own := self.quarters[quarter].own_lines:
            return Told.of(own[indicator]) if indicator in own else None
        texts = self.lines.get(indicator)
        return None if texts is None else Told.of(texts[quarter - 1])


@dataclass(frozen=True, slots=True)
class Story:
    """The whole demo year."""

    root: str
    year: int
    accounts: list[dict[str, str]]
    roles: dict[str, str]
    units: list[UnitStory]
    manual: dict[str, dict[str, str]]

    def manual_scores(self) -> Iterator[tuple[str, str, Decimal]]:
        """(criterion, unit, points) of every manual score."""
        for criterion, by_unit in self.manual.items():
            for unit, points in by_unit.items():
                yield criterion, unit, Decimal(points)


def read_story(path: Path) -> Story:
    """The story of a data file."""
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    usual = data["usual"]
    units = [
        UnitStory(
            str(code),
            {**usual, **told["lines"]},
            {int(number): _quarter(how) for number, how in told["quarters"].items()},
            {
                (code, int(number)): Difference(Decimal(how["ledger"]), how["note"])
                for code, by_quarter in told.get("differences", {}).items()
                for number, how in by_quarter.items()
            },
            frozenset(told.get("not_begun", ())),
        )
        for code, told in data["units"].items()
    ]
    plan = data["plan"]
    return Story(str(plan["root"]), plan["year"], data["accounts"], data["roles"], units, data["manual"])


def _quarter(how: dict[str, Any]) -> QuarterStory:
    correction = how.get("correction", {})
    return QuarterStory(
        before_days=how.get("before", 0),
        returned=tuple(how.get("returned", ())),
        evidence=tuple(how.get("evidence", ())),
        is_draft=how.get("draft", False),
        own_lines=how.get("lines", {}),
        correction_reason=correction.get("reason", ""),
        correction_lines=correction.get("lines", {}),
    )
