"""The worked example of docs/calculations.md as plain data: Donghai county in 2023, and what must come out.

Only literals, so that the same numbers can be put through the pure functions and through the database.
Numbers are text, as a report's cells are.
"""

from typing import NamedTuple

UNIT = "320722"
UNIT_NAME = "东海县"


class Indicator(NamedTuple):
    """What the plan says of an indicator. `pace` is None and `target` is None where it is only tracked."""

    code: str
    name: str
    kind: str
    accumulate: str
    unit_label: str
    decimals: int
    pace: str
    target: str | None
    binding: bool
    required_in: tuple[int, ...]


ALL_YEAR = (1, 2, 3, 4)

INDICATORS = (
    Indicator("CP", "新建充电桩", "count", "sum", "个", 0, "linear", "40", True, ALL_YEAR),
    Indicator("PVN", "新建建筑可安装光伏面积覆盖率", "ratio", "sum", "m²", 2, "level", "50", False, ALL_YEAR),
    Indicator("PVG", "整县推进党政机关光伏建设比例", "ratio", "latest", "m²", 2, "linear", None, True, ()),
    Indicator("PVP", "整县推进学校医院等光伏建设比例", "ratio", "latest", "m²", 2, "linear", None, True, ()),
    Indicator("PVX", "年度新增光伏发电项目", "count", "sum", "个", 0, "linear", "2", True, ALL_YEAR),
    Indicator("LDS", "迎峰度夏相似日高峰负荷下降率", "reduction", "latest", "kW", 2, "due Q3", "10", False, (3,)),
    Indicator("LDW", "迎峰度冬相似日高峰负荷下降率", "reduction", "latest", "kW", 2, "due Q4", "10", False, (4,)),
    Indicator("DEM", "申报省公共机构节能低碳示范单位", "count", "sum", "个", 0, "linear", None, False, ALL_YEAR),
    Indicator("WST", "申报创建省级生活垃圾分类示范点", "count", "sum", "个", 0, "linear", None, False, ALL_YEAR),
    Indicator("OVQ", "超能耗定额约束值机构（未整改）", "remaining", "latest", "家", 0, "linear", "0", False, ALL_YEAR),
    Indicator("KIT", "食堂全电厨房改造试点", "count", "sum", "个", 0, "", None, False, ALL_YEAR),
    Indicator("RET", "既有建筑节能节水改造项目", "count", "sum", "个", 0, "", None, False, ALL_YEAR),
    Indicator("FLX", "空调柔性调控和灯具智慧控制应用机构", "count", "sum", "家", 0, "", None, False, ALL_YEAR),
    Indicator("GDC", "绿色数据中心建设", "count", "sum", "个", 0, "", None, False, ALL_YEAR),
    Indicator("EMS", "能源管理体系认证", "count", "sum", "个", 0, "", None, False, ALL_YEAR),
    Indicator("NEV", "新增新能源汽车", "count", "sum", "辆", 0, "", None, False, ALL_YEAR),
    Indicator("CSO", "节约型机关建成数", "count", "sum", "个", 0, "", None, False, ALL_YEAR),
    Indicator("NAT", "申报国家级示范单位和领跑者", "count", "sum", "个", 0, "", None, False, ALL_YEAR),
    Indicator("CAS", "报送节约示范案例（2023-2024年度）", "count", "sum", "个", 0, "", None, False, ALL_YEAR),
    Indicator("PVC", "光伏装机容量", "count", "sum", "千瓦", 3, "", None, False, ALL_YEAR),
    Indicator("EPC", "人均综合能耗下降率", "percent", "latest", "%", 2, "due Q4", None, False, (4,)),
    Indicator("EPA", "单位面积能耗下降率", "percent", "latest", "%", 2, "due Q4", None, False, (4,)),
    Indicator("WPC", "人均用水下降率", "percent", "latest", "%", 2, "due Q4", None, False, (4,)),
    Indicator("ETC", "综合能耗总量下降率", "percent", "latest", "%", 2, "due Q4", None, False, (4,)),
    Indicator("WTC", "用水总量下降率", "percent", "latest", "%", 2, "due Q4", None, False, (4,)),
    Indicator("PLA", "停止使用不可降解一次性塑料制品", "milestone", "latest", "%", 0, "linear", "100", False, ALL_YEAR),
    Indicator("FWR", "餐厨废弃物资源化利用", "milestone", "latest", "%", 0, "linear", "100", False, ALL_YEAR),
    Indicator("CLP", "光盘行动制止餐饮浪费", "milestone", "latest", "%", 0, "linear", "100", False, ALL_YEAR),
)

MISSING = {1: ("PVX",), 2: ("PVN", "OVQ"), 3: ("PVX", "OVQ"), 4: ("PVN",)}
"""Required lines that the reports lack."""

FILLED_OF_REQUIRED = {1: (18, 19), 2: (17, 19), 3: (18, 20), 4: (24, 25)}
"""By quarter: required lines filled in, required lines."""

_LISTED: dict[int, dict[str, tuple[str, str | None]]] = {
    1: {"CP": ("4", None), "PVN": ("1200", "2000"), "OVQ": ("9", "9")},
    2: {"CP": ("9", None), "PVX": ("1", None)},
    3: {"CP": ("10", None), "PVN": ("300", "1600"), "LDS": ("1834.50", "2010.00")},
    4: {
        "CP": ("8", None),
        "PVX": ("2", None),
        "LDW": ("1620.00", "1780.00"),
        "OVQ": ("2", "9"),
        "DEM": ("1", None),
        "WST": ("1", None),
        "RET": ("3", None),
        "KIT": ("1", None),
        "EMS": ("1", None),
        "FLX": ("1", None),
        "PLA": ("100", None),
        "FWR": ("80", None),
        "CLP": ("95", None),
        "NAT": ("1", None),
        "CAS": ("1", None),
    },
}


def _report(quarter: int) -> dict[str, tuple[str, str | None]]:
    """The lines of a quarter: those listed, 0 for other required ones, nothing for the missing."""
    required = [each.code for each in INDICATORS if quarter in each.required_in]
    zeros: dict[str, tuple[str, str | None]] = {code: ("0", None) for code in required if code not in MISSING[quarter]}
    return {**zeros, **_LISTED[quarter]}


LINES = {quarter: _report(quarter) for quarter in ALL_YEAR}
"""By quarter and indicator: value and base of the approved report's line."""

LINES_WITHOUT_NEW_BUILDING = {
    quarter: {code: ("0", "0") if code == "PVN" else numbers for code, numbers in lines.items()}
    for quarter, lines in LINES.items()
}

ON_TIME = {1: True, 2: True, 3: True, 4: False}
RETURNED = {1: 0, 2: 2, 3: 0, 4: 1}
WITH_EVIDENCE = ("CP", "PVN", "PVX", "LDS")
MANUAL_SCORES = {"C4": "2.5", "P4": "1"}


class Expected(NamedTuple):
    """V, B, A (as a fraction), α (as a fraction) at the year's end, and the status by quarter."""

    value: str
    base: str
    actual: str
    attainment: str
    statuses: tuple[str, str, str, str]


EXPECTED = {
    "CP": Expected("31", "0", "31", "77.5", ("far_behind", "far_behind", "far_behind", "missed")),
    "PVN": Expected("1500", "3600", "125/3", "250/3", ("met", "met", "behind", "missed")),
    "PVX": Expected("3", "0", "3", "150", ("no_data", "on_pace", "on_pace", "met")),
    "LDS": Expected("1834.5", "2010", "585/67", "5850/67", ("not_due", "not_due", "behind", "missed")),
    "LDW": Expected("1620", "1780", "800/89", "8000/89", ("not_due", "not_due", "not_due", "missed")),
    "OVQ": Expected("2", "9", "2", "700/9", ("far_behind", "far_behind", "far_behind", "missed")),
}

POINTS = {
    "A1": "11.63",
    "A2": "8.33",
    "A3": None,
    "A4": None,
    "A5": "10.00",
    "A6": "6.99",
    "A7": "6.29",
    "A8": "7.78",
    "B1": "5.00",
    "B2": "5.00",
    "B3": "4.00",
    "B4": "3.00",
    "B5": "2.00",
    "B6": "4.58",
    "C1": "4.50",
    "C2": "3.70",
    "C3": "0.89",
    "C4": "2.50",
    "P1": "0.00",
    "P2": "1.00",
    "P3": "0.50",
    "P4": "1.00",
    "D1": "0.50",
    "D2": "0.00",
}
"""The points of every line; None where the criterion drops out."""

SECTIONS = {"A": "51.02", "B": "23.58", "C": "11.59"}
BASE, BONUS, DEDUCTION, TOTAL = "86.19", "2.50", "0.50", "88.19"
BAND, GRADE, VETOES = "良好", "合格", ("V2",)
SECTION_A_WITHOUT_NEW_BUILDING = "51.23"
