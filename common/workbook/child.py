"""The process that opens a stranger's file: `python -m common.workbook.child`, a request on standard input.

It can spend only the memory and processor time it is given, and it answers on standard output, so that whatever a
hostile file does to it, the portal lives on and knows what to say.
"""

import json
import resource
import struct
import sys
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from common.workbook.book import to_json
from common.workbook.limits import Limits
from common.workbook.problems import FileRefused

LENGTH = struct.Struct("<I")


def request(
    content: bytes,
    name: str,
    limits: Limits,
    marking: Mapping[str, Any] | None = None,
) -> bytes:
    """What the parent sends: a line of JSON, then the file. With `marking` the file shall come back marked so."""
    said = json.dumps({"name": name, "limits": asdict(limits), "marking": marking}).encode()
    return LENGTH.pack(len(said)) + said + content


def main() -> None:
    """Read the request, answer it on standard output."""
    (length,) = LENGTH.unpack(sys.stdin.buffer.read(LENGTH.size))
    said = json.loads(sys.stdin.buffer.read(length))
    limits = Limits(**said["limits"])
    content = sys.stdin.buffer.read()
    # openpyxl writes its sheets to temporary files first; reading writes nothing.
    _confine(limits, file_size=0 if said["marking"] is None else limits.unpacked)
    # openpyxl would load it, and its libraries want more address space than a reader may have.
    sys.modules["numpy"] = None  # type: ignore[assignment]
    if said["marking"] is None:
        sys.stdout.buffer.write(answer(content, said["name"], limits).encode())
    else:
        from common.workbook.error_book import Mark, Marking, mark_file

        asked = said["marking"]
        marking = Marking([Mark(**mark) for mark in asked["marks"]], asked["headers"], asked["words"])
        sys.stdout.buffer.write(mark_file(content, said["name"], marking, limits))
    sys.stdout.flush()


def answer(content: bytes, name: str, limits: Limits) -> str:
    """The book as JSON, or `{"refused": problem}`."""
    from common.workbook.read import read_book  # after the limits are set

    try:
        return to_json(read_book(content, name, limits))
    except FileRefused as refused:
        return _refused(refused.problem.as_json())
    except MemoryError:
        return _refused(FileRefused("unpacked_too_large", limit=str(limits.unpacked // 1024**2)).problem.as_json())


def _refused(problem: dict[str, Any]) -> str:
    return json.dumps({"refused": problem})


def _confine(limits: Limits, *, file_size: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.seconds, limits.seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (file_size, file_size))


if __name__ == "__main__":
    main()
