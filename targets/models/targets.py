"""Targets: what a unit, or the city, must reach on one indicator, by dated revisions."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from targets.models.plan import Indicator, PlanUnit, plain_number


class Target(models.Model):
    """What one unit (or the city) must reach on one indicator; the value stands in dated revisions."""

    class Origin(models.TextChoices):
        NOTICE = "N", _("通知明确")
        DEFAULT = "d", _("默认分解")

    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="targets")
    plan_unit = models.ForeignKey(PlanUnit, on_delete=models.CASCADE, related_name="targets")
    origin = models.CharField(_("来源"), max_length=1, choices=Origin)

    class Meta:
        verbose_name = _("目标")
        verbose_name_plural = _("目标")
        constraints = [models.UniqueConstraint(fields=["indicator", "plan_unit"], name="target_once")]

    def __str__(self) -> str:
        return f"{self.plan_unit} {self.indicator}"


class TargetRevision(models.Model):
    """A target's value from a day on, with the reason; `None` withdraws the target."""

    target = models.ForeignKey(Target, on_delete=models.CASCADE, related_name="revisions")
    value = models.DecimalField(_("目标值"), max_digits=18, decimal_places=4, null=True)
    valid_from = models.DateField(_("生效日期"))
    reason = models.CharField(_("理由"), max_length=300)
    by_name = models.CharField(max_length=150, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("目标调整")
        verbose_name_plural = _("目标调整")
        ordering = ["target", "valid_from", "id"]

    def __str__(self) -> str:
        return f"{self.text} ({self.valid_from})"

    @property
    def text(self) -> str:
        """The value as people write it; "—" where the target is withdrawn."""
        return "—" if self.value is None else plain_number(self.value)


def value_in_force(revisions: list[Any], on: date) -> Decimal | None:
    """The value of the last revision that is in force on a day, None where there is none."""
    current: Decimal | None = None
    for revision in sorted(revisions, key=lambda r: (r.valid_from, r.pk)):
        if revision.valid_from <= on:
            current = revision.value
    return current
