"""Numbers, times and words as the pages print them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from django.utils import translation

from lianyungang_portal.formatting import (
    day_words,
    deadline_tone,
    deadline_words,
    moment_words,
    number_words,
    percent_words,
    until_words,
)

MIDNIGHT = datetime(2023, 4, 15, 16, tzinfo=UTC)  # 2023-04-16 00:00 in Asia/Shanghai


@pytest.mark.parametrize(
    ("value", "places", "words"),
    [
        (Decimal("1234567.5"), 0, "1,234,568"),
        (Decimal("89.985"), 2, "89.99"),
        (Decimal("0.125"), 2, "0.13"),
        (Decimal("-2.5"), 0, "-3"),
        (Decimal("-0.001"), 2, "0.00"),
        (Decimal("1E+3"), 0, "1,000"),
        (Fraction(40, 3), 2, "13.33"),
        (12, 3, "12.000"),
        ("52.5", 1, "52.5"),
        (0, 0, "0"),
        (None, 2, "—"),
        ("", 2, "—"),
    ],
)
def test_a_number_is_printed_with_its_decimals_a_half_going_up(
    value: Decimal | Fraction | int | str | None, places: int, words: str
) -> None:
    assert number_words(value, places) == words


def test_a_percentage_has_one_decimal_and_its_sign() -> None:
    assert percent_words(Decimal("83.25")) == "83.3%"
    assert percent_words(Decimal(10), 2) == "10.00%"
    assert percent_words(None) == "—"


def test_instants_are_printed_in_local_time() -> None:
    assert moment_words(datetime(2023, 4, 10, 1, 30, tzinfo=UTC)) == "2023-04-10 09:30"
    assert day_words(datetime(2023, 4, 9, 16, 0, tzinfo=UTC)) == "2023-04-10"
    assert day_words(date(2023, 5, 15)) == "2023-05-15"
    assert (moment_words(None), day_words(None), until_words(None)) == ("—", "—", "—")


def test_a_deadline_at_midnight_is_named_by_the_last_day_before_it() -> None:
    assert until_words(MIDNIGHT) == "2023-04-15"
    assert until_words(MIDNIGHT + timedelta(hours=17, minutes=30)) == "2023-04-16 17:30"


@pytest.mark.parametrize(
    ("before_due", "words"),
    [
        (timedelta(days=3, hours=14), "还剩 3 天"),
        (timedelta(days=1), "还剩 1 天"),
        (timedelta(hours=23, minutes=59), "还剩 23 小时"),
        (timedelta(minutes=59), "还剩 59 分钟"),
        (timedelta(seconds=1), "还剩 1 分钟"),
        (timedelta(0), "刚刚逾期"),
        (timedelta(minutes=-59), "刚刚逾期"),
        (timedelta(hours=-1), "已逾期 1 小时"),
        (timedelta(days=-2, hours=-5), "已逾期 2 天"),
    ],
)
def test_a_deadline_says_how_long_there_is(before_due: timedelta, words: str) -> None:
    assert deadline_words(MIDNIGHT, MIDNIGHT - before_due) == words


def test_a_deadline_is_past_at_its_instant_and_soon_five_days_before() -> None:
    assert deadline_tone(MIDNIGHT, MIDNIGHT) == "past"
    assert deadline_tone(MIDNIGHT, MIDNIGHT - timedelta(microseconds=1)) == "soon"
    assert deadline_tone(MIDNIGHT, MIDNIGHT - timedelta(days=5)) == "soon"
    assert deadline_tone(MIDNIGHT, MIDNIGHT - timedelta(days=5, microseconds=1)) == "far"


def test_numbers_are_printed_alike_in_english() -> None:
    with translation.override("en"):
        assert number_words(Decimal("1234.5"), 2) == "1,234.50"
        assert moment_words(MIDNIGHT) == "2023-04-16 00:00"
