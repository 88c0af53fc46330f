"""Work in the background: the row is the truth, the queue only a hint."""

import uuid
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class JobQuerySet(models.QuerySet["Job"]):
    """Readings of the jobs."""

    def visible_to(self, user: Any) -> "JobQuerySet":
        """A person's own jobs; for those who run the portal (`job.view_all`), everybody's."""
        return self.all() if user.has_perm("job.view_all") else self.filter(by=user)

    def unfinished(self) -> "JobQuerySet":
        """Queued or running."""
        return self.filter(state__in=Job.UNFINISHED)


class Job(models.Model):
    """One piece of work: `kind` names the function, `args` its JSON arguments.

    `key` is unique while unfinished, so that the same work is never queued twice. `attempts` counts the claims:
    who claimed it with another number has lost it. `sent_at` is when the queue was last told of it.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("等待中")
        RUNNING = "running", _("进行中")
        DONE = "done", _("已完成")
        FAILED = "failed", pgettext_lazy("job", "未完成")

    UNFINISHED = (State.QUEUED, State.RUNNING)

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=120)
    args = models.JSONField(default=dict)
    by = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    message = models.CharField(max_length=500, blank=True)
    result = models.JSONField(default=dict)
    result_file = models.ForeignKey("files.StoredFile", null=True, on_delete=models.PROTECT, related_name="+")
    attempts = models.PositiveSmallIntegerField(default=0)
    arrived_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["key"], condition=Q(state__in=["queued", "running"]), name="job_key_once_while_unfinished"
            )
        ]
        indexes = [
            models.Index(fields=["state", "heartbeat_at"], name="job_state_heartbeat"),
            models.Index(fields=["by", "-arrived_at"], name="job_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.uuid}"

    @property
    def is_unfinished(self) -> bool:
        return self.state in self.UNFINISHED

    @property
    def percent(self) -> int:
        """Progress in whole percent, 0 to 100."""
        if self.state == self.State.DONE:
            return 100
        return min(99, 100 * self.done // self.total) if self.total else 0


class ScheduledRun(models.Model):
    """A scheduled task that was started for a period ("2023-11-22"): a second schedule finds it taken."""

    task = models.CharField(max_length=80)
    period = models.CharField(max_length=40)
    claimed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["task", "period"], name="scheduled_run_once_per_period")]

    def __str__(self) -> str:
        return f"{self.task} {self.period}"
