"""Two further registers of the notice: the city's pool of experts and the demonstration cases."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.scope import Scoped, within
from progress.models.items import Item, ItemQuerySet, LedgerItem, once
from targets.models import Unit


class ExpertQuerySet(ItemQuerySet):
    """Readings of the pool: what a city keeps is there for its counties too."""

    def visible_to(self, user: Scoped) -> "ExpertQuerySet":
        """The experts of the person's subtree and of the units above it."""
        codes = (user.scope_path or "").split("/")[:-1]
        above = ["/".join(codes[:depth]) + "/" for depth in range(1, len(codes) + 1)]
        return self.filter(within(user, self.model.UNIT_PATH) | Q(**{f"{self.model.UNIT_PATH}__in": above}))


class Expert(Item):
    """Somebody whom the city's institutions can ask. How to reach them is shown to who keeps the pool only."""

    UNIT_PATH = "unit__path"

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="experts", verbose_name=_("所属专家库"))
    title = models.CharField(_("姓名"), max_length=80)
    day = models.DateField(_("入库日期"))
    field = models.CharField(_("专业领域"), max_length=120)
    organisation = models.CharField(_("工作单位"), max_length=200)
    position = models.CharField(_("职务职称"), max_length=120, blank=True)
    contact = models.CharField(_("联系方式"), max_length=80, blank=True)

    objects = ExpertQuerySet.as_manager()  # type: ignore[misc]

    class Meta(Item.Meta):
        verbose_name = _("专家")
        verbose_name_plural = _("专家库")
        constraints = [once("unit", "title", "organisation", name="expert_once", message=_("这位专家已经在库里。"))]

    @property
    def name(self) -> str:
        return self.title

    @property
    def owner(self) -> Unit:
        return self.unit


class DemonstrationCase(LedgerItem):
    """A case of saving energy and resources that was submitted to the selection of an edition."""

    title = models.CharField(_("案例名称"), max_length=200)
    day = models.DateField(_("报送日期"))
    edition = models.CharField(_("征集年度"), max_length=40, help_text=_("如：2023—2024年度。"))
    theme = models.CharField(_("主题"), max_length=80, help_text=_("如：节能、节水、节粮、绿色出行。"))
    summary = models.TextField(_("做法和成效"), max_length=2000)
    result = models.CharField(_("评选结果"), max_length=120, blank=True)

    class Meta(LedgerItem.Meta):
        verbose_name = _("示范案例")
        verbose_name_plural = _("示范案例")
        constraints = [
            once("institution", "edition", "title", name="case_once", message=_("该机构的这个案例已经登记过。"))
        ]

    @property
    def name(self) -> str:
        return self.title
