"""What a file really is, by its content, and whether its name says so (policy P4)."""

import re
from collections.abc import Iterable
from enum import StrEnum
from pathlib import PurePosixPath

from common.workbook.kinds import STARTS, no_workbook, no_workbook_in_ole
from common.workbook.ole import read_streams
from common.workbook.package import ZIP_START
from common.workbook.problems import FileRefused

OLE_START = bytes.fromhex("d0cf11e0a1b11ae1")
_ZIP_END = b"PK\x05\x06"
_TAIL = 66_000  # a zip's directory end lies within the last 64 KB
_HTML = re.compile(rb"<(!doctype html|html|head|body|table|meta|script)\b", re.IGNORECASE)
_XML_2003 = b"urn:schemas-microsoft-com:office:spreadsheet"
_HEAD = 4096
_ENCRYPTED = frozenset({"encryptedpackage", "encryptioninfo"})
_MACROS = frozenset({"_vba_project", "_vba_project_cur", "vba", "macros"})
_WORKBOOK = frozenset({"workbook", "book"})


class Container(StrEnum):
    """The three ways in which a file of progress can come."""

    ZIP = "zip"
    OLE = "ole"
    TEXT = "text"


_FITTING = {".xlsx": Container.ZIP, ".csv": Container.TEXT, ".xls": Container.OLE, ".et": Container.OLE}
# Kinds that are refused whatever their content is; other endings (x.xlsx.html, none at all) say nothing.
_REFUSED_NAMES = frozenset(
    (".xlsm", ".xlsb", ".xltx", ".xltm", ".ods", ".docx", ".doc", ".docm", ".pptx", ".ppt", ".pdf", ".zip", ".rar")
)


def identify(content: bytes, name: str) -> Container:
    """The container of a file; FileRefused where it is of another kind or its name says something else."""
    if not content.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0"):
        raise FileRefused("empty_file")
    container = _container(content)
    fitting = _FITTING.get(_suffix(name))
    if fitting is None or fitting is container:
        if container is Container.TEXT and fitting is not Container.TEXT:
            raise no_workbook(content)
        return container
    raise _mismatch(container, fitting, content)


def check_name(container: Container, name: str) -> None:
    """FileRefused where a file that could be read calls itself one of the kinds that are not."""
    if _suffix(name) in _REFUSED_NAMES:
        raise FileRefused("name_mismatch" if container is Container.ZIP else "old_xls")


def _suffix(name: str) -> str:
    return PurePosixPath(name.strip().lower()).suffix


def _container(content: bytes) -> Container:
    head = content[:_HEAD]
    if head.startswith(ZIP_START):
        return Container.ZIP
    if head.startswith(OLE_START):
        return Container.OLE
    if head.startswith(STARTS) or _ZIP_END in content[-_TAIL:]:
        raise no_workbook(content)
    if _XML_2003 in head:
        raise FileRefused("xml_2003")
    if _HTML.search(head):
        raise FileRefused("html_file")
    return Container.TEXT


def _mismatch(container: Container, fitting: Container, content: bytes) -> FileRefused:
    if container is Container.OLE:
        return refusal_of_ole(read_streams(content)) or FileRefused("old_xls")
    if fitting is Container.TEXT:
        return FileRefused("not_csv")
    return FileRefused("name_mismatch") if container is Container.ZIP else no_workbook(content)


def refusal_of_ole(streams: Iterable[str]) -> FileRefused | None:
    """Why an OLE2 file with these streams cannot be used; None where it is a workbook without macros."""
    names = {name.casefold() for name in streams}
    if names & _ENCRYPTED:
        return FileRefused("encrypted")
    if not names & _WORKBOOK:
        return no_workbook_in_ole(names)
    return FileRefused("old_xls") if names & _MACROS else None
