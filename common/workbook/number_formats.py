"""What a number's format shows: a percentage, a date, or a plain number."""

import re
from enum import StrEnum


class Shown(StrEnum):
    """How Excel shows a number."""

    PLAIN = "plain"
    PERCENT = "percent"
    DATE = "date"


_PERCENTS = frozenset({9, 10})
_DATES = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)


def shown_as(number: int, code: str | None) -> Shown:
    """How a number of this format is shown; `code` is the format's text where it is not built in."""
    if code is None:
        if number in _PERCENTS:
            return Shown.PERCENT
        return Shown.DATE if number in _DATES else Shown.PLAIN
    signs = _LITERAL.sub("", code).lower().replace("general", "")
    if "%" in signs:
        return Shown.PERCENT
    return Shown.DATE if re.search("[ymdhs年月日]", signs) else Shown.PLAIN
