"""One indicator through the year: the stored record of a unit and of a group."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calculations.actual import DataState, Figure, Kind, LineValue, UnitQuarter
from calculations.canonical import from_json, to_json
from calculations.compliance import Progress, group_progress, unit_progress
from calculations.errors import CalculationError
from calculations.gap import Gap, GapKind
from calculations.pace import Status
from tests.calculations.builders import NOT_APPLICABLE, line, make_quarters, make_spec

RATIO = make_spec(Kind.RATIO, whole=False, pace="level")


def city(spec, children: list[Figure], *, quarter: int = 1, target: str | None = "50") -> Progress:
    return group_progress(spec, quarter, children=children, target=None if target is None else Fraction(target))


def unit_figures(spec, *lines: LineValue | None, final: bool = True) -> list[Figure]:
    """Units that owe the line of quarter 1, with the given lines."""
    return [unit_progress(spec, make_quarters([each], target="50", final=final))[0].figure for each in lines]


def test_record_of_a_unit_has_everything_a_page_shows() -> None:
    second = unit_progress(make_spec(), make_quarters([line(4), line(9)], target="40"))[1]

    assert (second.quarter, second.value, second.base, second.actual) == (2, 13, 0, 13)
    assert (second.target, second.attainment) == (40, Fraction("32.5"))
    assert (second.share, second.expected) == (Fraction(1, 2), 20)
    assert second.status is Status.FAR_BEHIND
    assert second.gap == Gap(GapKind.ITEMS, Fraction(27))
    assert (second.needed, second.forecast) == (14, 26)
    assert not second.is_incomplete


def test_unit_that_reported_nothing_lacks_all_of_a_count() -> None:
    first = unit_progress(make_spec(), make_quarters([], target="40"))[0]

    assert (first.status, first.state) == (Status.NO_DATA, DataState.NO_DATA)
    assert (first.actual, first.attainment, first.forecast) == (None, None, None)
    assert first.gap == Gap(GapKind.ITEMS, Fraction(40))
    assert (first.needed, first.expected) == (14, 10)
    assert first.is_incomplete


def test_gap_and_expectation_of_remaining_are_unknown_without_a_start() -> None:
    first = unit_progress(make_spec(Kind.REMAINING), make_quarters([], target="0"))[0]

    assert (first.status, first.gap, first.expected) == (Status.NO_DATA, None, None)


def test_indicator_that_does_not_apply_has_no_gap_and_needs_nothing() -> None:
    first = unit_progress(make_spec(), make_quarters([NOT_APPLICABLE], target="40"))[0]

    assert first.status is Status.NOT_APPLICABLE
    assert (first.actual, first.attainment, first.gap, first.needed, first.forecast) == (None,) * 5


def test_tracked_indicator_has_an_actual_value_and_a_forecast_only() -> None:
    first = unit_progress(make_spec(), make_quarters([line(3)]))[0]

    assert (first.status, first.actual, first.forecast) == (Status.TRACKED, 3, 12)
    assert (first.attainment, first.share, first.expected, first.gap, first.needed) == (None,) * 5


def test_quarter_that_has_not_opened_has_no_status_and_carries_the_figures_over() -> None:
    quarters = [
        UnitQuarter(line(4), Fraction(40), owed=True),
        *[UnitQuarter(target=Fraction(40), owed=True, opened=False)] * 3,
    ]

    second = unit_progress(make_spec(), quarters)[1]

    assert (second.status, second.actual) == (None, 4)
    assert (second.attainment, second.gap, second.needed, second.forecast) == (None,) * 4
    assert not second.is_incomplete


def test_target_of_each_quarter_is_the_one_in_force_at_its_end() -> None:
    quarters = [UnitQuarter(line(5), Fraction(target)) for target in (40, 40, 20, 20)]

    progress = unit_progress(make_spec(), quarters)

    assert [each.target for each in progress] == [40, 40, 20, 20]
    assert [each.status for each in progress] == ["far_behind", "far_behind", "on_pace", "met"]


def test_year_has_four_quarters() -> None:
    with pytest.raises(CalculationError, match="四个季度"):
        unit_progress(make_spec(), [UnitQuarter()] * 3)


def test_city_ratio_is_capped_while_a_unit_that_owes_is_silent() -> None:
    figures = unit_figures(RATIO, line(60, 100), line(70, 100), None)

    record = city(RATIO, figures)

    assert record.status is Status.ON_PACE
    assert record.attainment == 130
    assert record.is_incomplete
    assert record.units_reported == (2, 3)


@pytest.mark.parametrize("kind", [Kind.REDUCTION, Kind.REMAINING])
def test_city_reduction_and_remaining_are_capped_too(kind: Kind) -> None:
    spec = make_spec(kind, accumulate="latest", pace="level")

    record = city(spec, unit_figures(spec, line(0, 100), None))

    assert record.status is Status.ON_PACE


def test_city_count_is_met_whoever_is_silent() -> None:
    record = city(make_spec(), unit_figures(make_spec(), line(60), None))

    assert record.status is Status.MET
    assert record.is_incomplete


def test_city_is_met_once_everybody_who_owes_has_reported() -> None:
    silent_but_owes_nothing = Figure()

    record = city(RATIO, [*unit_figures(RATIO, line(60, 100), line(70, 100)), silent_but_owes_nothing])

    assert record.status is Status.MET
    assert record.units_reported == (2, 2)


def test_unit_with_any_line_up_to_the_quarter_counts_as_having_reported() -> None:
    figures = [
        unit_progress(RATIO, make_quarters(lines, target="50"))[1].figure
        for lines in ([line(60, 100), None], [line(70, 100), line(1, 1)])
    ]

    record = city(RATIO, figures, quarter=2)

    assert record.status is Status.MET
    assert record.units_reported == (2, 2)
    assert record.is_incomplete


def test_city_without_any_line_has_no_data() -> None:
    record = city(RATIO, unit_figures(RATIO, None, None))

    assert (record.status, record.units_reported) == (Status.NO_DATA, (0, 2))


def test_city_misses_only_when_all_that_owe_are_final() -> None:
    spec = make_spec()
    final = [unit_progress(spec, make_quarters([line(1)], target="1"))[3].figure]
    still_open = [unit_progress(spec, make_quarters([line(1)], target="1", final=False))[3].figure]

    assert city(spec, final, quarter=4).status is Status.MISSED
    assert city(spec, final + still_open, quarter=4).status is Status.FAR_BEHIND


def test_city_has_no_status_before_the_quarter_opens() -> None:
    closed = unit_progress(make_spec(), [UnitQuarter(opened=False)] * 4)[0].figure

    assert city(make_spec(), [closed]).status is None


def test_city_percent_has_no_figure_even_with_a_target() -> None:
    spec = make_spec(Kind.PERCENT, accumulate="latest")

    record = city(spec, unit_figures(spec, line(5)))

    assert (record.actual, record.target, record.status) == (None, None, Status.TRACKED)


def test_city_milestone_is_the_mean_of_its_units() -> None:
    spec = make_spec(Kind.MILESTONE, accumulate="latest")

    record = city(spec, unit_figures(spec, line(100), line(50), None, NOT_APPLICABLE))

    assert record.actual == 50
    assert record.gap is None


def test_city_milestone_without_targets_has_opened_when_its_units_have() -> None:
    spec = make_spec(Kind.MILESTONE, accumulate="latest")
    untargeted = unit_progress(spec, make_quarters([line(100)]))[0].figure

    record = city(spec, [untargeted], target=None)

    assert (record.status, record.actual) == (Status.TRACKED, None)


def test_county_of_counties_is_computed_from_stored_figures() -> None:
    spec = make_spec(Kind.MILESTONE, accumulate="latest")
    halves = [city(spec, unit_figures(spec, *lines)).figure for lines in ([line(100), line(50)], [None])]

    record = city(spec, [from_json(Figure, to_json(half)) for half in halves])

    assert record.actual == 50


LINES = st.none() | st.just(NOT_APPLICABLE) | st.builds(line, st.integers(0, 50), st.integers(0, 50))
SPECS = st.builds(
    make_spec,
    st.sampled_from(Kind),
    accumulate=st.sampled_from(["sum", "latest"]),
    whole=st.booleans(),
    pace=st.sampled_from(["linear", "level", "due Q2", "due Q4"]),
)


@settings(deadline=None, max_examples=300)
@given(SPECS, st.lists(LINES, min_size=4, max_size=4), st.none() | st.integers(1, 60), st.booleans())
def test_every_opened_quarter_has_exactly_one_status(spec, lines, target: int | None, final: bool) -> None:
    quarters = make_quarters(lines, target=None if target is None else str(target), final=final)

    for record in unit_progress(spec, quarters):
        assert isinstance(record.status, Status)
        assert (record.status is Status.TRACKED) == (target is None)
        assert (record.attainment is None) == (target is None or record.state is not DataState.REPORTED)
        if record.status is Status.MET:
            assert record.attainment is not None
            assert record.attainment >= 100
            assert record.gap is None
        if record.status is Status.MISSED:
            assert (record.quarter, final) == (4, True)


@settings(deadline=None)
@given(SPECS, st.lists(LINES, min_size=1, max_size=5), st.integers(1, 60), st.randoms())
def test_city_does_not_depend_on_the_order_of_its_units(spec, lines, target: int, random) -> None:
    figures = unit_figures(spec, *lines)
    shuffled = random.sample(figures, len(figures))

    assert city(spec, shuffled, target=str(target)) == city(spec, figures, target=str(target))
