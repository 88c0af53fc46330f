"""The text of cells: Excel's escapes undone, line ends as LF, control characters removed (policy P15)."""

import re

from common.text import clean_text

__all__ = ["clean_text", "unescape"]

_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")


def unescape(text: str) -> str:
    """Excel's `_xHHHH_` undone; two halves of one character put together."""
    if "_x" not in text:
        return text
    plain = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
    return plain.encode("utf-16", "surrogatepass").decode("utf-16", "ignore")
