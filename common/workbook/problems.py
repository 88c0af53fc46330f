"""What can be wrong with a file: stable codes, and where, what was read, what is expected, what to do.

A message is a Chinese text of the catalogue with its values beside it; whoever shows it translates it
(`Problem.text`), because this package knows no framework.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from common.workbook.cell_text import clean_text
from common.workbook.names import DIRECTION
from common.workbook.texts import template_of

Level = Literal["error", "warning"]
READ_MAX = 120  # characters of what was read that a message repeats


class _Said(dict[str, object]):
    """The values of a message; one that is missing must not keep the others from being read."""

    def __missing__(self, name: str) -> str:
        return "…"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One problem of a file. `row` is Excel's own number, `column` the header's name, `cell` Excel's address.

    `detail` is a message inside the message, with the same values.
    """

    level: Level
    code: str
    template: str
    sheet: str = ""
    row: int | None = None
    column: str = ""
    cell: str = ""
    read: str = ""
    detail: str = ""
    values: Mapping[str, str] = field(default_factory=dict)

    def text(self, translate: Callable[[str], str]) -> str:
        """The message in the language of `translate` (gettext); … stands for a value that was not kept."""
        names = {"sheet": self.sheet, "row": self.row or "", "column": self.column, "read": self.read}
        said = _Said(names | dict(self.values))
        detail = translate(self.detail) % said if self.detail else ""
        return translate(self.template) % _Said(said | {"detail": detail})

    def as_json(self) -> dict[str, Any]:
        """All of it as JSON-able values, for keeping."""
        return asdict(self) | {"values": dict(self.values)}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Problem":
        """The problem that was kept."""
        return cls(**kept)


def shorten(text: str) -> str:
    """What was read, as far as a message repeats it; what would turn its direction is named instead."""
    shown = DIRECTION.sub(lambda mark: f"[U+{ord(mark[0]):04X}]", text)
    return shown if len(shown) <= READ_MAX else shown[:READ_MAX] + "…"


class FileRefused(Exception):
    """The file as a whole cannot be used, for one clear reason; `template` is another message than the code's own."""

    def __init__(
        self, code: str, *, template: str = "", sheet: str = "", column: str = "", read: str = "", **values: str
    ) -> None:
        super().__init__(code)
        self.problem = Problem(
            level="error",
            code=code,
            template=template_of(template or code),
            sheet=sheet,
            column=column,
            read=shorten(clean_text(read)),
            values=values,
        )
