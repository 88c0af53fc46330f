"""The text of cells: Excel's escapes undone, line ends as LF, control characters removed (policy P15)."""

import re

_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_LINE_END = re.compile(r"\r\n?")
# C0 but TAB and LF, DEL, C1, lone surrogates, and the two non-characters that XML cannot hold.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def clean_text(text: str) -> str:
    """A text as it is kept: as typed, but with LF line ends and without control characters."""
    return _CONTROL.sub("", _LINE_END.sub("\n", text))


def unescape(text: str) -> str:
    """Excel's `_xHHHH_` undone; two halves of one character put together."""
    if "_x" not in text:
        return text
    plain = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
    return plain.encode("utf-16", "surrogatepass").decode("utf-16", "ignore")
