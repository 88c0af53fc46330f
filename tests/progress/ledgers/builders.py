"""Institutions and items of every register, valid by default."""

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from typing import Any

from stdnum.cn import uscc

from progress.ledgers import LEDGERS, Ledger, find_ledger
from progress.models import Item, OverQuota
from targets.models import Institution, Unit
from targets.search import search_key

AT = datetime(2023, 8, 1, 2, tzinfo=UTC)
"""When the tests' people act: in the third quarter."""
DAY = date(2023, 5, 10)

_number = count(1)

FACTS: dict[str, dict[str, Any]] = {
    "charging_piles": {
        "title": "北侧停车场", "piles": 4, "connectors": 6, "current": "ac", "power_kw": Decimal(28), "build": "new",
    },
    "pv_projects": {
        "title": "办公楼屋顶光伏", "area_m2": Decimal("1200.50"), "capacity_kwp": Decimal("180.125"),
        "roof_class": "organ", "on_new_building": False,
    },
    "new_buildings": {"title": "新综合楼", "installable_m2": Decimal(2000), "installed_m2": Decimal(1200)},
    "roof_survey": {
        "title": "办公楼屋顶", "roof_class": "organ", "buildable_m2": Decimal(3000), "surveyed_by": "市节能中心",
    },
    "nominations": {"title": "节能低碳示范单位", "scheme": "DEM"},
    "over_quota": {
        "quota_edition": "DB32/T 4001-2021", "electricity_factor": Decimal("0.1229"), "constraint_value": Decimal(12),
        "intensity_at_start": Decimal("15.5"),
    },
    "projects": {"title": "食堂全电改造", "kind": "KIT", "quantity": 1},
    "cases": {"title": "空调智控", "edition": "2023—2024年度", "theme": "节能", "summary": "夜间自动关停。"},
    "experts": {"title": "王工", "field": "暖通", "organisation": "某设计院", "contact": "13900001234"},
}  # fmt: skip


def credit_code(number: int) -> str:
    """A credit code that passes the check digit (GB 32100-2015)."""
    stem = f"11320700{number:09d}"
    return stem + uscc.calc_check_digit(stem)


def make_institution(unit: Unit, **facts: Any) -> Institution:
    """An institution of a unit."""
    number = next(_number)
    institution = Institution(
        **{
            "unit": unit, "name": f"第{number}中学", "credit_code": credit_code(number), "kind": "021",
            "roof_class": "other", "floor_area_m2": 5000, "headcount": 300, "active_from": date(2020, 1, 1),
            **facts,
        }
    )  # fmt: skip
    institution.search_key = search_key((institution.name, institution.credit_code))
    institution.save()
    return institution


def ledger(code: str) -> Ledger:
    """A register that is there."""
    found = find_ledger(code)
    assert found is not None
    return found


def new_item(code: str, owner: Institution | Unit, **facts: Any) -> Any:
    """An item of a register, not yet stored; `owner` is its institution, or of an expert the unit."""
    which = {"institution" if isinstance(owner, Institution) else "unit": owner}
    return ledger(code).model(**{"day": DAY, **which, **FACTS[code], **facts})


def make_item(code: str, owner: Institution | Unit, **facts: Any) -> Any:
    """An item as if somebody had entered it."""
    item: Item = new_item(code, owner, **facts)
    item.settle()
    if not isinstance(item, OverQuota):
        item.search_key = search_key([item.name])
    item.created_by = item.changed_by = "填报员"
    item.created_at = item.changed_at = AT
    item.save()
    return item


CODES = [each.code for each in LEDGERS]
OF_INSTITUTIONS = [each.code for each in LEDGERS if each.has_institution]
