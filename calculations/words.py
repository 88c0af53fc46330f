"""Numbers and gaps as Chinese words, for the sentences and for whoever prints a gap."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

from calculations.gap import Gap, GapKind
from calculations.rounding import Number, exact, number_text, round_half_up, round_up


def _(message: str) -> str:
    """The message itself: the underscore marks it for the catalogue."""
    return message


_GAP_WORDS = {
    GapKind.ITEMS: _("还差 {} {}"),
    GapKind.AMOUNT: _("还需安装 {} {}"),
    GapKind.REDUCTION: _("高峰负荷还需再降 {} {}"),
    GapKind.REMAINING: _("还有 {} {}未整改"),
    GapKind.REMAINING_ABOVE: _("还需整改 {} {}"),
    GapKind.POINTS: _("还差 {} 个百分点"),
}

_STEP_WORDS = {
    GapKind.ITEMS: "再完成 {} {}",
    GapKind.AMOUNT: "再安装 {} {}",
    GapKind.REDUCTION: "高峰负荷再降 {} {}",
    GapKind.REMAINING: "再整改 {} {}",
    GapKind.REMAINING_ABOVE: "再整改 {} {}",
    GapKind.POINTS: "再提高 {} 个百分点",
}


def gap_words(gap: Gap, unit_label: str, *, decimals: int = 2, translate: Callable[[str], str] = str) -> str:
    """The gap in the words of the work: "还差 12 个", "还需安装 300 m²". Rounded up, so that it is enough.

    In the language of `translate` (gettext).
    """
    return translate(_GAP_WORDS[gap.kind]).format(_amount(gap, decimals), unit_label)


def step_words(gap: Gap, unit_label: str, *, decimals: int = 2) -> str:
    """What to do about a gap: "再完成 9 个", "再安装 300 m² " (a space parts a Latin unit from the words after it)."""
    words = _STEP_WORDS[gap.kind].format(_amount(gap, decimals), unit_label)
    return words if words[-1] >= "一" else f"{words} "


def short(number: Number, places: int = 2) -> str:
    """A number rounded to at most `places`, without trailing zeros."""
    return number_text(round_half_up(number, places))


def equals(number: Fraction, places: int = 2) -> str:
    """= 5 where five is exact, ≈ 41.67 where it is rounded."""
    shown = short(number, places)
    return f"{'=' if exact(shown) == number else '≈'} {shown.replace('-', '−')}"


def percent_for(alpha: Fraction, maximum: Fraction, points: Decimal) -> str:
    """α with as few decimals, from one on, as give the printed points again: the reader can check the line."""
    shown = [round_half_up(alpha, places) for places in range(1, 6)]
    gives_points = (each for each in shown if round_half_up(maximum * exact(each) / 100, 2) == points)
    return number_text(next(gives_points, shown[-1]))


def _amount(gap: Gap, decimals: int) -> str:
    return number_text(round_up(gap.amount, decimals))
