"""The streams of an OLE2 compound file (.xls, .et, encrypted workbooks); nothing but their names and bytes."""

import struct
from collections.abc import Iterator

from common.workbook.problems import FileRefused

_MAX_REGULAR = 0xFFFFFFF9
_ENTRY = 128
_STREAM, _ROOT = 2, 5


def read_streams(content: bytes) -> dict[str, bytes]:
    """The file's streams by name, whatever folder they are in. FileRefused where the file is damaged."""
    try:
        return _File(content).streams()
    except (struct.error, IndexError, UnicodeDecodeError, ValueError) as error:
        raise FileRefused("damaged") from error


class _File:
    def __init__(self, content: bytes) -> None:
        self._content = content
        (_order, shift, mini_shift, _n_dir, n_fat, first_dir, _, self._mini_cutoff, first_mini, _n_mini, first_difat,
         n_difat) = struct.unpack_from("<HHH6xIIIIIIIII", content, 28)  # fmt: skip
        if shift not in (9, 12) or mini_shift != 6:
            raise FileRefused("damaged")
        self._size = 1 << shift
        self._mini_size = 1 << mini_shift
        self._fat = self._numbers(self._fat_sectors(n_fat, first_difat, n_difat))
        self._first_dir = first_dir
        self._mini_fat = self._numbers(self._chain(first_mini, self._fat)) if first_mini <= _MAX_REGULAR else []

    def streams(self) -> dict[str, bytes]:
        directory = b"".join(self._sector(number) for number in self._chain(self._first_dir, self._fat))
        entries = [directory[at : at + _ENTRY] for at in range(0, len(directory) - _ENTRY + 1, _ENTRY)]
        root = next((entry for entry in entries if entry[66] == _ROOT), None)
        if root is None:
            raise FileRefused("damaged")
        root_start, root_size = _extent(root)
        mini = self._regular(root_start, root_size) if root_size else b""
        found = {}
        for entry in entries:
            if entry[66] == _STREAM:
                start, size = _extent(entry)
                found[_name(entry)] = (
                    self._small(mini, start, size) if size < self._mini_cutoff else self._regular(start, size)
                )
            elif entry[66] == 1:
                found.setdefault(_name(entry), b"")
        return found

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self._size
        if number > _MAX_REGULAR or start >= len(self._content):
            raise FileRefused("damaged")
        return self._content[start : start + self._size]

    def _numbers(self, sectors: Iterator[int] | list[int]) -> list[int]:
        joined = b"".join(self._sector(number) for number in sectors)
        return list(struct.unpack(f"<{len(joined) // 4}I", joined[: len(joined) // 4 * 4]))

    def _fat_sectors(self, count: int, first_difat: int, n_difat: int) -> list[int]:
        found = list(struct.unpack_from("<109I", self._content, 76))
        following = first_difat
        for _ in range(min(n_difat, len(self._content) // self._size)):
            numbers = self._numbers([following])
            found += numbers[:-1]
            following = numbers[-1]
        return [number for number in found[:count] if number <= _MAX_REGULAR]

    def _chain(self, first: int, table: list[int]) -> Iterator[int]:
        number, left = first, len(table)
        while number <= _MAX_REGULAR:
            if left == 0:
                raise FileRefused("damaged")  # a chain that bites its tail
            left -= 1
            yield number
            number = table[number]

    def _regular(self, start: int, size: int) -> bytes:
        return b"".join(self._sector(number) for number in self._chain(start, self._fat))[:size]

    def _small(self, mini: bytes, start: int, size: int) -> bytes:
        parts = [
            mini[number * self._mini_size : (number + 1) * self._mini_size]
            for number in self._chain(start, self._mini_fat)
        ]
        return b"".join(parts)[:size]


def _name(entry: bytes) -> str:
    (length,) = struct.unpack_from("<H", entry, 64)
    return entry[: max(0, min(length, 64) - 2)].decode("utf-16-le")


def _extent(entry: bytes) -> tuple[int, int]:
    start, size = struct.unpack_from("<IQ", entry, 116)
    return start, size & 0xFFFFFFFF
