"""The parent's side of reading: a file goes to a child process, a book or one clear reason comes back."""

import json
import os
import subprocess
import sys
from pathlib import Path

from progress.excel.book import Book, from_json
from progress.excel.child import request
from progress.excel.limits import Limits
from progress.excel.problems import FileRefused, Problem

_ROOT = Path(__file__).resolve().parents[2]


def read_file(content: bytes, name: str, limits: Limits) -> Book:
    """The book of a file, read by a child with limits on memory and time; FileRefused with the reason."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", "progress.excel.child"],
            input=request(content, name, limits),
            capture_output=True,
            timeout=limits.wall_seconds,
            cwd=_ROOT,
            env={"PATH": os.environ.get("PATH", ""), "PYTHONIOENCODING": "utf-8"},
            check=True,
        )
        said = json.loads(done.stdout)
    except subprocess.TimeoutExpired as error:
        raise FileRefused("took_too_long") from error
    except (subprocess.CalledProcessError, json.JSONDecodeError) as error:
        # The file broke its reader: whatever it is, it is no sound workbook.
        raise FileRefused("damaged") from error
    if "refused" in said:
        raise _Refused(Problem.from_json(said["refused"]))
    return from_json(done.stdout)


class _Refused(FileRefused):
    def __init__(self, problem: Problem) -> None:
        Exception.__init__(self, problem.code)
        self.problem = problem
