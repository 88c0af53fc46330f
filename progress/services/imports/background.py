"""The long work of an import, done by a job whose row says how far it is: reading and checking, or writing."""

from datetime import datetime
from functools import partial

from django.utils.translation import gettext_noop, override

from accounts.models import require
from common.collecting import uncollected
from common.downloads import XLSX
from common.errors import Invalid, PortalError
from files.models import StoredFile
from files.services import store_bytes
from jobs.services import Progress, queue_job
from jobs.tasks import send_on_commit
from progress.models import ImportBatch
from progress.services.import_kinds import kind_of
from progress.services.imports.batches import as_of, fill, leave_event, move
from progress.services.imports.marking import mark_batch
from progress.services.imports.sent import check_sent, stored_file
from progress.services.imports.writing import write_batch

CHECK_JOB = "import_check"
APPLY_JOB = "import_apply"

State = ImportBatch.State
_READING, _CHECKING = gettext_noop("正在读取文件。"), gettext_noop("正在逐行核对。")
_WRITING = gettext_noop("正在核对并写入。")


def queue_work(batch: ImportBatch, kind: str, *, at: datetime) -> None:
    """Queue the job of a batch, in the caller's transaction, and let the batch point to it (not saved)."""
    batch.job = queue_job(kind, key=f"{kind}:{batch.uuid}", at=at, by=batch.by, batch=batch.pk)
    send_on_commit(batch.job)


@uncollected()
def check_in_background(batch: ImportBatch, *, progress: Progress) -> None:
    """Read and check the stored file; the batch then shows its preview or its problems.

    Where its sender has lost the right meanwhile, it is refused and says so.
    """
    kind, by = kind_of(batch.kind), batch.by
    try:
        require(by, kind.action)
    except PortalError as refused:
        _refuse(batch, str(refused), progress=progress)
        return
    progress.step(0, 2, _READING)
    read = stored_file(batch).read(kind.limits())
    progress.step(1, 2, _CHECKING)
    check = check_sent(read, kind, plan=batch.plan, by=by, at=batch.arrived_at)
    fill(batch, check)
    marked = _marked(batch)
    with progress.writing():
        # Locked first: who has discarded the batch meanwhile is not overruled.
        if not move(batch, [State.READING], batch.state):
            return
        batch.error_book = _keep(marked, batch)
        batch.save()
        leave_event(batch, "import.refuse" if batch.state == State.REFUSED else "import.check", by=by)


def _refuse(batch: ImportBatch, why: str, *, progress: Progress) -> None:
    with progress.writing():
        if move(batch, [State.READING], State.REFUSED, outcome=ImportBatch.Outcome.REJECTED_FILE, remark=why):
            leave_event(batch, "import.refuse", by=batch.by, reason=why)


def _marked(batch: ImportBatch) -> bytes | None:
    """The refused file with its problems marked in its sender's language; None where there is none to be had."""
    if batch.outcome != ImportBatch.Outcome.REJECTED_ROWS:
        return None
    with override(batch.by.language):
        try:
            return mark_batch(batch)
        except Invalid:
            return None  # too large or too complex: whoever asks for it is told


def _keep(marked: bytes | None, batch: ImportBatch) -> StoredFile | None:
    return store_bytes(marked, name=batch.file.name, content_type=XLSX, at=as_of(batch)) if marked else None


def apply_in_background(batch: ImportBatch, *, now: datetime, progress: Progress) -> None:
    """Write a confirmed file; refused, it waits again for its sender, and says why."""
    progress.step(0, 1, _WRITING)
    try:
        require(batch.by, kind_of(batch.kind).action)
        write_batch(batch, start=State.APPLYING, now=now, writing=partial(progress.writing))
        if batch.state == State.REFUSED:
            ImportBatch.objects.filter(pk=batch.pk).update(error_book=_keep(_marked(batch), batch))
    except PortalError as refused:
        move(batch, [State.APPLYING], State.CHECKED, remark=str(refused), confirmed_at=None)
