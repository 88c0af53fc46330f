"""Many institutions at once, from a file: stored all or none, in a constant number of queries, and taken back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User, require
from audit.services import SYSTEM_STREAM, Entry, record
from common import bulk_json
from common.errors import Conflict, Invalid, NotAllowed
from common.many_rows import Row, among, delete_rows, insert_rows, update_rows
from common.undoing import ChangedRow, ChangedSince, says_the_same
from common.workbook.register import Values, as_json, faults_of, from_json
from files.models import StoredFile
from files.services import store_bytes
from targets.excel.institutions import INSTITUTIONS
from targets.models import Institution, Unit
from targets.queries.institution_rows import InstitutionRow, Seen, values_of
from targets.search import search_key

Json = dict[str, Any]
"""An institution as JSON, with its version."""

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
    """Store the rows, all or none; at most twelve queries, whatever their number.

    `source` says for the trail where they come from. Raises NotAllowed where a row is or becomes another unit's,
    Invalid where a value is wrong, and Conflict where somebody has registered or changed one of them since it was seen.
    """
    require(by, "institution.edit")
    _check_values(rows)
    with transaction.atomic():
        before = _lock_seen(rows, by)
        after = _write(rows, before, by=by)
        changes = _store_changes(before, after, at=at)
        added = sum(row.seen is None for row in rows)
        counts = {"added": added, "changed": len(rows) - added}
        record(_event("institution.import", changes, {**counts, **(source or {})}, by), by=by)
    return SavedInstitutions(added, len(rows) - added, changes)


def undo_institutions(changes: StoredFile, *, by: User, at: datetime) -> SavedInstitutions:
    """Put back what stood before `save_institutions` stored these changes; what it added is removed.

    Raises ChangedSince where one of them says something else by now, and Conflict where one is used; both name them.
    """
    require(by, "institution.edit")
    with changes.content.open("rb") as stored:
        before, after = bulk_json.loads(stored.read())
    with transaction.atomic():
        standing = _standing(after, by)
        later = [code for code, one in after.items() if not says_the_same(standing.get(code), one)]
        if later:
            rows = [ChangedRow(code, after[code]["name"], standing.get(code)) for code in later]
            names = _some_names([after[code] for code in later])
            raise ChangedSince(_("导入之后又有更改：%s。") % names, _("请逐个修改这些机构。"), rows)
        added = [code for code in after if code not in before]
        _refuse_used(added)
        back = [
            InstitutionRow(
                code,
                from_json(INSTITUTIONS, one),
                one,
                Seen(standing[code]["version"], from_json(INSTITUTIONS, standing[code])),
            )
            for code, one in before.items()
        ]
        put_back = _store_changes(standing, _write(back, standing, by=by), at=at)
        delete_rows(Institution, added, key="credit_code")
        counts = {"removed": len(added), "changed": len(back)}
        record(_event("institution.undo", put_back, {**counts, "undoes": str(changes.uuid)}, by), by=by)
    return SavedInstitutions(len(added), len(back), put_back)


# --- writing


def _check_values(rows: Sequence[InstitutionRow]) -> None:
    """Judge what nobody has judged yet."""
    found = next(faults_of(INSTITUTIONS, [row.values for row in rows if not row.is_sound]), None)
    if found is not None:
        values, fault = found
        header = _(INSTITUTIONS.by_name[fault.column].header)
        said = {"name": values["name"], "column": header, "detail": _(fault.detail) % fault.values}
        raise Invalid(_("“%(name)s”的%(column)s：%(detail)s。") % said, _("请改正后重试。"))


def _lock_seen(rows: Sequence[InstitutionRow], by: User) -> dict[str, Json]:
    """The known ones as they were seen and still stand, by code; locked, in an order that is the same for everybody.

    Raises Conflict where one of them has been changed since, or is not the person's.
    """
    seen = {row.credit_code: row.seen for row in rows if row.seen}
    mine = Institution.objects.visible_to(by).filter(credit_code__in=among(seen))
    versions = dict(mine.select_for_update(of=("self",)).order_by("pk").values_list("credit_code", "version"))
    others = [row for row in rows if row.seen and versions.get(row.credit_code) != row.seen.version]
    if others:
        raise _overtaken(others)
    return {code: {**as_json(one.values), "version": one.version} for code, one in seen.items()}


def _standing(codes: Iterable[str], by: User) -> dict[str, Json]:
    """The person's institutions with these codes, locked until the end of the transaction."""
    mine = Institution.objects.visible_to(by).filter(credit_code__in=among(codes))
    locked = values_of(mine.select_for_update(of=("self",)).order_by("pk"), few=True)
    return {str(values["credit_code"]): {**as_json(values), "version": version} for version, values in locked}


def _write(rows: Sequence[InstitutionRow], before: Mapping[str, Json], *, by: User) -> dict[str, Json]:
    """Insert and update; returns what stands then. The statements themselves find who came between."""
    mine = Unit.objects.visible_to(by).filter(parent__isnull=False)
    units: dict[str, int] = dict(mine.values_list("code", "pk"))
    if any(row.values["unit"] not in units for row in rows):
        raise NotAllowed(_("只能登记本单位的机构。"), _("请选择本单位；如机构已划出，请联系市局。"))
    after = {row.credit_code: {**row.said, "version": row.seen.version + 1 if row.seen else 1} for row in rows}
    # In one order for everybody: who registers the same ones at the same time waits, and holds nobody up.
    new = sorted((row for row in rows if row.seen is None), key=lambda row: row.credit_code)
    known = [(row, row.seen.version) for row in rows if row.seen]
    try:
        with transaction.atomic():
            insert_rows(Institution, [_row(after[row.credit_code], units, 1) for row in new])
    except IntegrityError:
        raise _overtaken(new) from None
    columns = _differing(before, after)
    changed = [_row({name: after[row.credit_code][name] for name in columns}, units, seen) for row, seen in known]
    if update_rows(Institution, changed, key="credit_code", version="version") < len(known):
        raise _overtaken([row for row, _version in known])
    return after


def _differing(before: Mapping[str, Json], after: Mapping[str, Json]) -> list[str]:
    """The columns in which any institution differs, and its code: nothing else need be written."""
    codes = before.keys() & after.keys()
    names = sorted(next(iter(after.values()), {}).keys() - {"version", "credit_code"})
    was, will = ([[rows[code][name] for code in codes] for name in names] for rows in (before, after))
    return ["credit_code", *(name for name, old, new in zip(names, was, will, strict=True) if old != new)]


def _row(said: Json, units: Mapping[str, int], version: int | None) -> Row:
    """What is said of an institution as the row's columns; `version` is the one that was seen."""
    row = {**said, "version": version}
    if "unit" in row:
        row["unit_id"] = units[row.pop("unit")]
    if "name" in row:
        row["search_key"] = search_key((row["name"], row["credit_code"]))
    return row


def _overtaken(rows: Sequence[InstitutionRow]) -> Conflict:
    """Who of these has been registered or changed meanwhile."""
    seen = {row.credit_code: row.seen and row.seen.version for row in rows}
    now = Institution.objects.filter(credit_code__in=among(seen)).values_list("credit_code", "version")
    standing: dict[str, int | None] = dict.fromkeys(seen) | dict(now)
    others = [row.values for row in rows if standing[row.credit_code] != seen[row.credit_code]]
    others = others or [row.values for row in rows]
    return Conflict(
        _("刚刚被他人登记或更改：%s。本次未作任何更改。") % _some_names(others), _("请按最新内容重新检查。")
    )


def _refuse_used(codes: Sequence[str]) -> None:
    """Institutions that something refers to by now stay."""
    used: dict[str, str] = {}
    for relation in Institution._meta.related_objects:
        name = relation.field.name
        holders = relation.related_model._default_manager.filter(**{f"{name}__credit_code__in": among(codes)})
        used |= dict(holders.values_list(f"{name}__credit_code", f"{name}__name").distinct()[: _MOST_NAMED + 1])
    if used:
        names = _some_names([{"name": name} for name in used.values()])
        raise Conflict(_("台账已经用到导入的机构：%s。") % names, _("请先处理这些台账，或逐个修改机构。"))


def _some_names(values: Sequence[Values]) -> str:
    shown = _LIST.join(f"“{one['name']}”" for one in values[:_MOST_NAMED])
    return (
        _("%(names)s等 %(count)d 个") % {"names": shown, "count": len(values)} if len(values) > _MOST_NAMED else shown
    )


# --- the trail


def _store_changes(before: Mapping[str, Json], after: Mapping[str, Json], *, at: datetime) -> StoredFile:
    """What stood and what stands, by credit code, as a file that the trail names with its SHA-256."""
    content = bulk_json.to_bytes([before, after])
    return store_bytes(content, name="institution-changes.json", content_type="application/json", at=at)


def _event(action: str, changes: StoredFile, said: Mapping[str, object], by: User) -> Entry:
    return Entry(
        action=action,
        stream=by.unit_code or SYSTEM_STREAM,
        object_key=f"changes/{changes.uuid}",
        object_name=_("公共机构名录"),
        after={**said, "changes": {"file": str(changes.uuid), "sha256": changes.sha256}},
    )
