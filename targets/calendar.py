"""Working days, and the instants of a quarter that follow from them (domain.md, section 5.2)."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from common.instants import end_of, start_of

IsWorkingDay = Callable[[date], bool]

DUE_DAY = 15
WORKING_DAYS_UNTIL_CLOSING = 5
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class QuarterWindow:
    """The three instants of a quarter, half-open: arrival before `due` is on time, before `closes` accepted."""

    opens: datetime
    due: datetime
    closes: datetime


def default_window(year: int, number: int, *, is_working_day: IsWorkingDay) -> QuarterWindow:
    """The instants of a quarter for which nothing else was said.

    It opens the day after it ends, is due on the 15th of that month and closes five working days later; a date that is
    no working day moves to the next one. Due and closing are the ends of their days.
    """
    first = date(year + number // 4, number % 4 * 3 + 1, 1)
    due = next_working_day(first.replace(day=DUE_DAY), is_working_day=is_working_day)
    closes = add_working_days(due, WORKING_DAYS_UNTIL_CLOSING, is_working_day=is_working_day)
    opens = next_working_day(first, is_working_day=is_working_day)
    return QuarterWindow(opens=start_of(opens), due=end_of(due), closes=end_of(closes))


def next_working_day(day: date, *, is_working_day: IsWorkingDay) -> date:
    """The day itself if it is worked, else the next one that is."""
    while not is_working_day(day):
        day += _ONE_DAY
    return day


def add_working_days(day: date, count: int, *, is_working_day: IsWorkingDay) -> date:
    """The working day that is `count` working days after a day; the day itself is not counted."""
    for _ in range(count):
        day = next_working_day(day + _ONE_DAY, is_working_day=is_working_day)
    return day


def working_days_between(first: date, last: date, *, is_working_day: IsWorkingDay) -> int:
    """How many working days lie after `first`, up to and including `last`."""
    days = max(0, (last - first).days)
    return sum(is_working_day(first + _ONE_DAY * count) for count in range(1, days + 1))


def is_weekday(day: date) -> bool:
    """Whether a day is worked where nothing is announced: Monday to Friday."""
    return day.weekday() < 5


# --- the seed of the holiday table


@dataclass(frozen=True, kw_only=True)
class SpecialDay:
    """A day that differs from the week: a holiday from Monday to Friday, or a weekend day that is worked."""

    day: date
    is_working: bool
    name: str


def announced_days(years: Collection[int]) -> list[SpecialDay]:
    """The days of these years that the State Council's announcements set apart; none for a year not yet announced."""
    # Imported here: its tables are needed only when a plan is loaded.
    import chinese_calendar

    announced = {day.year for day in chinese_calendar.constants.holidays}
    names = {**chinese_calendar.constants.workdays, **chinese_calendar.constants.holidays}
    return [
        SpecialDay(day=day, is_working=not is_weekday(day), name=chinese_calendar.Holiday(names[day]).chinese)
        for year in sorted(announced.intersection(years))
        for day in _days_of(year)
        if chinese_calendar.is_workday(day) != is_weekday(day)
    ]


def _days_of(year: int) -> Iterator[date]:
    day = date(year, 1, 1)
    while day.year == year:
        yield day
        day += _ONE_DAY
