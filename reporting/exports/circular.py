"""The circular (通报): a Word document from a template that the bureau can replace (excel.md, section 2).

A template is a .docx with marks such as `{{ title }}` and, in tables, `{%tr for row in rows %}`; docs/circular.md lists
what it may name. It is filled in by a sandboxed engine: a template can show what it is given, and do nothing else.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

from docx.opc.exceptions import PackageNotFoundError
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment

MOST_PARTS = 500
MOST_UNPACKED = 20 * 1024 * 1024


class BadTemplate(Exception):
    """The template cannot be filled in; the text says why, in the engine's own words where it is the engine's."""


@dataclass(frozen=True, slots=True)
class RankedUnit:
    """A row of the ranking; numbers as they are printed."""

    group: str
    rank: str
    name: str
    base: str
    bonus: str
    deduction: str
    total: str
    grade: str
    remark: str = ""


@dataclass(frozen=True, slots=True)
class GradeGroup:
    """The units of one grade, or of one span of marks: `title` 优秀（90分以上）, `names` 甲、乙."""

    title: str
    names: str
    count: int


@dataclass(frozen=True, slots=True)
class Circular:
    """What a template may name."""

    title: str
    city: str
    year: int
    date: str
    state: str
    revision: int
    rows: Sequence[RankedUnit]
    groups: Sequence[GradeGroup]
    commended: str = ""
    criticised: str = ""
    reached: Sequence[str] = field(default_factory=tuple)
    missed: Sequence[str] = field(default_factory=tuple)
    demo: str = ""


def render_circular(template: bytes, circular: Circular) -> bytes:
    """The filled-in .docx. Raises BadTemplate for a file that is no .docx or names what is not there."""
    check_package(template)
    environment = SandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    out = io.BytesIO()
    try:
        document = DocxTemplate(io.BytesIO(template))
        document.render(asdict(circular), environment)
        document.save(out)
    except TemplateError as error:
        raise BadTemplate(error.message or str(error)) from error
    except (SyntaxError, PackageNotFoundError, KeyError, ValueError) as error:  # lxml's are SyntaxErrors
        raise BadTemplate(str(error)) from error
    return out.getvalue()


def check_package(content: bytes) -> None:
    """Nothing, if the bytes are a Word document of decent size without macros; else BadTemplate."""
    try:
        parts = zipfile.ZipFile(io.BytesIO(content)).infolist()
    except (zipfile.BadZipFile, ValueError, zlib.error) as error:
        raise BadTemplate("not a .docx") from error
    names = {part.filename for part in parts}
    if "word/document.xml" not in names or any(name.lower().endswith("vbaproject.bin") for name in names):
        raise BadTemplate("not a .docx without macros")
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise BadTemplate("too large")


def grade_groups(rows: Sequence[tuple[str, str]], order: Sequence[tuple[str, str]]) -> tuple[GradeGroup, ...]:
    """Units by what they reached: `rows` are (name, key), `order` the (key, title)s, the best first."""
    found = []
    for key, title in order:
        names = [name for name, reached in rows if reached == key]
        found.append(GradeGroup(title, "、".join(names) or "无", len(names)))
    return tuple(found)
