"""Texts that people type or paste, as they are kept."""

import re

_LINE_END = re.compile(r"\r\n?")
# C0 but TAB and LF, DEL, C1, lone surrogates, and the two non-characters that XML cannot hold.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def clean_text(text: str) -> str:
    """A text as it is kept: as typed, but with LF line ends and without control characters (policy P15).

    Neither PostgreSQL nor a workbook can hold them.
    """
    return text if text.isprintable() else _CONTROL.sub("", _LINE_END.sub("\n", text))
