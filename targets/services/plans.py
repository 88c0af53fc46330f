"""Loading a plan from its file.

Loading fills in what is missing and touches nothing that is there: from the first load on the portal is where the plan
is edited (domain.md, section 3), so a row that says otherwise than the file stands as it is and is named in the result.
"""

from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeVar

from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from accounts.models import require
from audit.services import Entry, record
from common.actions import Actor
from common.errors import Conflict
from targets.calendar import announced_days
from targets.models import Holiday, Indicator, Plan, PlanUnit, Quarter, Target, TargetRevision, Unit, UnitAlias
from targets.plan_entries import PlanFile
from targets.queries import working_days
from targets.services.guards import check_open_to_changes
from targets.services.plan_rows import (
    INDICATOR_FIELDS,
    PLAN_FIELDS,
    PLAN_UNIT_FIELDS,
    QUARTER_FIELDS,
    UNIT_FIELDS,
    indicator_rows,
    plan_row,
    plan_unit_rows,
    quarter_rows,
    unit_row,
)

Row = TypeVar("Row", bound=models.Model)
Key = TypeVar("Key", bound=Hashable)

REASON = "年度计划"  # stored beside the value, so it is data and not translated


@dataclass(frozen=True)
class LoadResult:
    """The plan, and how many rows were created, stand `changed` beside the file, or say the same as it.

    `differences` names every changed row with its differing fields; none of them was touched.
    """

    plan: Plan
    created: int
    changed: int
    unchanged: int
    differences: tuple[str, ...]


@dataclass
class _Tally:
    created: int = 0
    unchanged: int = 0
    differences: list[str] = field(default_factory=list)

    def merge(self, wanted: Mapping[Key, Row], existing: Mapping[Key, Row], fields: Collection[str]) -> dict[Key, Row]:
        """All rows by key, those that were there as they stand; the missing ones are stored with one INSERT."""
        missing = {key: row for key, row in wanted.items() if key not in existing}
        if missing:
            first = next(iter(missing.values()))
            type(first)._default_manager.bulk_create(missing.values())
        self.created += len(missing)
        for key in wanted.keys() & existing.keys():
            self._compare(wanted[key], existing[key], fields)
        return {**{key: existing[key] for key in wanted if key in existing}, **missing}

    def _compare(self, wanted: models.Model, existing: models.Model, fields: Collection[str]) -> None:
        differing = [name for name in fields if getattr(wanted, name) != getattr(existing, name)]
        if not differing:
            self.unchanged += 1
            return
        kind = type(existing)._meta.verbose_name
        self.differences.append(f"{kind} {existing}: {', '.join(differing)}")


def load_plan(plan_file: PlanFile, *, by: Actor, at: datetime) -> LoadResult:
    """The stored plan of a file, with what it lacked; about thirty queries.

    Raises NotAllowed, Locked where rows are missing from an archived plan, or Conflict where a unit stands elsewhere
    in the tree or somebody else is loading the same plan.
    """
    require(by, "plan.edit")
    tally = _Tally()
    try:
        with transaction.atomic():
            plan = _load(plan_file, tally, by=by, at=at)
            if tally.created:
                check_open_to_changes(plan)
                record(_entry(plan_file, tally), by=by)
    except IntegrityError as error:
        raise Conflict(_("这份计划正在由他人载入，本次未作任何更改。"), _("请稍后再试。")) from error
    return LoadResult(
        plan=plan,
        created=tally.created,
        changed=len(tally.differences),
        unchanged=tally.unchanged,
        differences=tuple(sorted(tally.differences)),
    )


def _load(file: PlanFile, tally: _Tally, *, by: Actor, at: datetime) -> Plan:
    units = _load_units(file, tally)
    _load_aliases(file, units, tally)
    plan = _load_head(file, units[file.root], tally)
    plan_units = tally.merge(
        plan_unit_rows(file, plan, units),
        {row.unit.code: row for row in plan.plan_units.select_related("unit")},
        PLAN_UNIT_FIELDS,
    )
    indicators = tally.merge(
        indicator_rows(file, plan), {row.code: row for row in plan.indicators.all()}, INDICATOR_FIELDS
    )
    targets = _load_targets(file, plan_units, indicators, tally)
    _load_values(file, targets, tally, by=by, at=at)
    _load_quarters(file, plan, tally)
    return plan


# --- units


def _load_units(file: PlanFile, tally: _Tally) -> dict[str, Unit]:
    """The units by code, from the root down, a level at a time: a child needs its parent's key."""
    existing = {unit.code: unit for unit in Unit.objects.filter(code__in=[entry.code for entry in file.units])}
    units: dict[str, Unit] = {}
    waiting = list(file.units)
    while waiting:
        level = [entry for entry in waiting if not entry.parent or entry.parent in units]
        rows = {entry.code: unit_row(entry, units.get(entry.parent)) for entry in level}
        _check_place(rows, existing)
        units |= tally.merge(rows, existing, UNIT_FIELDS)
        waiting = [entry for entry in waiting if entry.code not in units]
    return units


def _check_place(rows: Mapping[str, Unit], existing: Mapping[str, Unit]) -> None:
    for code, row in rows.items():
        if code in existing and existing[code].path != row.path:
            raise Conflict(
                _("单位 %(code)s 已在 %(there)s，计划文件写在 %(here)s。")
                % {"code": code, "there": existing[code].path, "here": row.path},
                _("请核对单位的代码和上级单位；单位不能换到别处。"),
            )


def _load_aliases(file: PlanFile, units: Mapping[str, Unit], tally: _Tally) -> None:
    existing = {(row.unit_id, row.alias): row for row in UnitAlias.objects.filter(unit__in=units.values())}
    wanted = {
        (units[entry.code].pk, spelling): UnitAlias(unit=units[entry.code], alias=spelling)
        for entry in file.units
        for spelling in entry.spellings
    }
    tally.merge(wanted, existing, ())


# --- the plan and what it asks


def _load_head(file: PlanFile, owner: Unit, tally: _Tally) -> Plan:
    existing = {row.year: row for row in Plan.objects.filter(owner=owner, year=file.year)}
    return tally.merge({file.year: plan_row(file, owner)}, existing, PLAN_FIELDS)[file.year]


def _load_targets(
    file: PlanFile, plan_units: Mapping[str, PlanUnit], indicators: Mapping[str, Indicator], tally: _Tally
) -> dict[tuple[str, str], Target]:
    rows = Target.objects.filter(indicator__in=indicators.values()).select_related("indicator", "plan_unit__unit")
    existing = {(row.indicator.code, row.plan_unit.unit.code): row for row in rows}
    wanted = {
        (entry.code, code): Target(indicator=indicators[entry.code], plan_unit=plan_units[code], origin=target.origin)
        for entry in file.indicators
        for code, target in file.targets_of(entry).items()
    }
    return tally.merge(wanted, existing, ("origin",))


def _load_values(
    file: PlanFile, targets: Mapping[tuple[str, str], Target], tally: _Tally, *, by: Actor, at: datetime
) -> None:
    """The first value of every target, in force from the year's first day; later revisions are the portal's own."""
    rows = TargetRevision.objects.filter(target__in=targets.values()).order_by("-valid_from", "-pk")
    first = {row.target_id: row for row in rows}
    wanted = {}
    for entry in file.indicators:
        for code, target in file.targets_of(entry).items():
            row = targets[entry.code, code]
            wanted[row.pk] = TargetRevision(
                target=row,
                value=target.value,
                valid_from=date(file.year, 1, 1),
                reason=REASON,
                by_name=by.name,
                created_at=at,
            )
    tally.merge(wanted, first, ("value",))


def _load_quarters(file: PlanFile, plan: Plan, tally: _Tally) -> None:
    # The last quarter's dates lie in the next year.
    special = announced_days((file.year, file.year + 1))
    wanted = {day.day: Holiday(day=day.day, is_working=day.is_working, name=day.name) for day in special}
    existing = {row.day: row for row in Holiday.objects.filter(day__in=wanted)}
    tally.merge(wanted, existing, ("is_working",))
    quarters: dict[int, Quarter] = {row.number: row for row in plan.quarters.all()}
    tally.merge(quarter_rows(file, plan, is_working_day=working_days()), quarters, QUARTER_FIELDS)


def _entry(file: PlanFile, tally: _Tally) -> Entry:
    return Entry(
        action="plan.load",
        stream=file.root,
        object_key=f"{file.root}/{file.year}",
        object_name=file.name,
        after={"created": tally.created, "unchanged": tally.unchanged, "differing": sorted(tally.differences)},
    )
