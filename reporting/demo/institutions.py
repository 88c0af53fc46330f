"""Invented institutions of the demo year: the same ones every time, each marked as an example."""

from datetime import date
from decimal import Decimal

from stdnum.cn import uscc

from targets.models import Institution, PlanUnit
from targets.search import search_key

Kind, Roof = Institution.Kind, Institution.RoofClass

# What a county has, again and again: the name's end, its class, whose roof it is.
_PATTERN = (
    ("机关事务管理中心", Kind.STATE, Roof.ORGAN),
    ("第{number}中学", Kind.EDUCATION, Roof.OTHER),
    ("第{number}人民医院", Kind.HEALTH, Roof.OTHER),
    ("政务服务大厅{number}", Kind.STATE, Roof.ORGAN),
    ("第{number}小学", Kind.EDUCATION, Roof.OTHER),
    ("文化馆{number}", Kind.CULTURE, Roof.OTHER),
    ("街道办事处{number}", Kind.STATE, Roof.ORGAN),
    ("卫生院{number}", Kind.HEALTH, Roof.OTHER),
    ("体育中心{number}", Kind.SPORT, Roof.OTHER),
    ("农业技术推广站{number}", Kind.SCIENCE, Roof.OTHER),
)
_MARK = "（示例）"
_FROM = date(2020, 1, 1)
_FEW = 24


def make_institutions(units: list[PlanUnit], *, total: int = 0) -> dict[int, list[Institution]]:
    """Institutions by the unit's id, stored: 24 of each unit, or so many that they are `total` together."""
    share, rest = divmod(total, len(units)) if total else (_FEW, 0)
    made = [
        _institution(plan_unit, place, number)
        for place, plan_unit in enumerate(units)
        for number in range(share + (1 if place < rest else 0))
    ]
    Institution.objects.bulk_create(made)
    found: dict[int, list[Institution]] = {plan_unit.unit_id: [] for plan_unit in units}
    for institution in made:
        found[institution.unit_id].append(institution)
    return found


def _institution(plan_unit: PlanUnit, place: int, number: int) -> Institution:
    words, kind, roof = _PATTERN[number % len(_PATTERN)]
    name = f"{plan_unit.name}{words.format(number=number // len(_PATTERN) + 1)}{_MARK}"
    stem = f"12320700{place + 1:02d}{number + 1:07d}"
    code = stem + uscc.calc_check_digit(stem)
    return Institution(
        unit=plan_unit.unit,
        name=name,
        credit_code=code,
        kind=kind,
        roof_class=roof,
        floor_area_m2=Decimal(1_200 + number * 137 % 9_000),
        headcount=30 + number * 53 % 900,
        separately_metered=number % 3 == 0,
        active_from=_FROM,
        search_key=search_key((name, code)),
    )
