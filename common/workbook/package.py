"""The guard of a zip container: names, sizes, overlaps and sums are checked before and while anything is read."""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator

from common.workbook.limits import Limits
from common.workbook.problems import FileRefused

ZIP_START = b"PK\x03\x04"
_LOCAL_HEADER = struct.Struct("<4s5H3L2H")
_ENCRYPTED = 0x1
_CHUNK = 64 * 1024
_SHEETS = "xl/worksheets/"
_MOST_SHRUNK = 100  # real rows shrink ten- to thirtyfold


class Package:
    """A zip file that passed the checks of its directory; parts are read as streams with their sizes counted."""

    def __init__(self, content: bytes, limits: Limits) -> None:
        self._content = content
        self._limits = limits
        self._unpacked = 0
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
        except (zipfile.BadZipFile, struct.error, ValueError, NotImplementedError, OSError) as error:
            raise FileRefused("damaged") from error
        entries = self._zip.infolist()
        _check_places(content, entries)
        _check_names(entries)
        if len(entries) > limits.entries:
            raise FileRefused("too_many_parts", limit=str(limits.entries))
        _check_methods(entries)
        _check_sizes(entries, limits)
        self._entries = {entry.filename.casefold(): entry for entry in entries}
        self._unread = dict.fromkeys(self._entries)

    @property
    def names(self) -> list[str]:
        """The parts' names in the directory's order, in lower case: case does not tell parts apart."""
        return list(self._entries)

    @property
    def unread(self) -> list[str]:
        """Parts that nobody has read yet."""
        return list(self._unread)

    def __contains__(self, name: str) -> bool:
        return name.casefold() in self._entries

    def chunks(self, name: str) -> Iterator[bytes]:
        """The bytes of a part; FileRefused where it is missing, damaged or larger than allowed."""
        entry = self._entries.get(name.casefold())
        if entry is None:
            raise FileRefused("damaged")
        self._unread.pop(name.casefold(), None)
        size = 0
        try:
            with self._zip.open(entry) as part:
                while chunk := part.read(_CHUNK):
                    size += len(chunk)
                    self._unpacked += len(chunk)
                    if size > self._limits.part or self._unpacked > self._limits.unpacked:
                        raise FileRefused("unpacked_too_large", limit=_megabytes(self._limits.unpacked))
                    yield chunk
        except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, OSError) as error:
            raise FileRefused("damaged") from error


def _check_places(content: bytes, entries: list[zipfile.ZipInfo]) -> None:
    """Every entry has bytes of its own: one local part under many names unpacks without end."""
    end = 0
    for entry in sorted(entries, key=lambda e: e.header_offset):
        start = entry.header_offset
        header = content[start : start + _LOCAL_HEADER.size]
        if start < end or len(header) < _LOCAL_HEADER.size:
            raise FileRefused("damaged")
        signature, *_fields, name_length, extra_length = _LOCAL_HEADER.unpack(header)
        if signature != ZIP_START:
            raise FileRefused("damaged")
        end = start + _LOCAL_HEADER.size + name_length + extra_length + entry.compress_size
        if end > len(content):
            raise FileRefused("damaged")


def _check_names(entries: list[zipfile.ZipInfo]) -> None:
    seen: set[str] = set()
    for entry in entries:
        name = entry.filename
        if not name or name.startswith("/") or ":" in name or ".." in name.split("/") or "\\" in entry.orig_filename:
            raise FileRefused("bad_part_name", read=name)
        if name.casefold() in seen:
            raise FileRefused("duplicate_part", read=name)
        seen.add(name.casefold())


def _check_methods(entries: list[zipfile.ZipInfo]) -> None:
    if any(entry.flag_bits & _ENCRYPTED for entry in entries):
        raise FileRefused("encrypted")
    if any(entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for entry in entries):
        raise FileRefused("damaged")


def _check_sizes(entries: list[zipfile.ZipInfo], limits: Limits) -> None:
    # A sheet's own size is seen while it is read: its rows are counted first, and say better what is too much.
    sizes = [entry.file_size for entry in entries if not _is_sheet_of_rows(entry)]
    if sum(sizes) > limits.unpacked or max(sizes, default=0) > limits.part:
        raise FileRefused("unpacked_too_large", limit=_megabytes(limits.unpacked))


def _is_sheet_of_rows(entry: zipfile.ZipInfo) -> bool:
    """Whether a part is a sheet that may hold what somebody entered: made to be too large, it would be smaller."""
    return entry.filename.startswith(_SHEETS) and entry.file_size <= _MOST_SHRUNK * entry.compress_size


def _megabytes(size: int) -> str:
    return str(size // (1024 * 1024))
