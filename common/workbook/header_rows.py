"""Header rows: which words name which column, however they are spaced, bracketed, spelled or merged."""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from common.workbook.book import Area, Book, Row, Sheet
from common.workbook.limits import Limits
from common.workbook.names import key_of
from common.workbook.problems import FileRefused

MARK = re.compile(r"template:[0-9A-Za-z_:-]{1,60}")
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】")
_MAX_DEPTH = 3
_MOST_LISTED = 8

Found = TypeVar("Found")


@lru_cache(4096)
def header_key(text: str) -> str:
    """A header as it is compared: without spaces, line breaks, brackets, stars and colons."""
    folded = unicodedata.normalize("NFKC", key_of(text))
    return _BRACKETS.sub("", folded).strip("*:#.、").casefold()


@dataclass(frozen=True, slots=True)
class Header:
    """One to three rows that name columns; `texts` are a column's words from top to bottom."""

    texts: Mapping[int, tuple[str, ...]]
    first_row: int
    last_row: int
    depth: int
    width: int | None

    @property
    def labels(self) -> dict[int, str]:
        """Each column's lowest word."""
        return {place: words[-1] for place, words in self.texts.items()}

    @property
    def words(self) -> list[str]:
        """Every word of it."""
        return [word for words in self.texts.values() for word in words]


def header_candidates(sheet: Sheet, last_row: int, is_header: Callable[[str], bool]) -> Iterator[Header]:
    """Everything that could be a header, from the top, each start with one to three rows.

    `is_header` says whether a text names a column; only rows of nothing but such texts go on with a header.
    """
    head = [row for row in sheet.rows if row.number <= last_row]
    merges = [area for area in sheet.merges if area.top <= last_row]
    for start in range(len(head)):
        if not any(is_header(cell.text) for cell in head[start].cells.values()):
            continue
        texts: dict[int, tuple[str, ...]] = {}
        for depth, row in enumerate(head[start : start + _MAX_DEPTH], start=1):
            said = _texts(row, merges)
            if texts and not all(is_header(cell.text) for cell in row.cells.values()):
                break
            texts = {place: _joined(texts.get(place, ()), said.get(place)) for place in sorted(texts | said)}
            yield Header(texts, head[start].number, row.number, depth, row.width)


def uppermost(candidates: Iterable[tuple[Header, Found]]) -> list[tuple[Header, Found]]:
    """Of candidates from the top those that share rows with the first: what stands below is this table's, not another.

    Empty where there are none.
    """
    chosen: list[tuple[Header, Found]] = []
    for header, what in candidates:
        if not chosen or header.first_row <= max(other.last_row for other, _what in chosen):
            chosen.append((header, what))
    return chosen


def closest_header(
    book: Book, headers: Callable[[Sheet], Iterable[Header]], named: Callable[[Header], Collection[str]]
) -> tuple[Sheet, Header] | None:
    """Where no header is complete, the one that names the most columns; None where none names any."""
    found = [(len(named(header)), sheet, header) for sheet in book.visible for header in headers(sheet)]
    most, sheet, header = max(found, key=lambda each: each[0], default=(0, None, None))
    return (sheet, header) if sheet and header and most else None


def incomplete_header(sheet: Sheet, header: Header, named: Collection[str], missing: Collection[str]) -> FileRefused:
    """That no header is complete, and what the one that comes closest names and lacks."""
    said = {"row": str(header.last_row), "named": listed(named), "missing": listed(missing)}
    template = "incomplete_header" if missing else "header_without_more"
    return FileRefused("no_header", template=template, sheet=sheet.name, **said)


def table_below(
    book: Book, find: Callable[[Sheet], tuple[Header, Found] | None], limits: Limits
) -> tuple[Sheet, Header, Found, tuple[Row, ...]] | None:
    """The one visible sheet in which `find` sees a header, with what it found and the rows below; None without one.

    FileRefused where several sheets have one, or where there are too many rows.
    """
    found = [(sheet, *seen) for sheet in book.visible if (seen := find(sheet))]
    if not found:
        return None
    if len(found) > 1:
        raise FileRefused("several_data_sheets", sheets="、".join(f"“{sheet.name}”" for sheet, *_ in found))
    sheet, header, what = found[0]
    rows = tuple(row for row in sheet.rows if row.number > header.last_row)
    if len(rows) > limits.rows:
        raise FileRefused("too_many_rows", sheet=sheet.name, limit=str(limits.rows))
    return sheet, header, what, rows


def texts_above(sheet: Sheet, before: int) -> Iterator[str]:
    """The texts above a row."""
    for row in sheet.rows:
        if row.number >= before:
            return
        yield from (cell.text for cell in row.cells.values())


def marks_above(sheet: Sheet, before: int) -> Iterator[str]:
    """The hidden marks of our own forms above a row."""
    return (text.strip() for text in texts_above(sheet, before) if MARK.fullmatch(text.strip()))


def _texts(row: Row, merges: list[Area]) -> dict[int, str]:
    """The row's words by column; a word merged over several columns stands over each."""
    said = {place: cell.text for place, cell in row.cells.items()}
    for area in merges:
        if area.top == row.number and area.left in said and area.right > area.left:
            for place in range(area.left, min(area.right, area.left + 64) + 1):
                said.setdefault(place, said[area.left])
    return said


def _joined(above: tuple[str, ...], word: str | None) -> tuple[str, ...]:
    return above if word is None else (*above, word)


def listed(names: Collection[str]) -> str:
    """Names in a sentence, the first of many."""
    shown = "、".join(f"“{name}”" for name in list(names)[:_MOST_LISTED])
    return shown + "等" if len(names) > _MOST_LISTED else shown
