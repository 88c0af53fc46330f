"""The default scheme of 2023 is the agreed proposal, criterion by criterion."""

import re
from decimal import Decimal
from pathlib import Path

from assessments.scheme_entries import BandEntry, CriterionEntry
from assessments.scheme_file import load_scheme_file
from targets.plan_file import load_plan_file

ROOT = Path(__file__).parents[2]
PLAN = load_plan_file(ROOT / "targets" / "data" / "plan_2023.yaml")
SCHEME = load_scheme_file(
    ROOT / "assessments" / "data" / f"{PLAN.scheme}.yaml", indicators=[each.code for each in PLAN.indicators]
)

# code | name | max | rule | parameters | indicators
TABLE = """
A1 | 新建充电桩 | 15 | proportional | floor 50 | CP
A2 | 新建建筑光伏覆盖率 | 10 | proportional | floor 50 | PVN
A3 | 整县推进：党政机关 | 5 | proportional | floor 50 | PVG
A4 | 整县推进：学校医院等 | 5 | proportional | floor 50 | PVP
A5 | 新增光伏发电项目 | 10 | proportional | floor 50 | PVX
A6 | 迎峰度夏负荷下降 | 8 | proportional | floor 0 | LDS
A7 | 迎峰度冬负荷下降 | 7 | proportional | floor 0 | LDW
A8 | 超定额机构整改 | 10 | proportional | floor 0 | OVQ
B1 | 省级示范单位申报 | 5 | per_item | each 5 | DEM
B2 | 垃圾分类示范点 | 5 | per_item | each 5 | WST
B3 | 节能节水改造 | 4 | per_item | each 2 | RET
B4 | 全电厨房试点 | 3 | per_item | each 3 | KIT
B5 | 管理与技术创新 | 3 | per_item | each 1, cap_each 1 | EMS GDC FLX
B6 | 绿色办公与反浪费 | 5 | average | | PLA FWR CLP
C1 | 按时填报 | 6 | timeliness | each 1.5 |
C2 | 填报完整 | 4 | completeness | each 1 |
C3 | 佐证材料 | 2 | evidence | |
C4 | 组织领导和宣传培训 | 3 | manual | |
P1 | 充电桩超额 | 2 | over_target | per 10, each 0.5 | CP
P2 | 国家级创建 | 3 | per_item | each 1 | NAT
P3 | 示范案例 | 2 | per_item | each 0.5 | CAS
P4 | 典型经验推广 | 3 | manual | |
D1 | 反复退回 | 2 | returns | free 1, each 0.5 |
D2 | 通报批评 | 5 | manual | |
"""


def row_of(criterion: CriterionEntry) -> list[str]:
    """A criterion as a row of the table above."""
    params = ", ".join(f"{name} {number}" for name, number in sorted(criterion.params.items(), key=_as_in_the_table))
    indicators = " ".join(criterion.indicators)
    return [criterion.code, criterion.name, str(criterion.max), criterion.rule, params, indicators]


def _as_in_the_table(param: tuple[str, object]) -> int:
    return ["floor", "per", "free", "each", "cap_each"].index(param[0])


def bounds_of(bands: tuple[BandEntry, ...]) -> list[tuple[str, Decimal]]:
    return [(band.name, band.lower) for band in bands]


def test_criteria_given_the_agreed_table_then_equal_row_by_row() -> None:
    expected = [[cell.strip() for cell in row.split("|")] for row in TABLE.strip().splitlines()]

    assert [row_of(criterion) for criterion in SCHEME.criteria] == expected


def maxima_for(unit: str) -> list[Decimal]:
    """Σ max by section of the criteria that a unit can be scored on: those about targets need a target of its own."""
    has_target = {each.code: unit in PLAN.targets_of(each) for each in PLAN.indicators}
    return [
        sum(
            (each.max for each in section.criteria if each.rule != "proportional" or has_target[each.indicators[0]]),
            start=Decimal(0),
        )
        for section in SCHEME.sections
    ]


def test_sections_given_the_hundred_points_then_as_agreed() -> None:
    sections = [(section.code, section.name, section.points) for section in SCHEME.sections]

    assert sections == [("A", "目标完成情况", 60), ("B", "重点工作", 25), ("C", "基础管理", 15)]
    assert sum(criterion.max for criterion in SCHEME.bonus) == SCHEME.bonus_cap == 10


def test_sections_given_any_county_then_its_own_criteria_add_up_to_the_points() -> None:
    points = [section.points for section in SCHEME.sections]

    assert [maxima_for(code) for code in PLAN.codes_in("counties")] == [points] * 6


def test_vetoes_given_falsification_and_a_binding_target_missed_then_fail_and_cap() -> None:
    vetoes = [(veto.code, veto.name, veto.rule, veto.threshold, veto.cap) for veto in SCHEME.vetoes]

    assert vetoes == [
        ("V1", "弄虚作假", "flag", None, None),
        ("V2", "约束性目标严重未完成", "binding", Decimal(80), 2),
    ]
    assert SCHEME.bands[-2].name == "合格"


def test_bands_given_the_default_and_the_presets_then_as_agreed() -> None:
    assert bounds_of(SCHEME.bands) == [("优秀", 90), ("良好", 80), ("合格", 60), ("不合格", 0)]
    assert [bounds_of(preset.bands) for preset in SCHEME.presets] == [
        [("优秀", 90), ("良好", 70), ("合格", 60), ("不合格", 0)],
        [("超额完成", 95), ("完成", 80), ("基本完成", 65), ("未完成", 0)],
    ]


def test_scheme_given_no_official_table_then_it_says_it_is_a_proposal() -> None:
    assert SCHEME.is_default
    assert SCHEME.rank_by == "grade"
    assert "默认方案，可修改" in SCHEME.note
    assert "proposal" in SCHEME.note_en


def test_manual_criteria_given_a_reviewer_then_each_has_a_checklist_in_both_languages() -> None:
    manual = {criterion.code: criterion for criterion in SCHEME.criteria if criterion.rule == "manual"}

    assert set(manual) == {"C4", "P4", "D2"}
    assert all(re.search(r"[\u4e00-\u9fff]", criterion.checklist) for criterion in manual.values())
    assert all(re.search(r"[a-z]", criterion.checklist_en) for criterion in manual.values())
    assert not any(re.search(r"[\u4e00-\u9fff]", criterion.checklist_en) for criterion in manual.values())
