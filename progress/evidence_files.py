"""What kind of file some bytes are: evidence is taken by its content, never by its name. Plain Python."""

import io
import zipfile
from dataclasses import dataclass

_OFFICE_MAIN_PARTS = {
    "xl/workbook.xml": "xlsx",
    "word/document.xml": "docx",
}
_MAX_ENTRIES = 5_000


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of file that may be evidence."""

    suffix: str
    content_type: str


KINDS = {
    "pdf": FileKind("pdf", "application/pdf"),
    "jpg": FileKind("jpg", "image/jpeg"),
    "png": FileKind("png", "image/png"),
    "xlsx": FileKind("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "docx": FileKind("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
}

_OTHER_SUFFIXES = {"jpg": ("jpg", "jpeg")}


def kind_of(content: bytes) -> FileKind | None:
    """The kind of some bytes; None for anything that may not be evidence, workbooks with macros included."""
    if content.startswith(b"%PDF-"):
        return KINDS["pdf"]
    if content.startswith(b"\xff\xd8\xff"):
        return KINDS["jpg"]
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return KINDS["png"]
    return _office_kind(content) if content.startswith(b"PK\x03\x04") else None


def fits_name(kind: FileKind, name: str) -> bool:
    """Whether a file's name ends as its content says."""
    suffix = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    return suffix in _OTHER_SUFFIXES.get(kind.suffix, (kind.suffix,))


def _office_kind(content: bytes) -> FileKind | None:
    try:
        names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError):
        return None
    if len(names) > _MAX_ENTRIES or "[Content_Types].xml" not in names:
        return None
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        return None
    return next((KINDS[kind] for part, kind in _OFFICE_MAIN_PARTS.items() if part in names), None)
