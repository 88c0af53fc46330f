"""The worked example of docs/calculations.md, number by number."""

from fractions import Fraction

import pytest

from calculations.actual import DataState
from calculations.scoring import assess, assess_unit
from tests.calculations import example_donghai as donghai
from tests.calculations.builders import default_scheme, donghai_inputs, donghai_progress

BY_CODE = {each.code: each for each in donghai.INDICATORS}


@pytest.mark.parametrize("code", donghai.EXPECTED)
def test_progress_of_the_year_is_the_printed_table(code: str) -> None:
    expected = donghai.EXPECTED[code]

    progress = donghai_progress(BY_CODE[code])

    assert tuple(each.status for each in progress) == expected.statuses
    at_year_end = progress[-1]
    assert (at_year_end.value, at_year_end.base) == (Fraction(expected.value), Fraction(expected.base))
    assert at_year_end.actual == Fraction(expected.actual)
    assert at_year_end.attainment == Fraction(expected.attainment)


@pytest.mark.parametrize("quarter", donghai.LINES)
def test_reports_have_as_many_required_lines_as_the_example_says(quarter: int) -> None:
    required = {each.code for each in donghai.INDICATORS if quarter in each.required_in}

    filled = required & donghai.LINES[quarter].keys()

    assert (len(filled), len(required)) == donghai.FILLED_OF_REQUIRED[quarter]


@pytest.mark.parametrize("code", donghai.POINTS)
def test_line_has_the_printed_points(code: str) -> None:
    result = assess_unit(default_scheme(), donghai_inputs())

    line = next(each for each in result.lines if each.code == code)

    expected = donghai.POINTS[code]
    assert line.applicable == (expected is not None)
    assert str(line.points) == (expected or "0.00")


def test_sums_and_grade_are_the_printed_ones() -> None:
    result = assess_unit(default_scheme(), donghai_inputs())

    assert {section.code: str(section.score) for section in result.sections} == donghai.SECTIONS
    assert str(result.base) == donghai.BASE
    assert str(result.bonus) == donghai.BONUS
    assert str(result.deduction) == donghai.DEDUCTION
    assert str(result.total) == donghai.TOTAL
    assert result.band == donghai.BAND
    assert result.grade == donghai.GRADE
    assert tuple(veto.code for veto in result.vetoes) == donghai.VETOES


def test_section_without_new_building_is_scaled_to_the_lines_left() -> None:
    inputs = donghai_inputs(donghai.LINES_WITHOUT_NEW_BUILDING)

    result = assess_unit(default_scheme(), inputs)

    assert inputs.indicators["PVN"].state is DataState.NOT_APPLICABLE
    assert str(result.sections[0].score) == donghai.SECTION_A_WITHOUT_NEW_BUILDING


def test_only_unit_of_its_group_is_first() -> None:
    (result,) = assess(default_scheme(), [donghai_inputs()])

    assert result.rank == 1
