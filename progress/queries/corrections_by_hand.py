"""Which lines a hand has really corrected, told from the trail: what was put back as it was is no correction."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from audit.models import AuditEvent
from progress.excel.world import Key
from progress.line_checks import EnteredLine
from progress.models import Line, Report
from progress.queries.rows import entered_in
from progress.queries.story import LINES, UNDONE

Said = Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class _Step:
    """One change of a line: what it held before and after; `is_undoing`: an import was taken back."""

    at: datetime
    before: Said
    after: Said
    is_undoing: bool


def corrected_by_hand(lines: Mapping[Key, Line], *, year: int, handed_out_at: datetime | None) -> frozenset[Key]:
    """Those lines that hold another thing than the last import wrote or, where a hand wrote after a form was handed
    out, than stood in the form.

    One query for all of them, none where no hand has touched any. Where the trail does not tell, it is a correction.
    """
    by_hand = {key: line for key, line in lines.items() if _may_be(line, handed_out_at)}
    if not by_hand:
        return frozenset()
    named = {key: _trail_key(key, line, year) for key, line in by_hand.items()}
    steps = _steps(set(named.values()))
    return frozenset(
        key for key, line in by_hand.items() if _is_corrected(line, steps.get((named[key], key[2]), ()), handed_out_at)
    )


def entered_of(said: Said) -> EnteredLine:
    """What a line held, as the trail and the facts of an import keep it."""
    if said is None:
        return EnteredLine()
    value, base = (None if said[name] is None else Decimal(said[name]) for name in ("value", "base"))
    return EnteredLine(value, base, said["not_applicable"], said["note"])


def _may_be(line: Line, handed_out_at: datetime | None) -> bool:
    """Whether a hand wrote last, over an import or after the form was handed out."""
    return line.origin == Line.Origin.FORM and (line.batch_id is not None or _is_newer(line, handed_out_at))


def _is_newer(line: Line, handed_out_at: datetime | None) -> bool:
    return handed_out_at is not None and line.changed_at > handed_out_at


def _is_corrected(line: Line, steps: Sequence[_Step], handed_out_at: datetime | None) -> bool:
    now = entered_in(line)
    if line.batch_id is not None and now != _imported(steps):
        return True
    if handed_out_at is None or not _is_newer(line, handed_out_at):
        return False
    return now != _stood_at(handed_out_at, steps, line.report)


def _imported(steps: Sequence[_Step]) -> EnteredLine | None:
    """What the last import wrote that was not taken back; None where the trail does not tell."""
    last: EnteredLine | None = None
    for step in steps:
        if step.after is not None and step.after["origin"] == Line.Origin.IMPORT:
            last = entered_of(step.after)
        elif step.is_undoing:
            last = None
    return last


def _stood_at(at: datetime, steps: Sequence[_Step], report: Report) -> EnteredLine | None:
    """What the line held at an instant; None where the trail of this revision does not tell."""
    if not steps or (report.is_correction and report.created_at > at):
        return None
    until = [step.after for step in steps if step.at <= at]
    return entered_of(until[-1] if until else steps[0].before)


def _trail_key(key: Key, line: Line, year: int) -> str:
    unit, quarter, _indicator = key
    return f"{unit}/{year}/q{quarter}/r{line.report.revision}"


def _steps(keys: Collection[str]) -> dict[tuple[str, str], list[_Step]]:
    """What became of every line of some reports, in the order of the trail, by the report's key and the indicator."""
    found: dict[tuple[str, str], list[_Step]] = {}
    events = AuditEvent.objects.filter(object_key__in=keys, action__in=LINES, outcome=AuditEvent.Outcome.DONE)
    for event in events.order_by("stream", "seq"):
        before, after = json.loads(event.before), json.loads(event.after)
        for code, said in after.items():
            step = _Step(event.at, before.get(code), said, is_undoing=event.action == UNDONE)
            found.setdefault((event.object_key, code), []).append(step)
    return found
