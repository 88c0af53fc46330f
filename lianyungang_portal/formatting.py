"""Numbers, times and words as the pages print them."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.timezone import is_aware
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from calculations.rounding import Number, exact, round_half_up

LOCAL_TIME = ZoneInfo("Asia/Shanghai")
NOTHING = "—"
SOON = timedelta(days=5)


def number_words(value: Number | str | None, places: int) -> str:
    """`value` half-up to `places` decimals with thousands separators: "1,234.50"; "—" where there is none."""
    if value is None or value == "":
        return NOTHING
    return f"{round_half_up(exact(value), places):,f}"


def percent_words(value: Number | str | None, places: int = 1) -> str:
    """Percent points as "83.3%"; "—" where there are none."""
    words = number_words(value, places)
    return words if words == NOTHING else f"{words}%"


def moment_words(instant: datetime | None) -> str:
    """An instant in Asia/Shanghai: "2023-04-10 09:30"."""
    return f"{_local(instant):%Y-%m-%d %H:%M}" if instant else NOTHING


def day_words(day: date | datetime | None) -> str:
    """A day, or an instant's day in Asia/Shanghai: "2023-04-10"."""
    if day is None:
        return NOTHING
    return f"{_local(day) if isinstance(day, datetime) else day:%Y-%m-%d}"


def until_words(instant: datetime | None) -> str:
    """The last moment before a half-open deadline: midnight is the day before, "2023-04-15"; else its minute."""
    if instant is None:
        return NOTHING
    local = _local(instant)
    if (local.hour, local.minute, local.second) == (0, 0, 0):
        return f"{local - timedelta(days=1):%Y-%m-%d}"
    return f"{local:%Y-%m-%d %H:%M}"


def deadline_words(due: datetime, as_of: datetime) -> str:
    """How long there is until a deadline, or how long it is past: "还剩 3 天", "已逾期 2 小时"."""
    days, hours, minutes = _parts(abs(due - as_of))
    if as_of < due:
        if days:
            return ngettext("还剩 %(count)d 天", "还剩 %(count)d 天", days) % {"count": days}
        if hours:
            return ngettext("还剩 %(count)d 小时", "还剩 %(count)d 小时", hours) % {"count": hours}
        return ngettext("还剩 %(count)d 分钟", "还剩 %(count)d 分钟", minutes) % {"count": minutes}
    if days:
        return ngettext("已逾期 %(count)d 天", "已逾期 %(count)d 天", days) % {"count": days}
    if hours:
        return ngettext("已逾期 %(count)d 小时", "已逾期 %(count)d 小时", hours) % {"count": hours}
    return _("刚刚逾期")


def deadline_tone(due: datetime, as_of: datetime) -> str:
    """`past`, `soon` (five days or less) or `far`."""
    if as_of >= due:
        return "past"
    return "soon" if due - as_of <= SOON else "far"


def _parts(span: timedelta) -> tuple[int, int, int]:
    """Whole days, hours and minutes of a span; at least one minute, so that "0 minutes" is never read."""
    minutes = max(1, int(span.total_seconds() // 60))
    return minutes // 1440, minutes // 60, minutes


def _local(instant: datetime) -> datetime:
    return instant.astimezone(LOCAL_TIME) if is_aware(instant) else instant
