"""Status against the expected progress (docs/calculations.md, section 3)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from calculations.actual import DataState, IndicatorSpec, Kind
from calculations.attainment import is_at_most, is_met
from calculations.quarters import LAST_QUARTER

BEHIND_FROM = Fraction(4, 5)
"""At least this part of the expected progress is 滞后, less is 严重滞后."""


class Status(StrEnum):
    """Where an indicator stands at the end of a quarter."""

    TRACKED = "tracked"
    NOT_DUE = "not_due"
    NO_DATA = "no_data"
    NOT_APPLICABLE = "not_applicable"
    MET = "met"
    MISSED = "missed"
    ON_PACE = "on_pace"
    BEHIND = "behind"
    FAR_BEHIND = "far_behind"


@dataclass(frozen=True, slots=True)
class Standing:
    """All that decides a status. `start` is S = B of a remaining; `capped`: silence of others must not make it met."""

    quarter: int
    state: DataState
    actual: Fraction | None
    target: Fraction | None
    start: Fraction
    final: bool = False
    capped: bool = False


def expected_value(kind: Kind, target: Fraction, *, share: Fraction, start: Fraction, whole: bool) -> Fraction:
    """E: the actual value expected at `share`; whole things rounded in the unit's favour (nobody owes half a one)."""
    if is_at_most(kind):
        bound = start - share * (start - target)
        return Fraction(math.ceil(bound)) if whole else bound
    bound = share * target
    return Fraction(math.floor(bound)) if whole else bound


def status(spec: IndicatorSpec, standing: Standing) -> Status:
    """The first status of the table that holds; the quarter has opened."""
    if standing.target is None:
        return Status.TRACKED
    share = spec.pace.share_expected_by(standing.quarter)
    if standing.actual is None:
        return _status_without_value(standing.state, share)
    if is_met(spec.kind, standing.actual, standing.target):
        return Status.ON_PACE if standing.capped else Status.MET
    if standing.quarter == LAST_QUARTER and standing.final:
        return Status.MISSED
    if share == 0:
        return Status.NOT_DUE
    expected = expected_value(spec.kind, standing.target, share=share, start=standing.start, whole=spec.whole)
    return _status_on_the_way(spec, standing.actual, expected, start=standing.start)


def _status_without_value(state: DataState, share: Fraction) -> Status:
    if state is DataState.NOT_APPLICABLE:
        return Status.NOT_APPLICABLE
    return Status.NOT_DUE if share == 0 else Status.NO_DATA


def _status_on_the_way(spec: IndicatorSpec, actual: Fraction, expected: Fraction, *, start: Fraction) -> Status:
    if is_met(spec.kind, actual, expected):
        return Status.ON_PACE
    one_short = spec.whole and abs(actual - expected) == 1
    if is_at_most(spec.kind):
        close = start - actual >= BEHIND_FROM * (start - expected)
    else:
        close = actual >= BEHIND_FROM * expected
    return Status.BEHIND if close or one_short else Status.FAR_BEHIND
