"""Other spellings of units' names, many at once: a spelling means one unit, or imports could not tell which."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User, require
from audit.services import SYSTEM_STREAM, Entry, record
from common.errors import Conflict, Invalid
from common.workbook.names import key_of
from targets.models import PlanUnit, Unit, UnitAlias
from targets.search import search_key


@dataclass(frozen=True, slots=True)
class AliasRow:
    """A spelling that shall mean a unit, the unit by its code."""

    unit: str
    alias: str


@dataclass(frozen=True, slots=True)
class AliasLine:
    """A row as checked; `is_known`: the unit is read by this spelling already. `flaws`: why it cannot be stored."""

    row: AliasRow
    unit: Unit | None
    is_known: bool
    flaws: Sequence[str] = ()


def check_aliases(rows: Iterable[AliasRow], *, by: User) -> list[AliasLine]:
    """A line for every row, in order; NotAllowed for who may not edit them.

    Nothing is stored. Must run in a transaction, until whose end nobody else of the same scope can add spellings; four
    queries, whatever the number of rows.
    """
    require(by, "alias.edit")
    rows = list(rows)
    # Whoever may add spellings to these units waits here: a spelling checked is a spelling still free.
    Unit.objects.select_for_update().filter(path=by.scope_path or "").first()
    units = {unit.code: unit for unit in Unit.objects.visible_to(by)}
    claims = _claims(units.values(), by)
    meant: dict[str, set[str]] = {}
    for row in rows:
        meant.setdefault(key_of(row.alias), set()).add(row.unit)
    return [_line(row, units, claims, meant[key_of(row.alias)]) for row in rows]


def add_aliases(lines: Sequence[AliasLine], *, by: User, source: Mapping[str, str]) -> int:
    """How many spellings were added; units are found by them too. Six queries, whatever the number of lines.

    `source` is the file for the trail, which gets one event. Raises Invalid where a line has a flaw, Conflict where
    somebody else has just added one of them.
    """
    require(by, "alias.edit")
    if any(line.flaws for line in lines):
        raise Invalid(_("有的行不能导入，未作任何更改。"), _("请按列出的问题改正后重新上传。"))
    new = [UnitAlias(unit=line.unit, alias=line.row.alias) for line in lines if line.unit and not line.is_known]
    if not new:
        return 0
    try:
        with transaction.atomic():
            UnitAlias.objects.bulk_create(new)
            _let_be_found({alias.unit_id for alias in new})
            record(_event(new, source, by), by=by)
    except IntegrityError:
        raise Conflict(_("有的别名刚刚被他人登记，未作任何更改。"), _("请重新上传，按最新情况预览。")) from None
    return len(new)


def _claims(units: Iterable[Unit], by: User) -> dict[str, set[str]]:
    """The codes of the units that every spelling means already."""
    claims: dict[str, set[str]] = {}
    said = [(unit.code, name) for unit in units for name in (unit.name, unit.full_name)]
    said += PlanUnit.objects.visible_to(by).order_by().values_list("unit__code", "name").distinct()
    said += UnitAlias.objects.filter(unit__in=Unit.objects.visible_to(by)).values_list("unit__code", "alias")
    for code, name in said:
        claims.setdefault(key_of(name), set()).add(code)
    return claims


def _line(row: AliasRow, units: Mapping[str, Unit], claims: Mapping[str, set[str]], meant: set[str]) -> AliasLine:
    unit = units.get(row.unit)
    if unit is None:
        return AliasLine(row, None, is_known=False, flaws=[_("没有代码为“%s”的单位。") % row.unit])
    holders = claims.get(key_of(row.alias), set())
    if row.unit in holders:
        return AliasLine(row, unit, is_known=True)
    flaws = []
    if holders:
        names = "、".join(units[code].label for code in sorted(holders))
        flaws.append(_("“%(alias)s”已是%(names)s的名称或别名。") % {"alias": row.alias, "names": names})
    if rivals := (meant & units.keys()) - {row.unit}:
        names = "、".join(units[code].label for code in sorted(rivals))
        flaws.append(_("文件里另一行把“%(alias)s”写给了%(names)s。") % {"alias": row.alias, "names": names})
    return AliasLine(row, unit, is_known=False, flaws=flaws)


def _let_be_found(unit_ids: set[int]) -> None:
    """Put the units' spellings into the key by which lists are searched."""
    units = list(Unit.objects.filter(pk__in=unit_ids).prefetch_related("aliases"))
    for unit in units:
        spellings = dict.fromkeys((unit.full_name, *(each.alias for each in unit.aliases.all())))
        unit.search_key = search_key((unit.name, *spellings, unit.name_en, unit.code))
    Unit.objects.bulk_update(units, ["search_key"])


def _event(new: Sequence[UnitAlias], source: Mapping[str, str], by: User) -> Entry:
    return Entry(
        action="alias.import",
        stream=by.unit_code or SYSTEM_STREAM,
        object_key=source.get("sha256", ""),
        object_name=source.get("file", ""),
        after={**source, "added": [[each.unit.code, each.alias] for each in new]},
    )
