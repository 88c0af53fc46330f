"""The formats of a register's files: read by the guarded child process, written with texts that are never formulas."""

import base64
import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import tablib
from django.conf import settings
from import_export.formats.base_formats import Format

from common.workbook.book import Book
from common.workbook.limits import Limits
from common.workbook.reading import read_file
from common.workbook.register import Head, Labels, Register, Values, write_register

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def as_link(workbook: bytes) -> str:
    """A workbook as an address: it travels in the page, so that it is kept nowhere and cannot be fetched again."""
    return f"data:{XLSX};base64,{base64.b64encode(workbook).decode()}"


def limits() -> Limits:
    """What a file of a register may hold, with the site's own numbers."""
    return Limits(**settings.IMPORT_LIMITS)


class BookDataset(tablib.Dataset):  # type: ignore[misc]
    """A book on its way through the library, which believes it to be a table.

    Only the register knows which row is the header, so the resource fills in the table when it has read the book.
    """

    def __init__(self, book: Book, *, sha256: str) -> None:
        super().__init__()
        self.book = book
        self.sha256 = sha256

    def __bool__(self) -> bool:
        return any(sheet.rows for sheet in self.book.visible)


class RegisterDataset(tablib.Dataset):  # type: ignore[misc]
    """Rows of a register on their way out, as its columns declare them."""

    def __init__(self, register: Register, rows: Iterable[Values], *, labels: Labels, at: datetime) -> None:
        super().__init__()
        self.register, self.rows, self.labels, self.at = register, rows, labels, at


class RegisterFile(Format):  # type: ignore[misc]
    """A kind of file that is read by `common.workbook`, never by the library: tablib believes any `<dimension>`."""

    suffix = ""

    def __init__(self, encoding: str | None = None) -> None:
        self.encoding = encoding

    def get_title(self) -> str:
        """The word for this format."""
        return self.suffix

    def get_extension(self) -> str:
        """The end of a file's name, without its dot."""
        return self.suffix.removeprefix(".")

    def can_import(self) -> bool:
        """Always."""
        return True

    def create_dataset(self, in_stream: bytes) -> BookDataset:
        """The book of a file; FileRefused with the reason."""
        book = read_file(in_stream, f"register{self.suffix}", limits())
        return BookDataset(book, sha256=hashlib.sha256(in_stream).hexdigest())


class CsvFile(RegisterFile):
    """Text with commas, in any of the encodings that the guard knows."""

    suffix = ".csv"


class XlsxFile(RegisterFile):
    """An Excel workbook."""

    suffix = ".xlsx"

    def get_content_type(self) -> str:
        """The media type of a workbook."""
        return XLSX

    def can_export(self) -> bool:
        """Always."""
        return True

    def export_data(self, dataset: "RegisterDataset", **kwargs: Any) -> bytes:
        """The workbook of a register: numbers and days as such, every text as the text it is, never a formula.

        The library's own makes formulas of what begins with + - @, or texts of all numbers.
        """
        head = Head(title=dataset.register.title, labels=dataset.labels)
        return write_register(dataset.register, dataset.rows, head, at=dataset.at)
