"""The corpus as tests use it: every case with its bytes, made when it is asked for."""

from dataclasses import dataclass, field
from functools import cache
from typing import Any

from tests.hostile.gen import CASES, DEFAULTS


@dataclass(frozen=True)
class Case:
    """One file and what a good importer does with it; the fields are described at the top of `gen.py`."""

    file: str
    expect: str
    reason: str = ""
    rows: list[dict[str, str]] = field(default_factory=list)
    row_errors: list[dict[str, Any]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    also_ok: list[str] = field(default_factory=list)
    uploader: str = ""
    upload_as: list[str] = field(default_factory=list)
    max_seconds: int = DEFAULTS["max_seconds"]
    max_rss_mb: int = DEFAULTS["max_rss_mb"]

    @property
    def content(self) -> bytes:
        """The bytes of the file."""
        return _content(self.file)

    def __str__(self) -> str:
        return self.file


@cache
def _content(file: str) -> bytes:
    made: bytes = next(case["fn"]() for case in CASES if case["file"] == file)
    return made


_FIELDS = set(Case.__dataclass_fields__)
ALL = [Case(**{k: v for k, v in case.items() if k in _FIELDS}) for case in CASES if not case.get("heavy")]
HEAVY = [Case(**{k: v for k, v in case.items() if k in _FIELDS}) for case in CASES if case.get("heavy")]
BY_FILE = {case.file: case for case in ALL}
