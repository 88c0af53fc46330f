"""The formats of a register's files: read by the guarded child process, written with texts that are never formulas."""

import base64
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import tablib
from django.conf import settings
from import_export.formats.base_formats import Format

from common.downloads import XLSX
from common.workbook.limits import Limits
from common.workbook.register import Head, Labels, Register, Values, write_register


def as_link(workbook: bytes) -> str:
    """A workbook as an address: it travels in the page, so that it is kept nowhere and cannot be fetched again."""
    return f"data:{XLSX};base64,{base64.b64encode(workbook).decode()}"


def limits() -> Limits:
    """What a file of a register may hold, with the site's own numbers."""
    return Limits(**settings.IMPORT_LIMITS)


class FileDataset(tablib.Dataset):  # type: ignore[misc]
    """A file on its way through the library, which believes it to be a table.

    Only the register knows which row is the header, so the resource reads the file and fills in the table.
    """

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.content = content

    def __bool__(self) -> bool:
        return True  # whether it holds any rows, its reader says, in words


class RegisterDataset(tablib.Dataset):  # type: ignore[misc]
    """Rows of a register on their way out, as its columns declare them."""

    def __init__(self, register: Register, rows: Iterable[Values], *, labels: Labels, at: datetime) -> None:
        super().__init__()
        self.register, self.rows, self.labels, self.at = register, rows, labels, at


class RegisterFile(Format):  # type: ignore[misc]
    """Any file that `common.workbook` reads, never the library: tablib believes any `<dimension>`. Written as .xlsx."""

    def __init__(self, encoding: str | None = None) -> None:
        self.encoding = encoding

    def get_title(self) -> str:
        """The word for this format."""
        return "xlsx"

    def can_import(self) -> bool:
        """Always."""
        return True

    def can_export(self) -> bool:
        """Always."""
        return True

    def create_dataset(self, in_stream: bytes) -> FileDataset:
        """The file, not read yet: what it is depends on its name, too."""
        return FileDataset(in_stream)

    def export_data(self, dataset: RegisterDataset, **kwargs: Any) -> bytes:
        """The workbook of a register: numbers and days as such, every text as the text it is, never a formula.

        The library's own makes formulas of what begins with + - @, or texts of all numbers.
        """
        head = Head(title=dataset.register.title, labels=dataset.labels)
        return write_register(dataset.register, dataset.rows, head, at=dataset.at)
