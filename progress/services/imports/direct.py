"""A file applied at once, as the command does: nobody looks at a preview, so what would be decided there is kept."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction

from accounts.models import User, require
from common.workbook.names import Names
from common.workbook.problems import Problem
from common.workbook.texts import template_of
from progress.excel.layouts import years_named
from progress.models import ImportBatch
from progress.services.import_kinds import Choice, FileCheck
from progress.services.imports.batches import count, fill, keep_file, leave_event, new_batch
from progress.services.imports.progress_kind import ProgressCheck, ProgressKind
from progress.services.imports.sent import SentFile, check_sent, progress_limits, read_sent_file
from targets.models import Plan, PlanUnit, Quarter

State = ImportBatch.State


@dataclass(frozen=True, slots=True)
class Imported:
    """A stored batch, and what its rows name, changed or not: the reports, the lines (unit, quarter, indicator)."""

    batch: ImportBatch
    places: tuple[tuple[PlanUnit, Quarter], ...] = ()
    lines: frozenset[tuple[str, int, str]] = frozenset()


def import_progress_file(content: bytes, name: str, *, plan: Plan, by: User, at: datetime) -> ImportBatch:
    """Read, check and store a file; see `import_sent_file`."""
    return import_sent_file(read_sent_file(content, name), plan=plan, by=by, at=at).batch


def import_sent_file(sent: SentFile, *, plan: Plan, by: User, at: datetime, carries: bool = True) -> Imported:
    """The batch of a file, stored whatever became of it: applied as a whole, or refused with every problem.

    `at` is when the file arrived; `carries`: reports made now start with what stands still from the quarter before.
    Rows that a person must decide on (policy P16) are not written; each is told as a warning. At most 40 queries,
    whatever the number of rows. Rights, locks and lines are checked again inside the writing transaction: raises
    Locked, WrongLines or Conflict if they changed meanwhile.
    """
    kind = ProgressKind(carries=carries)
    require(by, kind.action)
    check = _told(check_sent(sent, kind, plan=plan, by=by, at=at))
    batch = _batch(kind, check, plan=plan, by=by, at=at)
    with transaction.atomic():
        keep_file(batch, sent)
        if batch.state == State.APPLIED:
            batch.applied_at = batch.confirmed_at = at
        batch.save()
        if batch.state == State.APPLIED:
            batch.undo_facts = kind.apply(check, Choice(), batch=batch, by=by, at=at)
            batch.save(update_fields=["undo_facts"])
        leave_event(batch, "import.refuse" if batch.state == State.REFUSED else "import.apply", by=by)
    if not isinstance(check.payload, ProgressCheck):
        return Imported(batch)
    return Imported(batch, check.payload.places, check.payload.keys)


def try_sent_file(sent: SentFile, *, plan: Plan, by: User, at: datetime) -> ImportBatch:
    """The batch that `import_sent_file` would make; nothing is stored."""
    kind = ProgressKind()
    require(by, kind.action)
    return _batch(kind, _told(check_sent(sent, kind, plan=plan, by=by, at=at)), plan=plan, by=by, at=at)


def years_named_in(sent: SentFile) -> Counter[int]:
    """How often the rows of a file name each year."""
    return years_named(sent.book, Names(), progress_limits()) if sent.book else Counter()


def _batch(kind: ProgressKind, check: FileCheck, *, plan: Plan, by: User, at: datetime) -> ImportBatch:
    batch = new_batch(kind, plan=plan, by=by, at=at)
    fill(batch, check)
    if batch.state == State.CHECKED:
        batch.state = State.APPLIED
        count(batch, check, Choice())
    return batch


def _told(check: FileCheck) -> FileCheck:
    """The check with a warning for every row that is not written because nobody decides on it."""
    kept = [_warning(change.row) for change in check.changes if change.conflict]
    return replace(check, problems=_by_row([*check.problems, *kept])) if kept else check


def _warning(row: int) -> Problem:
    return Problem(level="warning", code="conflict_kept", template=template_of("conflict_kept"), row=row)


def _by_row(problems: Sequence[Problem]) -> list[Problem]:
    return sorted(problems, key=lambda problem: problem.row or 0)
