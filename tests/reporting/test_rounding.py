"""A figure never looks as if it had reached its target when it has not."""

from decimal import Decimal

import pytest

from reporting.rounding import honest_places, rounded


@pytest.mark.parametrize(
    ("value", "target", "at_most", "shown"),
    [
        ("9.97", "10", False, "9.97"),
        ("9.9964", "10", False, "9.996"),
        ("9.94", "10", False, "9.9"),
        ("10", "10", False, "10.0"),
        ("10.04", "10", False, "10.0"),
        ("10.04", "10", True, "10.04"),
        ("10.06", "10", True, "10.1"),
        ("9.97", "10", True, "10.0"),
        ("9.97", "9.98", False, "9.97"),
        ("9.97", None, False, "10.0"),
    ],
)
def test_a_figure_short_of_its_target_shows_it(value: str, target: str | None, at_most: bool, shown: str) -> None:
    wanted = None if target is None else Decimal(target)
    places = honest_places(Decimal(value), wanted, places=1, at_most=at_most)

    assert str(rounded(Decimal(value), places)) == shown


def test_without_a_value_the_places_stay() -> None:
    assert honest_places(None, Decimal(10), places=1) == 1
