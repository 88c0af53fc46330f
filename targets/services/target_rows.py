"""Many targets changed at once, from the grid in a file: one day, one reason, dated revisions, all or none."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User, require
from audit.services import Entry, record
from common.errors import Conflict, Invalid
from targets.models import Indicator, Plan, PlanUnit, Target, TargetRevision
from targets.models.plan import plain_number
from targets.models.targets import value_in_force
from targets.queries.target_rows import Place
from targets.services.guards import check_open_to_changes, check_reason
from targets.services.revisions import TargetChange, check_can_have_target, check_change
from targets.signals import plan_changed

_MOST_NAMED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """From when on the changes hold, and why."""

    valid_from: date
    reason: str


@dataclass(frozen=True, slots=True)
class Revised:
    """A target that was changed: what was in force on the day before, what is now, and the new revision's number."""

    place: Place
    before: Decimal | None
    after: Decimal | None
    revision: int


class _Known(NamedTuple):
    """The plan's rows that the places stand for, and the targets that there are, with their revisions."""

    plan_units: Mapping[str, PlanUnit]
    indicators: Mapping[str, Indicator]
    targets: dict[Place, Target]


def revise_targets(
    plan: Plan, wanted: Mapping[Place, Decimal | None], terms: Terms, *, by: User, at: datetime
) -> list[Revised]:
    """The targets as changed, without those that are so already on that day; None withdraws one.

    A number of queries that hardly grows with the targets. Raises NotAllowed, Locked, or Invalid, which names the
    target and what is wrong about it.
    """
    require(by, "plan.edit", over=plan.owner.path)
    reason = _reason(terms)
    with transaction.atomic():
        check_open_to_changes(plan)
        known = _known(plan, wanted)
        changes = _changes(wanted, terms, known)
        targets = _targets(changes, known)
        revisions = TargetRevision.objects.bulk_create(
            TargetRevision(
                target=targets[place],
                value=wanted[place],
                valid_from=terms.valid_from,
                reason=reason,
                by_name=by.name,
                created_at=at,
            )
            for place in changes
        )
        numbers = (revision.pk for revision in revisions)
        revised = [
            Revised(place, before, wanted[place], number)
            for (place, before), number in zip(changes.items(), numbers, strict=True)
        ]
        if revised:
            record(_event(plan, revised, terms), by=by)
            units = sorted({targets[place].plan_unit_id for place in changes})
            plan_changed.send(sender=Plan, plan_id=plan.pk, plan_unit_ids=units)
    return revised


def undo_revisions(plan: Plan, revised: Iterable[Revised], terms: Terms, *, by: User, at: datetime) -> list[Revised]:
    """Put back what was in force before, by revisions of the same day: what was once in force stays on record.

    Raises Conflict, naming the targets, where one of them has been revised since; else as `revise_targets`.
    """
    revised = list(revised)
    newest = {one.place: one.revision for one in revised}
    with transaction.atomic():
        check_open_to_changes(plan)
        known = _known(plan, newest)
        later = [
            _named(known, place)
            for place, target in known.targets.items()
            if place in newest and max(each.pk for each in target.revisions.all()) != newest[place]
        ]
        if later:
            names = "、".join(later[:_MOST_NAMED])
            raise Conflict(_("导入之后又有调整：%s。") % names, _("请逐个调整这些目标。"))
        return revise_targets(plan, {one.place: one.before for one in revised}, terms, by=by, at=at)


def _reason(terms: Terms) -> str:
    reason = check_reason(terms.reason)
    most = TargetRevision._meta.get_field("reason").max_length
    if most and len(reason) > most:
        raise Invalid(_("理由最多 %d 个字。") % most, _("请写短一些。"))
    return reason


def _known(plan: Plan, places: Iterable[Place]) -> _Known:
    """Five queries."""
    codes = {code for _unit, code in places}
    plan_units = {one.unit.code: one for one in plan.plan_units.select_related("unit", "plan__owner")}
    indicators = {one.code: one for one in plan.indicators.select_related("plan__owner").filter(code__in=codes)}
    unit_codes = {one.pk: code for code, one in plan_units.items()}
    indicator_codes = {one.pk: code for code, one in indicators.items()}
    stored = Target.objects.filter(indicator__in=indicator_codes).prefetch_related("revisions")
    targets = {(unit_codes[one.plan_unit_id], indicator_codes[one.indicator_id]): one for one in stored}
    return _Known(plan_units, indicators, targets)


def _changes(wanted: Mapping[Place, Decimal | None], terms: Terms, known: _Known) -> dict[Place, Decimal | None]:
    """The places whose target would be another on the day, each with what is in force then."""
    changes: dict[Place, Decimal | None] = {}
    for place, value in wanted.items():
        target = known.targets.get(place)
        current = value_in_force(list(target.revisions.all()), terms.valid_from) if target else None
        if value == current:
            continue
        unit, code = place
        indicator, plan_unit = known.indicators.get(code), known.plan_units.get(unit)
        if indicator is None or plan_unit is None:
            raise Invalid(_("计划里没有这个单位或指标：%s。") % "/".join(place), _("请重新上传文件。"))
        try:
            check_can_have_target(indicator, plan_unit)
            check_change(indicator, TargetChange(value=value, valid_from=terms.valid_from, reason=""), current=current)
        except Invalid as error:
            raise Invalid(f"{_named(known, place)}：{error.message}", error.hint) from None
        changes[place] = current
    return changes


def _targets(changes: Iterable[Place], known: _Known) -> dict[Place, Target]:
    """The targets of the places; those that are new are made, as our breakdown (默认分解)."""
    missing = {
        (unit, code): Target(
            plan_unit=known.plan_units[unit], indicator=known.indicators[code], origin=Target.Origin.DEFAULT
        )
        for unit, code in changes
        if (unit, code) not in known.targets
    }
    Target.objects.bulk_create(missing.values())
    return known.targets | missing


def _named(known: _Known, place: Place) -> str:
    unit, code = place
    return f"{known.plan_units[unit].label}“{known.indicators[code].label}”"


def _event(plan: Plan, revised: Iterable[Revised], terms: Terms) -> Entry:
    said = {"/".join(one.place): (one.before, one.after) for one in revised}
    return Entry(
        action="target.import",
        stream=plan.owner.code,
        object_key=f"{plan.owner.code}/{plan.year}/targets",
        object_name=plan.name,
        before={place: _text(before) for place, (before, _after) in said.items()},
        after={
            "valid_from": terms.valid_from.isoformat(),
            "targets": {place: _text(after) for place, (_before, after) in said.items()},
        },
        reason=terms.reason.strip(),
    )


def _text(value: Decimal | None) -> str | None:
    return None if value is None else plain_number(value)
