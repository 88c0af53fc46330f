"""The assessment of a plan's year: numbered revisions, manual inputs, results with every line's why."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assessments.models.schemes import Criterion, Scheme
from common.scope import Scoped, within
from targets.models import Plan, PlanUnit


class AssessmentQuerySet(models.QuerySet["Assessment"]):
    """Readings of the assessments."""

    def visible_to(self, user: Scoped) -> "AssessmentQuerySet":
        """The assessments of plans that the person's subtree takes part in."""
        plans = PlanUnit.objects.filter(within(user, "unit__path")).values("plan")
        return self.filter(plan__in=plans)


class Assessment(models.Model):
    """One revision of a plan's assessment. `inputs_head` and `results_head` are canonical JSON texts that
    list the hashes of the units' documents; the two SHA-256 cover them. `reason`: why there is a revision after
    the first. Units score themselves from `self_opens`, in time until `self_due`, at all until `self_closes`.
    `seal_head` lists, once published, the hashes of every row that makes it up; from then on nothing changes."""

    class State(models.TextChoices):
        DRAFT = "draft", _("准备中")
        CALCULATED = "calculated", _("已计算")
        ANNOUNCED = "announced", _("公示中")
        PUBLISHED = "published", _("已发布")
        SUPERSEDED = "superseded", _("已被更正")

    OPEN = (State.DRAFT, State.CALCULATED)
    FROZEN = (State.PUBLISHED, State.SUPERSEDED)

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="assessments")
    revision = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(_("状态"), max_length=12, choices=State, default=State.DRAFT)
    scheme = models.ForeignKey(Scheme, null=True, on_delete=models.PROTECT, related_name="assessments")
    version = models.PositiveIntegerField(default=1)
    as_of = models.DateTimeField(null=True)
    inputs_head = models.TextField(blank=True)
    inputs_sha256 = models.CharField(max_length=64, blank=True)
    results_head = models.TextField(blank=True)
    results_sha256 = models.CharField(max_length=64, blank=True)
    calculated_at = models.DateTimeField(null=True)
    calculated_by = models.CharField(max_length=150, blank=True)
    code_version = models.CharField(max_length=40, blank=True)
    job_uuid = models.UUIDField(null=True)
    is_stale = models.BooleanField(default=False)
    reason = models.TextField(_("更正理由"), blank=True)
    self_opens = models.DateTimeField(null=True)
    self_due = models.DateTimeField(null=True)
    self_closes = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)
    published_by = models.CharField(max_length=150, blank=True)
    published_by_username = models.CharField(max_length=150, blank=True)
    superseded_at = models.DateTimeField(null=True)
    seal_head = models.TextField(blank=True)
    seal_sha256 = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField()

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("考核")
        verbose_name_plural = _("考核")
        ordering = ["plan", "-revision"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "revision"], name="assessment_revision_once"),
            models.CheckConstraint(
                condition=Q(state="draft") | ~Q(results_sha256=""), name="calculated_assessment_has_results"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["published", "superseded"])
                | (~Q(seal_sha256="") & Q(published_at__isnull=False)),
                name="published_assessment_is_sealed",
            ),
            models.CheckConstraint(
                condition=Q(revision=1) | ~Q(reason=""),
                name="assessment_revision_has_reason",
                violation_error_message=_("修订考核必须写明理由。"),
            ),
            models.CheckConstraint(
                condition=Q(self_opens=None, self_due=None, self_closes=None)
                | Q(self_opens__lt=models.F("self_due"), self_due__lte=models.F("self_closes")),
                name="self_score_window_in_order",
                violation_error_message=_("自评的开始、截止和补报截止须依次排列。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan} r{self.revision}"

    @property
    def is_open(self) -> bool:
        """Whether it may still be calculated."""
        return self.state in self.OPEN

    @property
    def is_frozen(self) -> bool:
        """Whether it was published: nothing of it changes any more."""
        return self.state in self.FROZEN

    @property
    def is_announced(self) -> bool:
        """Whether its results are before the units, who may appeal."""
        return self.state == self.State.ANNOUNCED

    def takes_self_scores(self, at: datetime) -> bool:
        """Whether units may score themselves at an instant."""
        if not self.is_open or self.self_opens is None or self.self_closes is None:
            return False
        return self.self_opens <= at < self.self_closes


class ManualScore(models.Model):
    """A reviewer's number for a manual criterion of one unit."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="manual_scores")
    plan_unit = models.ForeignKey(PlanUnit, on_delete=models.PROTECT, related_name="+")
    criterion_code = models.CharField(max_length=10)
    points = models.DecimalField(_("得分"), max_digits=7, decimal_places=2)
    reason = models.CharField(_("评分依据"), max_length=300, blank=True)
    by_name = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assessment", "plan_unit", "criterion_code"], name="manual_score_once"),
            models.CheckConstraint(condition=Q(points__gte=0), name="manual_score_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.plan_unit_id} {self.criterion_code} {self.points}"


class FalsificationFlag(models.Model):
    """The veto for falsification: raised by one officer, in force once another has confirmed it."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="flags")
    plan_unit = models.ForeignKey(PlanUnit, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(_("理由"))
    evidence = models.ForeignKey("files.StoredFile", null=True, on_delete=models.PROTECT, related_name="+")
    raised_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    raised_at = models.DateTimeField()
    confirmed_by = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assessment", "plan_unit"], name="flag_once"),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=models.F("raised_by")),
                name="flag_needs_two_officers",
                violation_error_message=_("弄虚作假的认定须由另一名管理员确认。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_unit_id} {self.reason[:40]}"


class UnitResultQuerySet(models.QuerySet["UnitResult"]):
    """Readings of the results."""

    def visible_to(self, user: Scoped) -> "UnitResultQuerySet":
        """The results of the units in the person's subtree."""
        return self.filter(within(user, "plan_unit__unit__path"))


class UnitResult(models.Model):
    """A unit's result: sums, grade and rank, with the canonical JSON of what went in and what came out."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="results")
    plan_unit = models.ForeignKey(PlanUnit, on_delete=models.PROTECT, related_name="results")
    rank = models.PositiveSmallIntegerField(null=True)
    base = models.DecimalField(max_digits=7, decimal_places=2, null=True)
    bonus = models.DecimalField(max_digits=7, decimal_places=2, default=0)
    deduction = models.DecimalField(max_digits=7, decimal_places=2, default=0)
    total = models.DecimalField(max_digits=7, decimal_places=2, null=True)
    grade = models.CharField(max_length=20, blank=True)
    vetoes = models.JSONField(default=list)
    sections = models.JSONField(default=dict)
    inputs = models.TextField()
    inputs_sha256 = models.CharField(max_length=64)
    results = models.TextField()
    results_sha256 = models.CharField(max_length=64)
    trace = models.JSONField(default=dict)

    objects = UnitResultQuerySet.as_manager()

    class Meta:
        verbose_name = _("考核结果")
        verbose_name_plural = _("考核结果")
        ordering = ["assessment", "rank", "plan_unit__order"]
        constraints = [models.UniqueConstraint(fields=["assessment", "plan_unit"], name="result_once_per_unit")]

    def __str__(self) -> str:
        return f"{self.assessment} {self.plan_unit} {self.total}"

    @property
    def grade_label(self) -> str:
        """The grade in the reader's language; the assessment's scheme should be at hand."""
        scheme = self.assessment.scheme
        return scheme.grade_label(self.grade) if scheme else self.grade

    @property
    def vetoes_shown(self) -> list[dict[str, str]]:
        """The vetoes that lowered the grade: what each is called in the reader's language, and why."""
        scheme = self.assessment.scheme
        names = [scheme.veto_label(each) if scheme else each["name"] for each in self.vetoes]
        return [{"name": name, "why": each["why"]} for name, each in zip(names, self.vetoes, strict=True)]


class ScoreLine(models.Model):
    """The points of one criterion, with the sentence that explains them."""

    result = models.ForeignKey(UnitResult, on_delete=models.CASCADE, related_name="lines")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=10)
    points_max = models.DecimalField(max_digits=7, decimal_places=2)
    computed = models.DecimalField(max_digits=7, decimal_places=2, null=True)
    adjustment = models.DecimalField(max_digits=7, decimal_places=2, default=0)
    points = models.DecimalField(max_digits=7, decimal_places=2, null=True)
    applicable = models.BooleanField(default=True)
    unscored = models.BooleanField(default=False)
    why = models.TextField(blank=True)
    next_gain = models.TextField(blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["result", "order"]
        constraints = [models.UniqueConstraint(fields=["result", "code"], name="score_line_once")]

    def __str__(self) -> str:
        return f"{self.result_id} {self.code} {self.points}"
