"""Many items of a register at once, from a file: stored all or none in a few queries, and taken back as one."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection, models, transaction
from django.utils.translation import gettext as _

from accounts.models import User, require
from audit.services import SYSTEM_STREAM, Entry, record
from common import bulk_json
from common.errors import Conflict
from common.many_rows import insert_rows, update_rows, upsert_objects
from common.undoing import ChangedRow, ChangedSince, says_the_same
from common.workbook.register import as_json, from_json
from files.models import StoredFile
from files.services import store_bytes
from progress.ledgers import Ledger
from progress.models import Item, ItemChange
from progress.queries.ledger_columns import fill_in, register_of, values_of
from progress.queries.ledger_ground import ItemRow
from progress.queries.ledgers import items_resting
from targets.search import search_key

_MOST_NAMED = 5


def save_items(
    ledger: Ledger, rows: Sequence[ItemRow], *, by: User, at: datetime, source: Mapping[str, str]
) -> StoredFile:
    """Store the rows, all or none, and return what stood and stands, as a file for the trail and for `undo_items`.

    About ten queries, whatever the number of rows. Raises Conflict where somebody has entered or changed one of them
    since it was seen.
    """
    require(by, "ledger.edit")
    new, known = [row.item for row in rows if row.is_new], [row.item for row in rows if not row.is_new]
    with transaction.atomic():
        before = _standing(ledger, [item.uuid for item in known])
        for item in (*new, *known):
            _stamp(item, by=by, at=at)
        for item in new:
            item.created_by, item.created_at = by.name, at
        try:
            with transaction.atomic():
                upsert_objects(new, key=("uuid",))
        except IntegrityError:
            raise _overtaken() from None
        if update_rows(ledger.model, [_row(ledger, item) for item in known], key="uuid", version="version") < len(
            known
        ):
            raise _overtaken()
        after = {str(row.item.uuid): {**as_json(row.values), "version": (row.version or 0) + 1} for row in rows}
        _keep_steps([row.item for row in rows], by=by, at=at)
        changes = _store([before, after], at=at)
        said = {"added": len(new), "changed": len(known), **source}
        record(_event("ledger.import", ledger, changes, said, by), by=by)
    return changes


def undo_items(ledger: Ledger, changes: StoredFile, *, by: User, at: datetime) -> None:
    """Put back what stood before `save_items`; what it added is removed.

    Raises ChangedSince where one says something else by now, and Conflict, naming items, where an approved report rests
    on one that was added.
    """
    require(by, "ledger.edit")
    with changes.content.open("rb") as stored:
        before, after = bulk_json.loads(stored.read())
    with transaction.atomic():
        standing = {str(item.uuid): item for item in _locked(ledger, after)}
        said = {uuid: _said(ledger, item) for uuid, item in standing.items()}
        later = [uuid for uuid, one in after.items() if not says_the_same(said.get(uuid), one)]
        if later:
            rows = [ChangedRow(uuid, name, said.get(uuid)) for uuid, name in _names(ledger, later).items()]
            raise ChangedSince(_("导入之后又有更改：%d 条。") % len(later), _("请逐条修改这些条目。"), rows)
        added = [item for uuid, item in standing.items() if uuid not in before]
        _refuse_resting(ledger, added)
        ledger.model.objects.filter(pk__in=[item.pk for item in added]).delete()
        ItemChange.objects.filter(item__in=[item.uuid for item in added]).delete()
        back = [_put_back(ledger, standing[uuid], one, by=by, at=at) for uuid, one in before.items()]
        update_rows(ledger.model, [_row(ledger, item) for item in back], key="uuid", version="version")
        _keep_steps(back, by=by, at=at)
        facts = {"removed": len(added), "changed": len(back), "undoes": str(changes.uuid)}
        record(_event("ledger.undo_import", ledger, changes, facts, by), by=by)


def _put_back(ledger: Ledger, item: Item, kept: Mapping[str, Any], *, by: User, at: datetime) -> Item:
    fill_in(ledger, item, from_json(register_of(ledger), kept))
    _stamp(item, by=by, at=at)
    return item


def _stamp(item: Item, *, by: User, at: datetime) -> None:
    item.changed_by, item.changed_at = by.name, at
    item.search_key = search_key([getattr(item, "title", "")])


def _locked(ledger: Ledger, uuids: Iterable[Any]) -> list[Item]:
    related = "institution__unit" if ledger.has_institution else "unit"
    items = ledger.model.objects.filter(uuid__in=list(uuids), withdrawn_at=None)
    return list(items.select_related(related).select_for_update(of=("self",)))


def _standing(ledger: Ledger, uuids: Sequence[Any]) -> dict[str, Any]:
    """The items as they stand, by uuid, locked until the end of the transaction."""
    found = _locked(ledger, uuids) if uuids else []
    return {str(item.uuid): _said(ledger, item) for item in found}


def _said(ledger: Ledger, item: Item) -> dict[str, Any]:
    return {**as_json(values_of(ledger, item)), "version": item.version}


def _names(ledger: Ledger, uuids: Sequence[str]) -> dict[str, str]:
    """The names of items by uuid, those that were withdrawn among them."""
    items = ledger.model.objects.filter(uuid__in=uuids)
    related = "institution" if ledger.has_institution else "unit"
    return {str(item.uuid): item.name for item in items.select_related(related)}


def _row(ledger: Ledger, item: Item) -> dict[str, Any]:
    """The row in the database; `version` is the one that was seen."""
    names = [*ledger.fields, "search_key", "changed_by", "changed_at", "uuid", "version"]
    names += ["stage"] if ledger.has_stages else []
    fields = [ledger.field(name) for name in names]
    return {str(field.column): _prepared(field, item) for field in fields}


def _prepared(field: "models.Field[Any, Any]", item: Item) -> Any:
    value = field.get_db_prep_save(getattr(item, field.attname), connection)
    return value if value is None or isinstance(value, str | bool | int) else str(value)


def _keep_steps(items: Iterable[Item], *, by: User, at: datetime) -> None:
    fields = {field.name: field for field in ItemChange._meta.concrete_fields}
    rows: list[dict[str, Any]] = []
    for item in items:
        step = ItemChange(item=item.uuid, step=ItemChange.Step.IMPORT, at=at, by_name=by.name)
        row = {name: _prepared_step(fields[name], step) for name in ("item", "step", "at", "by_name", "reason")}
        rows.append({**row, "changes": {}})
    insert_rows(ItemChange, rows)


def _prepared_step(field: "models.Field[Any, Any]", step: ItemChange) -> str:
    return str(field.get_db_prep_save(getattr(step, field.attname), connection))


def _refuse_resting(ledger: Ledger, items: Sequence[Item]) -> None:
    resting = items_resting(ledger, items)
    if resting:
        names = "、".join(f"“{item.name}”" for item in resting[:_MOST_NAMED])
        raise Conflict(_("已计入审核通过的报告：%s。") % names, _("请逐条作废并说明理由。"))


def _overtaken() -> Conflict:
    return Conflict(_("有条目刚被他人登记或更改，本次未作任何更改。"), _("请按最新内容重新检查。"))


def _store(changes: Any, *, at: datetime) -> StoredFile:
    content = bulk_json.to_bytes(changes)
    return store_bytes(content, name="ledger-changes.json", content_type="application/json", at=at)


def _event(action: str, ledger: Ledger, changes: StoredFile, said: Mapping[str, object], by: User) -> Entry:
    return Entry(
        action=action,
        stream=by.unit_code or SYSTEM_STREAM,
        object_key=f"changes/{changes.uuid}",
        object_name=str(ledger.label),
        after={**said, "changes": {"file": str(changes.uuid), "sha256": changes.sha256}},
    )
