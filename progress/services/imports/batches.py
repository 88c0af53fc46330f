"""The row of a file: filled from a check, moved from state to state by one at a time, recorded in the trail."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.models import User
from audit.models import AuditEvent
from audit.services import Entry, record
from common import bulk_json
from common.errors import Conflict, Text
from files.services import store_bytes
from progress.models import ImportBatch
from progress.services.import_kinds import Change, Choice, FileCheck, ImportKind, Json, kind_of
from progress.services.imports.sent import SentFile
from targets.models import Plan

Outcome = ImportBatch.Outcome
State = ImportBatch.State
_CONTENT_TYPE = "application/octet-stream"  # never what the sender says: nobody shall open it in place
_COUNTS = ("created", "changed", "unchanged", "skipped", "conflicts")


def new_batch(kind: ImportKind, *, plan: Plan, by: User, at: datetime) -> ImportBatch:
    """The row of a file that arrived at `at`, not yet stored."""
    return ImportBatch(plan=plan, kind=kind.code, unit=by.unit or plan.owner, by=by, arrived_at=at)


def keep_file(batch: ImportBatch, sent: SentFile) -> None:
    """Store the bytes with the batch."""
    batch.file = store_bytes(sent.content, name=sent.name, content_type=_CONTENT_TYPE, at=batch.arrived_at)


def fill(batch: ImportBatch, check: FileCheck) -> None:
    """Let the batch say what the check says: refused with every problem, or waiting to be confirmed."""
    batch.layout, batch.skipped, batch.unchanged = check.layout, check.skipped, len(check.unchanged)
    batch.problems, batch.changes = _shown(check)
    batch.same = [] if check.is_refused else [change.as_json() for change in check.unchanged]
    batch.conflicts = sum(bool(change["conflict"]) for change in batch.changes)
    batch.digest, batch.decisions = _digest(check, batch.problems, batch.changes), {}
    batch.error_book = None
    if check.is_refused:
        batch.state = State.REFUSED
        batch.outcome = Outcome.REJECTED_ROWS if check.layout else Outcome.REJECTED_FILE
        batch.created = batch.changed = 0
    else:
        batch.state = State.CHECKED
        batch.outcome = Outcome.WARNINGS if check.problems else Outcome.ACCEPTED
        count(batch, check, Choice())


def count(batch: ImportBatch, check: FileCheck, choice: Choice) -> None:
    """Let the batch say how many rows are new and how many change, with this choice."""
    written = [change for _place, change in check.to_write(choice)]
    batch.created = sum(change.old is None for change in written)
    batch.changed = len(written) - batch.created


def digest_of(check: FileCheck) -> str:
    """The SHA-256 of all that a preview shows: two checks with the same one lead to the same writing."""
    return _digest(check, *_shown(check))


def _shown(check: FileCheck) -> tuple[list[Json], list[Json]]:
    """The problems and the changes that a preview shows, as they are kept."""
    problems = [problem.as_json() for problem in check.problems]
    return problems, [] if check.is_refused else [change.as_json() for change in check.changes]


def _digest(check: FileCheck, problems: list[Json], changes: list[Json]) -> str:
    said = [check.layout, check.skipped, len(check.unchanged), problems, changes]
    return sha256(bulk_json.to_bytes(said)).hexdigest()


def choice_of(batch: ImportBatch) -> Choice:
    """What was decided in the preview, as the batch keeps it."""
    kept: Mapping[str, Any] = batch.decisions
    return Choice(frozenset(kept.get("overwrite", ())), batch.reason, kept.get("extra", {}))


def keep_choice(batch: ImportBatch, choice: Choice) -> None:
    """Keep what was decided; a place that is no conflict is none."""
    batch.decisions = {"overwrite": sorted(batch.conflict_places & choice.overwrite), "extra": dict(choice.extra)}
    batch.reason = choice.reason


def answered_in(batch: ImportBatch) -> dict[str, str]:
    """What was answered to the kind's questions, by name."""
    return {**choice_of(batch).extra, "reason": batch.reason}


def answers_of(batch: ImportBatch, changes: Sequence[Change]) -> list[tuple[Text, str]]:
    """What the kind asked and was answered, as a list to read."""
    answered = answered_in(batch)
    asked = kind_of(batch.kind).questions(batch.plan, changes)
    return [(one.label, answered[one.name]) for one in asked if answered.get(one.name)]


def as_of(batch: ImportBatch) -> datetime:
    """The instant by which what is locked is judged when the batch is written: the arrival of its confirmation."""
    return batch.confirmed_at or batch.arrived_at


def takes_long(batch: ImportBatch) -> bool:
    """Whether reading, checking or writing the file may take longer than anybody should wait for a page."""
    changes = batch.created + batch.changed + batch.conflicts
    rows = changes + batch.unchanged + batch.skipped
    is_large = batch.file.size > settings.IMPORT_JOB_BYTES or rows > settings.IMPORT_JOB_ROWS
    return bool(is_large or changes > settings.IMPORT_JOB_CHANGES)


def move(batch: ImportBatch, start: list[str], state: str, **facts: Any) -> bool:
    """Change the state where it is still one of `start`, with some facts; False where somebody was first.

    In a transaction it locks the row until the end: of two confirmations the second waits and then finds it moved.
    """
    batches = ImportBatch.objects.filter(pk=batch.pk, state__in=start)
    if not batches.update(state=state, **facts):
        return False
    batch.state = state
    for name, value in facts.items():
        setattr(batch, name, value)
    return True


def already_moved(batch: ImportBatch) -> Conflict:
    """The refusal where a batch has left the state that something asks for."""
    batch.refresh_from_db(fields=["state"])
    return Conflict(_("这次导入的状态已变为“%s”。") % batch.get_state_display(), _("请刷新页面查看现在的情况。"))


def leave_event(batch: ImportBatch, action: str, *, by: User, reason: str = "", **more: Any) -> None:
    """Enter what happened to the batch in the trail, in the caller's transaction."""
    is_refused = batch.state == State.REFUSED
    codes = sorted({problem["code"] for problem in batch.problems if problem["level"] == "error"})
    after = {
        "kind": batch.kind,
        "outcome": batch.outcome,
        "sha256": batch.file.sha256,
        "arrived_at": batch.arrived_at.astimezone(UTC).isoformat(),
        **{name: getattr(batch, name) for name in _COUNTS},
        **more,
    }
    entry = Entry(
        action=action,
        stream=batch.unit.code,
        object_key=str(batch.uuid),
        object_name=batch.file.name,
        after=after,
        reason=reason or "、".join(codes),
        outcome=AuditEvent.Outcome.REFUSED if is_refused else AuditEvent.Outcome.DONE,
    )
    record(entry, by=by)
