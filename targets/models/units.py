"""The tree of reporting units: a city, its counties, districts and zones."""

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.languages import in_readers_language
from common.scope import Scoped, within


class UnitQuerySet(models.QuerySet["Unit"]):
    """Readings of the unit tree."""

    def visible_to(self, user: Scoped) -> "UnitQuerySet":
        """The units in the person's subtree."""
        return self.filter(within(user, "path"))

    def roots(self) -> "UnitQuerySet":
        """Units without a parent: the cities (or the province) of this portal."""
        return self.filter(parent=None)


class Unit(models.Model):
    """A unit that reports or is reported on; `path` is the codes from the root, each followed by "/"."""

    code = models.CharField(
        _("代码"),
        max_length=40,
        unique=True,
        validators=[RegexValidator(r"^[0-9A-Za-z_-]+$", _("代码只能由字母、数字、- 和 _ 组成。"))],
    )
    name = models.CharField(_("简称"), max_length=80)
    full_name = models.CharField(_("全称"), max_length=120)
    name_en = models.CharField(_("英文名"), max_length=120, blank=True)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    path = models.CharField(max_length=400, unique=True, editable=False)
    search_key = models.CharField(max_length=400, blank=True, editable=False)

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("填报单位")
        verbose_name_plural = _("填报单位")
        ordering = ["path"]

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        """The short name in the reader's language."""
        return in_readers_language(self.name, self.name_en)


class UnitAlias(models.Model):
    """Another spelling of a unit's name that imports accept, with a warning."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="aliases", verbose_name=_("所属单位"))
    alias = models.CharField(_("别名"), max_length=120)

    class Meta:
        verbose_name = _("单位别名")
        verbose_name_plural = _("单位别名")
        constraints = [models.UniqueConstraint(fields=["unit", "alias"], name="alias_once_per_unit")]

    def __str__(self) -> str:
        return self.alias
