"""Imports: one row a file that somebody sent, whatever became of it."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.bulk_json import BulkJSONField
from common.scope import Scoped, within
from targets.models import Plan, Unit


class ImportBatchQuerySet(models.QuerySet["ImportBatch"]):
    """Readings of the imports."""

    def visible_to(self, user: Scoped) -> "ImportBatchQuerySet":
        """The imports that belong to units of the person's subtree."""
        return self.filter(within(user, "unit__path"))

    def without_changes(self) -> "ImportBatchQuerySet":
        """Without the rows of the preview, for steps that need none of them."""
        return self.defer("changes", "same")

    def without_contents(self) -> "ImportBatchQuerySet":
        """Without what may be thousands of rows."""
        return self.defer("problems", "changes", "same", "decisions", "undo_facts")


class ImportBatch(models.Model):
    """A file that was sent: what of, by whom, when it arrived, what was read, what was decided and written.

    `kind` is the code of the `ImportKind`. `unit` is the uploader's unit and decides who sees the batch. `problems`
    holds the errors and warnings by sheet, row and column, `changes` each row's change (`Change.as_json`), `same` the
    rows that say what stands; `digest` is the SHA-256 of all that the preview shows. `decisions` is what was chosen
    in it, `remark` why the last confirmation wrote nothing, `undo_facts` what undoing needs. `arrived_at` is when the
    file came, `confirmed_at` when its confirmation came: that alone decides whether a quarter was still open.
    `error_book` is the refused file with its problems marked, where a job has made it.
    """

    class State(models.TextChoices):
        READING = "reading", _("正在检查")
        CHECKED = "checked", _("待确认")
        APPLYING = "applying", _("正在导入")
        APPLIED = "applied", _("已导入")
        REFUSED = "refused", _("已拒绝")
        DISCARDED = "discarded", _("已放弃")
        UNDONE = "undone", _("已撤销")

    WORKING = (State.READING, State.APPLYING)

    class Outcome(models.TextChoices):
        ACCEPTED = "accepted", _("已接受")
        WARNINGS = "accepted_with_warnings", _("已接受，有提示")
        REJECTED_ROWS = "rejected_rows", _("有错误行，未导入")
        REJECTED_FILE = "rejected_file", _("文件被拒绝")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="imports")
    kind = models.CharField(max_length=40, default="progress")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    error_book = models.ForeignKey("files.StoredFile", null=True, on_delete=models.PROTECT, related_name="+")
    layout = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=10, choices=State)
    outcome = models.CharField(max_length=24, choices=Outcome, blank=True)
    created = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    conflicts = models.PositiveIntegerField(default=0)
    problems = BulkJSONField(default=list)
    changes = BulkJSONField(default=list)
    same = BulkJSONField(default=list)
    digest = models.CharField(max_length=64, blank=True)
    decisions = models.JSONField(default=dict)
    reason = models.TextField(blank=True)
    remark = models.TextField(blank=True)
    undo_facts = models.JSONField(default=dict)
    job = models.ForeignKey("jobs.Job", null=True, on_delete=models.SET_NULL, related_name="+")
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    arrived_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    applied_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+")

    objects = ImportBatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("导入")
        verbose_name_plural = _("导入")
        ordering = ["-arrived_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="applied") | Q(applied_at__isnull=False), name="applied_batch_has_time"
            ),
            models.CheckConstraint(
                condition=~Q(state="undone") | Q(undone_at__isnull=False, applied_at__isnull=False),
                name="undone_batch_has_times",
            ),
        ]
        indexes = [models.Index(fields=["plan", "kind", "-arrived_at"], name="import_plan_kind")]

    def __str__(self) -> str:
        return str(self.uuid)

    @property
    def conflict_places(self) -> set[int]:
        """The places of the changes that a person must decide."""
        return {place for place, change in enumerate(self.changes if self.conflicts else ()) if change["conflict"]}
