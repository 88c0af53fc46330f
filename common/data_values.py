"""What a data file's texts can mean (numbers, days, times), and how it is said that one means nothing."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

LOCAL_TIME = ZoneInfo("Asia/Shanghai")
MAX_DIGITS = 15  # SQLite keeps decimals as REAL
MAX_PLACES = 4

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong in a data file: where, what, and what to do about it."""

    line: int
    path: str
    message: str
    remedy: str

    def __str__(self) -> str:
        place = f"第 {self.line} 行 {self.path}".strip()
        return f"{place}：{self.message}。{self.remedy}。"


class DataFileError(Exception):
    """A data file cannot be used; `problems` holds every reason, in the order of the lines."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: problem.line))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class UnreadableError(Exception):
    """A text does not mean what was asked for."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy


def to_text(text: str) -> str:
    """The text itself."""
    return text


def to_decimal(text: str) -> Decimal:
    """The exact number, of at most 4 places and 15 digits. Raises `UnreadableError`."""
    if not _NUMBER.fullmatch(text):
        raise UnreadableError(f"“{text}”不是数", "请只写数字、负号和小数点")
    whole, _, places = text.lstrip("-").partition(".")
    if len(places) > MAX_PLACES or len(whole.lstrip("0") + places) > MAX_DIGITS:
        raise UnreadableError(f"“{text}”位数太多", f"小数最多 {MAX_PLACES} 位，总共最多 {MAX_DIGITS} 位")
    return Decimal(text)


def to_whole(text: str, *, lowest: int, highest: int) -> int:
    """The whole number, bounds included. Raises `UnreadableError`."""
    number = int(text) if re.fullmatch(r"[0-9]{1,9}", text) else None
    if number is None or not lowest <= number <= highest:
        raise UnreadableError(f"“{text}”不对", f"请填 {lowest} 到 {highest} 的整数")
    return number


def to_day(text: str) -> date:
    """The calendar day. Raises `UnreadableError`."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UnreadableError(f"“{text}”不是日期", "请写成 2023-05-15 的样子") from None


def to_instant(text: str) -> datetime:
    """The instant with its zone, Asia/Shanghai where none is written. Raises `UnreadableError`."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise UnreadableError(f"“{text}”不是时间", "请写成 2023-05-16T00:00 的样子") from None
    return instant if instant.tzinfo else instant.replace(tzinfo=LOCAL_TIME)
