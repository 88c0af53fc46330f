"""The registers, declared: what each is called, what its items hold, what is added up, what it can be asked.

One pattern: lists, forms, figures, Excel and the trail read these declarations and know no register by name.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from common.errors import Text
from progress.models import (
    ChargingPile,
    DemonstrationCase,
    Expert,
    Item,
    LedgerItem,
    NewBuilding,
    Nomination,
    OverQuota,
    Project,
    PvProject,
    RoofSurvey,
)


@dataclass(frozen=True, slots=True)
class Measure:
    """One number that a register gives: the sum of `amount` ("": each item counts one) over the items of `only`.

    An item counts from the date in `day` on, and no more from the date in `until`, where it names one.
    """

    label: Text
    amount: str = ""
    day: str = "day"
    until: str = ""
    only: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """One register. `code` names it in addresses, files and the plan.

    `fields` are what people enter, in the order of the form; `shown` those of the table. `key` tells the items of a
    workbook apart, `kind` is the field by which they are filtered and fed, `totals` what is added up. `masked` fields
    are shown whole only to who may change the item. `example` is an item as one writes it in a workbook, but for what
    only a plan can name.
    """

    code: str
    model: type[Item]
    icon: str
    about: Text
    fields: tuple[str, ...]
    shown: tuple[str, ...]
    key: tuple[str, ...]
    kind: str = ""
    totals: tuple[str, ...] = ()
    measures: Mapping[str, Measure] = field(default_factory=dict)
    masked: frozenset[str] = frozenset()
    example: Mapping[str, str] = field(default_factory=dict)

    @property
    def label(self) -> Text:
        return self.model._meta.verbose_name_plural or self.code

    @property
    def has_institution(self) -> bool:
        """Whether its items belong to institutions, and not to a unit itself."""
        return issubclass(self.model, LedgerItem)

    @property
    def has_stages(self) -> bool:
        return issubclass(self.model, Nomination)

    @property
    def is_titled(self) -> bool:
        return "title" in self.fields

    @property
    def kinds_of_plan(self) -> bool:
        """Whether the plan names the kinds of its items, and not the portal."""
        return bool(self.kind) and not self.field(self.kind).choices

    @property
    def columns(self) -> "list[models.Field[Any, Any]]":
        """The fields of the table."""
        return [self.field(name) for name in self.shown]

    def field(self, name: str) -> "models.Field[Any, Any]":
        """A field of the model by its name."""
        found: models.Field[Any, Any] = self.model._meta.get_field(name)  # type: ignore[assignment]
        return found

    def kind_of(self, item: Item) -> str:
        """The kind of an item; empty in a register without kinds."""
        return str(getattr(item, self.kind)) if self.kind else ""


LEDGERS: Sequence[Ledger] = (
    Ledger(
        code="charging_piles",
        model=ChargingPile,
        icon="charging-pile",
        about=_("在公共机构内建成投用的充电桩，按安装地点登记。"),
        fields=("title", "day", "piles", "connectors", "current", "power_kw", "build", "note"),
        shown=("day", "build", "current", "piles", "connectors", "power_kw"),
        key=("institution", "title", "day", "current"),
        kind="build",
        totals=("piles", "connectors", "power_kw"),
        measures={"new_piles": Measure(_("新建桩数"), "piles", only={"build": ChargingPile.Build.NEW})},
        example={
            "title": "办公区北侧停车场", "day": "2023-05-15", "piles": "4", "connectors": "6", "current": "交流",
            "power_kw": "28", "build": "新建",
        },
    ),
    Ledger(
        code="pv_projects",
        model=PvProject,
        icon="solar-panel",
        about=_("已并网的光伏项目，一个项目一条，分期并网的不重复登记。"),
        fields=("title", "day", "area_m2", "capacity_kwp", "roof_class", "on_new_building", "note"),
        shown=("day", "roof_class", "area_m2", "capacity_kwp", "on_new_building"),
        key=("institution", "title"),
        kind="roof_class",
        totals=("area_m2", "capacity_kwp"),
        measures={
            "projects": Measure(_("项目数")),
            "capacity_kwp": Measure(_("装机容量"), "capacity_kwp"),
            "area_m2": Measure(_("已建面积"), "area_m2"),
        },
        example={
            "title": "办公楼屋顶光伏", "day": "2023-05-15", "area_m2": "1200.5", "capacity_kwp": "180.125",
            "roof_class": "党政机关", "on_new_building": "否",
        },
    ),
    Ledger(
        code="new_buildings",
        model=NewBuilding,
        icon="building",
        about=_("本年竣工的新建建筑，及其可安装和已安装光伏的面积。"),
        fields=("title", "day", "installable_m2", "installed_m2", "note"),
        shown=("day", "installable_m2", "installed_m2"),
        key=("institution", "title"),
        totals=("installable_m2", "installed_m2"),
        measures={
            "installed_m2": Measure(_("已安装面积"), "installed_m2"),
            "installable_m2": Measure(_("可安装面积"), "installable_m2"),
        },
        example={
            "title": "新综合楼", "day": "2023-05-15", "installable_m2": "2000", "installed_m2": "1200.5",
        },
    ),
    Ledger(
        code="roof_survey",
        model=RoofSurvey,
        icon="ruler",
        about=_("屋顶调查得出的可建光伏面积；已建成的面积仍在内。"),
        fields=("title", "day", "roof_class", "buildable_m2", "surveyed_by", "note"),
        shown=("day", "roof_class", "buildable_m2", "surveyed_by"),
        key=("institution", "title"),
        kind="roof_class",
        totals=("buildable_m2",),
        measures={"buildable_m2": Measure(_("可建面积"), "buildable_m2")},
        example={
            "title": "办公楼", "day": "2023-05-15", "roof_class": "党政机关", "buildable_m2": "3000",
            "surveyed_by": "市节能中心",
        },
    ),
    Ledger(
        code="nominations",
        model=Nomination,
        icon="award",
        about=_("示范单位、示范点、节约型机关等的创建申报，按阶段推进，每个阶段有日期。"),
        fields=(
            "title", "scheme", "day", "applied_on", "reviewed_on", "inspected_on", "publicised_on", "named_on",
            "failed_on", "revoked_on", "note",
        ),
        shown=("scheme", "stage", "day", "applied_on", "named_on"),
        key=("institution", "scheme", "title"),
        kind="scheme",
        measures={
            "applied": Measure(_("已申报数"), day="applied_on"),
            "named": Measure(_("命名数"), day="named_on"),
        },
        example={
            "title": "节能低碳示范单位", "day": "2023-03-01", "applied_on": "2023-05-15",
        },
    ),
    Ledger(
        code="over_quota",
        model=OverQuota,
        icon="gauge",
        about=_("单位面积能耗超过定额约束值的机构，整改到约束值以内后填写整改完成日期。"),
        fields=(
            "day", "quota_edition", "electricity_factor", "constraint_value", "intensity_at_start", "intensity_now",
            "rectified_on", "note",
        ),
        shown=("day", "quota_edition", "electricity_factor", "constraint_value", "intensity_at_start",
               "intensity_now", "rectified_on"),
        key=("institution", "quota_edition"),
        measures={
            "remaining": Measure(_("未整改家数"), until="rectified_on"),
            "listed": Measure(_("列入家数")),
        },
        example={
            "day": "2023-01-10", "quota_edition": "DB32/T 4001-2021", "electricity_factor": "0.1229",
            "constraint_value": "12", "intensity_at_start": "15.5", "intensity_now": "13.2",
        },
    ),
    Ledger(
        code="projects",
        model=Project,
        icon="tools",
        about=_("改造、试点、认证和购车等，按完成日期登记。"),
        fields=("title", "kind", "day", "quantity", "note"),
        shown=("kind", "day", "quantity"),
        key=("institution", "kind", "title", "day"),
        kind="kind",
        totals=("quantity",),
        measures={"quantity": Measure(_("数量"), "quantity")},
        example={
            "title": "食堂全电厨房改造", "day": "2023-05-15", "quantity": "1",
        },
    ),
    Ledger(
        code="cases",
        model=DemonstrationCase,
        icon="book",
        about=_("报送节约示范案例征集评选的案例。"),
        fields=("title", "edition", "day", "theme", "summary", "result", "note"),
        shown=("day", "edition", "theme", "result"),
        key=("institution", "edition", "title"),
        example={
            "title": "空调智能控制", "edition": "2023—2024年度", "day": "2023-05-15", "theme": "节能",
            "summary": "下班后自动关停空调。",
        },
    ),
    Ledger(
        code="experts",
        model=Expert,
        icon="users",
        about=_("本市公共机构节能专家库，全市各单位都可以查阅。联系方式只对管理的单位显示全。"),
        fields=("title", "field", "organisation", "position", "contact", "day", "note"),
        shown=("field", "organisation", "position", "contact", "day"),
        key=("unit", "title", "organisation"),
        masked=frozenset({"contact"}),
        example={
            "title": "王工", "field": "暖通空调", "organisation": "某设计院", "position": "高级工程师",
            "contact": "0518-80000000", "day": "2023-05-15",
        },
    ),
)  # fmt: skip

_BY_CODE = {ledger.code: ledger for ledger in LEDGERS}
_BY_MODEL = {ledger.model: ledger for ledger in LEDGERS}


def find_ledger(code: str) -> Ledger | None:
    """The register of a code; None for a code that names none."""
    return _BY_CODE.get(code)


def ledger_of(item: Item) -> Ledger:
    """The register that an item is in."""
    return _BY_MODEL[type(item)]
