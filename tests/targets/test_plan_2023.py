"""The plan of 2023 says what the notice and the agreed defaults say, indicator by indicator."""

import re
from collections import Counter
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from targets.ledger_feeds import Feed
from targets.plan_entries import IndicatorEntry, PlanFile
from targets.plan_file import load_plan_file

PLAN = load_plan_file(Path(__file__).parents[2] / "targets" / "data" / "plan_2023.yaml")

# code | name | English
NAMES = """
CP  | 新建充电桩 | New charging piles
PVN | 新建建筑可安装光伏面积覆盖率 | PV coverage of installable area, new buildings
PVG | 整县推进党政机关光伏建设比例 | Whole-county PV pilot: Party and government organs
PVP | 整县推进学校医院等光伏建设比例 | Whole-county PV pilot: schools, hospitals, others
PVX | 年度新增光伏发电项目 | New PV projects of the year
LDS | 迎峰度夏相似日高峰负荷下降率 | Similar-day peak load reduction, summer
LDW | 迎峰度冬相似日高峰负荷下降率 | Similar-day peak load reduction, winter
DEM | 申报省公共机构节能低碳示范单位 | Applications, provincial demonstration units
WST | 申报创建省级生活垃圾分类示范点 | Applications, provincial waste-sorting sites
OVQ | 超能耗定额约束值机构（未整改） | Institutions still above the energy-quota constraint value
KIT | 食堂全电厨房改造试点 | All-electric canteen kitchen pilots
RET | 既有建筑节能节水改造项目 | Energy and water retrofits of existing buildings
FLX | 空调柔性调控和灯具智慧控制应用机构 | Institutions with flexible air-conditioning or smart lighting control
GDC | 绿色数据中心建设 | Green data centres
EMS | 能源管理体系认证 | Energy-management-system certifications
NEV | 新增新能源汽车 | New-energy vehicles added
CSO | 节约型机关建成数 | Conservation-oriented government offices built
NAT | 申报国家级示范单位和领跑者 | National demonstration units, energy and water front-runners applied for
CAS | 报送节约示范案例（2023-2024年度） | Demonstration cases submitted
PVC | 光伏装机容量 | PV capacity installed
EPC | 人均综合能耗下降率 | Energy per person, reduction
EPA | 单位面积能耗下降率 | Energy per floor area, reduction
WPC | 人均用水下降率 | Water per person, reduction
ETC | 综合能耗总量下降率 | Total energy use, reduction
WTC | 用水总量下降率 | Total water use, reduction
PLA | 停止使用不可降解一次性塑料制品 | Non-degradable single-use plastics stopped
FWR | 餐厨废弃物资源化利用 | Food-waste recycling
CLP | 光盘行动制止餐饮浪费 | “Clean plate” campaign
A22 | 完成2022年度节约能源资源考核 | 2022 assessment completed
MID | “十四五”规划中期评估 | Mid-term evaluation of the 14th five-year plan
EXP | 建立本市专家库 | Municipal pool of experts set up
"""

# code | kind | accumulate | unit (base) | decimals | targets | pace | nature | n.a. | reported by | clauses
TABLE = """
CP  | count | sum | 个 | 0 | city 300 N, counties 40 N | linear | binding | no | all | N9
PVN | ratio | sum | m² (m²) | 2 | city 50 N, counties 50 d | level | anticipated | yes | all | N11
PVG | ratio | latest | m² (m²) | 2 | pilots 50 N | linear | binding | no | pilots | N12
PVP | ratio | latest | m² (m²) | 2 | pilots 40 N | linear | binding | no | pilots | N12
PVX | count | sum | 个 | 0 | others 2 N | linear | binding | no | others zones municipal | N13
LDS | reduction | latest | kW (kW) | 2 | city 10 N, counties 10 d | due_q3 | anticipated | conditional | all | N7
LDW | reduction | latest | kW (kW) | 2 | city 10 N, counties 10 d | due_q4 | anticipated | conditional | all | N7
DEM | count | sum | 个 | 0 | city 3 N | linear | anticipated | no | all | N16
WST | count | sum | 个 | 0 | city 3 N | linear | anticipated | no | all | N18
OVQ | remaining | latest | 家 (家) | 0 | city 0 N, counties 0 d | linear | anticipated | no | all | N5
KIT | count | sum | 个 | 0 |  | none | none | yes | all | N10
RET | count | sum | 个 | 0 |  | none | none | yes | all | N8
FLX | count | sum | 家 | 0 |  | none | none | yes | all | N7
GDC | count | sum | 个 | 0 |  | none | none | yes | all | N8
EMS | count | sum | 个 | 0 |  | none | none | yes | all | N8
NEV | count | sum | 辆 | 0 |  | none | none | no | all | N9
CSO | count | sum | 个 | 0 |  | none | none | no | all | N14
NAT | count | sum | 个 | 0 |  | none | none | no | all | N15
CAS | count | sum | 个 | 0 |  | none | none | no | all | N17
PVC | count | sum | 千瓦 | 3 |  | none | none | no | all | N12 N13
EPC | percent | latest | % | 2 |  | due_q4 | none | no | all | N6
EPA | percent | latest | % | 2 |  | due_q4 | none | no | all | N6
WPC | percent | latest | % | 2 |  | due_q4 | none | no | all | N6
ETC | percent | latest | % | 2 |  | due_q4 | none | no | all | N6
WTC | percent | latest | % | 2 |  | due_q4 | none | no | all | N6
PLA | milestone | latest | % | 0 | all 100 d | linear | anticipated | no | all | N19
FWR | milestone | latest | % | 0 | all 100 d | linear | anticipated | yes | all | N20
CLP | milestone | latest | % | 0 | all 100 d | linear | anticipated | yes | all | N21
A22 | milestone | latest | % | 0 | SBJ 100 d | linear | anticipated | no | municipal | N4
MID | milestone | latest | % | 0 | SBJ 100 d | linear | anticipated | no | municipal | N3
EXP | milestone | latest | % | 0 | SBJ 100 d | linear | anticipated | no | municipal | N2
"""

RANGES = {"个": "1000000", "家": "1000000", "辆": "1000000", "千瓦": "10000000", "m²": "1000000000", "kW": "1000000000"}

UNITS = [
    ("320706", "海州区", "海州区", "district", True, "counties others"),
    ("320703", "连云区", "连云区", "district", True, "counties others"),
    ("320707", "赣榆区", "赣榆区", "district", True, "counties pilots"),
    ("320722", "东海县", "东海县", "county", True, "counties others"),
    ("320723", "灌云县", "灌云县", "county", True, "counties others"),
    ("320724", "灌南县", "灌南县", "county", True, "counties pilots"),
    ("320771", "开发区", "连云港经济技术开发区", "zone", False, "zones"),
    ("GXQ", "高新区", "连云港高新技术产业开发区", "zone", False, "zones"),
    ("XWQ", "徐圩新区", "徐圩新区", "zone", False, "zones"),
    ("YTS", "云台山景区", "云台山风景名胜区", "zone", False, "zones"),
    ("SBJ", "市本级", "市级机关及直属单位", "municipal", False, "municipal"),
]

ALIASES = {
    "赣榆区": {"赣榆县"},
    "开发区": {"连云港经济技术开发区", "经开区", "市开发区", "经济技术开发区"},
    "高新区": {"连云港高新技术产业开发区", "国家高新区"},
    "徐圩新区": {"徐圩"},
    "云台山景区": {"云台山风景名胜区", "云台山", "云台山风景区"},
    "市本级": {"市级机关及直属单位", "市直", "市级"},
}


def row_of(indicator: IndicatorEntry) -> list[str]:
    """An indicator as a row of the table above."""
    targets = [f"{target.scope} {target.value} {target.origin}" for target in indicator.targets]
    unit = f"{indicator.value_unit} ({indicator.base_unit})" if indicator.has_base else indicator.value_unit
    return [
        indicator.code,
        indicator.kind,
        indicator.accumulate,
        unit,
        str(indicator.decimals),
        ", ".join(targets),
        indicator.pace,
        indicator.nature,
        indicator.not_applicable,
        " ".join(indicator.reported_by),
        " ".join(indicator.sources),
    ]


def owed_in(plan: PlanFile, unit: str, quarter: int) -> int:
    """How many lines a unit must fill in: what is due in one quarter is required in that one only."""
    due_elsewhere = {f"due_q{other}" for other in (1, 2, 3, 4) if other != quarter}
    return sum(unit in plan.reporters_of(each) and each.pace not in due_elsewhere for each in plan.indicators)


def cells_of(table: str) -> list[list[str]]:
    return [[cell.strip() for cell in row.split("|")] for row in table.strip().splitlines()]


def test_indicators_given_the_agreed_table_then_equal_row_by_row() -> None:
    expected = cells_of(TABLE)

    assert [row_of(indicator) for indicator in PLAN.indicators] == expected
    assert len(expected) == 31


def test_indicators_given_the_agreed_names_then_equal_in_both_languages() -> None:
    assert [[each.code, each.name, each.name_en] for each in PLAN.indicators] == cells_of(NAMES)


@pytest.mark.parametrize("indicator", PLAN.indicators, ids=lambda each: each.code)
def test_indicator_given_its_unit_then_has_the_agreed_range(indicator: IndicatorEntry) -> None:
    percent = ("-100", "100") if indicator.kind == "percent" else ("0", "100")

    expected = percent if indicator.value_unit == "%" else ("0", RANGES[indicator.value_unit])

    assert (indicator.minimum, indicator.maximum) == (Decimal(expected[0]), Decimal(expected[1]))


@pytest.mark.parametrize("indicator", PLAN.indicators, ids=lambda each: each.code)
def test_indicator_given_a_reader_of_either_language_then_every_word_is_there(indicator: IndicatorEntry) -> None:
    chinese = [indicator.name, indicator.value_label, indicator.definition]
    english = [indicator.name_en, indicator.value_label_en, indicator.definition_en, indicator.value_unit_en]
    if indicator.has_base:
        chinese.append(indicator.base_label)
        english += [indicator.base_label_en, indicator.base_unit_en]

    assert all(re.search(r"[\u4e00-\u9fff]", words) for words in chinese)
    assert not any(re.search(r"[\u4e00-\u9fff]", words) for words in english)
    assert all(english)
    assert not re.search(r"[\u4e00-\u9fff，。；] +[\u4e00-\u9fff]", "".join(chinese)), "a line break became a blank"


def test_base_rules_given_pilots_and_the_over_quota_list_then_positive_and_fixed() -> None:
    rules = {each.code: each.base_rule for each in PLAN.indicators if each.base_rule != "none"}

    assert rules == {"PVG": "positive", "PVP": "positive", "OVQ": "fixed"}


def test_ledgers_given_the_registers_then_feed_the_agreed_indicators() -> None:
    fed = {each.code: each.ledger for each in PLAN.indicators if each.ledger.ledger}

    assert fed == {
        "CP": Feed("charging_piles", "new_piles"),
        "PVN": Feed("new_buildings", "installed_m2"),
        "PVG": Feed("pv_projects", "area_m2", "organ"),
        "PVP": Feed("pv_projects", "area_m2", "other"),
        "PVX": Feed("pv_projects", "projects"),
        "PVC": Feed("pv_projects", "capacity_kwp"),
        "OVQ": Feed("over_quota", "remaining"),
        "CSO": Feed("nominations", "named", "CSO"),
        **{code: Feed("nominations", "applied", code) for code in ("DEM", "WST", "NAT", "CAS")},
        **{code: Feed("projects", "quantity", code) for code in ("KIT", "RET", "FLX", "GDC", "EMS", "NEV")},
    }


def test_ledgers_given_the_registers_then_feed_the_agreed_bases() -> None:
    fed = {each.code: each.base_ledger for each in PLAN.indicators if each.base_ledger.ledger}

    assert fed == {
        "PVN": Feed("new_buildings", "installable_m2"),
        "PVG": Feed("roof_survey", "buildable_m2", "organ"),
        "PVP": Feed("roof_survey", "buildable_m2", "other"),
        "OVQ": Feed("over_quota", "listed"),
    }


def test_units_given_the_agreed_list_then_equal_in_display_order() -> None:
    units = [
        (unit.code, unit.name, unit.full_name, unit.kind, unit.assessed, " ".join(unit.groups))
        for unit in PLAN.units
        if unit.reports
    ]

    assert units == UNITS
    assert (PLAN.units[0].code, PLAN.units[0].kind, PLAN.units[0].parent) == ("320700", "city", "")
    assert all(unit.parent == "320700" for unit in PLAN.units[1:])


def test_units_given_other_spellings_then_exactly_the_agreed_ones() -> None:
    spellings = {unit.name: set(unit.spellings) for unit in PLAN.units if unit.spellings}

    assert spellings == ALIASES


@pytest.mark.parametrize(("quarter", "lines"), [(1, 19), (2, 19), (3, 20), (4, 25)])
def test_lines_owed_given_a_county_that_is_no_pilot_then_as_agreed(quarter: int, lines: int) -> None:
    assert [owed_in(PLAN, code, quarter) for code in PLAN.codes_in("others")] == [lines] * 4


@pytest.mark.parametrize(("code", "lines"), [("320724", 20), ("GXQ", 19), ("SBJ", 22)])
def test_lines_owed_in_the_first_quarter_given_a_pilot_a_zone_or_the_city_itself_then_differ(
    code: str, lines: int
) -> None:
    assert owed_in(PLAN, code, 1) == lines


def test_targets_given_zones_then_only_milestones() -> None:
    of_zone = [each.kind for each in PLAN.indicators if "XWQ" in PLAN.targets_of(each)]

    assert of_zone == ["milestone"] * 3


def test_targets_given_charging_piles_then_the_counties_alone_do_not_reach_the_citys() -> None:
    targets = PLAN.targets_of(PLAN.indicators[0])
    city = targets.pop(PLAN.root).value

    assert (city, sum(target.value for target in targets.values())) == (300, 240)


def test_clauses_given_the_notice_then_all_in_both_languages_and_each_used_but_the_theme() -> None:
    used = {source for indicator in PLAN.indicators for source in indicator.sources}

    assert list(PLAN.clauses) == [f"N{number}" for number in range(1, 22)]
    assert set(PLAN.clauses) - used == {"N1"}
    assert all(re.fullmatch(r"[^ ]*[\u4e00-\u9fff][^ ]*", clause.zh) for clause in PLAN.clauses.values())
    assert not any(re.search(r"[\u4e00-\u9fff]", clause.en) for clause in PLAN.clauses.values())


def test_categories_given_the_indicators_then_none_is_empty() -> None:
    rows = Counter(indicator.category for indicator in PLAN.indicators)

    assert rows == {
        "vehicles": 2,
        "solar": 5,
        "energy": 4,
        "retrofit": 4,
        "creation": 5,
        "office": 3,
        "tasks": 3,
        "double_control": 5,
    }
    assert set(rows) == {category.key for category in PLAN.categories}


def test_quarters_given_a_notice_of_may_then_only_the_first_differs_from_the_rule() -> None:
    (first,) = PLAN.quarters

    assert (first.number, first.due, first.closes) == (1, date(2023, 5, 31), date(2023, 6, 7))
    assert first.opens == datetime(2023, 5, 15, 16, tzinfo=UTC)
    assert (PLAN.notice.issued, PLAN.notice.reported) == (date(2023, 5, 15), date(2023, 5, 18))
