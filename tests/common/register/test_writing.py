"""Forms and exports of a register: what they offer, and that they read back as they were written."""

import io
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from common.workbook.register import (
    Column,
    Head,
    Option,
    Register,
    Type,
    Values,
    as_json,
    describe,
    faults_of,
    from_json,
    read_register,
    rules_of,
    said,
    write_register,
)
from tests.common.register.piles import AT, INSTITUTIONS, LIMITS, PILES, book_of, codes_of, stands, world

LABELS = {"unit": {"u1": "海州区"}, "institution": {**INSTITUTIONS, "C4": "C4", "C5": "C5"}}
HEAD = Head(title="充电桩台账", line="海州区", labels=LABELS)

plain = st.characters(exclude_categories=["Cc", "Cf", "Cs", "Cn", "Co", "Zs", "Zl", "Zp"])
texts = st.text(plain, min_size=1, max_size=20).filter(lambda text: "清空" not in text and not text.startswith("示例"))
rows = st.builds(
    stands,
    institution=st.sampled_from(sorted(INSTITUTIONS)),
    site=texts,
    power=st.none() | st.decimals(0, 1000, places=2),
    piles=st.integers(1, 500).map(Decimal),
    since=st.dates(date(2000, 1, 1), date(2099, 12, 31)),
    current=st.sampled_from([None, "ac", "01"]),
    is_new=st.booleans(),
    note=st.none() | texts,
)


@settings(deadline=None, max_examples=60)
@given(st.lists(rows, min_size=1, max_size=8, unique_by=lambda row: (row["institution"], row["site"])))
def test_written_and_read_again_then_no_change(table: list[Values]) -> None:
    content = write_register(PILES, table, HEAD, at=AT)

    found = read_register(book_of(content), PILES, world({PILES.key_of(one): one for one in table}), LIMITS)

    assert found.problems == []
    assert (found.changes, len(found.unchanged)) == ([], len(table))


@settings(deadline=None, max_examples=60)
@given(rows)
def test_kept_as_json_then_the_same(row: Values) -> None:
    assert from_json(PILES, as_json(row)) == row


def test_text_that_looks_like_a_formula_then_text() -> None:
    content = write_register(PILES, [stands(site="=1+1", note="@x")], HEAD, at=AT)

    page = load_workbook(io.BytesIO(content)).worksheets[0]
    assert [(page[place].value, page[place].data_type) for place in ("C4", "J4")] == [("=1+1", "s"), ("@x", "s")]


def test_same_rows_then_the_same_file() -> None:
    first, second = (write_register(PILES, [stands()], HEAD, at=AT) for _ in range(2))

    assert first == second


def test_form_then_text_cells_stay_text_and_days_are_days() -> None:
    page = load_workbook(io.BytesIO(write_register(PILES, [stands()], HEAD, at=AT))).worksheets[0]

    assert (page["D4"].number_format, page["G4"].number_format) == ("@", "yyyy-mm-dd")
    assert page["G4"].value.date() == date(2023, 5, 15)
    assert page.freeze_panes == "C4"


def test_name_and_text_longer_than_their_columns_then_they_go_on_in_further_lines() -> None:
    labels = {**LABELS, "institution": {"C1": "连云港市海州区人民政府机关事务管理服务中心" * 3}}
    written = write_register(PILES, [stands(), stands(note="短")], Head(title="台账", labels=labels), at=AT)

    page = load_workbook(io.BytesIO(written)).worksheets[0]
    assert page["B4"].alignment.wrap_text
    assert page["C4"].alignment.wrap_text
    assert page.row_dimensions[4].height >= 4 * 15


def test_help_printed_then_on_one_width_with_rows_as_high_as_their_text() -> None:
    help_ = load_workbook(io.BytesIO(write_register(PILES, [], HEAD, at=AT)))["填写说明"]

    assert help_.sheet_properties.pageSetUpPr.fitToPage
    assert (help_.page_setup.orientation, help_.page_setup.fitToHeight) == ("landscape", 0)


def test_form_then_choices_and_limits_are_offered() -> None:
    page = load_workbook(io.BytesIO(write_register(PILES, [], HEAD, at=AT))).worksheets[0]

    rules = {str(rule.sqref).split(":")[0]: rule for rule in page.data_validations.dataValidation}
    assert rules["H4"].formula1 == '"交流,直流,交直流"'
    assert rules["I4"].formula1 == '"是,否"'
    assert (rules["F4"].type, rules["F4"].formula1, rules["F4"].formula2) == ("whole", "1", "500")
    assert rules["G4"].type == "date"


def test_long_list_then_it_stands_on_a_hidden_sheet_which_reading_passes_over() -> None:
    labels = {**LABELS, "institution": {f"C{n}": f"第{n}实验小学" for n in range(1, 90)}}
    content = write_register(PILES, [stands()], Head(title="台账", labels=labels), at=AT)

    book = load_workbook(io.BytesIO(content))
    assert (book.sheetnames, book["名单"].sheet_state) == (["台账", "填写说明", "名单"], "hidden")
    rules = {
        str(rule.sqref).split(":")[0]: rule.formula1 for rule in book.worksheets[0].data_validations.dataValidation
    }
    assert rules["B4"] == "名单!$A$1:$A$89"
    found = read_register(book_of(content), PILES, world(), LIMITS)
    assert codes_of(found, "warning") == set()


def test_help_then_every_column_and_rule_is_said() -> None:
    columns = {one.header: one for one in describe(PILES)}

    assert columns["功率（kW）"].how == "数字，最多 2 位小数"
    assert columns["台数"].how == "整数，单位：台"
    assert columns["台数"].is_required
    assert columns["类型"].how == "交流、直流、交直流之一"
    assert any("机构、场站" in rule for rule in rules_of(PILES))


def test_help_of_choices_that_hold_a_comma_then_each_stands_in_quotes() -> None:
    choices = (Option("1", "学校、医院"), Option("2", "机关"))
    register = Register(
        code="kinds",
        title="类别",
        key=("kind",),
        columns=(Column(name="kind", header="类别", type=Type.CHOICE, choices=choices),),
    )

    assert describe(register)[0].how == "“学校、医院”、“机关”之一"


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("power", Decimal("60.50"), "60.5"),
        ("current", "dc", "直流"),
        ("is_new", False, "否"),
        ("institution", "C1", "机关局"),
        ("since", date(2023, 5, 15), "2023-05-15"),
        ("note", None, ""),
    ],
)
def test_value_then_said_in_words(name: str, value: Any, words: str) -> None:
    assert said(PILES.by_name[name], value, LABELS) == words


def test_row_of_another_door_then_judged_by_the_same_rules() -> None:
    wrong = stands(
        piles=Decimal("1.5"), since=None, power=Decimal("NaN"), current="xx", site="x" * 21, is_new="是", code="A4"
    )

    assert {(fault.column, fault.code) for _row, fault in faults_of(PILES, [wrong])} == {
        ("piles", "too_many_decimals"),
        ("since", "required"),
        ("power", "out_of_range"),
        ("current", "unknown_choice"),
        ("site", "text_too_long"),
        ("is_new", "wrong_type"),
        ("code", "unlucky"),
    }
    assert list(faults_of(PILES, [stands()])) == []
    assert [fault.code for _row, fault in faults_of(PILES, [stands(current="dc", power=None)])] == ["dc_without_power"]
