"""What value cells, names and quarters mean, and what they never mean."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.workbook.book import Cell, Kind
from common.workbook.names import Names
from common.workbook.number_formats import Shown, shown_as
from common.workbook.values import Asks, Measure, known_units, read_value, words
from progress.excel.quarters import read_quarter

UNITS = known_units(["个", "m²", "%", "千瓦"])
KW, PERCENT, COUNT, AREA = (Measure(unit, UNITS) for unit in ("千瓦", "%", "个", "m²"))


def text(said: str) -> Cell:
    return Cell(Kind.TEXT, said)


def number(digits: str, *, percent: bool = False) -> Cell:
    return Cell(Kind.NUMBER, digits, percent=percent)


@pytest.mark.parametrize(
    ("said", "measure", "value"),
    [
        ("1234.5", KW, "1234.5"),
        ("1,234.5", KW, "1234.5"),
        ("1，234，567", KW, "1234567"),
        ("1\u202f234.5", KW, "1234.5"),
        (" −３．４ ", PERCENT, "-3.4"),
        ("+1.5", PERCENT, "1.5"),
        ("1.5E+03", KW, "1500"),
        ("5.25 %", PERCENT, "5.25"),
        ("12个", COUNT, "12"),
        ("1,200㎡", AREA, "1200"),
        ("1200 平方米", AREA, "1200"),
        ("12kW", KW, "12"),
        ("-0", KW, "0"),
    ],
)
def test_text_that_is_a_number_then_it_is_read(said: str, measure: Measure, value: str) -> None:
    assert read_value(text(said), measure).number == Decimal(value)


@pytest.mark.parametrize(
    "said",
    [
        "1,5", "12,34,56", "1.234,5", "1 23", "1 234,567", "1.2.3", "1.", ".5", "5²", "①", "5½", "二", "1_000", "0x1A",
        "1e400", "1e999999", "NaN", "-inf", "约12", "12~15", "12/15", "1.2万",
        "12(预计)", "=1", "'5", "TRUE", "１２，３",
    ],
)  # fmt: skip
def test_text_that_is_no_number_then_nothing_is_guessed(said: str) -> None:
    read = read_value(text(said), KW)

    assert (read.asks, read.number) == (Asks.NOTHING, None)
    assert read.refused is not None
    assert read.refused.code == "not_a_number"


@pytest.mark.parametrize(
    ("cell", "measure", "code"),
    [
        (text("50%"), COUNT, "unit_mismatch"),
        (text("12个"), KW, "unit_mismatch"),
        (number("0.5", percent=True), KW, "unit_mismatch"),
        (text("#REF!"), KW, "excel_error"),
        (Cell(Kind.ERROR, "#N/A"), KW, "excel_error"),
        (Cell(Kind.UNCALCULATED, "", formula=True), KW, "formula_without_value"),
        (Cell(Kind.DATE, "2023-03-05"), KW, "date_not_number"),
        (Cell(Kind.BOOLEAN, "TRUE"), KW, "not_a_number"),
        (number("NaN"), KW, "not_a_number"),
        (text("9" * 5000), KW, "out_of_range"),
        (number("9" * 5000), KW, "out_of_range"),
        (text("1." + "3" * 401), KW, "too_many_decimals"),
        (number("-1." + "3" * 401), KW, "too_many_decimals"),
        (text("9" * 15 + "." + "3" * 401), KW, "out_of_range"),
        (Cell(Kind.TEXT, "长", cut=32_767), KW, "text_too_long"),
        (text("—"), KW, "not_a_number"),
        (text("无"), KW, "not_a_number"),
    ],
)
def test_cell_that_cannot_be_read_then_its_code_says_why(cell: Cell, measure: Measure, code: str) -> None:
    read = read_value(cell, measure)

    assert read.refused is not None
    assert read.refused.code == code


@pytest.mark.parametrize(
    ("said", "asks"), [("不涉及", Asks.NOT_APPLICABLE), (" 清 空 ", Asks.NOTHING), ("清空", Asks.CLEAR)]
)
def test_word_then_it_asks_for_what_it_says(said: str, asks: Asks) -> None:
    assert read_value(text(said), KW).asks == asks


def test_blank_cell_then_it_asks_for_nothing() -> None:
    assert read_value(None, KW) == read_value(text("\u200b"), KW)


@given(st.floats(min_value=-1e9, max_value=1e9, allow_nan=False).map(lambda x: round(x, 4)))
def test_number_cell_of_a_double_then_excels_own_digits(value: float) -> None:
    noisy = repr(value * 3 / 3)

    assert abs(read_value(number(noisy), KW).number - Decimal(repr(value))) <= Decimal("1e-5")  # type: ignore[operator]


@given(st.decimals(min_value=0, max_value=10**9, places=3))
def test_number_with_separators_then_the_same_as_without(value: Decimal) -> None:
    assert read_value(text(f"{value:,}"), KW).number == read_value(text(f"{value:f}"), KW).number == value


@given(st.text(max_size=30))
def test_any_text_then_it_is_read_or_refused_and_never_half(said: str) -> None:
    read = read_value(text(said), KW)

    assert (read.asks is Asks.NUMBER) == (read.number is not None)
    assert read.refused is None or read.number is None


def test_percent_format_then_points_and_a_remark() -> None:
    read = read_value(number("0.015", percent=True), PERCENT)

    assert read.number == Decimal("1.5")
    assert [told.code for told in read.told] == ["percent_scaled"]


def test_number_words_then_no_exponent_and_no_zeros() -> None:
    assert [words(Decimal(n)) for n in ("1E+3", "1.500", "0.00")] == ["1000", "1.5", "0"]
    assert [words(Decimal(n)) for n in ("1.5E+500", "1.50E-410")] == ["1.5E+500", "1.50E-410"]


# --- names


NAMES = Names.of([("A", "海州区", ["海州"]), ("B", "赣榆区", ["赣榆县", "海州"]), ("C", "高新区", ["国家高新区"])])


@pytest.mark.parametrize("said", ["海州区", " 海\u3000州区\n", "\ufeff海州区", "海\u00ad州区", "\ufa45州区"])
def test_name_with_invisible_marks_then_it_is_found(said: str) -> None:
    found = NAMES.find(said)

    assert found is not None
    assert (found.code, found.by_alias) == ("A", False)


@pytest.mark.parametrize("said", ["海⼟州区", "\u202e海州区", "海州", "贛榆區", "海州区1", ""])
def test_name_that_only_looks_alike_then_it_is_not_found(said: str) -> None:
    assert NAMES.find(said) is None


def test_listed_other_spelling_then_it_is_found_by_alias() -> None:
    found = NAMES.find("赣榆县")

    assert found is not None
    assert (found.code, found.name, found.by_alias) == ("B", "赣榆区", True)


def test_unknown_name_then_the_nearest_known_one() -> None:
    assert NAMES.nearest("海州县") == "海州区"
    assert NAMES.nearest("火星") == ""


@pytest.mark.parametrize(
    ("said", "quarter"),
    [
        ("2023年第1季度", "2023Q1"),
        ("2023年第四季度", "2023Q4"),
        ("2023 q2", "2023Q2"),
        ("2023-Q3", "2023Q3"),
        ("2023年10-12月", "2023Q4"),
        ("2023年4—6月份", "2023Q2"),
        ("２０２３年一季度", "2023Q1"),
        ("2023年度一季度", "2023Q1"),
    ],
)
def test_quarter_spelled_as_listed_then_it_is_read(said: str, quarter: str) -> None:
    assert str(read_quarter(said)) == quarter


@pytest.mark.parametrize(
    "said",
    ["2023年3月", "2023.1", "Q1", "一季度", "23Q1", "2023Q5", "上半年", "2023年1-6月", "2023", "20231季", "20231-3月"],
)
def test_quarter_that_is_not_clear_then_none(said: str) -> None:
    assert read_quarter(said) is None


@pytest.mark.parametrize(
    ("format_id", "code", "shown"),
    [
        (0, None, Shown.PLAIN),
        (10, None, Shown.PERCENT),
        (14, None, Shown.DATE),
        (164, "0.0%", Shown.PERCENT),
        (165, 'yyyy"年"m"月"', Shown.DATE),
        (166, '0.00"个%"', Shown.PLAIN),
        (167, "[Red]#,##0", Shown.PLAIN),
        (168, "[h]:mm", Shown.DATE),
        (169, "General", Shown.PLAIN),
        (170, '#,##0\\ "m²"', Shown.PLAIN),
    ],
)
def test_number_format_then_how_it_is_shown(format_id: int, code: str | None, shown: Shown) -> None:
    assert shown_as(format_id, code) is shown
