"""The items of a register as a table and as a page show them: every value in the reader's words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policy import allows
from common.errors import Text
from progress.ledgers import Ledger
from progress.models import Item

NOTHING = "—"
_KEPT = 3  # characters of a masked value that are shown, at each end a long one has


@dataclass(frozen=True, slots=True)
class Cell:
    """One value of an item: what it is, and what it says."""

    label: Text
    text: str
    is_number: bool = False
    is_long: bool = False


@dataclass(frozen=True, slots=True)
class ItemRow:
    """An item as a row of its register's table."""

    item: Any
    cells: tuple[Cell, ...]
    file_count: int = 0


@dataclass(frozen=True, slots=True)
class Words:
    """How the values of one register are said: `kinds` are the names of its kinds."""

    ledger: Ledger
    kinds: Mapping[str, str]

    def rows(self, items: Iterable[Item], file_counts: Mapping[Any, int]) -> list[ItemRow]:
        """The items as rows of the table, masked fields masked."""
        return [
            ItemRow(item, tuple(self.cell(item, name) for name in self.ledger.shown), file_counts.get(item.uuid, 0))
            for item in items
        ]

    def facts(self, item: Item, *, viewer: User) -> list[Cell]:
        """Everything that an item says but its name; masked fields whole to who may change the item."""
        is_kept_by = allows(viewer.role, "ledger.edit") and item.owner.path.startswith(viewer.scope_path or "?")
        names = [name for name in self.ledger.fields if name != "title"]
        if self.ledger.has_stages:
            names = ["stage", *(name for name in names if not _is_empty_date(item, name))]
        return [self.cell(item, name, is_whole=is_kept_by) for name in names]

    def cell(self, item: Item, name: str, *, is_whole: bool = False) -> Cell:
        """One value of an item."""
        field, value = self.ledger.field(name), getattr(item, name)
        text = self.say(name, value)
        if name in self.ledger.masked and not is_whole:
            text = masked(text)
        is_long = isinstance(field, models.TextField)
        return Cell(field.verbose_name, text, isinstance(value, int | Decimal) and not isinstance(value, bool), is_long)

    def say(self, name: str, value: Any) -> str:
        """A value of a field as people write it."""
        field = self.ledger.field(name)
        if value is None or value == "":
            return NOTHING
        if isinstance(value, bool):
            return _("是") if value else _("否")
        if name == self.ledger.kind and self.ledger.kinds_of_plan:
            return self.kinds.get(str(value), str(value))
        if field.choices:
            return str(dict(field.flatchoices).get(value, value))
        if isinstance(value, Decimal) and isinstance(field, models.DecimalField):
            return f"{value:,.{field.decimal_places}f}"
        return f"{value:,}" if isinstance(value, int) else str(value)


def masked(text: str) -> str:
    """A telephone number or an address of which one can only see that it is there: 139****1234."""
    if text in ("", NOTHING):
        return text
    if len(text) <= 2 * _KEPT:
        return "****"
    return f"{text[:_KEPT]}****{text[-_KEPT - 1 :]}"


def _is_empty_date(item: Item, name: str) -> bool:
    return isinstance(item._meta.get_field(name), models.DateField) and getattr(item, name) is None


def history_words(words: Words, changes: Mapping[str, tuple[Any, Any]]) -> list[tuple[Text, str, str]]:
    """(label, before, after) of what a step of the history changed."""
    said = []
    for name, (before, after) in changes.items():
        if name in words.ledger.fields or name == "stage":
            label: Text = words.ledger.field(name).verbose_name
        else:
            label = _("附件") if name == "file" else _("机构") if name == "institution" else name
        said.append((label, _word(words, name, before), _word(words, name, after)))
    return said


def _word(words: Words, name: str, kept: Any) -> str:
    """A value as the history keeps it (numbers and dates as text) in the reader's words."""
    if kept in (None, ""):
        return NOTHING
    if name in words.ledger.fields or name == "stage":
        return words.say(name, words.ledger.field(name).to_python(kept))
    return str(kept)
