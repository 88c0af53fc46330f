"""What is missing, needed and to be expected (docs/calculations.md, section 3)."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calculations.actual import Kind, actual_value
from calculations.gap import Gap, GapKind, Position, forecast_value, gap_to, needed_per_quarter
from calculations.words import gap_words
from tests.calculations.builders import make_spec


def position(kind: Kind, value: str, base: str = "0") -> Position:
    return Position(Fraction(value), Fraction(base), actual_value(kind, Fraction(value), Fraction(base)))


@pytest.mark.parametrize(
    ("kind", "value", "base", "target", "unit_label", "words"),
    [
        (Kind.COUNT, "28", "0", "40", "个", "还差 12 个"),
        (Kind.RATIO, "1500", "3600", "50", "m²", "还需安装 300 m²"),
        (Kind.REDUCTION, "1834.5", "2010", "10", "kW", "高峰负荷还需再降 25.5 kW"),
        (Kind.REMAINING, "3", "9", "0", "家", "还有 3 家未整改"),
        (Kind.REMAINING, "5", "9", "2", "家", "还需整改 3 家"),
        (Kind.MILESTONE, "80", "0", "100", "%", "还差 20 个百分点"),
        (Kind.PERCENT, "1.5", "0", "3", "%", "还差 1.5 个百分点"),
    ],
)
def test_gap_is_said_in_the_words_of_the_work(
    kind: Kind, value: str, base: str, target: str, unit_label: str, words: str
) -> None:
    gap = gap_to(kind, position(kind, value, base), Fraction(target), whole=False)

    assert gap is not None
    assert gap_words(gap, unit_label) == words


@pytest.mark.parametrize(
    ("kind", "value", "base", "target"),
    [(Kind.COUNT, "40", "0", "40"), (Kind.REMAINING, "0", "0", "0"), (Kind.RATIO, "60", "100", "50")],
)
def test_target_reached_leaves_no_gap(kind: Kind, value: str, base: str, target: str) -> None:
    assert gap_to(kind, position(kind, value, base), Fraction(target), whole=True) is None


def test_gap_of_whole_things_is_rounded_up() -> None:
    gap = gap_to(Kind.COUNT, position(Kind.COUNT, "1"), Fraction("2.5"), whole=True)

    assert gap == Gap(GapKind.ITEMS, Fraction(2))


def test_printed_gap_is_enough_when_done() -> None:
    assert gap_words(Gap(GapKind.AMOUNT, Fraction(100, 3)), "m²") == "还需安装 33.34 m²"


POSITIVE = st.integers(min_value=1, max_value=10**6)


@settings(deadline=None)
@given(st.sampled_from([Kind.COUNT, Kind.RATIO, Kind.REDUCTION, Kind.REMAINING]), POSITIVE, POSITIVE, POSITIVE)
def test_doing_what_the_gap_says_reaches_the_target(kind: Kind, value: int, base: int, target: int) -> None:
    here = Position(Fraction(value), Fraction(base), actual_value(kind, Fraction(value), Fraction(base)))
    bound = Fraction(target)

    gap = gap_to(kind, here, bound, whole=False)

    change = gap.amount if gap else Fraction(0)
    done = here.value + change if kind in (Kind.COUNT, Kind.RATIO) else here.value - change
    reached = actual_value(kind, done, here.base)
    assert reached <= bound if kind is Kind.REMAINING else reached >= bound


@pytest.mark.parametrize(
    ("value", "quarter", "whole", "needed"),
    [
        ("4", 1, True, "12"),
        ("13", 2, True, "14"),
        ("13", 2, False, "27/2"),
        ("23", 3, True, "17"),
        ("45", 2, True, "0"),
        ("31", 4, True, None),
    ],
)
def test_needed_shares_the_rest_among_the_quarters_left(
    value: str, quarter: int, whole: bool, needed: str | None
) -> None:
    result = needed_per_quarter(make_spec(whole=whole), Fraction(value), Fraction(40), quarter=quarter)

    assert result == (None if needed is None else Fraction(needed))


@pytest.mark.parametrize("spec", [make_spec(accumulate="latest"), make_spec(Kind.RATIO)])
def test_only_summed_counts_need_something_every_quarter(spec) -> None:
    assert needed_per_quarter(spec, Fraction(1), Fraction(40), quarter=1) is None


@pytest.mark.parametrize(
    ("spec", "quarter", "forecast"),
    [
        (make_spec(), 1, "40"),
        (make_spec(), 3, "40/3"),
        (make_spec(), 4, "10"),
        (make_spec(accumulate="latest"), 1, "10"),
        (make_spec(Kind.RATIO), 1, "10"),
    ],
)
def test_forecast_goes_on_like_this_for_summed_counts_only(spec, quarter: int, forecast: str) -> None:
    assert forecast_value(spec, Fraction(10), quarter=quarter) == Fraction(forecast)
