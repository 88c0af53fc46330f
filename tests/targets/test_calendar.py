"""Default windows of quarters and the holiday seed, without a database."""

from datetime import date, timedelta

import pytest

from common.instants import last_day_before, local_day
from targets.calendar import add_working_days, announced_days, default_window, is_weekday, next_working_day

SPECIAL = {day.day: day.is_working for day in announced_days((2023, 2024))}


def is_working_day(day: date) -> bool:
    return SPECIAL.get(day, is_weekday(day))


@pytest.mark.parametrize(
    ("number", "opens", "due", "closes"),
    [
        # 1 April is a Saturday; Tomb-Sweeping Day (5 April) lies before the due date.
        (1, date(2023, 4, 3), date(2023, 4, 17), date(2023, 4, 23)),  # 23 April 2023 is a worked Sunday
        (2, date(2023, 7, 3), date(2023, 7, 17), date(2023, 7, 24)),
        (3, date(2023, 10, 7), date(2023, 10, 16), date(2023, 10, 23)),  # National Day; 7 October is worked
        (4, date(2024, 1, 2), date(2024, 1, 15), date(2024, 1, 22)),
    ],
)
def test_quarter_of_an_announced_year_moves_to_working_days(number: int, opens: date, due: date, closes: date) -> None:
    window = default_window(2023, number, is_working_day=is_working_day)

    assert local_day(window.opens) == opens
    assert last_day_before(window.due) == due
    assert last_day_before(window.closes) == closes


def test_year_that_is_not_announced_knows_weekends_only() -> None:
    window = default_window(2033, 3, is_working_day=is_weekday)

    assert local_day(window.opens) == date(2033, 10, 3)  # 1 October 2033 is a Saturday
    assert last_day_before(window.due) == date(2033, 10, 17)
    assert last_day_before(window.closes) == date(2033, 10, 24)
    assert announced_days((2033,)) == []


def test_seed_names_holidays_and_worked_weekends_only() -> None:
    days = {day.day: day for day in announced_days((2023,))}

    assert days[date(2023, 5, 1)].name == "劳动节"
    assert not days[date(2023, 5, 1)].is_working
    assert days[date(2023, 5, 6)].is_working  # a Saturday
    assert date(2023, 4, 30) not in days  # a Sunday is free in any week
    assert all(day.is_working != is_weekday(day.day) for day in days.values())


@pytest.mark.parametrize("offset", range(14))
def test_working_day_after_none_is_the_day_itself_or_the_next_monday(offset: int) -> None:
    day = date(2033, 6, 1) + timedelta(days=offset)

    moved = next_working_day(day, is_working_day=is_weekday)

    assert is_weekday(moved)
    assert moved - day <= timedelta(days=2)
    assert add_working_days(day, 5, is_working_day=is_weekday) > day + timedelta(days=4)
