"""What the ledgers say of a report line (docs/calculations.md, section 6; domain.md, section 4). Exact, no database.

An item counts an amount from a day on, some only until another day. Of what adds up (`sum`) the items dated in the
plan's year make the figure, of what stands (`latest`) all items so far, whatever their year.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from calculations.actual import Accumulate
from calculations.quarters import LAST_QUARTER

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Entry:
    """What one item counts: `amount` from `day` on; with `until`, only before that day (an institution rectified)."""

    day: date
    amount: Decimal = Decimal(1)
    until: date | None = None

    def counts_on(self, day: date) -> bool:
        """Whether the item stands on a day."""
        return self.day <= day and (self.until is None or day < self.until)


def quarter_end(year: int, quarter: int) -> date:
    """The last day of a quarter, 1 to 4."""
    return date(year + quarter // LAST_QUARTER, quarter % LAST_QUARTER * 3 + 1, 1) - timedelta(days=1)


def total(entries: Iterable[Entry], accumulate: Accumulate, *, year: int, quarter: int) -> Decimal:
    """The ledger's figure at the end of a quarter.

    `sum`: what is dated from 1 January of the plan's year to the quarter's end; `latest`: what stands on its last day,
    of whatever year.
    """
    end = quarter_end(year, quarter)
    first = date(year, 1, 1) if accumulate is Accumulate.SUM else date.min
    return sum((each.amount for each in entries if each.counts_on(end) and first <= each.day), ZERO)


def line_figure(ledger_total: Decimal, accumulate: Accumulate, *, approved_before: Iterable[Decimal]) -> Decimal:
    """What the line of a quarter should say: of what adds up, the total less what is approved in earlier quarters.

    So an item that is entered late lands in the quarter in which it is found; the figure may be negative where more
    was approved than the ledger still holds.
    """
    return ledger_total - sum(approved_before, ZERO) if accumulate is Accumulate.SUM else ledger_total


class Agreement(StrEnum):
    """How a reported number and the ledger's stand to each other."""

    EQUAL = "equal"
    DIFFERENT = "different"
    NOT_REPORTED = "not_reported"


def agreement(reported: Decimal | None, ledger: Decimal) -> Agreement:
    """Whether a line says what the ledger says; places behind the point make no difference."""
    if reported is None:
        return Agreement.NOT_REPORTED
    return Agreement.EQUAL if reported == ledger else Agreement.DIFFERENT


@dataclass(frozen=True, slots=True)
class LedgerFigure:
    """What the ledgers say of one line; `base` is None where no register stands behind it, or holds nothing yet."""

    value: Decimal
    base: Decimal | None = None

    def agrees_with(self, value: Decimal | None, base: Decimal | None, *, not_applicable: bool) -> Agreement:
        """How a line stands to it; 不涉及 says that there is nothing."""
        if not_applicable:
            value = base = ZERO
        of_value = agreement(value, self.value)
        return of_value if of_value is not Agreement.EQUAL or self.base is None else agreement(base, self.base)


def changed_since(seen: Decimal | None, now: Decimal | None) -> bool:
    """Whether the ledger says something else than it said when the line was approved; None: nothing was noted then."""
    return seen is not None and now is not None and seen != now
