"""What every step of an item leaves behind: a line in its history and an event in the trail."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from audit.services import Entry, record
from common.errors import NotAllowed
from progress.ledgers import Ledger, ledger_of
from progress.models import Item, ItemChange, LedgerItem
from progress.queries.ledger_rows import masked
from targets.models import Unit


@dataclass(frozen=True, slots=True)
class Said:
    """One step of an item, as its history and the trail keep it."""

    step: ItemChange.Step
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None
    reason: str = ""

    def as_row(self, item: Item, *, by: User, at: datetime) -> ItemChange:
        """The line of the item's history, not yet stored: field → [before, after] of what was there before."""
        pairs = {name: [was, (self.after or {}).get(name)] for name, was in (self.before or {}).items()}
        return ItemChange(item=item.uuid, step=self.step, at=at, by_name=by.name, changes=pairs, reason=self.reason)

    def as_event(self, item: Item) -> Entry:
        """The trail's entry."""
        ledger = ledger_of(item)
        return Entry(
            action=f"ledger.{self.step}",
            stream=item.owner.code,
            object_key=f"ledgers/{ledger.code}/{item.uuid}",
            object_name=f"{ledger.label} {item.name}",
            before=self.before,
            after=self.after,
            reason=self.reason,
        )


def facts_of(ledger: Ledger, item: Item) -> dict[str, Any]:
    """What an item says, as JSON; masked fields masked, for the trail is no address book."""
    return _masked(ledger, _facts(ledger, item))


def changes_between(ledger: Ledger, before: Item, after: Item) -> tuple[dict[str, Any], dict[str, Any]]:
    """What differs, as it was and as it is: what the trail and the history keep."""
    old, new = _facts(ledger, before), _facts(ledger, after)
    differing = [name for name in new if old[name] != new[name]]
    was, now = ({name: facts[name] for name in differing} for facts in (old, new))
    return _masked(ledger, was), _masked(ledger, now)


def _facts(ledger: Ledger, item: Item) -> dict[str, Any]:
    facts: dict[str, Any] = {name: _said(getattr(item, name)) for name in ledger.fields}
    owner = {"institution": item.institution.credit_code} if isinstance(item, LedgerItem) else {"unit": item.owner.code}
    return owner | facts


def _masked(ledger: Ledger, facts: dict[str, Any]) -> dict[str, Any]:
    return {name: masked(value) if name in ledger.masked else value for name, value in facts.items()}


def keep_step(item: Item, said: Said, *, by: User, at: datetime) -> None:
    """Write a step into the item's history and the trail; inside the transaction of what it says."""
    said.as_row(item, by=by, at=at).save(force_insert=True)
    record(said.as_event(item), by=by)


def check_within(unit: Unit, *, by: User) -> None:
    """Nothing, where a unit lies in the person's subtree; else NotAllowed."""
    if not (by.scope_path and unit.path.startswith(by.scope_path)):
        raise NotAllowed(_("只能登记本单位机构的台账。"), _("请选择本单位的机构；如机构已划出，请联系市局。"))


def _said(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value if value is None or isinstance(value, bool | int) else str(value)
