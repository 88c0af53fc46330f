"""Evidence: the files behind a line."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from common.scope import Scoped, within
from progress.models.reports import Line


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    """Readings of the evidence."""

    def visible_to(self, user: Scoped) -> "EvidenceQuerySet":
        """The evidence of the units in the person's subtree."""
        return self.filter(within(user, "line__report__plan_unit__unit__path"))


class Evidence(models.Model):
    """A file that shows what a line claims; `number` is 单位-指标-季度-序号, unique in the plan.

    A line that has files is never deleted: what was shown to a reviewer stays.
    """

    line = models.ForeignKey(Line, on_delete=models.PROTECT, related_name="evidence")
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    number = models.CharField(_("编号"), max_length=80)
    uploaded_by = models.CharField(max_length=150)
    uploaded_at = models.DateTimeField()

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("佐证材料")
        verbose_name_plural = _("佐证材料")
        ordering = ["line", "number"]
        constraints = [models.UniqueConstraint(fields=["line", "number"], name="evidence_number_once")]

    def __str__(self) -> str:
        return self.number
