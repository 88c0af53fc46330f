"""Work in the background of the progress app."""

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from common.instants import local_day
from jobs.services import claim_period
from jobs.tasks import send_on_commit
from notices.services import queue_mail
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
