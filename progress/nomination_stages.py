"""The stages of a nomination (domain.md, section 4): which follow which, and what their dates must be. Plain Python."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

CHAIN = ("planned", "applied", "reviewed", "inspected", "publicised", "named")
FAILED, REVOKED = "failed", "revoked"
STAGES = (*CHAIN, FAILED, REVOKED)

Dates = Mapping[str, date | None]


def _(message: str) -> str:
    """The message itself: the underscore marks it for the catalogue."""
    return message


@dataclass(frozen=True, slots=True)
class StageProblem:
    """What is wrong with the dates: the stage, and a message with its values, which name stages by `Stage` labels."""

    stage: str
    template: str
    values: Mapping[str, str] = field(default_factory=dict)

    def text(self, translate: Callable[[str], str], names: Mapping[str, str]) -> str:
        """The message in the language of `translate`, its stages by their names in that language."""
        return translate(self.template) % {key: names.get(value, value) for key, value in self.values.items()}


def next_stages(stage: str) -> tuple[str, ...]:
    """Where a nomination can go from a stage: on by one, or out; nowhere from an end.

    What was never handed in cannot fail; what was named can still be revoked.
    """
    if stage not in CHAIN:
        return ()
    following = CHAIN[CHAIN.index(stage) + 1 :][:1]
    fails = (FAILED,) if stage not in ("planned", "named") else ()
    return (*following, *fails, REVOKED)


def stage_of(dates: Dates) -> str:
    """The stage that the dates say: an end where there is one, else the last of the chain that has a date."""
    if dates.get(REVOKED):
        return REVOKED
    if dates.get(FAILED):
        return FAILED
    reached = [stage for stage in CHAIN if dates.get(stage)]
    return reached[-1] if reached else CHAIN[0]


def stage_problems(dates: Dates, *, today: date, unread: Collection[str] = ()) -> Iterator[StageProblem]:
    """What is wrong with the dates, one thing a stage: one left out, one before the stage before it, one to come.

    Where stages are `unread`, nothing is said of the order.
    """
    last = ""
    for stage in STAGES:
        day = dates.get(stage)
        if day is None or stage in unread:
            continue
        problem = None if unread else _order_problem(stage, day, last, dates)
        if problem:
            yield problem
        elif day > today:
            yield StageProblem(stage, _("“%(stage)s”的日期不能晚于今天。"), {"stage": stage})
        last = stage


def _order_problem(stage: str, day: date, last: str, dates: Dates) -> StageProblem | None:
    if stage not in CHAIN and stage not in next_stages(last):
        return StageProblem(stage, _("“%(last)s”的申报不能记为“%(stage)s”。"), {"stage": stage, "last": last})
    if stage in CHAIN and stage != CHAIN[0] and dates.get(before := CHAIN[CHAIN.index(stage) - 1]) is None:
        return StageProblem(
            stage, _("填“%(stage)s”之前，要先填“%(before)s”的日期。"), {"stage": stage, "before": before}
        )
    before_day = dates.get(last)
    if before_day is not None and day < before_day:
        return StageProblem(stage, _("“%(stage)s”的日期不能早于“%(last)s”。"), {"stage": stage, "last": last})
    return None
