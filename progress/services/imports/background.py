"""The long work of an import, done by a job whose row says how far it is: reading and checking, or writing."""

from datetime import datetime
from functools import partial

from django.utils.translation import gettext_noop

from accounts.models import require
from common.collecting import uncollected
from common.errors import PortalError
from jobs.services import Progress, queue_job
from jobs.tasks import send_on_commit
from progress.models import ImportBatch
from progress.services.import_kinds import kind_of
from progress.services.imports.batches import fill, leave_event, move
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
    """Read and check the stored file; the batch then shows its preview or its problems."""
    kind, by = kind_of(batch.kind), batch.by
    require(by, kind.action)
    progress.step(0, 2, _READING)
    read = stored_file(batch).read(kind.limits())
    progress.step(1, 2, _CHECKING)
    check = check_sent(read, kind, plan=batch.plan, by=by, at=batch.arrived_at)
    with progress.writing():
        # Locked first: who has discarded the batch meanwhile is not overruled.
        if not move(batch, [State.READING], State.READING):
            return
        fill(batch, check)
        batch.save()
        leave_event(batch, "import.refuse" if batch.state == State.REFUSED else "import.check", by=by)


def apply_in_background(batch: ImportBatch, *, now: datetime, progress: Progress) -> None:
    """Write a confirmed file; refused, it waits again for its sender, and says why."""
    progress.step(0, 1, _WRITING)
    try:
        require(batch.by, kind_of(batch.kind).action)
        write_batch(batch, start=State.APPLYING, now=now, writing=partial(progress.writing))
    except PortalError as refused:
        move(batch, [State.APPLYING], State.CHECKED, remark=str(refused), confirmed_at=None)
