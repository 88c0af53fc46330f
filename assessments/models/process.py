"""The way to a published result: the units' own scores, adjustments, announcements, appeals and their files."""

import uuid
from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assessments.models.results import Assessment
from common.scope import Scoped, within
from targets.models import PlanUnit


class SelfScore(models.Model):
    """What a unit gives itself for a criterion, and on what grounds. `is_late`: saved after `self_due`."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="self_scores")
    plan_unit = models.ForeignKey(PlanUnit, on_delete=models.PROTECT, related_name="+")
    criterion_code = models.CharField(max_length=10)
    points = models.DecimalField(_("自评分"), max_digits=7, decimal_places=2)
    note = models.CharField(_("自评说明"), max_length=500, blank=True)
    is_late = models.BooleanField(default=False)
    by_name = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assessment", "plan_unit", "criterion_code"], name="self_score_once"),
            models.CheckConstraint(condition=Q(points__gte=0), name="self_score_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.plan_unit_id} {self.criterion_code} {self.points}"


class Announcement(models.Model):
    """One announcement of the results (公示): from when to when units may appeal, and what was announced.

    `standing` is by unit code: total, grade, rank and the points of every line, as text. One that was taken back says
    why; the next one tells each unit what has changed since.
    """

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="announcements")
    number = models.PositiveSmallIntegerField()
    announced_at = models.DateTimeField()
    announced_by = models.CharField(max_length=150)
    announced_by_username = models.CharField(max_length=150, default="")
    until = models.DateTimeField()
    results_sha256 = models.CharField(max_length=64)
    standing = models.JSONField(default=dict)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.CharField(max_length=150, blank=True)
    withdraw_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["assessment", "number"]
        constraints = [
            models.UniqueConstraint(fields=["assessment", "number"], name="announcement_once"),
            models.UniqueConstraint(
                fields=["assessment"], condition=Q(withdrawn_at=None), name="one_standing_announcement"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | ~Q(withdraw_reason=""), name="withdrawn_announcement_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assessment_id} #{self.number}"

    def is_over(self, at: datetime) -> bool:
        """Whether the time for appeals has passed."""
        return at >= self.until


class AppealQuerySet(models.QuerySet["Appeal"]):
    """Readings of the appeals."""

    def visible_to(self, user: Scoped) -> "AppealQuerySet":
        """Those of the units in the person's subtree."""
        return self.filter(within(user, "plan_unit__unit__path"))

    def pending(self) -> "AppealQuerySet":
        return self.filter(state=Appeal.State.PENDING)


class Appeal(models.Model):
    """A unit's objection to one line of its announced result, and what the bureau decided.

    `points` are those that were announced; `adjustment` is what an upheld appeal changed the line by, if anything.
    """

    class State(models.TextChoices):
        PENDING = "pending", _("待处理")
        UPHELD = "upheld", _("申诉成立")
        REJECTED = "rejected", _("维持原分")
        WITHDRAWN = "withdrawn", _("已撤回")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="appeals")
    announcement = models.ForeignKey(Announcement, on_delete=models.CASCADE, related_name="appeals")
    plan_unit = models.ForeignKey(PlanUnit, on_delete=models.PROTECT, related_name="+")
    criterion_code = models.CharField(max_length=10)
    points = models.DecimalField(max_digits=7, decimal_places=2, null=True)
    reason = models.TextField(_("申诉理由"))
    asked_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.PENDING)
    decision = models.TextField(_("处理意见"), blank=True)
    decided_by = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    adjustment = models.DecimalField(max_digits=7, decimal_places=2, null=True)

    objects = AppealQuerySet.as_manager()

    class Meta:
        verbose_name = _("申诉")
        verbose_name_plural = _("申诉")
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["announcement", "plan_unit", "criterion_code"],
                condition=~Q(state="withdrawn"),
                name="one_appeal_per_line",
                violation_error_message=_("此评分项在本次公示中已提出申诉。"),
            ),
            models.CheckConstraint(
                condition=Q(state__in=["pending", "withdrawn"]) | (~Q(decision="") & Q(decided_at__isnull=False)),
                name="decided_appeal_has_reason",
                violation_error_message=_("处理申诉必须写明意见。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_unit_id} {self.criterion_code} {self.state}"

    @property
    def is_pending(self) -> bool:
        return self.state == self.State.PENDING


class Adjustment(models.Model):
    """An officer's change of a line, ± points, with its reason; an upheld appeal may have brought it about."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="adjustments")
    plan_unit = models.ForeignKey(PlanUnit, on_delete=models.PROTECT, related_name="+")
    criterion_code = models.CharField(max_length=10)
    amount = models.DecimalField(_("调整"), max_digits=7, decimal_places=2)
    reason = models.CharField(_("理由"), max_length=500)
    appeal = models.ForeignKey(Appeal, null=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assessment", "plan_unit", "criterion_code"], name="adjustment_once"),
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(amount=0),
                name="adjustment_has_reason",
                violation_error_message=_("调整得分必须写明理由。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_unit_id} {self.criterion_code} {self.amount:+}"


class AssessmentFileQuerySet(models.QuerySet["AssessmentFile"]):
    """Readings of the files."""

    def visible_to(self, user: Scoped) -> "AssessmentFileQuerySet":
        """Those of the units in the person's subtree."""
        return self.filter(within(user, "plan_unit__unit__path"))

    def behind_self_scores(self) -> "AssessmentFileQuerySet":
        return self.filter(appeal=None)


class AssessmentFile(models.Model):
    """A file that a unit keeps behind its own score of a criterion or, with an `appeal`, behind that."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="files")
    plan_unit = models.ForeignKey(PlanUnit, on_delete=models.PROTECT, related_name="+")
    criterion_code = models.CharField(max_length=10)
    appeal = models.ForeignKey(Appeal, null=True, on_delete=models.CASCADE, related_name="files")
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    uploaded_by = models.CharField(max_length=150)
    uploaded_at = models.DateTimeField()

    objects = AssessmentFileQuerySet.as_manager()

    class Meta:
        ordering = ["uploaded_at", "pk"]

    def __str__(self) -> str:
        return f"{self.plan_unit_id} {self.criterion_code} {self.file_id}"
