"""Pace: the share expected by each quarter."""

from fractions import Fraction

import pytest

from calculations.errors import CalculationError
from calculations.quarters import LEVEL, LINEAR, QUARTERS, due, parse_pace


@pytest.mark.parametrize(
    ("text", "shares"),
    [
        ("linear", ["1/4", "1/2", "3/4", "1"]),
        ("", ["1/4", "1/2", "3/4", "1"]),
        ("level", ["1", "1", "1", "1"]),
        ("due Q1", ["1", "1", "1", "1"]),
        ("due Q3", ["0", "0", "1", "1"]),
        ("due_q4", ["0", "0", "0", "1"]),
        (["0.1", "0.1", "0.5", "1"], ["1/10", "1/10", "1/2", "1"]),
    ],
)
def test_pace_read_from_plan_data_expects_its_shares(text: str | list[str], shares: list[str]) -> None:
    pace = parse_pace(text)

    assert [pace.share_expected_by(quarter) for quarter in QUARTERS] == [Fraction(share) for share in shares]


@pytest.mark.parametrize(
    "wrong",
    [
        "sometimes",
        "due Q5",
        ["0.5", "0.4", "0.8", "1"],
        ["0", "0", "0", "0.9"],
        ["-0.1", "0", "0", "1"],
        ["0.5", "1"],
        [0.25, 0.5, 0.75, 1],
    ],
)
def test_pace_that_falls_or_does_not_end_at_one_is_refused(wrong: str | list[str]) -> None:
    with pytest.raises(CalculationError):
        parse_pace(wrong)


def test_named_paces_are_their_constants() -> None:
    assert parse_pace("linear") is LINEAR
    assert parse_pace("level") is LEVEL
    assert parse_pace("due Q2") == due(2)
