"""The parent's side: a file goes to a child process; a book, the marked file or one clear reason comes back."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from common.workbook.book import Book, from_json
from common.workbook.child import request
from common.workbook.limits import Limits
from common.workbook.problems import FileRefused, Problem
from common.workbook.texts import ERROR_BOOK

_ROOT = Path(__file__).resolve().parents[2]
_TO_MARK = 3  # openpyxl keeps a whole workbook in memory


def read_file(content: bytes, name: str, limits: Limits) -> Book:
    """The book of a file, read by a child with limits on memory and time; FileRefused with the reason."""
    answer = _ask(request(content, name, limits), limits)
    try:
        said = json.loads(answer)
    except json.JSONDecodeError as error:
        raise FileRefused("damaged") from error
    if "refused" in said:
        raise _Refused(Problem.from_json(said["refused"]))
    return from_json(answer)


def marked_file(content: bytes, name: str, marking: Mapping[str, Any], limits: Limits) -> bytes:
    """The sender's own workbook with its problems marked (`marking_of`); FileRefused where it fails."""
    wider = replace(limits, memory=_TO_MARK * limits.memory, seconds=_TO_MARK * limits.seconds)
    return _ask(request(content, name, wider, marking), wider)


def marking_of(
    marks: Sequence[Mapping[str, Any]], headers: Sequence[str], translate: Callable[[str], str] = str
) -> dict[str, Any]:
    """What a file shall be marked with: its problems (`error_book.Mark`) and words by which its header row is found.

    `translate` is gettext, or nothing for Chinese.
    """
    words = {name: translate(text) for name, text in ERROR_BOOK.items()}
    return {"marks": list(marks), "headers": list(headers), "words": words}


def _ask(said: bytes, limits: Limits) -> bytes:
    try:
        done = subprocess.run(
            [sys.executable, "-m", "common.workbook.child"],
            input=said,
            capture_output=True,
            timeout=limits.wall_seconds,
            cwd=_ROOT,
            env={"PATH": os.environ.get("PATH", ""), "PYTHONIOENCODING": "utf-8"},
            check=True,
        )
    except subprocess.TimeoutExpired as error:
        raise FileRefused("took_too_long") from error
    except subprocess.CalledProcessError as error:
        # The file broke its reader: whatever it is, it is no sound workbook.
        raise FileRefused("damaged") from error
    return done.stdout


class _Refused(FileRefused):
    def __init__(self, problem: Problem) -> None:
        Exception.__init__(self, problem.code)
        self.problem = problem
