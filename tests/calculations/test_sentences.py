"""Why this score, and what the next gain needs, in Chinese."""

from collections.abc import Mapping
from fractions import Fraction

import pytest

from calculations.actual import DataState
from calculations.inputs import IndicatorInput
from calculations.rules import parse_rule
from calculations.scheme import Criterion
from calculations.scoring import LineResult, assess_unit, score_line
from tests.calculations.builders import (
    default_scheme,
    donghai_inputs,
    make_adjustment,
    make_facts,
    make_input,
    make_unit,
)

PILES = {"name": "新建充电桩"}
AREA = {"kind": "ratio", "name": "光伏覆盖率", "unit_label": "m²", "decimals": 2}
LOAD = {"kind": "reduction", "name": "负荷下降率", "unit_label": "kW", "decimals": 2}
QUOTA = {"kind": "remaining", "name": "超定额机构", "unit_label": "家"}
WORK = {"kind": "milestone", "name": "光盘行动", "unit_label": "%"}
NO_DATA = DataState.NO_DATA


def explained(
    rule: str, params: Mapping[str, object], *indicators: IndicatorInput, maximum: str = "10", **unit: object
) -> LineResult:
    criterion = Criterion(
        "K", Fraction(maximum), parse_rule(rule, params), tuple(each.code for each in indicators), name="某项"
    )
    return score_line(criterion, make_unit(*indicators, **unit))


def proportional(**indicator: object) -> LineResult:
    return explained("proportional", {"floor": "50"}, make_input(**indicator), maximum="15")  # type: ignore[arg-type]


def steps(**indicator: object) -> LineResult:
    return explained("steps", {"steps": [["100", "10"], ["80", "6"]]}, make_input(**indicator))  # type: ignore[arg-type]


def test_charging_piles_of_the_worked_example() -> None:
    line = proportional(value="31", target="40", **PILES)

    assert line.why == "新建充电桩 31 个 ÷ 目标 40 个 = 77.5 %，得 15 × 77.5 % = 11.63 分"
    assert line.next_gain == "再完成 9 个可得满分"


@pytest.mark.parametrize(
    ("line", "why", "next_gain"),
    [
        (
            proportional(value="50", target="40", **PILES),
            "新建充电桩 50 个 ÷ 目标 40 个 = 125 %，达到目标，得满分 15.00 分",
            "",
        ),
        (
            proportional(value="10", target="40", **PILES),
            "新建充电桩 10 个 ÷ 目标 40 个 = 25 %，低于 50 %，得 0.00 分",
            "再完成 10 个即开始得分，再完成 30 个可得满分",
        ),
        (
            proportional(state=NO_DATA, target="40", **PILES),
            "新建充电桩未报，得 0.00 分",
            "填报新建充电桩后按完成率得分",
        ),
        (proportional(value="3", **PILES), "新建充电桩没有下达目标，不计此项", ""),
        (
            proportional(state=DataState.NOT_APPLICABLE, target="40", **PILES),
            "新建充电桩不涉及，不计此项",
            "",
        ),
        (
            proportional(value="1500", base="3600", target="50", **AREA),
            "光伏覆盖率 1500 m² ÷ 3600 m² ≈ 41.67 %，÷ 目标 50 % ≈ 83.3 %，得 15 × 83.3 % = 12.50 分",
            "再安装 300 m² 可得满分",
        ),
        (
            proportional(value="110", base="100", target="10", **LOAD),
            "负荷下降率 (100 − 110) ÷ 100 = −10 %，÷ 目标 10 %，不足 0，按 0 % 计，低于 50 %，得 0.00 分",
            "高峰负荷再降 15 kW 即开始得分，高峰负荷再降 20 kW 可得满分",
        ),
        (
            proportional(value="2", base="9", target="0", **QUOTA),
            "超定额机构 由 9 家减到 2 家，(9 − 2) ÷ (9 − 0) ≈ 77.8 %，得 15 × 77.8 % = 11.67 分",
            "再整改 2 家可得满分",
        ),
        (
            proportional(value="0", base="0", target="0", **QUOTA),
            "超定额机构 剩余 0 家，未超过目标 0 家，完成率 = 100 %，达到目标，得满分 15.00 分",
            "",
        ),
        (
            proportional(value="3", base="2", target="2", **QUOTA),
            "超定额机构 剩余 3 家，超过目标 2 家，完成率 = 0 %，低于 50 %，得 0.00 分",
            "再整改 1 家即开始得分，再整改 1 家可得满分",
        ),
        (
            proportional(value="10", base="9", target="0", **QUOTA),
            "超定额机构 由 9 家增到 10 家，按 0 % 计，低于 50 %，得 0.00 分",
            "再整改 6 家即开始得分，再整改 10 家可得满分",
        ),
        (
            proportional(value="80", target="100", **WORK),
            "光盘行动 80 %，÷ 目标 100 % = 80 %，得 15 × 80 % = 12.00 分",
            "再提高 20 个百分点可得满分",
        ),
    ],
)
def test_share_of_the_target_is_explained(line: LineResult, why: str, next_gain: str) -> None:
    assert (line.why, line.next_gain) == (why, next_gain)


def test_percentage_has_as_many_decimals_as_give_the_printed_points_again() -> None:
    line = explained(
        "proportional", {"floor": "0"}, make_input(value="1834.5", base="2010", target="10", **LOAD), maximum="8"
    )

    assert line.why.endswith("≈ 87.313 %，得 8 × 87.313 % = 6.99 分")


@pytest.mark.parametrize(
    ("line", "why", "next_gain"),
    [
        (
            steps(value="34", target="40", **PILES),
            "新建充电桩 34 个 ÷ 目标 40 个 = 85 %，达到 80 % 一档，得 6.00 分",
            "再完成 6 个可得 10 分",
        ),
        (
            steps(value="4", target="40", **PILES),
            "新建充电桩 4 个 ÷ 目标 40 个 = 10 %，未达到最低一档，得 0.00 分",
            "再完成 28 个可得 6 分",
        ),
        (steps(state=NO_DATA, target="40", **PILES), "新建充电桩未报，得 0.00 分", "填报新建充电桩后按完成率得分"),
        (
            explained("steps", {"steps": [["100", "8"]]}, make_input(value="41", target="40", **PILES)),
            "新建充电桩 41 个 ÷ 目标 40 个 = 102.5 %，达到 100 % 一档，得 8.00 分",
            "",
        ),
        (
            explained(
                "per_item",
                {"each": "1", "cap_each": "1"},
                make_input("X", value="3", name="认证"),
                make_input("Y", state=NO_DATA, name="数据中心"),
                make_input("Z", state=DataState.NOT_APPLICABLE, name="柔性调控"),
                maximum="3",
            ),
            "认证 3 个（按 1 个计），数据中心未报，柔性调控不涉及；1 × 1 = 1 分，得 1.00 分",
            "数据中心每增加 1 个加 1 分，最多 3 分",
        ),
        (
            explained("per_item", {"each": "2"}, make_input(value="3", name="改造"), maximum="4"),
            "改造 3 个；2 × 3 = 6 分，超过满分，得 4.00 分",
            "",
        ),
        (
            explained("per_item", {"each": "1", "cap_each": "1"}, make_input(value="3", name="认证"), maximum="3"),
            "认证 3 个（按 1 个计）；1 × 1 = 1 分，得 1.00 分",
            "",
        ),
        (
            explained(
                "average",
                {},
                make_input("X", value="80", target="100", **WORK),
                make_input("Y", state=NO_DATA, target="100", kind="milestone", name="餐厨"),
                make_input("Z", value="10", kind="milestone", name="塑料"),
            ),
            "光盘行动 80 %，餐厨未报按 0 %，塑料不计；平均 = 40 %，得 10 × 40 % = 4.00 分",
            "光盘行动再提高 20 个百分点可加 1.00 分；餐厨再提高 100 个百分点可加 5.00 分",
        ),
        (
            explained("over_target", {"per": "10", "each": "0.5"}, make_input(value="48", target="40", **PILES)),
            (
                "新建充电桩 48 个 ÷ 目标 40 个 = 120 %，"
                "超出 20 个百分点，每满 10 个百分点 0.5 分，0.5 × 2 = 1 分，得 1.00 分"
            ),
            "再完成 4 个可加 0.5 分",
        ),
        (
            explained(
                "over_target", {"per": "10", "each": "0.5"}, make_input(value="31", target="40", **PILES), maximum="2"
            ),
            "新建充电桩 31 个 ÷ 目标 40 个 = 77.5 %，未超过目标，得 0.00 分",
            "再完成 13 个可加 0.5 分",
        ),
        (
            explained(
                "over_target", {"per": "10", "each": "1"}, make_input(value="80", target="40", **PILES), maximum="2"
            ),
            (
                "新建充电桩 80 个 ÷ 目标 40 个 = 200 %，"
                "超出 100 个百分点，每满 10 个百分点 1 分，1 × 10 = 10 分，超过满分，得 2.00 分"
            ),
            "",
        ),
        (
            explained("over_target", {"per": "10", "each": "1"}, make_input(state=NO_DATA, target="40", **PILES)),
            "新建充电桩未报，得 0.00 分",
            "",
        ),
        (
            explained("timeliness", {"each": "1.5"}, maximum="6", quarters=make_facts([True, False, False, True])),
            "4 个季度中按时 2 个，得 1.5 × 2 = 3.00 分",
            "第二季度、第三季度没有按时填报，按时填报一个季度得 1.5 分",
        ),
        (
            explained(
                "timeliness",
                {"each": "1.5"},
                maximum="6",
                quarters=make_facts([True, True, True, False], counted=[False, True, True, True]),
            ),
            "3 个季度中按时 2 个，得 1.5 × 2 × 4 ÷ 3 = 4.00 分",
            "第四季度没有按时填报，按时填报一个季度得 2 分",
        ),
        (
            explained("timeliness", {"each": "1"}, quarters=make_facts(counted=[False] * 4)),
            "没有计入考核的季度，不计此项",
            "",
        ),
        (
            explained(
                "completeness", {"each": "1"}, maximum="4", quarters=make_facts(filled=[(4, 5), (5, 5), (0, 5), (5, 5)])
            ),
            "应填已填：4/5 + 5/5 + 0/5 + 5/5，得 1 × (4/5 + 5/5 + 0/5 + 5/5) = 2.80 分",
            "第一季度缺 1 项，第三季度缺 5 项，补齐可得满分",
        ),
        (
            explained("evidence", {}, maximum="2"),
            "有目标的指标都没有进展，无需佐证，得 0.00 分",
            "",
        ),
        (
            explained(
                "returns",
                {"free": "1", "each": "0.5"},
                maximum="2",
                quarters=make_facts(returned=[(2,), (0,), (3,), (0,)]),
            ),
            "报告共退回 5 次，每份超过 1 次的部分合计 3 次，扣 0.5 × 3 = 1.50 分",
            "每份报告退回不超过 1 次不扣分",
        ),
        (explained("manual", {}), "未评分，按 0 分计", "由评审人员评分"),
        (explained("manual", {}, manual={"K": Fraction("2.5")}), "评审评分 2.50 分", ""),
        (
            explained("manual", {}, manual={"K": Fraction(2)}, adjustments={"K": make_adjustment("-0.5", "材料不全")}),
            "评审评分 2.00 分；调整 −0.5 分（材料不全），最终 1.50 分",
            "",
        ),
        (
            explained("manual", {}, manual={"K": Fraction(2)}, adjustments={"K": make_adjustment("1", "补充材料")}),
            "评审评分 2.00 分；调整 +1 分（补充材料），最终 3.00 分",
            "",
        ),
    ],
)
def test_line_of_every_rule_is_explained(line: LineResult, why: str, next_gain: str) -> None:
    assert (line.why, line.next_gain) == (why, next_gain)


def test_evidence_names_what_has_none() -> None:
    criterion = Criterion("K", Fraction(2), parse_rule("evidence", {}))
    unit = make_unit(
        make_input("X", value="1", target="2", has_evidence=True),
        make_input("Y", value="1", target="2", name="光伏项目"),
    )

    line = score_line(criterion, unit)

    assert line.why == "有目标且有进展的指标 2 项，其中 1 项有佐证材料或台账条目，得 2 × 1 ÷ 2 = 1.00 分"
    assert line.next_gain == "光伏项目没有佐证材料或台账条目，每补一项加 1.00 分"


def test_veto_names_the_binding_targets_missed() -> None:
    result = assess_unit(default_scheme(), donghai_inputs())

    assert [veto.why for veto in result.vetoes] == ["约束性目标完成率低于 80 %：新建充电桩 77.5 %"]
