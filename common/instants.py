"""Days and instants of Asia/Shanghai, the only zone in which the portal counts days (domain.md, section 5.2)."""

from datetime import date, datetime, time, timedelta

from common.data_values import LOCAL_TIME


def start_of(day: date) -> datetime:
    """The first instant of a day."""
    return datetime.combine(day, time(), tzinfo=LOCAL_TIME)


def end_of(day: date) -> datetime:
    """The first instant after a day: what arrives before it arrived on that day at the latest."""
    return start_of(day + timedelta(days=1))


def local_day(instant: datetime) -> date:
    """The day on which an instant lies."""
    return instant.astimezone(LOCAL_TIME).date()


def last_day_before(instant: datetime) -> date:
    """The last day that has an instant before this one: the reverse of `end_of`."""
    return local_day(instant - timedelta(microseconds=1))


def read_opening(text: str) -> datetime:
    """The instant that an ISO text says: a day means its start, a time without a zone is local. Else ValueError."""
    day = _day(text)
    return start_of(day) if day else _instant(text)


def read_deadline(text: str) -> datetime:
    """The instant that an ISO text says: a day means its end, a time without a zone is local. Else ValueError."""
    day = _day(text)
    return end_of(day) if day else _instant(text)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    return instant if instant.tzinfo else instant.replace(tzinfo=LOCAL_TIME)
