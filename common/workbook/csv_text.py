"""A .csv file read as Excel would: encoding, separator, quoted line breaks, one record a row."""

import codecs
import csv
import io
import re

from common.workbook.book import Book, Row, Sheet
from common.workbook.limits import Limits
from common.workbook.problems import FileRefused
from common.workbook.xlsx_sheet import text_cell

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n?", re.IGNORECASE)
_SEPARATORS = ",\t;"
_SNIFFED = 4096


def read_csv(content: bytes, limits: Limits) -> Book:
    """The book of a text file: one sheet without a name. FileRefused where it cannot be read without guessing."""
    text = decode(content)
    if "\0" in text:
        raise FileRefused("damaged")
    said = _SEPARATOR_LINE.match(text)
    separator = said[1] if said else _separator(text)
    text = text[said.end() :] if said else text
    sheet = Sheet("")
    # The line that only names the separator is a row too.
    number = 1 if said else 0
    cells, is_wide = 0, False
    csv.field_size_limit(len(text) + 1)
    records = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for record in records:
            number += 1
            cells += _add_row(sheet, number, record, limits)
            is_wide = is_wide or any(text.strip() for text in record[limits.columns :])
            if cells > limits.cells:
                raise FileRefused("too_many_cells", limit=str(limits.cells))
    except csv.Error as error:
        raise FileRefused("damaged") from error
    if is_wide and len(sheet.rows) > 1:  # one line alone is no table, and that is said of it
        raise FileRefused("too_many_columns", limit=str(limits.columns))
    return Book("csv", [sheet])


def decode(content: bytes) -> str:
    """The text: byte order mark, then strict UTF-8, then GB18030. Replaces nothing, guesses nothing."""
    if content.startswith(_UTF16):
        return _decoded(content, "utf-16")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    if _begins_as_utf8(content):  # two files pasted together
        raise FileRefused("unknown_encoding")
    text = _decoded(content, "gb18030")
    if "\0" in text:
        raise FileRefused("unknown_encoding")
    return text


def _decoded(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise FileRefused("unknown_encoding") from error


def _begins_as_utf8(content: bytes) -> bool:
    """Whether the first line that is not plain ASCII is UTF-8: text in GB18030 practically never is."""
    for line in content.splitlines():
        if not line.isascii():
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                return False
            return True
    return False


def _separator(text: str) -> str:
    """The separator that the first lines use most; a comma where they use none."""
    head = text[:_SNIFFED]
    return max(_SEPARATORS, key=head.count)


def _add_row(sheet: Sheet, number: int, record: list[str], limits: Limits) -> int:
    """Add a record that is not blank; how many filled cells it has."""
    cells = {}
    for column, text in enumerate(record[: limits.columns], start=1):
        cell = text_cell(text, limits)
        if cell is not None:
            cells[column] = cell
    if cells:
        if number > limits.last_row or len(sheet.rows) >= limits.rows + limits.header_rows:
            raise FileRefused("too_many_rows", limit=str(limits.rows))
        sheet.rows.append(Row(number, cells, width=len(record)))
    return len(cells)
