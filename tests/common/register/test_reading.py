"""Files of a register: every type of column, every row's problems at once, what is passed over and told."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from openpyxl import Workbook

from common.workbook.book import column_letters
from common.workbook.problems import FileRefused
from common.workbook.register import Register, World, read_register
from common.workbook.texts import NO_NEAREST
from tests.common.register.piles import HEADER, LIMITS, PILES, book_of, codes_of, read, row, sheet, stands


def refusal(source: Any, register: Register = PILES) -> str:
    with pytest.raises(FileRefused) as caught:
        read_register(book_of(source), register, World(), LIMITS)
    return caught.value.problem.code


def value_of(header: str, cell: Any) -> Any:
    """What a cell under a header is read as."""
    found = read([row(**{header: cell})])
    assert codes_of(found) == set()
    name = {column.header: column.name for column in PILES.columns}[header]
    return found.entries[0].values[name]


def refused(header: str, cell: Any) -> str:
    """Why a cell under a header is refused."""
    ((_row, column, code),) = codes_of(read([row(**{header: cell})]))
    assert column == header
    return code


# --- types


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("东门", "东门"),
        ("  东门 ", "东门"),
        ("东\n门", "东门"),
        ("East\n gate", "East gate"),
        (12, "12"),
        (1.5, "1.5"),
        (True, "TRUE"),
    ],
)
def test_text_then_as_typed(cell: Any, said: str) -> None:
    assert value_of("场站", cell) == said


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("东" * 21, "text_too_long"),
        (datetime(2023, 3, 1), "date_not_text"),  # noqa: DTZ001 - a cell has no zone
        (123456789012345678, "digits_lost"),
        ("东\u202e门", "direction_mark"),
        ("#N/A", "excel_error"),
    ],
)
def test_text_that_excel_has_spoilt_then_refused(cell: Any, code: str) -> None:
    book = sheet([row(场站=cell)])
    if code == "excel_error":
        assert book.active is not None
        book.active["C2"].data_type = "e"

    assert (2, "场站", code) in codes_of(read(book))


def test_note_of_several_lines_then_kept() -> None:
    assert value_of("备注", "一\n二") == "一\n二"


@pytest.mark.parametrize(("cell", "said"), [("ab 12", "AB12"), ("ＡＢ１２", "AB12"), (12, "12"), ("ab\u200b1", "AB1")])
def test_code_then_without_spaces_half_width_in_capitals(cell: Any, said: str) -> None:
    assert value_of("编码", cell) == said


def test_column_with_a_check_of_its_own_then_it_is_asked() -> None:
    assert refused("编码", "a4") == "unlucky"


@pytest.mark.parametrize(
    ("cell", "said"),
    [(60, 60), ("60", 60), ("60千瓦", 60), ("1,000", 1000), (0.30000000000000004, "0.3"), ("６０", 60)],
)
def test_number_then_read_as_in_every_file(cell: Any, said: Any) -> None:
    assert value_of("功率（kW）", cell) == Decimal(said)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("约60", "not_a_number"),
        ("60个", "unit_mismatch"),
        ("/", "not_a_number"),
        ("不涉及", "not_a_number"),
        (60.125, "too_many_decimals"),
        (1001, "out_of_range"),
        (-1, "out_of_range"),
        ("1" * 300, "out_of_range"),
        (datetime(2023, 1, 1), "date_not_number"),  # noqa: DTZ001 - a cell has no zone
        (True, "not_a_number"),
    ],
)
def test_number_that_is_none_then_refused(cell: Any, code: str) -> None:
    assert refused("功率（kW）", cell) == code


def test_whole_number_with_a_fraction_then_refused() -> None:
    assert refused("台数", 1.5) == "too_many_decimals"


@pytest.mark.parametrize(
    "cell",
    [
        "2023-05-15",
        "2023-5-15",
        "2023/5/15",
        "2023.05.15",
        "2023年5月15日",
        "2023 年 5 月 15 号",
        "２０２３年５月１５日",
        "20230515",
        20230515,
        "二〇二三年五月十五日",
        "2023-05-15 00:00:00",
        "2023-05-15T08:30",
        date(2023, 5, 15),
        datetime(2023, 5, 15, 8, 30),  # noqa: DTZ001 - a cell has no zone
    ],
)
def test_day_then_read_in_every_usual_spelling(cell: Any) -> None:
    assert value_of("投运日期", cell) == date(2023, 5, 15)


@pytest.mark.parametrize(
    "cell",
    ["2023年5月", "5/15/2023", "15.5.2023", "23-5-15", "2023-13-01", "2023-02-29", "今年五月", 45061, "2023/5-15"],
)
def test_day_that_is_not_plain_then_refused(cell: Any) -> None:
    assert refused("投运日期", cell) == "bad_date"


def test_day_out_of_range_then_refused() -> None:
    assert refused("投运日期", "1999-12-31") == "out_of_range"


@pytest.mark.parametrize(
    ("cell", "code"), [("直流", "dc"), ("dc", "dc"), ("DC", "dc"), ("dc直流", "dc"), ("01", "01"), (1, "01")]
)
def test_choice_then_by_label_or_code(cell: Any, code: str) -> None:
    assert value_of("类型", cell) == code


def test_choice_by_a_synonym_then_it_is_told() -> None:
    found = read([row(类型="快充")])

    assert found.entries[0].values["current"] == "dc"
    assert codes_of(found, "warning") == {(2, "类型", "alias_used")}


def test_choice_that_is_none_then_the_choices_are_named() -> None:
    found = read([row(类型="慢充")])

    assert [problem.text(str) for problem in found.problems] == [
        "第 2 行“类型”：应为“交流”、“直流”、“交直流”之一（读到“慢充”）。"
    ]


@pytest.mark.parametrize(
    ("cell", "said"),
    [("是", True), ("否", False), ("有", True), ("无", False), ("√", True), ("Y", True), ("no", False), (1, True),
     (0, False), (True, True), (False, False)],
)  # fmt: skip
def test_yes_or_no_then_read(cell: Any, said: bool) -> None:
    assert value_of("新建", cell) is said


def test_yes_or_no_that_is_neither_then_refused() -> None:
    assert refused("新建", "也许") == "not_yes_or_no"


def test_name_or_code_of_something_listed_then_its_code() -> None:
    assert (value_of("机构", "第一小学"), value_of("机构", "C3"), value_of("机构", "c3")) == ("C2", "C3", "C3")


def test_name_that_two_bear_then_refused_but_not_their_codes() -> None:
    assert refused("机构", "实验小学") == "ambiguous_name"
    assert value_of("机构", "C5") == "C5"


def test_unknown_name_then_the_nearest_is_offered() -> None:
    found = read([row(机构="第一小學")])

    assert codes_of(found) == {(2, "机构", "unknown_name")}
    assert "最接近的是“第一小学”" in found.problems[0].text(str)


def test_unknown_name_that_is_like_several_or_like_none_then_none_is_offered() -> None:
    found = read([row(机构="第四小学"), row(机构="第一医院")])

    assert [problem.detail for problem in found.problems] == [NO_NEAREST, NO_NEAREST]


def test_number_outside_its_bounds_then_the_bound_that_it_breaks_is_named() -> None:
    found = read([row(**{"功率（kW）": -1})])

    assert "不能小于 0（读到“-1”）" in found.problems[0].text(str)


def test_unit_then_own_by_alias_with_a_warning_another_refused() -> None:
    found = read([row(地区="海州"), row(地区="连云区", 场站="西门"), row(地区="火星", 场站="南门")])

    assert found.entries[0].values["unit"] == "u1"
    assert codes_of(found, "warning") == {(2, "地区", "alias_used")}
    assert codes_of(found) == {(3, "地区", "region_not_yours"), (4, "地区", "unknown_region")}


# --- rows


def test_many_mistakes_then_all_of_all_rows_at_once() -> None:
    found = read(
        [
            row(台数=None, **{"功率（kW）": "x"}),
            row(场站="西门", 类型="慢充", 新建="也许"),
            row(机构=None, 投运日期="昨天"),
            row(场站="北门", 类型="直流", **{"功率（kW）": None}),
            row(场站="东南门", 台数="约12", 类型="直流", **{"功率（kW）": None}),
            row(场站="西南门", 类型="直流", **{"功率（kW）": "六十"}),
            row(场站="西北门", 类型="直直", **{"功率（kW）": None}),
        ]
    )

    assert codes_of(found) == {
        (2, "台数", "required"),
        (2, "功率（kW）", "not_a_number"),
        (3, "类型", "unknown_choice"),
        (3, "新建", "not_yes_or_no"),
        (4, "机构", "required"),
        (4, "投运日期", "bad_date"),
        (5, "功率（kW）", "dc_without_power"),
        (6, "台数", "not_a_number"),
        (6, "功率（kW）", "dc_without_power"),
        (7, "功率（kW）", "not_a_number"),
        (8, "类型", "unknown_choice"),
    }
    assert found.changes == []


def test_same_key_twice_then_each_row_names_the_other() -> None:
    found = read([row(), row(场站="西门"), row(台数=5), row(机构="C1")])

    said = {problem.row: problem.text(str) for problem in found.problems}
    assert set(said) == {2, 4, 5}
    assert said[4] == "第 4 行与第 2、5 行的“机构、场站”相同（机关局、东门）。请只保留一行。"


def test_new_row_then_blanks_have_their_defaults() -> None:
    (entry,) = read([row(新建=None, 类型=None)]).entries

    assert (entry.is_new, entry.values["is_new"], entry.values["current"]) == (True, True, None)


def test_known_row_then_blanks_keep_what_stands() -> None:
    found = read([row(**{"功率（kW）": None, "台数": None, "备注": "改"})], {("C1", "东门"): stands(note="")})

    (entry,) = found.entries
    assert codes_of(found) == set()
    assert (entry.values["power"], entry.values["piles"], entry.values["note"]) == (60, 2, "改")
    assert (entry.is_new, entry.changed) == (False, frozenset({"note"}))


def test_the_word_clear_then_what_may_be_blank_is_cleared() -> None:
    found = read([row(**{"功率（kW）": "清空", "新建": "清空"})], {("C1", "东门"): stands(is_new=False)})

    (entry,) = found.entries
    assert (entry.values["power"], entry.values["is_new"]) == (None, True)


def test_the_word_clear_where_something_is_required_then_refused() -> None:
    assert codes_of(read([row(台数="清空")], {("C1", "东门"): stands()})) == {(2, "台数", "required")}


def test_row_as_it_stands_then_no_change() -> None:
    found = read([row()], {("C1", "东门"): stands()})

    assert (found.changes, len(found.unchanged)) == ([], 1)


def test_register_without_a_key_then_every_row_is_new() -> None:
    keyless = Register(code="x", title="x", columns=PILES.columns[2:])

    found = read_register(book_of(sheet([row(), row()])), keyless, World(), LIMITS)

    assert [entry.is_new for entry in found.entries] == [True, True]
    assert codes_of(found) == set()


# --- what is passed over, and told


def test_totals_headers_examples_and_notes_then_skipped_and_told() -> None:
    found = read(
        [
            ["示例", "机关局", "东门", None, 60, 2, "2023-05-15", "交流", "是", None],
            row(),
            list(HEADER),
            ["合计", None, None, None, 60, 2, None, None, None, None],
            row(场站="西门"),
            ["注：功率填额定功率", *[None] * 9],
            ["填表人：张三", "单位负责人：王五", "审核人：李四", *[None] * 7],
        ]
    )

    assert [entry.row for entry in found.entries] == [3, 6]
    assert codes_of(found, "warning") == {
        (2, "", "skipped_example"),
        (4, "", "skipped_header"),
        (5, "", "skipped_total"),
        (7, "", "skipped_note"),
        (8, "", "skipped_note"),
    }
    assert found.skipped == 5


def test_hidden_rows_columns_and_sheets_then_read_or_not_and_told() -> None:
    book = sheet([row(), row(场站="西门")])
    assert book.active is not None
    book.active.row_dimensions[3].hidden = True
    book.active.column_dimensions["E"].hidden = True
    hidden = book.create_sheet("旧表")
    hidden.sheet_state = "hidden"

    found = read(book)

    assert len(found.entries) == 2
    assert codes_of(found, "warning") == {
        (None, "", "hidden_sheet_ignored"),
        (None, "功率（kW）", "hidden_column"),
        (3, "", "hidden_row"),
    }


def test_formula_then_its_result_with_a_warning() -> None:
    from io import BytesIO

    import xlsxwriter

    target = BytesIO()
    book = xlsxwriter.Workbook(target)
    made = book.add_worksheet()
    for number, one in enumerate([HEADER, row()]):
        for place, value in enumerate(one):
            made.write(number, place, value)
    made.write_formula(1, 5, "=1+1", None, 2)
    book.close()

    found = read(target.getvalue())

    assert found.entries[0].values["piles"] == 2
    assert codes_of(found, "warning") == {(2, "台数", "formula_used")}


def test_column_without_a_header_then_told_but_not_the_order_number() -> None:
    found = read(sheet([[1, *row(), "x", " "]], [None, *HEADER]))

    assert codes_of(found, "warning") == {(None, column_letters(len(HEADER) + 2), "column_ignored")}


def test_column_that_nobody_reads_then_told_but_not_the_order_number() -> None:
    found = read(sheet([[1, *row(), "x"]], ["序号", *HEADER, "颜色"]))

    assert codes_of(found, "warning") == {(None, "颜色", "column_ignored")}


def test_name_merged_over_rows_then_it_holds_for_each_but_a_value_does_not() -> None:
    book = sheet([row(), row(机构=None, 场站="西门"), row(场站="北门", 台数=None)])
    assert book.active is not None
    book.active.merge_cells("B2:B3")
    book.active.merge_cells("F3:F4")

    found = read(book)

    assert [entry.values["institution"] for entry in found.entries] == ["C1", "C1", "C1"]
    assert codes_of(found) == {(4, "台数", "required")}


# --- headers


def test_header_below_titles_spread_over_two_rows_with_synonyms_then_found() -> None:
    book = Workbook()
    page = book.active
    assert page is not None
    page.append(["海州区充电桩台账"])
    page.append(["填报单位：海州区"])
    page.append(["机构", "站点", "设备", None, None, "投运日期*"])
    page.append([None, None, "功率 (kW)", "台数", "类型", None])
    page.append(["机关局", "东门", 60, 2, "交流", "2023-05-15"])
    for area in ("A1:F1", "A3:A4", "B3:B4", "C3:E3", "F3:F4"):
        page.merge_cells(area)

    found = read(book)

    (entry,) = found.entries
    assert codes_of(found) == set()
    assert (entry.row, entry.values["power"], entry.values["piles"], entry.values["current"]) == (5, 60, 2, "ac")


def test_columns_in_another_order_then_the_same() -> None:
    found = read(sheet([row()[::-1]], HEADER[::-1]))

    assert found.entries[0].values == stands()


def said_of(header: list[str]) -> str:
    with pytest.raises(FileRefused) as caught:
        read_register(book_of(sheet([["甲"] * len(header)], header)), PILES, World(), LIMITS)
    return caught.value.problem.text(str)


def test_header_without_a_key_then_all_that_is_missing_is_named() -> None:
    assert "表头缺少“机构”、“场站”列" in (said := said_of(["地区", "台数", "投运日期"]))
    assert "新登记的行还必须有" not in said
    assert "表头缺少“机构”列，看不出每一行是哪一条；新登记的行还必须有“台数”、“投运日期”" in said_of(
        ["场站", "地区", "类型"]
    )


def test_header_of_too_few_columns_then_what_it_lacks_is_named() -> None:
    assert "第 1 行最像：认出了“地区”，缺少“机构”、“场站”、“台数”、“投运日期”" in said_of(["地区", "名称"])


def test_no_header_then_the_needed_ones_are_named() -> None:
    with pytest.raises(FileRefused) as caught:
        read([["x"]] and Workbook())

    assert caught.value.problem.text(str).startswith("前 20 行里没有找到表头。表头应有：机构、场站、台数、投运日期")


def test_key_column_missing_then_refused() -> None:
    assert refusal(sheet([row()[2:]], HEADER[2:])) == "missing_column"


def test_required_column_missing_then_new_rows_need_it_said_once_and_known_ones_do_not() -> None:
    book = sheet(
        [["机关局", "东门", 70], ["机关局", "西门", 70], ["机关局", "北门", 70]], ["机构", "场站", "功率（kW）"]
    )

    found = read(book, {("C1", "东门"): stands()})

    assert [problem.text(str) for problem in found.problems] == [
        "表头缺少“台数”列。请补上这一列，或下载模板填写。",
        "表头缺少“投运日期”列。请补上这一列，或下载模板填写。",
    ]
    assert found.entries[0].values["power"] == 70


def test_column_twice_then_refused() -> None:
    assert refusal(sheet([[*row(), "别处"]], [*HEADER, "站点"])) == "duplicate_column"


def test_two_sheets_with_headers_then_refused() -> None:
    book = sheet([row()])
    book.create_sheet("又一张").append(list(HEADER))

    assert refusal(book) == "several_data_sheets"


def test_header_without_rows_then_refused() -> None:
    assert refusal(sheet([])) == "no_data_rows"
    assert refusal(sheet([["合计", *[None] * 9]])) == "no_data_rows"


def test_form_of_another_register_then_refused() -> None:
    book = sheet([row()])
    assert book.active is not None
    book.active["Z1"] = "template:roofs-v1"

    assert refusal(book) == "wrong_template_version"


def test_text_file_with_too_many_fields_then_refused() -> None:
    content = "机构,场站,台数,投运日期\n机关局,东门,1,2023-05-15\n机关局,西门,1,000,2023-05-15\n".encode()
    found = read_register(book_of(content, "台账.csv"), PILES, World(), LIMITS)

    assert codes_of(found) == {(3, "", "wrong_column_count")}
