"""Actual values of units and groups (docs/calculations.md, section 1)."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calculations.actual import (
    DataState,
    Figure,
    Kind,
    LineValue,
    UnitQuarter,
    data_state,
    group_actual,
    group_figure,
    unit_actual,
    unit_figure,
)
from tests.calculations.builders import NOT_APPLICABLE, line, make_quarters, make_spec


def figure_of(
    kind: Kind, lines: list[LineValue | None], *, accumulate: str = "sum", target: str | None = "1"
) -> Figure:
    """A unit's figure up to the quarter of the last line given."""
    quarters = make_quarters(lines, target=target)[: len(lines)]
    return unit_figure(make_spec(kind, accumulate=accumulate), quarters)


def test_sum_adds_the_quarters_so_far() -> None:
    figure = figure_of(Kind.COUNT, [line(4), line(9), line(-1)])

    assert (figure.value, unit_actual(Kind.COUNT, figure)) == (12, 12)


def test_latest_takes_the_last_quarter_that_has_a_line() -> None:
    figure = figure_of(Kind.REMAINING, [line(9, 9), line(4, 9), None], accumulate="latest")

    assert (figure.value, figure.base) == (4, 9)


def test_sum_with_a_required_line_missing_is_incomplete() -> None:
    assert figure_of(Kind.COUNT, [line(4), None]).incomplete
    assert not figure_of(Kind.COUNT, [line(4), line(0)]).incomplete


def test_latest_with_an_older_line_is_not_incomplete() -> None:
    assert not figure_of(Kind.REMAINING, [line(9, 9), None], accumulate="latest").incomplete


def test_line_that_is_not_required_yet_does_not_make_incomplete() -> None:
    quarters = [UnitQuarter(line=line(1), owed=True), UnitQuarter(owed=True, opened=False)]

    figure = unit_figure(make_spec(), quarters)

    assert not figure.incomplete


@pytest.mark.parametrize(
    ("kind", "numbers", "actual"),
    [
        (Kind.COUNT, ("31", "0"), "31"),
        (Kind.RATIO, ("1500", "3600"), "125/3"),
        (Kind.REDUCTION, ("1834.5", "2010"), "585/67"),
        (Kind.REDUCTION, ("110", "100"), "-10"),
        (Kind.REMAINING, ("2", "9"), "2"),
        (Kind.PERCENT, ("-3.5", "0"), "-3.5"),
        (Kind.MILESTONE, ("80", "0"), "80"),
    ],
)
def test_actual_follows_the_formula_of_the_kind(kind: Kind, numbers: tuple[str, str], actual: str) -> None:
    figure = figure_of(kind, [line(*numbers)])

    assert data_state(kind, figure) is DataState.REPORTED
    assert unit_actual(kind, figure) == Fraction(actual)


@pytest.mark.parametrize("kind", Kind)
def test_unit_without_any_line_has_no_data(kind: Kind) -> None:
    figure = figure_of(kind, [None, None])

    assert data_state(kind, figure) is DataState.NO_DATA
    assert unit_actual(kind, figure) is None


@pytest.mark.parametrize("kind", [Kind.RATIO, Kind.REDUCTION])
def test_percentage_of_nothing_is_not_applicable(kind: Kind) -> None:
    figure = figure_of(kind, [line(0, 0)])

    assert data_state(kind, figure) is DataState.NOT_APPLICABLE
    assert unit_actual(kind, figure) is None


def test_count_is_not_applicable_only_when_every_line_says_so() -> None:
    all_lines = figure_of(Kind.COUNT, [NOT_APPLICABLE, None, NOT_APPLICABLE])
    one_number = figure_of(Kind.COUNT, [line(0), NOT_APPLICABLE])

    assert data_state(Kind.COUNT, all_lines) is DataState.NOT_APPLICABLE
    assert data_state(Kind.COUNT, one_number) is DataState.REPORTED


def test_milestone_is_not_applicable_when_the_line_used_says_so() -> None:
    figure = figure_of(Kind.MILESTONE, [line(50), NOT_APPLICABLE], accumulate="latest")
    back_again = figure_of(Kind.MILESTONE, [NOT_APPLICABLE, line(50)], accumulate="latest")

    assert data_state(Kind.MILESTONE, figure) is DataState.NOT_APPLICABLE
    assert data_state(Kind.MILESTONE, back_again) is DataState.REPORTED


def test_nothing_to_mend_is_an_actual_value() -> None:
    assert unit_actual(Kind.REMAINING, figure_of(Kind.REMAINING, [line(0, 0)])) == 0


def test_line_from_stored_numbers_reads_absent_ones_as_zero() -> None:
    assert LineValue.of(5) == LineValue(Fraction(5), Fraction(0))
    assert LineValue.of(5, 9, not_applicable=True) == LineValue(Fraction(0), Fraction(0), not_applicable=True)


def test_group_ratio_comes_from_sums_not_from_the_mean() -> None:
    children = [figure_of(Kind.RATIO, [line(1200, 2000)]), figure_of(Kind.RATIO, [line(300, 1600)])]

    figure = group_figure(Kind.RATIO, children)

    assert group_actual(Kind.RATIO, figure) == Fraction(125, 3)


def test_group_counts_who_owes_and_who_is_missing() -> None:
    children = [
        figure_of(Kind.COUNT, [line(1)]),
        figure_of(Kind.COUNT, [None]),
        unit_figure(make_spec(), [UnitQuarter(line=line(2), owed=False)]),
    ]

    figure = group_figure(Kind.COUNT, children)

    assert (figure.value, figure.reported, figure.owing, figure.missing) == (3, 2, 2, 1)
    assert figure.incomplete


def test_group_percent_has_no_figure() -> None:
    figure = group_figure(Kind.PERCENT, [figure_of(Kind.PERCENT, [line(5)])])

    assert group_actual(Kind.PERCENT, figure) is None
    assert figure.value == 0


def test_group_milestone_is_the_mean_over_units_with_a_target() -> None:
    children = [
        figure_of(Kind.MILESTONE, [line(100)]),
        figure_of(Kind.MILESTONE, [line(50)]),
        figure_of(Kind.MILESTONE, [None]),
        figure_of(Kind.MILESTONE, [NOT_APPLICABLE]),
        figure_of(Kind.MILESTONE, [line(90)], target=None),
    ]

    figure = group_figure(Kind.MILESTONE, children)

    assert figure.mean_over == 3
    assert group_actual(Kind.MILESTONE, figure) == 50


def test_group_milestone_where_it_applies_to_nobody_is_not_applicable() -> None:
    figure = group_figure(Kind.MILESTONE, [figure_of(Kind.MILESTONE, [NOT_APPLICABLE])])

    assert data_state(Kind.MILESTONE, figure) is DataState.NOT_APPLICABLE


def test_group_without_milestone_targets_has_no_data() -> None:
    figure = group_figure(Kind.MILESTONE, [figure_of(Kind.MILESTONE, [line(90)], target=None)])

    assert group_actual(Kind.MILESTONE, figure) is None
    assert data_state(Kind.MILESTONE, figure) is DataState.NO_DATA


def test_group_is_final_when_all_that_owe_are() -> None:
    owing_final = Figure(owing=1, final=True)
    owing_open = Figure(owing=1, final=False)
    not_owing = Figure(owing=0, final=False)

    assert group_figure(Kind.COUNT, [owing_final, not_owing]).final
    assert not group_figure(Kind.COUNT, [owing_final, owing_open]).final
    assert not group_figure(Kind.COUNT, [not_owing]).final
    assert not group_figure(Kind.COUNT, []).final


LINE_VALUES = st.builds(
    line, st.integers(min_value=0, max_value=1000), st.integers(min_value=0, max_value=1000)
) | st.just(NOT_APPLICABLE)


@st.composite
def unit_figures(draw: st.DrawFn, kind: Kind) -> Figure:
    target = draw(st.sampled_from(["1", None]))
    quarters = make_quarters([draw(st.none() | LINE_VALUES)], target=target, owed=draw(st.booleans()))
    return unit_figure(make_spec(kind), quarters[:1])


@settings(deadline=None)
@given(st.data(), st.sampled_from(Kind))
def test_group_of_groups_equals_the_group_of_their_units(data: st.DataObject, kind: Kind) -> None:
    units = data.draw(st.lists(unit_figures(kind), max_size=6))
    cut = data.draw(st.integers(min_value=0, max_value=len(units)))

    at_once = group_figure(kind, units)
    by_halves = group_figure(kind, [group_figure(kind, units[:cut]), group_figure(kind, units[cut:])])

    assert group_actual(kind, by_halves) == group_actual(kind, at_once)
    assert data_state(kind, by_halves) is data_state(kind, at_once)
    assert (by_halves.owing, by_halves.missing, by_halves.incomplete) == (
        at_once.owing,
        at_once.missing,
        at_once.incomplete,
    )


@settings(deadline=None)
@given(st.data(), st.sampled_from(Kind))
def test_order_of_the_units_does_not_matter(data: st.DataObject, kind: Kind) -> None:
    units = data.draw(st.lists(unit_figures(kind), max_size=6))

    assert group_figure(kind, data.draw(st.permutations(units))) == group_figure(kind, units)
