"""The process that reads a stranger's file: `python -m progress.excel.child`, a request on standard input.

It can spend only the memory and processor time it is given, and it answers with JSON, so that whatever a hostile file
does to it, the portal lives on and knows what to say.
"""

import json
import resource
import struct
import sys
from dataclasses import asdict
from typing import Any

from progress.excel.book import to_json
from progress.excel.limits import Limits
from progress.excel.problems import FileRefused

LENGTH = struct.Struct("<I")


def request(content: bytes, name: str, limits: Limits) -> bytes:
    """What the parent sends: a line of JSON with the name and limits, then the bytes."""
    said = json.dumps({"name": name, "limits": asdict(limits)}).encode()
    return LENGTH.pack(len(said)) + said + content


def main() -> None:
    """Read the request, answer it on standard output."""
    (length,) = LENGTH.unpack(sys.stdin.buffer.read(LENGTH.size))
    said = json.loads(sys.stdin.buffer.read(length))
    limits = Limits(**said["limits"])
    content = sys.stdin.buffer.read()
    _confine(limits)
    sys.stdout.write(answer(content, said["name"], limits))
    sys.stdout.flush()


def answer(content: bytes, name: str, limits: Limits) -> str:
    """The book as JSON, or `{"refused": problem}`."""
    from progress.excel.read import read_book  # after the limits are set

    try:
        return to_json(read_book(content, name, limits))
    except FileRefused as refused:
        return _refused(refused.problem.as_json())
    except MemoryError:
        return _refused(FileRefused("unpacked_too_large", limit=str(limits.unpacked // 1024**2)).problem.as_json())


def _refused(problem: dict[str, Any]) -> str:
    return json.dumps({"refused": problem})


def _confine(limits: Limits) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.seconds, limits.seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


if __name__ == "__main__":
    main()
