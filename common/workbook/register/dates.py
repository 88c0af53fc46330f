"""Days as people write them, read without guessing: year, month and day, in this order."""

import re
import unicodedata
from datetime import date

from common.workbook.names import key_of

_DAY = re.compile(r"(\d{4})(?:([-/.])(\d{1,2})\2(\d{1,2})|年(\d{1,2})月(\d{1,2})[日号]?|(\d{2})(\d{2}))", re.ASCII)
_TIME = re.compile(r"\d{1,2}:\d{2}(:\d{2})?(\.\d+)?")
_SPOKEN = re.compile(
    r"([〇零○一二三四五六七八九]{4})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})[日号]"
)
_DIGITS = dict(zip("零〇○一二三四五六七八九", "000123456789", strict=True))


def read_day(text: str) -> date | None:
    """The day of a text (2023-05-15, 2023/5/15, 2023.5.15, 2023年5月15日, 20230515, 二〇二三年五月十五日).

    A time behind it is passed over. None where the day is not plain or not in the calendar.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    first, _gap, rest = plain.replace("T", " ").partition(" ")
    folded = first if _TIME.fullmatch(rest.strip()) else key_of(plain)
    spoken = _SPOKEN.fullmatch(folded)
    parts = [_spoken_year(spoken[1]), _spoken(spoken[2]), _spoken(spoken[3])] if spoken else _written(folded)
    try:
        return date(*parts) if parts else None
    except ValueError:
        return None


def _written(text: str) -> list[int]:
    match = _DAY.fullmatch(text)
    if match is None:
        return []
    year, _separator, *days = match.groups()
    return [int(year), *(int(day) for day in days if day)]


def _spoken_year(text: str) -> int:
    return int("".join(_DIGITS[word] for word in text))


def _spoken(text: str) -> int:
    """A number up to 31 in words: 五, 十, 十五, 二十, 三十一; 0 for anything else."""
    tens, is_ten, ones = text.rpartition("十")
    if not is_ten:
        return int(_DIGITS[ones]) if len(ones) == 1 else 0
    if len(tens) > 1 or len(ones) > 1:
        return 0
    return 10 * int(_DIGITS.get(tens, "1")) + int(_DIGITS.get(ones, "0"))
