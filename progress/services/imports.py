"""Progress files: read by a child process, checked whole, and stored all or not at all (excel.md, section 1)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext

from accounts.models import User, require
from audit.models import AuditEvent
from audit.services import Entry as TrailEntry
from audit.services import record
from common.errors import Invalid
from common.workbook.book import Book
from common.workbook.limits import Limits
from common.workbook.names import Names
from common.workbook.problems import FileRefused, Problem
from common.workbook.reading import marked_file, read_file
from files.services import clean_name, store_bytes
from progress.excel.checks import Checked, Entry, check_book
from progress.excel.headers import Column
from progress.excel.layouts import years_named
from progress.line_checks import EnteredLine, number_words
from progress.models import ImportBatch, Line
from progress.services.changes import LineChange, ReportEntry
from progress.services.entry import save_entries
from progress.services.import_world import ImportGround, load_ground
from targets.models import Plan, PlanUnit, Quarter

__all__ = [
    "Imported",
    "SentFile",
    "import_progress_file",
    "import_sent_file",
    "limits",
    "mark_batch",
    "read_sent_file",
    "try_sent_file",
]

Outcome = ImportBatch.Outcome
State = ImportBatch.State
_CONTENT_TYPE = "application/octet-stream"  # never what the sender says: nobody shall open it in place


def limits() -> Limits:
    """What a file of progress may hold, with the site's own numbers."""
    return Limits(**settings.IMPORT_LIMITS)


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file as it came, and what was read of it: a book, or the reason why there is none."""

    content: bytes
    name: str
    book: Book | None = None
    refused: Problem | None = None

    @property
    def years(self) -> Counter[int]:
        """How often its rows name each year."""
        return years_named(self.book, Names(), limits()) if self.book else Counter()


def read_sent_file(content: bytes, name: str) -> SentFile:
    """The file, read once by a child process; nothing is stored."""
    try:
        return SentFile(content, clean_name(name), read_file(content, name, limits()))
    except FileRefused as refused:
        return SentFile(content, clean_name(name), refused=refused.problem)


def import_progress_file(content: bytes, name: str, *, plan: Plan, by: User, at: datetime) -> ImportBatch:
    """Read, check and store a file; see `import_sent_file`."""
    return import_sent_file(read_sent_file(content, name), plan=plan, by=by, at=at).batch


@dataclass(frozen=True, slots=True)
class Imported:
    """A stored batch, and what its rows name, changed or not: the reports, the lines (unit, quarter, indicator)."""

    batch: ImportBatch
    places: tuple[tuple[PlanUnit, Quarter], ...] = ()
    lines: frozenset[tuple[str, int, str]] = frozenset()


def import_sent_file(sent: SentFile, *, plan: Plan, by: User, at: datetime, carries: bool = True) -> Imported:
    """The batch of a file, stored whatever became of it: applied as a whole, or refused with every problem.

    `at` is when the file arrived; `carries`: reports made now start with what stands still from the quarter before. At
    most 40 queries, whatever the number of rows. Rights, locks and lines are checked again inside the writing
    transaction: raises Locked, WrongLines or Conflict if they changed meanwhile.
    """
    require(by, "report.import")
    result = _check(sent, plan=plan, by=by, at=at)
    batch = result.batch
    with transaction.atomic():
        batch.file = store_bytes(sent.content, name=sent.name, content_type=_CONTENT_TYPE, at=at)
        if batch.state == State.APPLIED:
            batch.applied_at = at
        batch.save()
        save_entries(_report_entries(result, carries=carries), by=by, at=at, origin=Line.Origin.IMPORT, batch=batch)
        record(_event(batch, sent), by=by)
    return Imported(batch, result.places, frozenset(entry.key for entry in result.entries))


def try_sent_file(sent: SentFile, *, plan: Plan, by: User, at: datetime) -> ImportBatch:
    """The batch that `import_sent_file` would make; nothing is stored."""
    require(by, "report.import")
    return _check(sent, plan=plan, by=by, at=at).batch


def mark_batch(batch: ImportBatch) -> bytes:
    """The refused file as its sender's own workbook, with every problem marked, in the reader's language.

    Raises Invalid where the file cannot be marked.
    """
    problems = [Problem.from_json(kept) for kept in batch.problems]
    marks = [
        {
            "level": problem.level,
            "sheet": problem.sheet,
            "row": problem.row,
            "cell": problem.cell,
            "column": problem.column,
            "text": problem.text(gettext),
        }
        for problem in problems
    ]
    with batch.file.content.open("rb") as stored:
        content = stored.read()
    try:
        return marked_file(content, batch.file.name, marks, limits(), headers=[column.value for column in Column])
    except FileRefused as refused:
        raise Invalid(
            gettext("这个文件太大或太复杂，不能标注。"), gettext("请按页面上列出的问题改正原文件。")
        ) from refused


# --- checking


@dataclass(frozen=True, slots=True)
class _Result:
    """A batch not yet stored, with the changes that go with it."""

    batch: ImportBatch
    ground: ImportGround | None = None
    entries: Sequence[Entry] = ()

    @property
    def changes(self) -> list[Entry]:
        return [entry for entry in self.entries if entry.is_change]

    @property
    def places(self) -> tuple[tuple[PlanUnit, Quarter], ...]:
        """The units and quarters that the rows name."""
        if self.ground is None:
            return ()
        named = dict.fromkeys(entry.key[:2] for entry in self.entries)
        return tuple((self.ground.plan_units[unit], self.ground.book.quarters[number]) for unit, number in named)


def _check(sent: SentFile, *, plan: Plan, by: User, at: datetime) -> _Result:
    batch = ImportBatch(plan=plan, unit=by.unit or plan.owner, by=by, arrived_at=at)
    if sent.book is None:
        return _refused(batch, [sent.refused] if sent.refused else [])
    ground = load_ground(plan, by=by, at=at)
    try:
        checked = check_book(sent.book, ground.world, limits())
    except FileRefused as refused:
        return _refused(batch, [refused.problem])
    batch.layout = checked.layout.value
    batch.problems = [problem.as_json() for problem in checked.problems]
    batch.skipped = checked.skipped
    if checked.is_refused:
        batch.state, batch.outcome = State.REFUSED, Outcome.REJECTED_ROWS
        return _Result(batch)
    return _accepted(batch, ground, checked)


def _refused(batch: ImportBatch, problems: Sequence[Problem]) -> _Result:
    batch.state, batch.outcome = State.REFUSED, Outcome.REJECTED_FILE
    batch.problems = [problem.as_json() for problem in problems]
    return _Result(batch)


def _accepted(batch: ImportBatch, ground: ImportGround, checked: Checked) -> _Result:
    changes = [entry for entry in checked.entries if entry.is_change]
    batch.state = State.APPLIED
    batch.outcome = Outcome.WARNINGS if checked.problems else Outcome.ACCEPTED
    batch.created = sum(entry.is_new for entry in changes)
    batch.changed = len(changes) - batch.created
    batch.unchanged = len(checked.entries) - len(changes)
    batch.changes = [_change(entry) for entry in changes]
    return _Result(batch, ground, checked.entries)


def _change(entry: Entry) -> dict[str, Any]:
    """One changed line as the batch keeps it: where, and old → new."""
    unit, quarter, indicator = entry.key
    old, new = _said(entry.standing) if not entry.is_new else None, _said(entry.line)
    return {"row": entry.row, "key": [unit, str(quarter), indicator], "old": old, "new": new, "conflict": ""}


def _said(line: EnteredLine | None) -> dict[str, Any] | None:
    if line is None:
        return None
    return {
        "value": None if line.value is None else number_words(line.value),
        "base": None if line.base is None else number_words(line.base),
        "not_applicable": line.not_applicable,
        "note": line.note,
    }


# --- storing


def _report_entries(result: _Result, *, carries: bool) -> list[ReportEntry]:
    """The changes by report."""
    if result.ground is None:
        return []
    by_place: dict[tuple[str, int], list[LineChange]] = {}
    for entry in result.changes:
        unit, quarter, indicator = entry.key
        line = entry.line
        change = LineChange(indicator, line.value, line.base, line.not_applicable, line.note)
        by_place.setdefault((unit, quarter), []).append(change)
    ground = result.ground
    return [
        ReportEntry(ground.plan_units[unit], ground.book.quarters[quarter], changes, carries)
        for (unit, quarter), changes in by_place.items()
    ]


def _event(batch: ImportBatch, sent: SentFile) -> TrailEntry:
    is_refused = batch.state == State.REFUSED
    counts = {name: getattr(batch, name) for name in ("created", "changed", "unchanged", "skipped")}
    return TrailEntry(
        action="import.refuse" if is_refused else "import.apply",
        stream=batch.unit.code,
        object_key=str(batch.uuid),
        object_name=sent.name,
        after={
            "outcome": batch.outcome,
            "sha256": batch.file.sha256,
            "arrived_at": batch.arrived_at.astimezone(UTC).isoformat(),
            **counts,
        },
        reason="、".join(sorted({problem["code"] for problem in batch.problems if problem["level"] == "error"})),
        outcome=AuditEvent.Outcome.REFUSED if is_refused else AuditEvent.Outcome.DONE,
    )
