"""Cells pasted into the form: which goes where, and what is refused rather than guessed."""

import string

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.workbook.names import Names
from common.workbook.values import Asks, Measure, known_units
from progress.excel.pasted import FIELDS, Focus, Grid, GridRow, Patch, Placed, place_cells

UNITS = known_units(["个", "m²", "%"])
PILES = GridRow("CP", "新建充电桩", Measure("个", UNITS))
ROOFS = GridRow("PVN", "新建建筑可安装光伏面积覆盖率", Measure("m²", UNITS), Measure("m²", UNITS))
CARS = GridRow("NEV", "新增新能源汽车", Measure("辆", UNITS))
PLASTICS = GridRow("PLA", "停止使用不可降解一次性塑料制品", Measure("%", UNITS))
ROWS = (PILES, ROOFS, CARS, PLASTICS)
NAMES = Names.of(
    [(row.code, row.name, ["充电桩"] if row is PILES else []) for row in ROWS] + [("EXP", "建立本市专家库", [])]
)
GRID = Grid(ROWS, NAMES)
AT_TOP = Focus("CP", "value")


def place(text: str, focus: Focus = AT_TOP) -> Placed:
    """What comes of cells written with a bar between columns."""
    return place_cells([line.split("|") for line in text.split("\n")], GRID, focus)


def said(placed: Placed) -> list[str]:
    assert not placed.patches
    return [problem.text(str) for problem in placed.problems]


# --- by position


def test_a_column_goes_down_from_the_field_in_focus() -> None:
    placed = place("9\n60\n7", AT_TOP)

    assert {code: patch.value for code, patch in placed.patches.items()} == {"CP": "9", "PVN": "60", "NEV": "7"}
    assert {patch.base for patch in placed.patches.values()} == {None}


def test_a_column_of_bases_skips_the_rows_without_one() -> None:
    placed = place("100", Focus("CP", "base"))

    assert placed.patches == {"PVN": Patch(base="100")}


def test_values_bases_and_notes_go_side_by_side() -> None:
    placed = place("9||已验收\n60|100|")

    assert placed.patches == {
        "CP": Patch("9", None, "已验收", Asks.NUMBER),
        "PVN": Patch("60", "100", None, Asks.NUMBER),
    }


def test_a_base_for_a_row_without_one_is_kept_so_that_it_is_refused_in_its_place() -> None:
    assert place("9|5").patches["CP"].base == "5"


def test_a_blank_cell_says_nothing() -> None:
    placed = place("9\n\u200b\n7")

    assert set(placed.patches) == {"CP", "NEV"}


def test_words_for_none_and_for_clearing_are_known() -> None:
    placed = place("不涉及\n清空")

    assert [patch.asks for patch in placed.patches.values()] == [Asks.NOT_APPLICABLE, Asks.CLEAR]


def test_more_rows_than_the_form_has_are_refused_whole() -> None:
    assert said(place("1\n2\n3", Focus("NEV", "value"))) == [
        "粘贴了 3 行，从这一格往下只有 2 行，请从上面的行开始，或少复制几行"
    ]


def test_blank_rows_at_the_end_are_no_rows() -> None:
    assert set(place("1\n2\n\n", Focus("NEV", "value")).patches) == {"NEV", "PLA"}


@pytest.mark.parametrize(("text", "field"), [("1|2|3|4", "value"), ("1|2|3", "base"), ("1|2", "note")])
def test_more_columns_than_fields_are_refused_whole(text: str, field: str) -> None:
    focus = Focus("PVN", next(each for each in FIELDS if each == field))

    assert "粘贴的列比表格里从这一格往右的列多" in said(place(text, focus))[0]


def test_a_header_says_what_the_columns_are() -> None:
    placed = place("备注|完成值\n已验收|9\n|60", AT_TOP)

    assert placed.patches["CP"] == Patch("9", None, "已验收", Asks.NUMBER)
    assert placed.patches["PVN"].value == "60"


# --- by name


def test_rows_that_start_with_names_find_their_rows_in_any_order() -> None:
    placed = place("新增新能源汽车|7\n新 建 充电桩|9", Focus("PLA", "note"))

    assert {code: patch.value for code, patch in placed.patches.items()} == {"NEV": "7", "CP": "9"}


def test_another_spelling_of_a_name_is_known() -> None:
    assert place("充电桩|9").patches["CP"].value == "9"


def test_value_base_and_note_stand_behind_the_name() -> None:
    placed = place("新建建筑可安装光伏面积覆盖率|60|100|三处")

    assert placed.patches == {"PVN": Patch("60", "100", "三处", Asks.NUMBER)}


def test_rows_of_our_own_form_are_read_without_their_header() -> None:
    placed = place("1|新建充电桩|个|40|12|9||已验收\n2|新增新能源汽车|辆||3|7||")

    assert placed.patches["CP"] == Patch("9", None, "已验收", Asks.NUMBER)
    assert placed.patches["NEV"].value == "7"


def test_our_own_form_is_read_with_its_title_header_and_foot() -> None:
    form = (
        "2023年报表|||||||\n序号|指标|计量单位|年度目标|上季累计|本季完成值|基数|备注\n"
        "1|新建充电桩|个|40|12|9||\n注：|填表说明||||||"
    )

    assert place(form).patches == {"CP": Patch("9", None, None, Asks.NUMBER)}


def test_many_columns_that_are_not_our_form_are_refused() -> None:
    assert said(place("新建充电桩|9|8|7|6|5")) == ["看不出各列是什么，请连同表头一起复制"]


def test_an_unknown_name_is_refused_with_the_nearest_and_so_is_all_else() -> None:
    assert said(place("新建充电庄|9\n新增新能源汽车|7")) == ["指标“新建充电庄”不在名单里，是不是“新建充电桩”？"]


def test_every_reason_is_said_at_once() -> None:
    reasons = said(place("新建充电桩|9\n新建充电桩|8\n建立本市专家库|50\n第二行|7"))

    assert reasons == [
        "指标“新建充电桩”出现了两次，请只保留一行",
        "本单位不填报“建立本市专家库”，请删去这一行",
        "指标“第二行”不在名单里",
    ]


def test_headings_and_notes_between_the_rows_ask_for_nothing() -> None:
    assert set(place("一、新能源|\n新建充电桩|9\n制表人：王|").patches) == {"CP"}


def test_a_long_form_of_several_units_is_not_for_pasting() -> None:
    assert "带有“地区”或“季度”列" in said(place("地区|季度|指标|完成值\n海州区|1|新建充电桩|9"))[0]


def test_the_measures_column_is_called_unit_then_it_is_passed_over() -> None:
    placed = place("指标|单位|本季完成值\n新建充电桩|个|9\n新增新能源汽车|辆|7\n停止使用不可降解一次性塑料制品||60")

    assert {code: patch.value for code, patch in placed.patches.items()} == {"CP": "9", "NEV": "7", "PLA": "60"}


def test_the_unit_column_names_a_unit_then_it_is_not_for_pasting() -> None:
    assert "带有“地区”或“季度”列" in said(place("指标|单位|完成值\n新建充电桩|海州区|9"))[0]


@pytest.mark.parametrize(
    "text",
    [
        "新建充电桩|9\n合计|99",
        "指标|完成值\n小 计：|5\n新建充电桩|9",
        "序号|指标|单位|本季完成值\n1|新建充电桩|个|9\n总计|||99",
    ],
)
def test_total_rows_are_passed_over_and_said(text: str) -> None:
    placed = place(text)

    assert {code: patch.value for code, patch in placed.patches.items()} == {"CP": "9"}
    assert len(placed.skipped) == 1


def test_nothing_but_a_total_row_is_nothing_to_paste() -> None:
    assert said(place("指标|完成值\n合计|9")) == ["没有可粘贴的内容"]


def test_the_same_column_twice_is_refused() -> None:
    assert said(place("指标|完成值|完成值\n新建充电桩|9|8")) == ["粘贴的表头里有重复的列，请只保留一列"]


@pytest.mark.parametrize("text", ["", " \n ", "||\n||", "指标|完成值", "完成值"])
def test_nothing_to_paste_is_said(text: str) -> None:
    assert said(place(text)) == ["没有可粘贴的内容"]


def test_too_much_is_refused() -> None:
    assert said(place_cells([["1"]] * 501, GRID, AT_TOP)) == ["粘贴的内容太多，最多 500 行、64 列"]


cells = st.lists(
    st.lists(
        st.sampled_from(["", "9", "新建充电桩", "不涉及", "—", "完成值", "指标", "a\tb", string.printable]), max_size=9
    ),
    max_size=9,
)


# On a busy machine making the examples takes its time, which says nothing of what is tested.
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cells, st.sampled_from(ROWS), st.sampled_from(FIELDS))
def test_whatever_is_pasted_is_placed_or_refused(table: list[list[str]], row: GridRow, field: str) -> None:
    focus = Focus(row.code, next(each for each in FIELDS if each == field))

    placed = place_cells(table, GRID, focus)

    assert bool(placed.patches) != bool(placed.problems)
    assert set(placed.patches) <= {row.code for row in ROWS}
