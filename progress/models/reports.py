"""Quarterly reports: one per unit, quarter and revision, with one line an indicator."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.scope import Scoped, within
from targets.models import Indicator, Plan, PlanUnit, Quarter


class ReportQuerySet(models.QuerySet["Report"]):
    """Readings of the reports."""

    def visible_to(self, user: Scoped) -> "ReportQuerySet":
        """The reports of the units in the person's subtree."""
        return self.filter(within(user, "plan_unit__unit__path"))

    def of_plan(self, plan: Plan) -> "ReportQuerySet":
        return self.filter(quarter__plan=plan)

    def effective(self) -> "ReportQuerySet":
        """The approved revision that counts, one a unit and quarter."""
        return self.filter(is_effective=True)

    def awaiting_review(self) -> "ReportQuerySet":
        """Submitted, not yet decided; the oldest first."""
        return self.filter(state=Report.State.SUBMITTED).order_by("submitted_at", "pk")

    def open_corrections(self) -> "ReportQuerySet":
        """Revisions after the first that are not yet decided."""
        return self.filter(revision__gt=1).exclude(state__in=Report.SETTLED)

    def standing(self) -> "ReportQuerySet":
        """All but corrections that were discarded: those are kept and are nobody's current report."""
        return self.exclude(state=Report.State.DISCARDED)

    def latest_revisions(self) -> "ReportQuerySet":
        """The newest standing revision of each unit and quarter."""
        newer = Report.objects.standing().filter(
            plan_unit=models.OuterRef("plan_unit"),
            quarter=models.OuterRef("quarter"),
            revision__gt=models.OuterRef("revision"),
        )
        return self.standing().filter(~models.Exists(newer))


class Report(models.Model):
    """A unit's report of one quarter. `version` counts its changes; an approval carries the version seen.

    `first_submitted_at` is the arrival of the first submission that was not withdrawn before a reviewer decided
    (copied to corrections): it alone decides whether the report was on time.
    `returned_times` counts returns from submitted, over all revisions.
    `sealed_scan` is a scan of the printed, signed and sealed form; a correction starts without.
    `warning_count` is how many warnings the submitter was shown and answered with `submit_note`.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("草稿")
        SUBMITTED = "submitted", _("待审核")
        RETURNED = "returned", _("已退回")
        APPROVED = "approved", _("已审核")
        DISCARDED = "discarded", _("已作废")

    EDITABLE = (State.DRAFT, State.RETURNED)
    SETTLED = (State.APPROVED, State.DISCARDED)

    plan_unit = models.ForeignKey(PlanUnit, on_delete=models.PROTECT, related_name="reports")
    quarter = models.ForeignKey(Quarter, on_delete=models.PROTECT, related_name="reports")
    revision = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.DRAFT)
    version = models.PositiveIntegerField(default=1)
    is_effective = models.BooleanField(default=False)
    first_submitted_at = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField(null=True)
    submitted_by = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+")
    return_reason = models.TextField(blank=True)
    return_open_until = models.DateTimeField(null=True)
    returned_times = models.PositiveSmallIntegerField(default=0)
    correction_reason = models.TextField(blank=True)
    submit_note = models.TextField(_("说明"), blank=True)
    warning_count = models.PositiveSmallIntegerField(default=0)
    filled_in_by = models.CharField(_("填表人"), max_length=80, blank=True)
    checked_by = models.CharField(_("审核人"), max_length=80, blank=True)
    responsible = models.CharField(_("负责人"), max_length=80, blank=True)
    phone = models.CharField(_("联系电话"), max_length=40, blank=True)
    sealed_scan = models.ForeignKey("files.StoredFile", null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("季度报告")
        verbose_name_plural = _("季度报告")
        ordering = ["quarter", "plan_unit__order", "revision"]
        constraints = [
            models.UniqueConstraint(fields=["plan_unit", "quarter", "revision"], name="report_revision_once"),
            models.UniqueConstraint(
                fields=["plan_unit", "quarter"], condition=Q(is_effective=True), name="one_effective_report"
            ),
            models.UniqueConstraint(
                fields=["plan_unit", "quarter"],
                condition=Q(state__in=["draft", "submitted", "returned"]),
                name="one_open_report",
                violation_error_message=_("此单位本季度已有一份未审核的报告。"),
            ),
            models.CheckConstraint(
                condition=Q(is_effective=False) | Q(state="approved"), name="only_approved_reports_count"
            ),
            models.CheckConstraint(
                condition=~Q(state="returned") | ~Q(return_reason=""),
                name="return_has_reason",
                violation_error_message=_("退回必须说明理由。"),
            ),
            models.CheckConstraint(
                condition=~Q(state="discarded") | Q(revision__gt=1),
                name="only_corrections_are_discarded",
                violation_error_message=_("只有更正稿可以作废。"),
            ),
        ]
        indexes = [models.Index(fields=["quarter", "state"], name="report_quarter_state")]

    def __str__(self) -> str:
        return f"{self.plan_unit} {self.quarter} r{self.revision}"

    @property
    def is_correction(self) -> bool:
        return self.revision > 1

    @property
    def marks_since(self) -> datetime | None:
        """The instant after which changes are marked: its last return, or a correction's beginning; None: none is."""
        if self.state in self.SETTLED:
            return None
        return self.decided_at or (self.created_at if self.is_correction else None)

    @property
    def is_editable(self) -> bool:
        """Whether its state allows entry; time and rights are decided by `lock_reason`."""
        return self.state in self.EDITABLE


class ReportMove(models.Model):
    """One step in a report's life, for its readable history. `reason` is what was said with it."""

    class Move(models.TextChoices):
        SUBMIT = "submit", pgettext_lazy("somebody did it", "提交")
        WITHDRAW = "withdraw", pgettext_lazy("somebody did it", "撤回")
        RETURN = "return", pgettext_lazy("somebody did it", "退回")
        APPROVE = "approve", pgettext_lazy("somebody did it", "审核通过")
        REOPEN = "reopen", pgettext_lazy("somebody did it", "退回更正")
        DISCARD = "discard", pgettext_lazy("somebody did it", "作废更正稿")

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="moves")
    move = models.CharField(max_length=12, choices=Move)
    at = models.DateTimeField()
    arrived_at = models.DateTimeField(null=True)
    by_name = models.CharField(max_length=150)
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.report} {self.move}"


class ReportContributor(models.Model):
    """Somebody who entered or submitted: they may not approve (four eyes)."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="contributors")
    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "user"], name="contributor_once")]

    def __str__(self) -> str:
        return f"{self.report} {self.user_id}"


class LineQuerySet(models.QuerySet["Line"]):
    """Readings of the lines."""

    def visible_to(self, user: Scoped) -> "LineQuerySet":
        """The lines of the units in the person's subtree."""
        return self.filter(within(user, "report__plan_unit__unit__path"))

    def filled(self) -> "LineQuerySet":
        """Lines with a value or 不涉及: anything else is no line (domain.md, section 3)."""
        return self.filter(Q(value__isnull=False) | Q(not_applicable=True))


class Line(models.Model):
    """One indicator's numbers in a report; `version` is the optimistic lock of the form's row.

    `evidence_given` is the highest ordinal that a file of it was given: none is given twice, though files may go.
    """

    class Origin(models.TextChoices):
        FORM = "form", _("页面填报")
        IMPORT = "import", _("Excel 导入")
        CARRIED = "carried", _("沿用上季")

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="lines")
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="lines")
    value = models.DecimalField(_("完成值"), max_digits=18, decimal_places=4, null=True, blank=True)
    base = models.DecimalField(_("基数"), max_digits=18, decimal_places=4, null=True, blank=True)
    not_applicable = models.BooleanField(_("不涉及"), default=False)
    note = models.TextField(_("备注"), blank=True)
    version = models.PositiveIntegerField(default=1)
    evidence_given = models.PositiveSmallIntegerField(default=0)
    origin = models.CharField(max_length=8, choices=Origin, default=Origin.FORM)
    batch = models.ForeignKey("progress.ImportBatch", null=True, on_delete=models.SET_NULL, related_name="lines")
    changed_by = models.CharField(max_length=150, blank=True)
    changed_at = models.DateTimeField()

    objects = LineQuerySet.as_manager()

    class Meta:
        verbose_name = _("报告行")
        verbose_name_plural = _("报告行")
        ordering = ["report", "indicator__order"]
        constraints = [
            models.UniqueConstraint(fields=["report", "indicator"], name="line_once_per_report"),
            models.CheckConstraint(
                condition=Q(not_applicable=False) | Q(value__isnull=True, base__isnull=True),
                name="not_applicable_holds_no_number",
                violation_error_message=_("填了数值的行不能同时选“不涉及”。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report} {self.indicator}"

    @property
    def is_filled(self) -> bool:
        return self.value is not None or self.not_applicable
