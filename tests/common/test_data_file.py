"""Data files are read as text, and every problem is said with its line."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from common.data_file import Record, read_record
from common.data_values import DataFileError, Problem


def problems_of(record: Record) -> list[Problem]:
    with pytest.raises(DataFileError) as refused:
        record.finish()
    return list(refused.value.problems)


def test_text_given_what_yaml_would_take_for_something_else_then_is_as_written() -> None:
    record = read_record("a: no\nb: 0.10\nc: 2023-05-15\nd: 012\ne: 1e3\n")

    texts = [record.text(key) for key in "abcde"]

    assert texts == ["no", "0.10", "2023-05-15", "012", "1e3"]
    record.finish()


@pytest.mark.parametrize("written", ["", "null", "~"])
def test_text_given_an_empty_value_then_it_is_missing(written: str) -> None:
    record = read_record(f"a: {written}\n")

    assert not record.has("a")
    assert record.text("a", default="预设") == "预设"
    assert record.text("a") == ""
    assert problems_of(record) == [Problem(1, "a", "缺少这一项", "请补上")]


def test_text_given_the_quoted_word_null_then_it_is_that_word() -> None:
    record = read_record('a: "null"\n')

    assert record.text("a") == "null"
    record.finish()


def test_decimal_given_a_number_then_keeps_every_place() -> None:
    record = read_record('a: "-12.3400"\n')

    assert str(record.decimal("a")) == "-12.3400"
    record.finish()


@pytest.mark.parametrize(
    "text", ["1e3", "１２", "1,200", "NaN", "0.12345", "1234567890123456", ".5", "5.", "+5", "5 %"]
)
def test_decimal_given_no_plain_number_then_refused(text: str) -> None:
    record = read_record(f'a: "{text}"\n')

    record.decimal("a")

    assert [problem.path for problem in problems_of(record)] == ["a"]


@pytest.mark.parametrize("text", ["123456789012345", "12345678901.2345", "-0.0001"])
def test_decimal_given_fifteen_digits_and_four_places_then_read(text: str) -> None:
    record = read_record(f'a: "{text}"\n')

    assert record.decimal("a") == Decimal(text)
    record.finish()


@pytest.mark.parametrize("text", ["-1", "5", "1.0", "x", "99999999999"])
def test_whole_given_out_of_bounds_or_not_whole_then_refused(text: str) -> None:
    record = read_record(f'a: "{text}"\n')

    record.whole("a", lowest=0, highest=4)

    assert problems_of(record)[0].remedy == "请填 0 到 4 的整数"


def test_instant_given_without_zone_then_is_of_shanghai() -> None:
    record = read_record("a: 2023-05-16T00:00\nb: 2023-05-16T00:00+00:00\n")

    assert record.instant("a") == datetime(2023, 5, 15, 16, tzinfo=UTC)
    assert record.instant("b") == datetime(2023, 5, 16, tzinfo=UTC)
    record.finish()


def test_day_given_no_day_of_the_calendar_then_refused_with_how_to_write_it() -> None:
    record = read_record("a: 2023-02-29\nb: 2023-05-15\n")

    record.day("a")

    assert record.day("b") == date(2023, 5, 15)
    assert [str(problem) for problem in problems_of(record)] == [
        "第 1 行 a：“2023-02-29”不是日期。请写成 2023-05-15 的样子。"
    ]


def test_word_given_another_word_then_names_the_allowed_ones() -> None:
    record = read_record("a: yellow\n")

    assert record.word("a", ("red", "green")) == "red"
    assert problems_of(record)[0].remedy == "请从 red、green 中选一个"


@pytest.mark.parametrize(("text", "expected"), [("true", True), ("false", False), ("", True)])
def test_flag_given_true_false_or_nothing_then_says_so_or_the_default(text: str, expected: bool) -> None:
    record = read_record(f"a: {text}\n")

    assert record.flag("a", default=True) is expected
    record.finish()


@pytest.mark.parametrize("text", ["yes", "True", "1"])
def test_flag_given_another_spelling_then_refused(text: str) -> None:
    record = read_record(f"a: {text}\n")

    record.flag("a", default=False)

    assert problems_of(record)[0].remedy == "请从 true、false 中选一个"


def test_texts_given_a_list_a_single_text_or_nothing_then_a_tuple() -> None:
    record = read_record("a: [x, y]\nb: x\n")

    assert record.texts("a") == ("x", "y")
    assert record.texts("b") == ("x",)
    assert record.texts("c") == ()
    record.finish()


def test_decimal_rows_given_a_list_of_lists_then_row_by_row() -> None:
    record = read_record('a: [["100", "10"], ["80", "6.5"]]\n')

    assert record.decimal_rows("a") == ((Decimal(100), Decimal(10)), (Decimal(80), Decimal("6.5")))
    record.finish()


def test_text_given_a_list_then_refused() -> None:
    record = read_record("a: [x]\n")

    record.text("a")

    assert problems_of(record) == [Problem(1, "a", "这里应是单个值", "请去掉里面的列表或子项")]


def test_finish_given_a_key_nobody_asked_for_then_names_it_with_its_line() -> None:
    record = read_record("a: 1\ninner:\n  b: 2\n  typo: 3\n")
    record.text("a")
    record.record("inner").text("b")

    assert [(problem.line, problem.path) for problem in problems_of(record)] == [(4, "inner.typo")]


def test_finish_given_a_key_written_twice_then_refused() -> None:
    record = read_record("a: 1\na: 2\n")
    record.text("a")

    assert [(problem.line, problem.message) for problem in problems_of(record)] == [(2, "这一项写了两次")]


def test_records_given_codes_then_the_way_names_them_and_else_the_place() -> None:
    record = read_record("list:\n  - code: AB\n    n: x\n  - n: y\n")
    for inside in record.records("list"):
        inside.text("code", default="")
        inside.whole("n", lowest=0, highest=9)

    assert [problem.path for problem in problems_of(record)] == ["list[AB].n", "list[2].n"]


def test_finish_given_several_problems_then_all_of_them_in_the_order_of_the_lines() -> None:
    record = read_record("a: x\nb: y\nc: z\n")
    for key in "cab":
        record.decimal(key)

    assert [problem.line for problem in problems_of(record)] == [1, 2, 3]


def test_record_given_a_missing_mapping_then_said_once_and_not_again_for_what_is_inside() -> None:
    record = read_record("a: 1\n")
    record.text("a")

    record.record("inner").text("b")

    assert [problem.path for problem in problems_of(record)] == ["inner"]


def test_record_given_a_text_in_place_of_a_mapping_then_refused_with_its_form() -> None:
    record = read_record("inner: x\n")

    record.record("inner").text("b")

    assert [problem.message for problem in problems_of(record)] == ["这里应是“名称: 值”的形式"]


@pytest.mark.parametrize(
    ("text", "line"),
    [("a: 1\nb: [2\n", 3), ("", 1), ("- a\n- b\n", 1), ("a: 1\n b: 2\n", 2), ("a: \x00\n", 1), ("a: b: c\n", 1)],
)
def test_read_record_given_no_yaml_mapping_then_one_problem_with_a_line(text: str, line: int) -> None:
    with pytest.raises(DataFileError) as refused:
        read_record(text)

    assert [problem.line for problem in refused.value.problems] == [line]
