"""The steps that people take with a file: send, decide, confirm, discard, try again, undo.

What a quarter's end decides is the arrival of the confirmation: sending a file is looking, confirming it is writing.
A file sent before the end and confirmed after it is refused; one confirmed before and written by a job after it counts.
States that are no matter of the clock (submitted, approved, announced, archived) are judged when it is written.
"""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User, require
from common.collecting import uncollected
from common.errors import Conflict, NotAllowed
from common.text import clean_text
from progress.models import ImportBatch
from progress.services.import_kinds import Choice, ImportKind, kind_of
from progress.services.imports.background import APPLY_JOB, CHECK_JOB, queue_work
from progress.services.imports.batches import (
    already_moved,
    as_of,
    fill,
    keep_choice,
    keep_file,
    leave_event,
    move,
    new_batch,
    takes_long,
)
from progress.services.imports.sent import SentFile, check_sent
from progress.services.imports.writing import write_batch
from targets.models import Plan

State = ImportBatch.State


class PreviewChanged(Conflict):
    """What the person confirms is not what the batch shows now."""

    code = "preview_changed"

    def __init__(self) -> None:
        super().__init__(_("预览在您打开之后有变化，没有导入。"), _("请看过现在的预览再确认。"))


@uncollected()
def receive_file(sent: SentFile, *, kind: ImportKind, plan: Plan, by: User, at: datetime) -> ImportBatch:
    """The batch of a file that arrived at `at`: refused with every problem, or waiting to be confirmed.

    A large one, or one that turns out to have many rows, is checked by a job; its batch is READING until then. Nothing
    of what the file says is stored.
    """
    require(by, kind.action)
    batch = new_batch(kind, plan=plan, by=by, at=at)
    if len(sent.content) > settings.IMPORT_JOB_BYTES:
        return _check_later(batch, sent)
    read = sent.read(kind.limits())
    if read.rows > settings.IMPORT_JOB_ROWS:
        return _check_later(batch, read)
    fill(batch, check_sent(read, kind, plan=plan, by=by, at=at))
    with transaction.atomic():
        keep_file(batch, read)
        batch.save()
        leave_event(batch, "import.refuse" if batch.state == State.REFUSED else "import.check", by=by)
    return batch


def save_decisions(batch: ImportBatch, choice: Choice, *, by: User) -> None:
    """Keep what was decided so far in the preview of a batch that waits."""
    _check_sender(batch, by)
    keep_choice(batch, choice)
    if not move(batch, [State.CHECKED], State.CHECKED, decisions=batch.decisions, reason=batch.reason):
        raise already_moved(batch)


def confirm_import(batch: ImportBatch, choice: Choice, *, seen: str, by: User, at: datetime) -> None:
    """Write the file as its preview says and as was chosen, in one transaction, everything checked again as of `at`.

    `seen` is the digest of the preview that the person saw. Where the check comes to anything else by now, nothing is
    written and the batch says the new preview or the refusal. Confirming again gives the first answer. A large file is
    written by a job: the batch is APPLYING until then. Raises NotAllowed, Conflict, Locked or Invalid.
    """
    require(by, kind_of(batch.kind).action)
    _check_sender(batch, by)
    if batch.state in (State.APPLYING, State.APPLIED):
        return
    if batch.state != State.CHECKED:
        raise already_moved(batch)
    if seen != batch.digest:
        raise PreviewChanged
    keep_choice(batch, Choice(choice.overwrite, clean_text(choice.reason).strip(), choice.extra))
    batch.confirmed_at = at
    if takes_long(batch):
        _apply_later(batch)
    else:
        write_batch(batch, start=State.CHECKED, now=at, writing=transaction.atomic)


def discard_import(batch: ImportBatch, *, by: User) -> None:
    """Give a file up that was not written; nothing of it is stored, the row stays in the history."""
    require(by, kind_of(batch.kind).action)
    _check_sender(batch, by)
    with transaction.atomic():
        if not move(batch, [State.CHECKED, *ImportBatch.WORKING], State.DISCARDED):
            raise already_moved(batch)
        leave_event(batch, "import.discard", by=by)


def retry_import(batch: ImportBatch, *, by: User, at: datetime) -> None:
    """Let a job that has failed try again."""
    require(by, kind_of(batch.kind).action)
    _check_sender(batch, by)
    if batch.state not in ImportBatch.WORKING or batch.job is None or batch.job.is_unfinished:
        raise Conflict(_("没有可以重试的任务。"), _("请刷新页面查看现在的情况。"))
    with transaction.atomic():
        queue_work(batch, CHECK_JOB if batch.state == State.READING else APPLY_JOB, at=at)
        ImportBatch.objects.filter(pk=batch.pk).update(job=batch.job)


def undo_import(batch: ImportBatch, *, by: User, at: datetime) -> None:
    """Put back what stood before the batch, all of it or nothing. Raises Conflict, naming what depends on it by now."""
    kind = kind_of(batch.kind)
    require(by, kind.action)
    if batch.state == State.UNDONE and batch.undone_by_id == by.pk:
        return
    with transaction.atomic():
        if not move(batch, [State.APPLIED], State.UNDONE, undone_at=at, undone_by=by):
            raise already_moved(batch)
        kind.undo(batch, by=by, at=at)
        leave_event(batch, "import.undo", by=by)


def _check_later(batch: ImportBatch, sent: SentFile) -> ImportBatch:
    with transaction.atomic():
        keep_file(batch, sent)
        batch.state = State.READING
        batch.save()
        queue_work(batch, CHECK_JOB, at=batch.arrived_at)
        batch.save(update_fields=["job"])
    return batch


def _apply_later(batch: ImportBatch) -> None:
    """Nobody confirms twice: who loses the move finds the batch APPLYING, which is the answer."""
    with transaction.atomic():
        facts = {name: getattr(batch, name) for name in ("decisions", "reason", "confirmed_at")}
        if move(batch, [State.CHECKED], State.APPLYING, remark="", **facts):
            queue_work(batch, APPLY_JOB, at=as_of(batch))
            ImportBatch.objects.filter(pk=batch.pk).update(job=batch.job)


def _check_sender(batch: ImportBatch, by: User) -> None:
    """The preview was made with the sender's rights: what stands and what is locked may differ for others."""
    if batch.by_id != by.pk:
        raise NotAllowed(
            _("这个文件是 %s 上传的，只有上传人可以确认或放弃。") % batch.by.name, _("您可以自己上传同一个文件。")
        )
