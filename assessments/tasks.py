"""Work in the background of the assessments app."""

from celery import shared_task
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assessments.queries import plans_due
from assessments.services.assessment import JOB_KIND as ASSESSMENT
from assessments.services.assessment import run_assessment
from assessments.services.marks import JOB_KIND, drain_marks, mark_every_plan, mark_plan
from calculations.errors import CalculationError
from common.actions import SYSTEM
from common.errors import Invalid
from common.instants import local_day
from jobs.registry import job_kind
from jobs.services import Progress, claim_period
from jobs.tasks import send_on_commit
from targets.models import Plan

RECOMPUTE_ALL = "assessments.recompute_all"


@job_kind(JOB_KIND, label=_("重算达标情况"))
def recompute(progress: Progress) -> None:
    """Compute what is marked of one plan; another job follows if more was marked meanwhile."""
    plan = Plan.objects.filter(pk=progress.args["plan"]).first()
    if plan is None:
        return
    try:
        following = drain_marks(plan, as_of=timezone.now(), progress=progress)
    except CalculationError as error:
        raise Invalid(str(error), _("请改正后重新发起，或等待夜间自动重算。")) from error
    if following:
        send_on_commit(following)


@job_kind(ASSESSMENT, label=_("计算考核得分"))
def calculate(progress: Progress) -> None:
    """Calculate a plan's assessment for the officer who asked."""
    plan = Plan.objects.select_related("owner").get(pk=progress.args["plan"])
    run_assessment(plan, by=progress.job.by or SYSTEM, at=timezone.now(), progress=progress)


@shared_task(name="assessments.recompute_due")
def recompute_due() -> None:
    """Compute again the plans where a quarter opened or a deadline passed, and those never computed."""
    at = timezone.now()
    for plan_id in plans_due(at=at):
        send_on_commit(mark_plan(plan_id, at=at))


@shared_task(name=RECOMPUTE_ALL)
def recompute_all() -> None:
    """Compute every active plan again, once a day however many schedules say so: whatever was missed is mended."""
    at = timezone.now()
    with transaction.atomic():
        if claim_period(RECOMPUTE_ALL, local_day(at).isoformat(), at=at):
            for job in mark_every_plan(at=at):
                send_on_commit(job)
