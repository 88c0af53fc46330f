"""Writing a confirmed file: read and checked once more, then all of it in one transaction, or nothing."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from common.collecting import uncollected
from common.errors import PortalError
from progress.models import ImportBatch
from progress.services.import_kinds import FileCheck, kind_of
from progress.services.imports.batches import as_of, choice_of, count, digest_of, fill, leave_event, move
from progress.services.imports.sent import SentFile, check_sent, stored_file

State = ImportBatch.State
_FILLED = (
    "layout", "outcome", "created", "changed", "unchanged", "skipped", "conflicts", "problems", "changes", "same",
    "digest", "decisions",
)  # fmt: skip
_WRITTEN = ("created", "changed", "undo_facts")

Writing = Callable[[], AbstractContextManager[None]]


def write_batch(batch: ImportBatch, *, start: str, now: datetime, writing: Writing) -> None:
    """Write the batch as it was confirmed (`confirmed_at`, `decisions`, `reason`), from the state `start`.

    `writing` opens the transaction. Raises what the kind refuses.
    """
    write_sent(batch, stored_file(batch), start=start, now=now, writing=writing)


@uncollected()
def write_sent(batch: ImportBatch, sent: SentFile, *, start: str, now: datetime, writing: Writing) -> None:
    """Write the batch's own file, or show its batch anew where it comes to anything else than its preview.

    The file is read and checked outside the transaction, which so stays short; whatever changes between the two is
    found by the kind's own locks and versions.
    """
    check = _check_again(batch, sent)
    if digest_of(check) != batch.digest:
        _show_anew(batch, check, start=start)
        return
    try:
        with writing():
            write_checked(batch, check, start=start, now=now)
    except PortalError:
        batch.refresh_from_db(fields=["state", "applied_at", "remark", *_WRITTEN])
        again = _check_again(batch, sent)
        if digest_of(again) == batch.digest:
            raise
        _show_anew(batch, again, start=start)


def _check_again(batch: ImportBatch, sent: SentFile) -> FileCheck:
    kind = kind_of(batch.kind)
    return check_sent(sent, kind, plan=batch.plan, by=batch.by, at=as_of(batch))


def write_checked(batch: ImportBatch, check: FileCheck, *, start: str, now: datetime) -> None:
    """Write what was checked, in the caller's transaction, if the batch still stands in the state `start`.

    Of rows that were overwritten the trail names the new values, and of the old ones those that differ.
    """
    choice = choice_of(batch)
    facts = {name: getattr(batch, name) for name in ("decisions", "reason", "confirmed_at")}
    if not move(batch, [start], State.APPLIED, applied_at=now, remark="", **facts):
        batch.refresh_from_db()  # somebody was first: theirs is the answer
        return
    count(batch, check, choice)
    batch.undo_facts = kind_of(batch.kind).apply(check, choice, batch=batch, by=batch.by, at=as_of(batch))
    batch.save(update_fields=_WRITTEN)
    overwritten = [check.changes[place].as_json() for place in sorted(choice.overwrite)]
    leave_event(batch, "import.apply", by=batch.by, reason=batch.reason, overwritten=overwritten)


def _show_anew(batch: ImportBatch, check: FileCheck, *, start: str) -> None:
    """Let the batch show what the check says now, and that nothing was written."""
    fill(batch, check)
    batch.confirmed_at = None
    remark = _("检查之后数据或填报状态有变化，没有导入。") + (
        "" if check.is_refused else _("下面是新的预览，请重新核对后确认。")
    )
    facts = {name: getattr(batch, name) for name in _FILLED}
    with transaction.atomic():
        if move(batch, [start], batch.state, confirmed_at=None, remark=remark, **facts):
            leave_event(batch, "import.recheck", by=batch.by)
        else:
            batch.refresh_from_db()
