"""What a file of a register is read against: the person's institutions, the plan's kinds, what stands."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import User
from common.many_rows import among
from common.workbook.register import Entry, Fault, Key, Labels, NameList, Register, RegisterRead, Values, World
from progress.ledgers import Ledger
from progress.models import Item, Nomination
from progress.queries.ledger_columns import fill_in, register_of, values_of
from progress.queries.ledgers import kinds_of
from targets.models import Institution, Plan, Unit


def _(message: str) -> str:
    """The message itself: it is kept with the file's problems, and translated for whoever reads them."""
    return message


CANNOT_STAND = _("%(why)s")
NEVER_BACK = _("已填的阶段日期不能清空，申报不能退回")


@dataclass(frozen=True, slots=True)
class ItemRow:
    """An item as it shall stand: of one that is there its number and the version that was seen."""

    values: Values
    item: Item
    version: int | None

    @property
    def is_new(self) -> bool:
        return self.version is None


@dataclass(slots=True)
class LedgerGround:
    """What one person's file of one register is read against; what stands is asked once, with the file's own keys."""

    ledger: Ledger
    by: User
    today: date
    owners: Mapping[str, Any]
    labels: Labels
    standing: dict[Key, Item] = field(default_factory=dict)

    @property
    def register(self) -> Register:
        return register_of(self.ledger)

    @property
    def world(self) -> World:
        """The lists of names, and how what stands is asked for."""
        owner = self.ledger.key[0]
        names = {column: NameList.by_code_or_name(labels.items()) for column, labels in self.labels.items()}
        if self.ledger.has_institution:
            names[owner] = NameList.by_code_or_name((code, one.name) for code, one in self.owners.items())
        return World(names=names, standing=self._standing)

    def _standing(self, keys: Collection[Key]) -> Mapping[Key, Values]:
        codes = {str(key[0]) for key in keys}
        found: dict[Key, Values] = {}
        for item in items_of(self.ledger, self.by, codes):
            values = values_of(self.ledger, item)
            key = self.register.key_of(values)
            found[key], self.standing[key] = values, item
        return found

    def check(self, read: RegisterRead) -> list[ItemRow]:
        """The rows that change anything, after the problems that only the register knows; no query."""
        rows = [self._row(read, entry) for entry in (*read.entries, *read.unkeyed) if entry.is_change]
        return [] if read.is_refused else rows

    def _row(self, read: RegisterRead, entry: Entry) -> ItemRow:
        stands = self.standing.get(entry.key)
        owner = self.owners.get(str(entry.values[self.ledger.key[0]]))
        item = self.ledger.model(**({self.ledger.key[0]: owner} if owner else {}))
        if stands is not None:
            item.pk, item.uuid, item.version = stands.pk, stands.uuid, stands.version
        fill_in(self.ledger, item, dict(entry.values))
        if lost := goes_back(stands, item):
            read.refuse(entry, Fault("stage_back", NEVER_BACK, column=lost))
        unread = entry.unread
        for wrong in (*item.contradictions(unread=unread), *item.problems(today=self.today, unread=unread)):
            read.refuse(entry, Fault("cannot_stand", CANNOT_STAND, {"why": wrong.text.rstrip("。")}, wrong.field))
        return ItemRow(entry.values, item, None if stands is None else stands.version)


def ledger_ground(ledger: Ledger, *, by: User, plan: Plan, today: date) -> LedgerGround:
    """What a file of this person is read against; two queries."""
    labels: dict[str, dict[str, str]] = {ledger.key[0]: {}}
    if ledger.kinds_of_plan:
        labels[ledger.kind] = kinds_of(ledger, plan)
    owners: dict[str, Any] = {}
    if ledger.has_institution:
        institutions = Institution.objects.visible_to(by).select_related("unit").order_by("name", "credit_code")
        owners = {one.credit_code: one for one in institutions}
        # A name that several bear says nothing: such an institution is written by its code.
        bearers = Counter(one.name for one in owners.values())
        labels[ledger.key[0]] = {code: code if bearers[one.name] > 1 else one.name for code, one in owners.items()}
    else:
        owners = {unit.code: unit for unit in Unit.objects.visible_to(by)}
        labels[ledger.key[0]] = {code: unit.name for code, unit in owners.items()}
    return LedgerGround(ledger, by, today, owners, labels)


def items_of(ledger: Ledger, viewer: User, owners: Collection[str]) -> QuerySet[Any]:
    """The items that count of some institutions (or units), by their codes; one query."""
    way = "institution__credit_code" if ledger.has_institution else "unit__code"
    related = "institution__unit" if ledger.has_institution else "unit"
    return (
        ledger.model.objects.visible_to(viewer)
        .standing()
        .select_related(related)
        .filter(Q(**{f"{way}__in": among(sorted(owners))}))
    )


def goes_back(before: Item | None, after: Item) -> str:
    """The date of a stage that a nomination has reached and would lose, by its column; empty for none."""
    if not isinstance(before, Nomination) or not isinstance(after, Nomination):
        return ""
    lost = (field for field in before.DATES.values() if getattr(before, field) and not getattr(after, field))
    return next(lost, "")
