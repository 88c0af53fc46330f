"""Days and instants of Asia/Shanghai."""

from datetime import UTC, date, datetime, timedelta

import pytest

from common.instants import end_of, last_day_before, local_day, read_deadline, read_opening, start_of

MIDNIGHT = datetime(2023, 5, 31, 16, tzinfo=UTC)  # 00:00 of 1 June in Shanghai


def test_day_starts_and_ends_at_midnight_in_shanghai() -> None:
    assert start_of(date(2023, 6, 1)) == MIDNIGHT == end_of(date(2023, 5, 31))


@pytest.mark.parametrize(("offset", "day"), [(-1, date(2023, 5, 31)), (0, date(2023, 6, 1)), (1, date(2023, 6, 1))])
def test_instant_lies_on_the_day_that_the_clock_in_shanghai_shows(offset: int, day: date) -> None:
    assert local_day(MIDNIGHT + timedelta(seconds=offset)) == day


def test_last_day_before_a_deadline_is_the_reverse_of_its_end() -> None:
    assert last_day_before(end_of(date(2023, 5, 31))) == date(2023, 5, 31)


@pytest.mark.parametrize(
    ("text", "opening", "deadline"),
    [
        ("2023-05-31", "2023-05-30T16:00", "2023-05-31T16:00"),
        ("2023-05-31T00:00", "2023-05-30T16:00", "2023-05-30T16:00"),
        ("2023-05-31T18:30", "2023-05-31T10:30", "2023-05-31T10:30"),
        ("2023-05-31T18:30Z", "2023-05-31T18:30", "2023-05-31T18:30"),
        ("2023-05-31 18:30+02:00", "2023-05-31T16:30", "2023-05-31T16:30"),
    ],
)
def test_iso_text_is_a_day_or_a_time_in_shanghai_unless_it_names_a_zone(text: str, opening: str, deadline: str) -> None:
    assert read_opening(text) == datetime.fromisoformat(opening).replace(tzinfo=UTC)
    assert read_deadline(text) == datetime.fromisoformat(deadline).replace(tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "31.05.2023", "2023-02-30", "tomorrow", "2023-05-31T25:00"])
def test_text_that_is_no_instant_is_refused(text: str) -> None:
    for read in (read_opening, read_deadline):
        with pytest.raises(ValueError):  # noqa: PT011 - the message is Python's own
            read(text)
