"""Imports: one row a file that somebody sent, whatever became of it."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.scope import Scoped, within
from targets.models import Plan, Unit


class ImportBatchQuerySet(models.QuerySet["ImportBatch"]):
    """Readings of the imports."""

    def visible_to(self, user: Scoped) -> "ImportBatchQuerySet":
        """The imports that belong to units of the person's subtree."""
        return self.filter(within(user, "unit__path"))


class ImportBatch(models.Model):
    """A file of progress: who sent it, when it arrived, what was read, what was written.

    `unit` is the uploader's unit and decides who sees the batch. `problems` holds the errors and
    warnings by sheet, row and column, `cells` the changes old → new.
    """

    class State(models.TextChoices):
        CHECKED = "checked", _("待确认")
        APPLIED = "applied", _("已导入")
        REFUSED = "refused", _("已拒绝")
        UNDONE = "undone", _("已撤销")

    class Outcome(models.TextChoices):
        ACCEPTED = "accepted", _("已接受")
        WARNINGS = "accepted_with_warnings", _("已接受，有提示")
        REJECTED_ROWS = "rejected_rows", _("有错误行，未导入")
        REJECTED_FILE = "rejected_file", _("文件被拒绝")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="imports")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    layout = models.CharField(max_length=12, blank=True)
    state = models.CharField(max_length=10, choices=State)
    outcome = models.CharField(max_length=24, choices=Outcome)
    created = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    problems = models.JSONField(default=list)
    cells = models.JSONField(default=list)
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    arrived_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True)

    objects = ImportBatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("导入")
        verbose_name_plural = _("导入")
        ordering = ["-arrived_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="applied") | Q(applied_at__isnull=False), name="applied_batch_has_time"
            )
        ]

    def __str__(self) -> str:
        return str(self.uuid)
