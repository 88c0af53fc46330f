"""What the bureau keeps for its documents."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from targets.models import Plan


class CircularTemplate(models.Model):
    """The bureau's own template of a plan's circular; without one the portal's is used."""

    plan = models.OneToOneField(Plan, on_delete=models.CASCADE, related_name="circular_template")
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    uploaded_by = models.CharField(max_length=150)
    uploaded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("通报模板")
        verbose_name_plural = _("通报模板")

    def __str__(self) -> str:
        return f"{self.plan} {self.file_id}"
