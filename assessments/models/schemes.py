"""The scoring scheme: sections, criteria with rules, bands, cap, vetoes (calculations.md, section 4)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.languages import in_readers_language
from targets.models import Plan


class Scheme(models.Model):
    """One version of a plan's scheme, in force from `created_at` until the next one. It never changes: edits make a
    `SchemeDraft`, which becomes the next version."""

    class RankBy(models.TextChoices):
        GRADE = "grade", _("先等次后总分")
        TOTAL = "total", _("按总分")

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="schemes")
    version = models.PositiveSmallIntegerField()
    name = models.CharField(_("名称"), max_length=120)
    name_en = models.CharField(max_length=160, blank=True)
    note = models.TextField(_("说明"), blank=True)
    note_en = models.TextField(blank=True)
    is_default = models.BooleanField(_("默认方案"), default=False)
    bonus_cap = models.DecimalField(_("加分上限"), max_digits=7, decimal_places=2)
    bands = models.JSONField(_("等次"), default=list)
    presets = models.JSONField(_("可选等次"), default=list)
    vetoes = models.JSONField(_("一票否决"), default=list)
    rank_by = models.CharField(_("排名方式"), max_length=5, choices=RankBy, default=RankBy.GRADE)
    reason = models.TextField(_("启用理由"), blank=True)
    in_force_by = models.CharField(max_length=150, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("评分方案")
        verbose_name_plural = _("评分方案")
        ordering = ["plan", "-version"]
        constraints = [models.UniqueConstraint(fields=["plan", "version"], name="scheme_version_once")]

    def __str__(self) -> str:
        return f"{self.plan} v{self.version}"

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return in_readers_language(self.name, self.name_en)

    @property
    def note_label(self) -> str:
        """The note in the reader's language."""
        return in_readers_language(self.note, self.note_en)

    @property
    def bands_shown(self) -> list[dict[str, str]]:
        """The bands, each with its `label` in the reader's language."""
        return [{**each, "label": in_readers_language(each["name"], each.get("name_en", ""))} for each in self.bands]

    def grade_label(self, grade: str) -> str:
        """What a grade of this scheme is called in the reader's language; one that it does not know as it is."""
        return {band["name"]: band["label"] for band in self.bands_shown}.get(grade, grade)

    def veto_label(self, veto: dict[str, str]) -> str:
        """What a veto with these `code` and `name` is called in the reader's language."""
        names = {each["code"]: each.get("name_en", "") for each in self.vetoes}
        return in_readers_language(veto["name"], names.get(veto["code"], ""))


class SchemeDraft(models.Model):
    """The next version of a plan's scheme while it is edited: a `TypedScheme` as plain data, sound or not.

    `edits` counts the saves: whoever saves must have seen the one before.
    """

    plan = models.OneToOneField(Plan, on_delete=models.CASCADE, related_name="scheme_draft")
    based_on = models.ForeignKey(Scheme, null=True, on_delete=models.SET_NULL, related_name="+")
    document = models.JSONField()
    edits = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=150)

    class Meta:
        verbose_name = _("评分方案草稿")
        verbose_name_plural = _("评分方案草稿")

    def __str__(self) -> str:
        return f"{self.plan} ({self.edits})"


class Section(models.Model):
    """A section of the scheme with its points."""

    scheme = models.ForeignKey(Scheme, on_delete=models.CASCADE, related_name="sections")
    code = models.CharField(max_length=10)
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120, blank=True)
    points = models.DecimalField(max_digits=7, decimal_places=2)
    order = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["scheme", "order"]
        constraints = [models.UniqueConstraint(fields=["scheme", "code"], name="section_once_per_scheme")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def label(self) -> str:
        return in_readers_language(self.name, self.name_en)


class Criterion(models.Model):
    """One line of the scheme: what is scored, by which rule, up to how many points."""

    class Part(models.TextChoices):
        SECTION = "section", _("基本分")
        BONUS = "bonus", _("加分")
        DEDUCTION = "deduction", _("扣分")

    scheme = models.ForeignKey(Scheme, on_delete=models.CASCADE, related_name="criteria")
    part = models.CharField(max_length=10, choices=Part)
    section = models.ForeignKey(Section, null=True, on_delete=models.CASCADE, related_name="criteria")
    code = models.CharField(max_length=10)
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120, blank=True)
    points = models.DecimalField(max_digits=7, decimal_places=2)
    rule = models.CharField(max_length=20)
    params = models.JSONField(default=dict)
    checklist = models.TextField(blank=True)
    checklist_en = models.TextField(blank=True)
    order = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["scheme", "order"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "code"], name="criterion_once_per_scheme"),
            models.CheckConstraint(
                condition=Q(part="section", section__isnull=False) | (~Q(part="section") & Q(section__isnull=True)),
                name="criterion_section_by_part",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def label(self) -> str:
        return in_readers_language(self.name, self.name_en)

    @property
    def checklist_label(self) -> str:
        """What a reviewer scores by, in the reader's language."""
        return in_readers_language(self.checklist, self.checklist_en)
