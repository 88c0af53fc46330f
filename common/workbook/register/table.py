"""The one table of a register in a book: its header, where its columns stand, its rows."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from common.workbook.book import Book, Row, Sheet
from common.workbook.header_rows import (
    MARK,
    Header,
    closest_header,
    header_candidates,
    header_key,
    incomplete_header,
    listed,
    marks_above,
    table_below,
    uppermost,
)
from common.workbook.limits import Limits
from common.workbook.problems import FileRefused
from common.workbook.records import Record
from common.workbook.register.columns import Column, Register

# Read by nobody, and no surprise: the order number, and the column of the workbook that goes back with its problems.
_PASSED_OVER = frozenset({"序号", "编号", "问题"})
_FEWEST = 3  # headers that make a row a header even if the key is not among them
LISTS = "名单"  # the hidden sheet of our own forms


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A sheet with its header found: `places` and `labels` are where its columns stand and what they are called.

    `headers` are the words of the header by place, `ignored` those that nobody reads.
    """

    register: Register
    sheet: Sheet
    rows: tuple[Row, ...]
    places: Mapping[str, int]
    labels: Mapping[str, str]
    headers: Mapping[int, str]
    width: int | None
    header_row: int
    ignored: Mapping[int, str]
    is_ours: bool

    @property
    def columns(self) -> list[Column]:
        """The columns that the table has."""
        return [column for column in self.register.columns if column.name in self.places]

    def record(self, row: Row) -> Record[str]:
        """The row as its columns see it."""
        return Record(row, self.places, {}, self.labels)


def find_register(book: Book, register: Register, limits: Limits) -> Table:
    """The table of a register in a book.

    FileRefused where there is none or more than one, where the header lacks a column of the key or has one twice, or
    where the form was made for something else.
    """
    words = _words(register)
    is_ours = _check_marks(book, register, limits)
    below = table_below(book, lambda sheet: _find_header(sheet, register, words, limits), limits)
    if below is None:
        raise _no_header(book, register, words, limits)
    sheet, header, labels, rows = below
    places, ignored = _places(sheet, register, labels, words)
    if not rows:
        raise FileRefused("no_data_rows", sheet=sheet.name)
    return Table(
        register=register,
        sheet=sheet,
        rows=rows,
        places=places,
        labels={column.name: column.header for column in register.columns},
        headers=header.labels,
        width=header.width,
        header_row=header.last_row,
        ignored=ignored,
        is_ours=is_ours,
    )


def _no_header(book: Book, register: Register, words: Mapping[str, str], limits: Limits) -> FileRefused:
    headers_of = {column.name: column.header for column in register.columns}

    def named(header: Header) -> list[str]:
        said = {words.get(header_key(word)) for word in header.words}
        return [label for name, label in headers_of.items() if name in said]

    closest = closest_header(book, lambda sheet: _candidates(sheet, words, limits), named)
    if closest is None:
        return FileRefused("no_header", template="no_register_header", columns="、".join(_needed(register)))
    has = named(closest[1])
    return incomplete_header(*closest, has, [header for header in _needed(register) if header not in has])


def _words(register: Register) -> dict[str, str]:
    """The names of the columns by every word that names them; a column's own header comes before synonyms."""
    synonyms = {header_key(word): column.name for column in register.columns for word in column.synonyms}
    return synonyms | {header_key(column.header): column.name for column in register.columns}


def _needed(register: Register) -> list[str]:
    """The headers that a table of the register must have at least."""
    return [column.header for column in register.columns if column.required or column.name in register.key]


def _check_marks(book: Book, register: Register, limits: Limits) -> bool:
    """Whether the form is one of ours for this register; FileRefused where it is ours for something else."""
    marks = [mark for sheet in book.visible for mark in marks_above(sheet, limits.header_rows + 1)]
    for mark in marks:
        if mark != register.mark:
            raise FileRefused("wrong_template_version", template="other_template", read=mark)
    return bool(marks)


def _find_header(
    sheet: Sheet, register: Register, words: Mapping[str, str], limits: Limits
) -> tuple[Header, dict[int, str]] | None:
    """Of the uppermost headers the one that names the most columns in the fewest rows, with the word that counts in
    each place."""

    found = []
    for header in _candidates(sheet, words, limits):
        labels = {place: _telling(texts, words) for place, texts in header.texts.items()}
        named = {words[key] for text in labels.values() if (key := header_key(text)) in words}
        has_key = bool(register.key) and named.issuperset(register.key) and len(named) > len(register.key)
        if has_key or len(named) >= min(_FEWEST, len(register.columns)):
            found.append((header, (len(named), labels)))
    if not found:
        return None
    header, (_named, labels) = max(uppermost(found), key=lambda each: (each[1][0], -each[0].depth))
    return header, labels


def _candidates(sheet: Sheet, words: Mapping[str, str], limits: Limits) -> Iterator[Header]:
    def is_header(text: str) -> bool:
        key = header_key(text)
        return key in words or key in _PASSED_OVER

    return header_candidates(sheet, limits.header_rows, is_header)


def _telling(texts: tuple[str, ...], words: Mapping[str, str]) -> str:
    """Of the words above a column, the lowest that names one."""
    return next((text for text in reversed(texts) if header_key(text) in words), texts[-1])


def _places(
    sheet: Sheet, register: Register, labels: Mapping[int, str], words: Mapping[str, str]
) -> tuple[dict[str, int], dict[int, str]]:
    """Where each column stands, and the headers that nobody reads, by place."""
    by_name = register.by_name
    places: dict[str, int] = {}
    ignored = {}
    for place, text in sorted(labels.items()):
        name = words.get(header_key(text))
        if name is None:
            if not MARK.fullmatch(text.strip()) and header_key(text) not in _PASSED_OVER:
                ignored[place] = text.strip()
        elif name in places:
            raise FileRefused("duplicate_column", sheet=sheet.name, column=by_name[name].header)
        else:
            places[name] = place
    if missing := [name for name in register.key if name not in places and by_name[name].required]:
        raise _missing_key(sheet, register, missing, places)
    return places, ignored


def _missing_key(sheet: Sheet, register: Register, missing: Sequence[str], places: Collection[str]) -> FileRefused:
    """That rows cannot be told apart, with everything else that new ones need."""
    by_name = register.by_name
    others = [one for one in register.columns if one.required and one.name not in places and one.name not in missing]
    said = {
        "missing": listed([by_name[name].header for name in missing]),
        "more": listed([one.header for one in others]),
    }
    template = "missing_key_and_more" if others else "missing_key"
    return FileRefused("missing_column", template=template, sheet=sheet.name, column=by_name[missing[0]].header, **said)
