"""What a file is that is no workbook: its sender is told, and what to do; the code is the same for all of them."""

import re
from collections.abc import Iterable, Mapping

from common.workbook.csv_text import decode
from common.workbook.problems import FileRefused

_Kind = tuple[str, str]  # the message, and the name by which people know the kind

_STARTS: Mapping[bytes, _Kind] = {
    b"\x89PNG": ("is_picture", "PNG"),
    b"\xff\xd8\xff": ("is_picture", "JPEG"),
    b"GIF8": ("is_picture", "GIF"),
    b"%PDF": ("is_document", "PDF"),
    b"{\\rtf": ("is_document", "RTF"),
    b"Rar!": ("is_archive", "RAR"),
    b"7z\xbc\xaf": ("is_archive", "7z"),
    b"MIME-Version:": ("html_file", ""),
}
STARTS = tuple(_STARTS)
# Pictures that are known by more than their first bytes.
_PICTURES: Mapping[str, re.Pattern[bytes]] = {
    "WebP": re.compile(rb"RIFF.{4}WEBP", re.DOTALL),
    "HEIC": re.compile(rb".{4}ftyp(hei[cx]|mif1)", re.DOTALL),
    "BMP": re.compile(rb"BM.{4}\0{4}", re.DOTALL),
    "TIFF": re.compile(rb"II\*\0|MM\0\*"),
}
_NO_PARTS = b"PK\x05\x06"
# By a part of the type that a package or an OpenDocument says it has.
_TYPES: Mapping[str, _Kind] = {
    "wordprocessingml": ("is_document", "Word"),
    "presentationml": ("is_document", "PowerPoint"),
    "sheet.binary": ("is_other_book", "XLSB"),
    "opendocument.spreadsheet": ("is_other_book", "ODS"),
    "opendocument": ("is_document", "OpenDocument"),
}
_STREAMS: Mapping[str, _Kind] = {
    "worddocument": ("is_document", "Word"),
    "powerpoint document": ("is_document", "PowerPoint"),
}
_NOT_TYPED = re.compile(r"[\0-\x08\x0e-\x1f]")
_UNKNOWN: _Kind = ("not_xlsx", "")


def no_workbook(content: bytes) -> FileRefused:
    """The refusal of a file by its bytes: a picture, a document, an archive, text or nothing that is known."""
    if content.startswith(_NO_PARTS):
        return zip_archive()
    known = [kind for start, kind in _STARTS.items() if content.startswith(start)]
    known += [("is_picture", name) for name, pattern in _PICTURES.items() if pattern.match(content)]
    return _refusal(known[0] if known else ("is_text", "") if _is_text(content) else _UNKNOWN)


def no_workbook_of_type(said: str) -> FileRefused:
    """The refusal of a zip container by the type of document that it says it is, in lower case."""
    return _refusal(next((kind for part, kind in _TYPES.items() if part in said), _UNKNOWN))


def no_workbook_in_ole(names: Iterable[str]) -> FileRefused:
    """The refusal of an OLE2 file by the names of its streams, case-folded."""
    return _refusal(next((_STREAMS[name] for name in names if name in _STREAMS), _UNKNOWN))


def zip_archive() -> FileRefused:
    """The refusal of a zip file that is nobody's document."""
    return _refusal(("is_archive", "ZIP"))


def _refusal(kind: _Kind) -> FileRefused:
    template, name = kind
    return FileRefused("not_xlsx", template=template, kind=name)


def _is_text(content: bytes) -> bool:
    """Whether people could read the bytes as they are."""
    try:
        return not _NOT_TYPED.search(decode(content))
    except FileRefused:
        return False
