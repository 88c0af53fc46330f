"""What imports of registers share: their changes, their preview and their help come from the columns' declaration."""

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext

from accounts.models import User
from common.workbook.limits import Limits
from common.workbook.register import (
    Column,
    Labels,
    Register,
    RegisterRead,
    as_json,
    describe,
    from_json,
    rules_of,
    said,
)
from progress.services.import_kinds import Change, ImportKind, ShownChange, ShownChanges, ShownValue
from targets.models import Plan


class RegisterKind(ImportKind):
    """Files that are one table of a register. `named` are the columns by which people know a row."""

    register: ClassVar[Register]
    named: ClassVar[Sequence[str]] = ()
    form: ClassVar[str] = ""
    """The name of the view that gives the blank form."""
    export: ClassVar[str] = ""
    """The name of the view that gives what stands, in the form in which it can be sent back."""
    help_template = "progress/register_help.html"

    @abstractmethod
    def labels(self, plan: Plan) -> Labels:
        """The names of the codes in columns of names; as many queries as there are such columns."""

    def limits(self) -> Limits:
        """The site's own numbers."""
        return Limits(**settings.IMPORT_LIMITS)

    def shown(self, plan: Plan, changes: Sequence[Change]) -> ShownChanges:
        """Every column old → new, the row's names before them."""
        labels = self.labels(plan) if changes else {}
        by_name = self.register.by_name
        named = [by_name[name] for name in self.named or self.register.key]
        others = [column for column in self.register.columns if column not in named]
        rows = [
            ShownChange(
                names=[_words(column, one.new, labels) for column in named],
                values=[
                    ShownValue(_words(column, one.old, labels), _words(column, one.new, labels)) for column in others
                ],
            )
            for one in changes
        ]
        return ShownChanges(
            names=[gettext(column.header) for column in named],
            values=[gettext(column.header) for column in others],
            rows=rows,
            numeric=frozenset(place for place, column in enumerate(others) if column.is_numeric),
        )

    def help(self, plan: Plan, *, by: User) -> Mapping[str, Any]:
        """What to write in each column."""
        return register_help(self.register, self.form, self.export)


def register_help(register: Register, form: str, export: str = "", args: Sequence[object] = ()) -> Mapping[str, Any]:
    """What the partial beside the upload shows of a register: columns, rules, where form and export are.

    `form` and `export` are names of views; `export` is empty for a register whose form brings what stands.
    """
    return {
        "columns": describe(register, gettext),
        "rules": rules_of(register, gettext),
        "form": reverse(form, args=args),
        "export": reverse(export, args=args) if export else "",
    }


def changes_of(read: RegisterRead, said: Iterable[Mapping[str, Any]] | None = None) -> Iterator[Change]:
    """The rows that change something, for the preview and for keeping; `said` are they as JSON, where it is at hand."""
    entries = read.changes
    for entry, new in zip(entries, said or (as_json(one.values) for one in entries), strict=True):
        old = None if entry.standing is None else as_json(entry.overwritten)
        yield Change(entry.row, tuple(map(str, entry.key)), old, new)


def unchanged_of(read: RegisterRead) -> list[Change]:
    """The rows that say what stands."""
    stand = [(entry, as_json(entry.values)) for entry in read.unchanged]
    return [Change(entry.row, tuple(map(str, entry.key)), said, said) for entry, said in stand]


def _words(column: Column, kept: Mapping[str, Any] | None, labels: Labels) -> str:
    """A kept value in the reader's words."""
    if kept is None:
        return ""
    value = from_json(Register(code="", title="", columns=(column,)), {column.name: kept.get(column.name)})
    return said(column, value[column.name], labels, gettext)
