"""How the workbook looks: one small vocabulary of cell formats, and widths that fit Chinese text."""

from __future__ import annotations

from fractions import Fraction
from math import ceil
from typing import Any

from common.workbook.printing import text_width

SONG, HEI = "宋体", "黑体"
INK, RULE, HEAD_FILL, BAND_FILL = "#1F2933", "#7B8794", "#E4ECF2", "#F3F6F8"
INPUT_INK = "#0B4F9E"
LINE_HEIGHT = 14.0
PADDED_GENERAL = "General_ ;-General_ ;General_ ;@_ "

_BORDER = {"border": 1, "border_color": RULE}
_LOOKS: dict[str, dict[str, Any]] = {
    "title": {"font_name": HEI, "font_size": 18, "align": "center", "bold": True},
    "line": {"font_size": 10},
    "line_right": {"font_size": 10, "align": "right"},
    "demo": {"font_size": 10, "align": "center", "bold": True, "font_color": "#B42318"},
    "head": {"font_name": HEI, "align": "center", "text_wrap": True, "bg_color": HEAD_FILL, **_BORDER},
    "subhead": {"align": "center", "text_wrap": True, "bg_color": BAND_FILL, **_BORDER},
    "band": {"font_name": HEI, "indent": 1, "bg_color": BAND_FILL, **_BORDER},
    "text": {"text_wrap": True, "indent": 1, **_BORDER},
    "center": {"align": "center", "text_wrap": True, **_BORDER},
    "code": {"font_name": "Consolas", "font_size": 9, "text_wrap": True, **_BORDER},
    "strong": {"align": "center", "bold": True, "text_wrap": True, **_BORDER},
    "number": {"align": "right", "num_format": PADDED_GENERAL, **_BORDER},
    "points": {"align": "center", "num_format": "0.00", **_BORDER},
    "total": {"align": "center", "num_format": "0.00", "bold": True, "bg_color": BAND_FILL, **_BORDER},
    "rank": {"align": "center", "num_format": "0", "bold": True, "font_size": 12, **_BORDER},
    "input": {"align": "right", "num_format": PADDED_GENERAL, "font_color": INPUT_INK, **_BORDER},
    "input_center": {"align": "center", "font_color": INPUT_INK, **_BORDER},
    "final": {"align": "center", "num_format": "0.00", "bold": True, "bg_color": BAND_FILL, **_BORDER},
    "note": {"font_size": 9, "text_wrap": True, "valign": "top"},
    "sign": {"font_size": 11},
    "calc": {"font_size": 8, "font_color": "#616E7C", "align": "center"},
    "calc_head": {"font_size": 8, "font_color": "#616E7C", "align": "center", "text_wrap": True, "italic": True},
}

TONES: dict[str, dict[str, str]] = {
    "good": {"font_color": "#0B6B3A", "bg_color": "#DDF3E4"},
    "fair": {"font_color": "#7A4B00", "bg_color": "#FFF1CC"},
    "poor": {"font_color": "#9B1C1C", "bg_color": "#FBDDDD"},
    "quiet": {"font_color": "#616E7C"},
}
"""Colours beside a word that says the same: no colour speaks alone."""


class Styles:
    """The formats of one workbook, made once each."""

    def __init__(self, workbook: Any) -> None:
        self._workbook = workbook
        self._made: dict[tuple[str, tuple[tuple[str, Any], ...]], Any] = {}

    def __call__(self, look: str, **more: Any) -> Any:
        """The format of a look, with a few properties of its own (`num_format`, `align`, `bold`)."""
        key = (look, tuple(sorted(more.items())))
        if key not in self._made:
            base = {"font_name": SONG, "font_size": 10, "font_color": INK, "valign": "vcenter"}
            self._made[key] = self._workbook.add_format({**base, **_LOOKS[look], **more})
        return self._made[key]

    def tone(self, tone: str) -> Any:
        """A conditional format."""
        key = (f"tone {tone}", ())
        if key not in self._made:
            self._made[key] = self._workbook.add_format(TONES[tone])
        return self._made[key]


def decimals_format(decimals: int, *, suffix: str = "", prefix: str = "") -> str:
    """A number format with thousands separators, `#,##0.00` or `"≥ "#,##0"%"`, a little away from the right border."""
    digits = "#,##0" + ("." + "0" * decimals if decimals else "")
    before, after = (f'"{each}"' if each else "" for each in (prefix, suffix))
    return padded(f"{before}{digits}{after}")


def padded(number_format: str) -> str:
    """The format with a space after numbers and words: an indent on the right is not kept everywhere."""
    return f"{number_format}_ ;-{number_format}_ ;{number_format}_ ;@_ "


def number_width(number: Fraction | None, decimals: int) -> int:
    """The width of a column in which a number with thousands separators stands free of the borders."""
    return 0 if number is None else ceil(len(f"{float(number):,.{decimals}f}") * 1.1) + 2


def lines_needed(text: str, width: float) -> int:
    """How many lines a wrapped text takes in a column (or merged columns) of this width."""
    # Columns are measured in digits of the default font, 11 points high; ours is 10.
    return sum(max(1, ceil(text_width(line) * 0.95 / width)) for line in text.split("\n"))


def height_for(text: str, width: float, *, line: float = LINE_HEIGHT) -> float:
    """The row height in points for a wrapped text."""
    return lines_needed(text, width) * line + 4
