"""Work in the background of the progress app."""

from celery import shared_task
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.instants import local_day
from jobs.registry import job_kind
from jobs.services import Progress, claim_period
from jobs.tasks import send_on_commit
from notices.services import queue_mail
from progress.models import ImportBatch
from progress.services.imports.background import APPLY_JOB, CHECK_JOB, apply_in_background, check_in_background
from progress.services.reminders import send_digest, send_due_reminders
from targets.models import Plan

REMIND = "progress.remind"


@shared_task(name=REMIND)
def remind() -> None:
    """Remind whom the calendar says, tell the bureau what waits, and let the e-mails go; once an hour."""
    at = timezone.now()
    with transaction.atomic():
        if not claim_period(REMIND, f"{local_day(at).isoformat()}T{timezone.localtime(at):%H}", at=at):
            return
        for plan in Plan.objects.filter(state=Plan.State.ACTIVE).select_related("owner").prefetch_related("quarters"):
            send_due_reminders(plan, at=at)
            send_digest(plan, at=at)
        job = queue_mail(at=at)
        if job:
            send_on_commit(job)


@job_kind(CHECK_JOB, label=_("检查导入文件"))
def import_check(progress: Progress) -> None:
    """Read and check a large file for whoever sent it."""
    batch = _batch(progress, ImportBatch.State.READING)
    if batch is not None:
        check_in_background(batch, progress=progress)


@job_kind(APPLY_JOB, label=_("写入导入文件"))
def import_apply(progress: Progress) -> None:
    """Write a large file that was confirmed."""
    batch = _batch(progress, ImportBatch.State.APPLYING)
    if batch is not None:
        apply_in_background(batch, now=timezone.now(), progress=progress)


def _batch(progress: Progress, state: str) -> ImportBatch | None:
    """The batch of a job, if it still waits for it."""
    batches = ImportBatch.objects.without_changes().select_related("plan__owner", "file", "by__unit", "unit", "job")
    return batches.filter(pk=progress.args["batch"], state=state).first()
