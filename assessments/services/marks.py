"""What must be computed again: marks, and the one unfinished job per plan that drains them.

A mark is written in the transaction of the change. The job reads the marks first, then the data, and deletes exactly
the marks it read in the transaction that stores the figures: a change that it may have missed has left a mark behind.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from assessments.models import ComplianceMark
from assessments.services.compliance import TRIES, Overtaken, store_compliance, work_out
from common.errors import Conflict
from jobs.models import Job
from jobs.services import Progress, queue_job
from targets.models import Plan, PlanUnit

JOB_KIND = "compliance"


def job_key(plan_id: int) -> str:
    """The key of a plan's one compliance job."""
    return f"{JOB_KIND}:{plan_id}"


def mark_dirty(plan_unit_ids: Iterable[int], *, at: datetime) -> None:
    """Mark units of a plan to be computed again; in the caller's transaction, one query."""
    ComplianceMark.objects.bulk_create(ComplianceMark(plan_unit_id=each, marked_at=at) for each in plan_unit_ids)


def mark_and_queue(plan_id: int, plan_unit_ids: Iterable[int], *, at: datetime) -> Job:
    """The job that will compute these units again; it must still be sent. Part of the caller's transaction."""
    with transaction.atomic(savepoint=False):
        mark_dirty(plan_unit_ids, at=at)
        return queue_job(JOB_KIND, key=job_key(plan_id), at=at, plan=plan_id)


def mark_plan(plan_id: int, *, at: datetime) -> Job:
    """As `mark_and_queue`, for all units of a plan."""
    units = PlanUnit.objects.filter(plan=plan_id).values_list("pk", flat=True)
    return mark_and_queue(plan_id, list(units), at=at)


def mark_every_plan(*, at: datetime) -> list[Job]:
    """One job per active plan, with all its units marked; each must still be sent."""
    plans = Plan.objects.filter(state=Plan.State.ACTIVE).order_by("pk").values_list("pk", flat=True)
    return [mark_plan(plan_id, at=at) for plan_id in plans]


def drain_marks(plan: Plan, *, as_of: datetime, progress: Progress) -> Job | None:
    """Compute what is marked, store it, delete those marks and finish the job, all at once.

    The next job, which must still be sent, if there are newer marks. Conflict if others keep storing first.
    """
    for _attempt in range(TRIES):
        marks = dict(ComplianceMark.objects.filter(plan_unit__plan=plan).values_list("pk", "plan_unit_id"))
        computed = work_out(plan, as_of=as_of, plan_units=set(marks.values()), progress=progress)
        try:
            with progress.writing():
                store_compliance(computed)
                ComplianceMark.objects.filter(pk__in=marks).delete()
                return _queue_the_rest(plan, at=as_of)
        except Overtaken:
            continue
    raise Conflict(_("达标情况正由其他任务重算，本次未保存。"), _("请稍后重试。"))


def _queue_the_rest(plan: Plan, *, at: datetime) -> Job | None:
    """A new job for marks made meanwhile: this one is finished in the same transaction, so that its key is free."""
    if not ComplianceMark.objects.filter(plan_unit__plan=plan).exists():
        return None
    return queue_job(JOB_KIND, key=job_key(plan.pk), at=at, plan=plan.pk)
