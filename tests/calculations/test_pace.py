"""Statuses and their boundaries (docs/calculations.md, section 3)."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calculations.actual import DataState, Kind
from calculations.pace import Standing, Status, expected_value, status
from tests.calculations.builders import make_spec


def standing(
    actual: str | None,
    target: str | None,
    *,
    quarter: int = 2,
    start: str = "0",
    state: DataState = DataState.REPORTED,
    **more: bool,
) -> Standing:
    return Standing(
        quarter,
        state,
        actual=None if actual is None else Fraction(actual),
        target=None if target is None else Fraction(target),
        start=Fraction(start),
        **more,
    )


@pytest.mark.parametrize(
    ("kind", "target", "share", "start", "whole", "expected"),
    [
        (Kind.COUNT, "40", "1/4", "0", True, "10"),
        (Kind.COUNT, "3", "1/2", "0", True, "1"),
        (Kind.COUNT, "3", "1/4", "0", True, "0"),
        (Kind.COUNT, "3", "1/2", "0", False, "3/2"),
        (Kind.REMAINING, "0", "1/4", "9", True, "7"),
        (Kind.REMAINING, "0", "1/4", "9", False, "27/4"),
        (Kind.REMAINING, "2", "1/2", "9", True, "6"),
        (Kind.RATIO, "50", "3/4", "0", False, "75/2"),
    ],
)
def test_expected_value_of_whole_things_is_rounded_in_the_units_favour(
    kind: Kind, target: str, share: str, start: str, whole: bool, expected: str
) -> None:
    value = expected_value(kind, Fraction(target), share=Fraction(share), start=Fraction(start), whole=whole)

    assert value == Fraction(expected)


@pytest.mark.parametrize(
    ("actual", "word"),
    [("40", "met"), ("39", "on_pace"), ("20", "on_pace"), ("19", "behind"), ("16", "behind"), ("15", "far_behind")],
)
def test_count_in_quarter_two_of_forty(actual: str, word: str) -> None:
    assert status(make_spec(), standing(actual, "40")) == word


@pytest.mark.parametrize(("actual", "word"), [("2", "on_pace"), ("1", "behind"), ("0", "far_behind")])
def test_whole_thing_one_short_of_few_is_only_behind(actual: str, word: str) -> None:
    assert status(make_spec(), standing(actual, "4")) == word


def test_one_short_is_no_excuse_where_parts_can_be_done() -> None:
    assert status(make_spec(whole=False), standing("1", "4")) is Status.FAR_BEHIND


@pytest.mark.parametrize(
    ("actual", "word"),
    [("0", "met"), ("5", "on_pace"), ("6", "behind"), ("7", "far_behind"), ("9", "far_behind"), ("12", "far_behind")],
)
def test_remaining_in_quarter_two_of_nine(actual: str, word: str) -> None:
    spec = make_spec(Kind.REMAINING, accumulate="latest")

    assert status(spec, standing(actual, "0", start="9")) == word


@pytest.mark.parametrize(("actual", "word"), [("50", "on_pace"), ("60", "behind"), ("61", "far_behind")])
def test_remaining_is_behind_down_to_eighty_percent_of_what_should_be_mended(actual: str, word: str) -> None:
    spec = make_spec(Kind.REMAINING, accumulate="latest")

    assert status(spec, standing(actual, "0", start="100")) == word


@pytest.mark.parametrize(
    ("actual", "word"), [("50", "met"), ("49.99", "behind"), ("40", "behind"), ("39.99", "far_behind")]
)
def test_level_pace_expects_everything_from_the_first_quarter_on(actual: str, word: str) -> None:
    spec = make_spec(Kind.RATIO, whole=False, pace="level")

    assert status(spec, standing(actual, "50", quarter=1)) == word


def test_nothing_to_mend_is_met() -> None:
    assert status(make_spec(Kind.REMAINING), standing("0", "0", start="0", quarter=1)) is Status.MET


def test_unit_without_target_is_tracked_whatever_it_reports() -> None:
    assert status(make_spec(), standing("5", None)) is Status.TRACKED
    assert status(make_spec(), standing(None, None, state=DataState.NO_DATA)) is Status.TRACKED


@pytest.mark.parametrize(
    ("quarter", "actual", "state", "word"),
    [
        (2, None, DataState.NO_DATA, "not_due"),
        (2, None, DataState.NOT_APPLICABLE, "not_applicable"),
        (2, "5", DataState.REPORTED, "not_due"),
        (2, "10", DataState.REPORTED, "met"),
        (3, None, DataState.NO_DATA, "no_data"),
        (3, "5", DataState.REPORTED, "far_behind"),
    ],
)
def test_indicator_due_in_quarter_three(quarter: int, actual: str | None, state: DataState, word: str) -> None:
    spec = make_spec(Kind.REDUCTION, accumulate="latest", whole=False, pace="due Q3")

    assert status(spec, standing(actual, "10", quarter=quarter, state=state)) == word


def test_target_not_reached_is_missed_only_when_quarter_four_is_final() -> None:
    assert status(make_spec(), standing("39", "40", quarter=4)) is Status.BEHIND
    assert status(make_spec(), standing("39", "40", quarter=4, final=True)) is Status.MISSED
    assert status(make_spec(), standing("19", "40", quarter=2, final=True)) is Status.BEHIND
    assert status(make_spec(), standing("40", "40", quarter=4, final=True)) is Status.MET


def test_unit_that_reported_nothing_in_the_year_has_no_data_even_when_final() -> None:
    no_data = standing(None, "40", quarter=4, state=DataState.NO_DATA, final=True)

    assert status(make_spec(), no_data) is Status.NO_DATA


@pytest.mark.parametrize("quarter", [1, 4])
def test_figure_capped_by_the_silence_of_others_is_at_best_on_pace(quarter: int) -> None:
    spec = make_spec(Kind.RATIO, whole=False)

    assert status(spec, standing("60", "50", quarter=quarter, capped=True, final=True)) is Status.ON_PACE


ORDER = [Status.FAR_BEHIND, Status.BEHIND, Status.ON_PACE, Status.MET]


@settings(deadline=None, max_examples=300)
@given(
    st.sampled_from([kind for kind in Kind if kind is not Kind.REMAINING]),
    st.integers(min_value=0, max_value=60),
    st.integers(min_value=0, max_value=60),
    st.integers(min_value=1, max_value=50),
    st.integers(min_value=1, max_value=4),
    st.booleans(),
)
def test_status_never_gets_worse_when_more_is_done(
    kind: Kind, one: int, other: int, target: int, quarter: int, whole: bool
) -> None:
    less, more = sorted([one, other])
    spec = make_spec(kind, whole=whole)

    worse = status(spec, standing(str(less), str(target), quarter=quarter))
    better = status(spec, standing(str(more), str(target), quarter=quarter))

    assert ORDER.index(worse) <= ORDER.index(better)


@settings(deadline=None, max_examples=300)
@given(
    st.integers(min_value=0, max_value=60),
    st.integers(min_value=0, max_value=60),
    st.integers(min_value=0, max_value=30),
    st.integers(min_value=0, max_value=60),
    st.integers(min_value=1, max_value=4),
)
def test_status_of_remaining_never_gets_worse_when_fewer_remain(
    one: int, other: int, target: int, start: int, quarter: int
) -> None:
    fewer, more = sorted([one, other])
    spec = make_spec(Kind.REMAINING)

    worse = status(spec, standing(str(more), str(target), quarter=quarter, start=str(start)))
    better = status(spec, standing(str(fewer), str(target), quarter=quarter, start=str(start)))

    assert ORDER.index(worse) <= ORDER.index(better)
