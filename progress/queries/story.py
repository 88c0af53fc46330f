"""What happened to a unit's report of a quarter, as a story: who did what and when, why, and which numbers changed.

Told from the trail, which knows every change and its order; the moves give the instants that count.
"""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from audit.models import AuditEvent
from common.instants import local_day
from progress.line_checks import number_words
from progress.models import Line, LineComment, Report, ReportMove
from progress.queries.sheet import Sheet
from targets.models import Indicator, PlanUnit

SAVED, UNDONE, HEADER, ANSWERED = "report.save_lines", "report.undo_import", "report.save_header", "report.answer"
LINES = (SAVED, UNDONE)
FILES = ("report.add_evidence", "report.remove_evidence", "report.add_sealed_scan")
MOVES = {f"report.{move}": str(move) for move in ReportMove.Move.values}
TOLD = (*LINES, HEADER, ANSWERED, *FILES, *MOVES)
MOST_EVENTS = 2_000
"""A report is saved line by line, by itself: far fewer than this in the worst of quarters."""


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one line, a name or a file, in words; `code` is the line's indicator, where it is one."""

    label: str
    old: str
    new: str
    code: str = ""


@dataclass(slots=True)
class Step:
    """One paragraph of the story. `move` is empty where something was entered; `is_imported`: by a workbook."""

    at: datetime
    by_name: str
    revision: int
    move: str = ""
    said: str = ""
    reason: str = ""
    is_imported: bool = False
    changes: list[Change] = field(default_factory=list)
    comments: list[LineComment] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Story:
    """The paragraphs, the newest first; `is_cut`: the oldest are left out."""

    steps: tuple[Step, ...]
    revisions: tuple[Report, ...]
    is_cut: bool


def load_story(plan_unit: PlanUnit, number: int) -> Story:
    """The story of every revision of a unit's quarter; five queries, however long it is."""
    found = Report.objects.filter(plan_unit=plan_unit, quarter__number=number).order_by("revision")
    revisions = {report.revision: report for report in found.select_related("decided_by")}
    prefix = f"{plan_unit.unit.code}/{plan_unit.plan.year}/q{number}/r"
    events = AuditEvent.objects.filter(
        stream=plan_unit.unit.code,
        object_key__in=[f"{prefix}{revision}" for revision in revisions],
        action__in=TOLD,
        outcome=AuditEvent.Outcome.DONE,
    )
    newest = list(events.order_by("-seq")[: MOST_EVENTS + 1])
    teller = _Teller(
        labels={each.code: each for each in Indicator.objects.filter(plan=plan_unit.plan)},
        moves=_moves(revisions.values()),
        comments=_comments(revisions.values()),
        prefix=prefix,
    )
    steps = teller.tell(reversed(newest[:MOST_EVENTS]))
    return Story(tuple(reversed(steps)), tuple(revisions.values()), is_cut=len(newest) > MOST_EVENTS)


def with_originals(sheet: Sheet) -> Sheet:
    """The sheet, its changed lines with what they held when the report was last returned or opened for correction.

    One query where something was changed since, else none.
    """
    if not any(row.is_changed for row in sheet.rows):
        return sheet
    report, unit = sheet.report, sheet.plan_unit.unit
    events = AuditEvent.objects.filter(
        stream=unit.code,
        object_key=f"{unit.code}/{sheet.plan_unit.plan.year}/q{sheet.quarter.number}/r{report.revision}",
        action__in=(*LINES, "report.return", "report.reopen"),
        outcome=AuditEvent.Outcome.DONE,
    )
    held: dict[str, Any] = {}
    for event in events.order_by("-seq")[:MOST_EVENTS]:
        if event.action not in LINES:
            break
        held |= _read(event.before)  # the newest first: the oldest of them has the last word
    rows = [replace(row, was=_line_words(held.get(row.indicator.code)) if row.is_changed else "") for row in sheet.rows]
    return replace(sheet, rows=tuple(rows))


def _moves(revisions: Iterable[Report]) -> dict[tuple[int, str], Iterator[ReportMove]]:
    """The moves by revision and kind, each in the order in which they were made."""
    found: dict[tuple[int, str], list[ReportMove]] = {}
    moves = ReportMove.objects.filter(report__in=list(revisions)).select_related("report").order_by("pk")
    for move in moves:
        found.setdefault((move.report.revision, str(move.move)), []).append(move)
    return {key: iter(made) for key, made in found.items()}


def _comments(revisions: Iterable[Report]) -> dict[tuple[int, datetime], list[LineComment]]:
    """What was sent, by revision and the instant of the decision that it went with."""
    found: dict[tuple[int, datetime], list[LineComment]] = {}
    sent = LineComment.objects.sent().filter(report__in=list(revisions)).select_related("indicator", "report")
    for comment in sent.order_by("indicator__order", "at", "pk"):
        if comment.sent_at is not None:
            found.setdefault((comment.report.revision, comment.sent_at), []).append(comment)
    return found


@dataclass(slots=True)
class _Teller:
    labels: Mapping[str, Indicator]
    moves: Mapping[tuple[int, str], Iterator[ReportMove]]
    comments: Mapping[tuple[int, datetime], list[LineComment]]
    prefix: str
    steps: list[Step] = field(default_factory=list)

    def tell(self, events: Iterable[AuditEvent]) -> list[Step]:
        """The paragraphs in the order of the trail; what one person entered in a row on one day is one of them."""
        pending: list[tuple[Step, dict[str, tuple[Any, Any]]]] = []
        for event in events:
            step = self._step(event)
            if event.action in MOVES:
                self._close(pending, until=step.at)
                self.steps.append(step)
            elif event.action in LINES:
                self._gather(pending, step, event)
            else:
                self._close(pending)
                step.changes = list(self._other(event))
                self.steps.append(step)
        self._close(pending)
        return self.steps

    def _step(self, event: AuditEvent) -> Step:
        revision = int(event.object_key.removeprefix(self.prefix))
        step = Step(event.at, event.actor_name, revision, said=_said(event.action))
        kind = MOVES.get(event.action)
        if kind:
            move = next(self.moves.get((revision, kind), iter(())), None)
            step.move, step.reason = kind, event.reason
            step.said = str(ReportMove.Move(kind).label)
            step.at = move.at if move else event.at
            step.comments = self.comments.get((revision, step.at), [])
        return step

    def _gather(self, pending: list[Any], step: Step, event: AuditEvent) -> None:
        before, after = _read(event.before), _read(event.after)
        step.reason = event.reason  # the name of the file, where one was imported or taken back
        came_by = {(line or {}).get("origin") for line in after.values()}
        step.is_imported = event.action == SAVED and Line.Origin.IMPORT in came_by
        if not pending or not _goes_on(pending[-1][0], step):
            self._close(pending)
            pending.append((step, {}))
        held = pending[-1][1]
        for code, line in after.items():
            held[code] = (held[code][0] if code in held else before.get(code), line)

    def _close(self, pending: list[Any], *, until: datetime | None = None) -> None:
        """Write down what was gathered; entered before the next move at the latest, whatever the trail's clock says."""
        while pending:
            step, held = pending.pop()
            step.at = min(step.at, until) if until else step.at
            codes = sorted(held, key=self._place)
            step.changes = [self._change(code, *held[code]) for code in codes if _words(*held[code])]
            if step.changes:
                self.steps.append(step)

    def _place(self, code: str) -> int:
        """Where the plan has the indicator; what it has no more stands last."""
        indicator = self.labels.get(code)
        return indicator.order if indicator else sys.maxsize

    def _change(self, code: str, old: Any, new: Any) -> Change:
        indicator = self.labels.get(code)
        said = _words(old, new) or ("", "")
        return Change(indicator.label if indicator else code, *said, code)

    def _other(self, event: AuditEvent) -> Iterator[Change]:
        before, after = _read(event.before), _read(event.after)
        if event.action == ANSWERED:
            for code, text in after.items():
                indicator = self.labels.get(code)
                yield Change(indicator.label if indicator else code, str(before.get(code, "")), str(text), code)
        elif event.action == HEADER:
            for name, value in after.items():
                if before.get(name) != value:
                    label = str(Report._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
                    yield Change(label, str(before.get(name, "")), str(value))
        else:
            said = after or before
            yield Change(str(said.get("number", "")), _file(before), _file(after))


def _goes_on(last: Step, step: Step) -> bool:
    known = ("by_name", "revision", "said", "is_imported", "reason")
    same = all(getattr(last, name) == getattr(step, name) for name in known)
    return same and local_day(last.at) == local_day(step.at)


def _said(action: str) -> str:
    return {
        SAVED: pgettext("somebody did it", "填报"),
        UNDONE: pgettext("somebody did it", "撤销导入"),
        HEADER: _("改了签字栏"),
        ANSWERED: _("答复审核意见"),
        "report.add_evidence": _("上传佐证材料"),
        "report.remove_evidence": _("删除佐证材料"),
        "report.add_sealed_scan": _("上传盖章扫描件"),
    }.get(action, "")


def _read(text: str) -> dict[str, Any]:
    said = json.loads(text) if text else None
    return said if isinstance(said, dict) else {}


def _file(said: Mapping[str, Any]) -> str:
    return str(said.get("name", ""))


def _words(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> tuple[str, str] | None:
    """Old and new as people write them; None where nothing that they see differs."""
    before, after = _line_words(old), _line_words(new)
    return None if before == after else (before, after)


def _line_words(line: Mapping[str, Any] | None) -> str:
    if not line:
        return ""
    if line.get("not_applicable"):
        said = _("不涉及")
    else:
        numbers = [_number(line.get(name)) for name in ("value", "base")]
        said = " / ".join(number for number in numbers if number)
    note = line.get("note") or ""
    return f"{said}（{note}）" if note else said


def _number(text: Any) -> str:
    try:
        return number_words(Decimal(str(text))) if text is not None else ""
    except InvalidOperation:
        return str(text)
