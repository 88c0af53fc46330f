"""The register of institutions as rows of a file: what one is read against, and what is written into it."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import QuerySet

from accounts.models import User
from common.many_rows import among
from common.workbook.names import Names, key_of
from common.workbook.register import (
    Entry,
    Fault,
    Key,
    Labels,
    NameList,
    Register,
    RegisterRead,
    Value,
    Values,
    World,
    as_json,
)
from targets.excel.institutions import INSTITUTIONS, institutions_of
from targets.models import Institution, Unit

_NAMES = tuple(column.name for column in INSTITUTIONS.columns)
_COLUMNS = tuple("unit__code" if name == "unit" else name for name in _NAMES)


def _(message: str) -> str:
    """The message itself: it is kept with the file's problems, and translated for whoever reads them."""
    return message


CODE_TAKEN = _("已由其他单位登记，请核对代码；如机构已划转，请联系市局")
SAME_NAME = _("与已登记的%(code)s同名，请核对是否重复登记")


class Seen(NamedTuple):
    """An institution as it stood when it was looked at."""

    version: int
    values: Values


class InstitutionRow(NamedTuple):
    """An institution by its code as it shall stand, also as JSON, and as it was seen; None where it is new.

    `is_sound`: what a file says of it has been judged when it was read; what the file leaves as it stands has not.
    """

    credit_code: str
    values: Values
    said: Mapping[str, Any]
    seen: Seen | None = None
    is_sound: bool = False


@dataclass(slots=True)
class InstitutionGround:
    """What a person's file of institutions is read against. What stands is asked once, with the file's own codes."""

    by: User
    units: Names
    labels: Labels
    seen: dict[str, Seen] = field(default_factory=dict)

    @property
    def register(self) -> Register:
        """The columns as the person fills them in: with one unit only, no unit need be written."""
        own = list(self.labels["unit"])
        return institutions_of(own[0]) if len(own) == 1 else INSTITUTIONS

    @property
    def world(self) -> World:
        """The lists of names, and how what stands is asked for."""
        units = NameList.of_units(self.units, own=frozenset(self.labels["unit"]))
        return World(names={"unit": units}, standing=self._standing)

    def _standing(self, keys: Collection[Key]) -> Mapping[Key, Values]:
        codes = [str(code) for (code,) in keys]
        visible = Institution.objects.visible_to(self.by).filter(credit_code__in=among(codes))
        found: dict[Key, Values] = {}
        for version, values in values_of(visible.order_by(), few=True):
            self.seen[str(values["credit_code"])] = Seen(version, values)
            found[values["credit_code"],] = values
        return found

    def check(self, read: RegisterRead) -> list[InstitutionRow]:
        """The rows that change anything, after the problems that only the register knows; two queries."""
        new = [entry for entry in read.entries if entry.standing is None]
        codes = among(str(entry.values["credit_code"]) for entry in new)
        known = Institution.objects.filter(credit_code__in=codes).order_by()
        taken = set(known.values_list("credit_code", flat=True))
        for entry in new:
            if entry.values["credit_code"] in taken:
                read.refuse(entry, Fault("code_taken", CODE_TAKEN, column="credit_code"))
        for entry, code in self._namesakes(new):
            read.tell(entry, Fault("same_name", SAME_NAME, {"code": code}, "name"))
        changes = [(str(one.values["credit_code"]), one) for one in read.changes]
        return [
            InstitutionRow(code, one.values, as_json(one.values), self.seen.get(code), one.is_sound)
            for code, one in changes
        ]

    def _namesakes(self, new: list[Entry]) -> Iterator[tuple[Entry, str]]:
        """The new rows whose name one of the person's institutions, or a row above, has already; with its code."""
        names = {str(entry.values["name"]) for entry in new}
        visible = Institution.objects.visible_to(self.by).filter(name__in=among(names)).order_by("credit_code")
        bearers = {key_of(name): code for name, code in visible.values_list("name", "credit_code")}
        for entry in new:
            code = bearers.setdefault(key_of(str(entry.values["name"])), str(entry.values["credit_code"]))
            if code != entry.values["credit_code"] and entry.values["name"]:
                yield entry, code


def institution_ground(by: User) -> InstitutionGround:
    """What a file of this person is read against; two queries."""
    root = (by.scope_path or "").partition("/")[0]
    units = Unit.objects.filter(path__startswith=f"{root}/", parent__isnull=False).prefetch_related("aliases")
    known = list(units.order_by("path")) if root else []
    own = {unit.code: unit.name for unit in known if unit.path.startswith(by.scope_path or "/")}
    spellings = ((unit.code, unit.name, _spellings(unit)) for unit in known)
    return InstitutionGround(by, Names.of(spellings), {"unit": own})


def values_of(institutions: QuerySet[Institution], *, few: bool = False) -> Iterator[tuple[int, dict[str, Value]]]:
    """Each institution's version and row, in the queryset's order; one query. `few`: no more than a file holds."""
    rows = institutions.values_list("version", *_COLUMNS)
    for version, *row in rows if few else rows.iterator():
        values = dict(zip(_NAMES, row, strict=True))
        values["headcount"] = Decimal(values["headcount"])
        yield version, values


def _spellings(unit: Unit) -> list[str]:
    return [unit.full_name, unit.code, *(alias.alias for alias in unit.aliases.all())]
