"""Compliance as last computed: one row a unit, indicator, quarter and basis, for every node of the tree."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.scope import Scoped, within
from targets.models import Indicator, Plan, PlanUnit


class ComplianceQuerySet(models.QuerySet["Compliance"]):
    """Readings of the computed compliance."""

    def visible_to(self, user: Scoped) -> "ComplianceQuerySet":
        """The figures of the units in the person's subtree, and of the nodes above them (their city)."""
        if not user.scope_path:
            return self.none()
        codes = user.scope_path.strip("/").split("/")
        above = ["/".join(codes[:n]) + "/" for n in range(1, len(codes))]
        return self.filter(within(user, "plan_unit__unit__path") | Q(plan_unit__unit__path__in=above))


class Compliance(models.Model):
    """Actual value, attainment and status (calculations.md, sections 1 to 3), computed by a job.

    `value`, `base` are V and B (None without a line); the other numbers are rounded to 6 places (`gap` and
    `needed` up, so that they are enough). `status` is empty for a quarter that has not opened. The counts are
    of units: `reported` have a line, `applicable` one that is not 不涉及, `owing` owe one, `missing` of those
    have none, `targeted` have a target: with V and B they are all that a parent is computed from.
    """

    class Basis(models.TextChoices):
        APPROVED = "approved", _("已审核")
        SUBMITTED = "submitted", _("含待审核")

    class Status(models.TextChoices):
        TRACKED = "tracked", _("跟踪")
        NOT_DUE = "not_due", _("未到期")
        NO_DATA = "no_data", _("未报")
        NOT_APPLICABLE = "not_applicable", _("不涉及")
        MET = "met", _("已达标")
        MISSED = "missed", _("未完成")
        ON_PACE = "on_pace", _("达序时")
        BEHIND = "behind", _("滞后")
        FAR_BEHIND = "far_behind", _("严重滞后")

    plan_unit = models.ForeignKey(PlanUnit, on_delete=models.CASCADE, related_name="compliance")
    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="compliance")
    quarter = models.PositiveSmallIntegerField()
    basis = models.CharField(max_length=10, choices=Basis, default=Basis.APPROVED)
    value = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    base = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    target = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    # Wider than V: the percentage of a very small target has many digits before the point.
    actual = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    attainment = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    expected = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    gap = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    needed = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    forecast = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    status = models.CharField(max_length=14, choices=Status, blank=True)
    reported = models.PositiveSmallIntegerField(default=0)
    applicable = models.PositiveSmallIntegerField(default=0)
    owing = models.PositiveSmallIntegerField(default=0)
    missing = models.PositiveSmallIntegerField(default=0)
    targeted = models.PositiveSmallIntegerField(default=0)
    incomplete = models.BooleanField(default=False)
    is_final = models.BooleanField(default=False)

    objects = ComplianceQuerySet.as_manager()

    class Meta:
        verbose_name = _("达标情况")
        verbose_name_plural = _("达标情况")
        constraints = [
            models.UniqueConstraint(fields=["plan_unit", "indicator", "quarter", "basis"], name="compliance_once")
        ]

    def __str__(self) -> str:
        return f"{self.plan_unit_id} {self.indicator_id} Q{self.quarter} {self.status}"

    @property
    def counted(self) -> int:
        """How many of the `owing` units have a line."""
        return self.owing - self.missing


class ComplianceMark(models.Model):
    """A unit whose figures must be computed again; drained by the plan's one compliance job."""

    plan_unit = models.ForeignKey(PlanUnit, on_delete=models.CASCADE, related_name="marks")
    marked_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.plan_unit_id} {self.marked_at}"


class ComplianceState(models.Model):
    """From when a plan's figures are, None before the first time; `version` counts how often they were stored."""

    plan = models.OneToOneField(Plan, on_delete=models.CASCADE, related_name="compliance_state")
    as_of = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.plan_id} {self.as_of}"
