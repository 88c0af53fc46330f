"""Many institutions at once, from a file: stored all or none, in a constant number of queries, and taken back."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User, require
from audit.services import SYSTEM_STREAM, Entry, record
from common.errors import Conflict, Invalid, NotAllowed
from common.many_rows import Row, delete_rows, insert_rows, update_rows
from common.workbook.register import Values, as_json, faults_of, from_json
from files.models import StoredFile
from files.services import store_bytes
from targets.excel.institutions import INSTITUTIONS
from targets.models import Institution, Unit
from targets.queries.institution_rows import InstitutionRow, values_of
from targets.search import search_key

_MOST_NAMED = 5
_LIST = "、"


@dataclass(frozen=True, slots=True)
class SavedInstitutions:
    """What became of the rows; `changes` is the stored file of what stood and what stands, for trail and undo."""

    added: int
    changed: int
    changes: StoredFile


def save_institutions(
    rows: Sequence[InstitutionRow], *, by: User, at: datetime, source: Mapping[str, str] | None = None
) -> SavedInstitutions:
    """Store the rows, all or none; at most ten queries, whatever their number.

    `source` says for the trail where they come from. Raises NotAllowed where a row is or becomes another unit's,
    Invalid where a value is wrong, and Conflict where somebody has registered or changed one of them since it was seen.
    """
    require(by, "institution.edit")
    _check_values(rows)
    with transaction.atomic():
        before = {code: values for code, (_version, values) in _standing((row.credit_code for row in rows), by).items()}
        unseen = [row for row in rows if row.version is not None and row.credit_code not in before]
        if unseen:
            raise _overtaken(unseen)
        _write(rows, by=by)
        added = sum(row.version is None for row in rows)
        counts = {"added": added, "changed": len(rows) - added}
        changes = _store_changes([(row, before.get(row.credit_code)) for row in rows], at=at)
        record(_event("institution.import", changes, {**counts, **(source or {})}, by), by=by)
    return SavedInstitutions(counts["added"], counts["changed"], changes)


def undo_institutions(changes: StoredFile, *, by: User, at: datetime) -> SavedInstitutions:
    """Put back what stood before `save_institutions` stored these changes; what it added is removed.

    Raises Conflict, naming the institutions, where one of them has been changed since or is used by now.
    """
    require(by, "institution.edit")
    with changes.content.open("rb") as stored:
        kept = json.load(stored)
    codes = [one["after"]["credit_code"] for one in kept]
    with transaction.atomic():
        standing = _standing(codes, by)
        later = [one["after"] for one in kept if standing.get(_code(one), (0, {}))[0] != one["version"]]
        if later:
            raise Conflict(_("导入之后又有更改：%s。") % _some_names(later), _("请逐个修改这些机构。"))
        added = [one["after"] for one in kept if one["before"] is None]
        _refuse_used(added)
        back = [InstitutionRow(from_json(INSTITUTIONS, one["before"]), one["version"]) for one in kept if one["before"]]
        _write(back, by=by)
        delete_rows(Institution, [one["credit_code"] for one in added], key="credit_code")
        stored_back = _store_changes([(row, standing[row.credit_code][1]) for row in back], at=at, removed=added)
        counts = {"removed": len(added), "changed": len(back)}
        record(_event("institution.undo", stored_back, {**counts, "undone": str(changes.uuid)}, by), by=by)
    return SavedInstitutions(len(added), len(back), stored_back)


def _code(kept: Mapping[str, Any]) -> str:
    return str(kept["after"]["credit_code"])


# --- writing


def _check_values(rows: Sequence[InstitutionRow]) -> None:
    for row in rows:
        fault = next(faults_of(INSTITUTIONS, row.values), None)
        if fault is not None:
            header = _(INSTITUTIONS.by_name[fault.column].header)
            said = {"name": row.values["name"], "column": header, "detail": _(fault.detail) % fault.values}
            raise Invalid(_("“%(name)s”的%(column)s：%(detail)s。") % said, _("请改正后重试。"))


def _standing(codes: Iterable[str], by: User) -> dict[str, tuple[int, Values]]:
    """Version and values of the person's institutions with these codes, locked until the end of the transaction."""
    mine = Institution.objects.visible_to(by).select_for_update(of=("self",)).filter(credit_code__in=list(codes))
    return {str(values["credit_code"]): (version, values) for version, values in values_of(mine)}


def _write(rows: Sequence[InstitutionRow], *, by: User) -> None:
    """Insert and update. The versions are compared by the statement itself: nobody comes between."""
    mine = Unit.objects.visible_to(by).filter(parent__isnull=False)
    units: dict[str, int] = dict(mine.values_list("code", "pk"))
    foreign = [row for row in rows if row.values["unit"] not in units]
    if foreign:
        raise NotAllowed(_("只能登记本单位的机构。"), _("请选择本单位；如机构已划出，请联系市局。"))
    new = [row for row in rows if row.version is None]
    known = [row for row in rows if row.version is not None]
    if insert_rows(Institution, [_row(row, units) for row in new]) < len(new):
        raise _overtaken(new)
    changed = update_rows(Institution, [_row(row, units) for row in known], key="credit_code", version="version")
    if changed < len(known):
        raise _overtaken(known)


def _row(row: InstitutionRow, units: Mapping[str, int]) -> Row:
    values = as_json(row.values)
    name, code = str(values["name"]), row.credit_code
    unit_id = units[str(values.pop("unit"))]
    return {**values, "unit_id": unit_id, "search_key": search_key((name, code)), "version": row.version or 1}


def _overtaken(rows: Sequence[InstitutionRow]) -> Conflict:
    """Who of these has been registered or changed meanwhile."""
    seen = {row.credit_code: row.version for row in rows}
    now = Institution.objects.filter(credit_code__in=seen).values_list("credit_code", "version")
    standing: dict[str, int | None] = dict.fromkeys(seen) | dict(now)
    others = [row.values for row in rows if standing[row.credit_code] != row.version] or [row.values for row in rows]
    return Conflict(
        _("刚刚被他人登记或更改：%s。本次未作任何更改。") % _some_names(others), _("请按最新内容重新检查。")
    )


def _refuse_used(added: Sequence[Mapping[str, Any]]) -> None:
    """Institutions that something refers to by now stay."""
    codes = [one["credit_code"] for one in added]
    used: dict[str, str] = {}
    for relation in Institution._meta.related_objects:
        holders = relation.related_model._default_manager.filter(**{f"{relation.field.name}__credit_code__in": codes})
        found = holders.values_list(f"{relation.field.name}__credit_code", f"{relation.field.name}__name")
        used |= dict(found.distinct()[: _MOST_NAMED + 1])
    if used:
        names = _some_names([{"name": name} for name in used.values()])
        raise Conflict(_("台账已经用到导入的机构：%s。") % names, _("请先处理这些台账，或逐个修改机构。"))


def _some_names(values: Sequence[Values]) -> str:
    shown = _LIST.join(f"“{one['name']}”" for one in values[:_MOST_NAMED])
    return (
        _("%(names)s等 %(count)d 个") % {"names": shown, "count": len(values)} if len(values) > _MOST_NAMED else shown
    )


# --- the trail


def _store_changes(
    changes: Sequence[tuple[InstitutionRow, Values | None]], *, at: datetime, removed: Sequence[Mapping[str, Any]] = ()
) -> StoredFile:
    """What stood and what stands, as a file that the trail names with its SHA-256."""
    kept: list[dict[str, Any]] = [
        {
            "version": (row.version or 0) + 1,
            "before": None if before is None else as_json(before),
            "after": as_json(row.values),
        }
        for row, before in changes
    ]
    kept += [{"version": None, "before": one, "after": None} for one in removed]
    content = json.dumps(kept, ensure_ascii=False).encode()
    return store_bytes(content, name="institution-changes.json", content_type="application/json", at=at)


def _event(action: str, changes: StoredFile, said: Mapping[str, object], by: User) -> Entry:
    return Entry(
        action=action,
        stream=by.unit_code or SYSTEM_STREAM,
        object_key=f"changes/{changes.uuid}",
        object_name=_("公共机构名录"),
        after={**said, "changes": {"file": str(changes.uuid), "sha256": changes.sha256}},
    )
