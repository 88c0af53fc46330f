"""When a quarter can be reported: three instants, extensions, holidays."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from targets.models.plan import Plan, PlanUnit


class Quarter(models.Model):
    """A quarter of a plan. The three instants are half-open: arrival before `due` is on time,
    before `closes` is accepted and late (domain.md, section 5.2)."""

    class State(models.TextChoices):
        UPCOMING = "upcoming", _("未到填报期")
        OPEN = "open", _("填报中")
        OVERDUE = "overdue", _("逾期可补报")
        CLOSED = "closed", _("已截止")

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="quarters")
    number = models.PositiveSmallIntegerField(_("季度"))
    opens = models.DateTimeField(_("开始填报"))
    due = models.DateTimeField(_("按时截止"))
    closes = models.DateTimeField(_("补报截止"))
    counts_timeliness = models.BooleanField(_("计算时效"), default=True)

    class Meta:
        verbose_name = _("季度")
        verbose_name_plural = _("季度")
        ordering = ["plan", "number"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="quarter_once_per_plan"),
            models.CheckConstraint(condition=Q(number__gte=1, number__lte=4), name="quarter_one_to_four"),
            models.CheckConstraint(
                condition=Q(opens__lt=F("due"), due__lte=F("closes")),
                name="quarter_instants_in_order",
                violation_error_message=_("开始、按时截止、补报截止三个时间必须依次递增。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan.year} Q{self.number}"

    def state_at(self, as_of: datetime) -> "Quarter.State":
        """The quarter's state at an instant."""
        if as_of < self.opens:
            return self.State.UPCOMING
        if as_of < self.due:
            return self.State.OPEN
        return self.State.OVERDUE if as_of < self.closes else self.State.CLOSED


class Extension(models.Model):
    """More time for one unit: moves both deadlines, with a reason, counted as late or not."""

    quarter = models.ForeignKey(Quarter, on_delete=models.CASCADE, related_name="extensions")
    plan_unit = models.ForeignKey(PlanUnit, on_delete=models.CASCADE, related_name="extensions")
    due = models.DateTimeField(_("按时截止"))
    closes = models.DateTimeField(_("补报截止"))
    counts_as_late = models.BooleanField(_("计为逾期"), default=False)
    reason = models.CharField(_("理由"), max_length=300)
    by_name = models.CharField(max_length=150)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("延期")
        verbose_name_plural = _("延期")
        constraints = [
            models.UniqueConstraint(fields=["quarter", "plan_unit"], name="extension_once"),
            models.CheckConstraint(condition=Q(due__lte=F("closes")), name="extension_instants_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.plan_unit} {self.quarter}"


class Holiday(models.Model):
    """A day that differs from the week: a public holiday, or a weekend day that is worked."""

    day = models.DateField(_("日期"), unique=True)
    is_working = models.BooleanField(_("上班"))
    name = models.CharField(_("名称"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("节假日")
        verbose_name_plural = _("节假日")
        ordering = ["day"]

    def __str__(self) -> str:
        return str(self.day)
