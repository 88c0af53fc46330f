"""When a quarter can be reported: opened, closed, extended for one unit, taken out of the count."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypedDict, Unpack

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import require
from audit.services import Entry, record
from common.actions import Actor
from common.errors import Conflict, Invalid, NotYet
from common.instants import last_day_before
from targets.models import Extension, Plan, PlanUnit, Quarter
from targets.services.guards import check_open_to_changes, check_reason
from targets.signals import plan_changed

DUE_AFTER = timedelta(days=14)
CLOSES_AFTER = timedelta(days=21)


class Window(TypedDict, total=False):
    """Instants that are set by hand; what is absent or None stays as it is."""

    opens: datetime | None
    due: datetime | None
    closes: datetime | None


@dataclass(frozen=True, kw_only=True)
class ExtensionTerms:
    """More time for one unit: both deadlines, whether what needs it counts as late, and why it is given."""

    due: datetime
    closes: datetime
    counts_as_late: bool
    reason: str


def open_quarter(quarter: Quarter, *, by: Actor, at: datetime, **window: Unpack[Window]) -> None:
    """Open a quarter, or set the instants that are given, literally; `quarter` holds them afterwards.

    Without any it can be reported from `at` on: it opens then unless it is open already, and where its deadlines have
    passed it is due 14 and closes 21 days later. Raises NotAllowed, Locked, Conflict, or Invalid where the instants do
    not follow each other.
    """
    require(by, "quarter.manage", over=quarter.plan.owner.path)
    given = {name: instant for name, instant in window.items() if isinstance(instant, datetime)}
    wanted = _instants(quarter) | (given or _open_from(quarter, at))
    _check_order(wanted)
    _move(quarter, wanted, action="quarter.open", by=by)


def close_quarter(quarter: Quarter, *, by: Actor, at: datetime) -> None:
    """End a quarter at once; one that has closed already stays as it is. Extensions of single units go on.

    Raises NotAllowed, Locked, Conflict, or NotYet for a quarter that has not opened.
    """
    require(by, "quarter.manage", over=quarter.plan.owner.path)
    if quarter.closes <= at:
        return
    if quarter.opens >= at:
        raise NotYet(_("本季度还没有开始填报，不能截止。"), _("如需推迟，请修改开始填报的时间。"))
    wanted = _instants(quarter) | {"due": min(quarter.due, at), "closes": at}
    _move(quarter, wanted, action="quarter.close", by=by)


def set_timeliness(quarter: Quarter, *, counts: bool, reason: str, by: Actor) -> None:
    """Let a quarter count for timeliness or not (不计时效), with a reason."""
    require(by, "quarter.manage", over=quarter.plan.owner.path)
    reason = check_reason(reason)
    with transaction.atomic():
        check_open_to_changes(quarter.plan)
        if Quarter.objects.filter(pk=quarter.pk, counts_timeliness=not counts).update(counts_timeliness=counts):
            change = {"before": {"counts_timeliness": not counts}, "after": {"counts_timeliness": counts}}
            record(_entry("quarter.timeliness", quarter, reason=reason, **change), by=by)
            plan_changed.send(sender=Plan, plan_id=quarter.plan_id, plan_unit_ids=[])
    quarter.counts_timeliness = counts


def grant_extension(
    quarter: Quarter, plan_unit: PlanUnit, terms: ExtensionTerms, *, by: Actor, at: datetime
) -> Extension:
    """A unit's own, later deadlines of a quarter; they replace an extension given before.

    Raises NotAllowed, Locked, or Invalid where a reason is missing or the deadlines are not later ones.
    """
    require(by, "quarter.manage", over=quarter.plan.owner.path)
    reason = check_reason(terms.reason)
    _check_terms(quarter, plan_unit, terms, at=at)
    with transaction.atomic():
        check_open_to_changes(quarter.plan)
        before = Extension.objects.filter(quarter=quarter, plan_unit=plan_unit).first()
        facts = {"due": terms.due, "closes": terms.closes, "counts_as_late": terms.counts_as_late}
        extension, _created = Extension.objects.update_or_create(
            quarter=quarter,
            plan_unit=plan_unit,
            defaults={**facts, "reason": reason, "by_name": by.name, "created_at": at},
        )
        change = {"before": before and {name: getattr(before, name) for name in facts}, "after": facts}
        stream = plan_unit.unit.code
        record(_entry("quarter.extend", quarter, stream=stream, reason=reason, **change), by=by)
        plan_changed.send(sender=Plan, plan_id=quarter.plan_id, plan_unit_ids=[plan_unit.pk])
    return extension


# --- the instants


def _instants(quarter: Quarter) -> dict[str, datetime]:
    return {"opens": quarter.opens, "due": quarter.due, "closes": quarter.closes}


def _open_from(quarter: Quarter, at: datetime) -> dict[str, datetime]:
    wanted = {"opens": min(quarter.opens, at)}
    if quarter.due <= at:
        wanted |= {"due": at + DUE_AFTER, "closes": max(quarter.closes, at + CLOSES_AFTER)}
    return wanted


def _check_order(wanted: dict[str, datetime]) -> None:
    if not wanted["opens"] < wanted["due"] <= wanted["closes"]:
        days = {name: last_day_before(wanted[name]) for name in ("due", "closes")}
        raise Invalid(
            _("开始填报（%(opens)s）须早于按时截止（%(due)s），按时截止不得晚于补报截止（%(closes)s）。")
            % {"opens": wanted["opens"].isoformat(), **days},
            _("请改正时间；没有给出的时间保持不变。"),
        )


def _check_terms(quarter: Quarter, plan_unit: PlanUnit, terms: ExtensionTerms, *, at: datetime) -> None:
    if plan_unit.plan_id != quarter.plan_id or not plan_unit.is_reporting:
        raise Invalid(_("%s 在本年度不填报。") % plan_unit, _("请选择填报单位。"))
    if terms.due > terms.closes:
        raise Invalid(_("按时截止不得晚于补报截止。"), _("请改正两个时间。"))
    if terms.due < quarter.due or terms.closes < quarter.closes:
        raise Invalid(
            _("延期后的时间早于本季度原定的截止时间。"), _("请填原定时间或更晚的时间；延期只能推迟，不能提前。")
        )
    if terms.closes <= at:
        raise Invalid(_("延期后的补报截止已经过去。"), _("请填将来的时间。"))


def _move(quarter: Quarter, wanted: dict[str, datetime], *, action: str, by: Actor) -> None:
    before = _instants(quarter)
    if wanted == before:
        return
    with transaction.atomic():
        check_open_to_changes(quarter.plan)
        if not Quarter.objects.filter(pk=quarter.pk, **before).update(**wanted):
            raise Conflict(_("本季度的时间刚刚被他人修改，本次未作任何更改。"), _("请刷新后重试。"))
        record(_entry(action, quarter, before=before, after=wanted), by=by)
        plan_unit_ids = list(quarter.plan.plan_units.reporting().values_list("pk", flat=True))
        plan_changed.send(sender=Plan, plan_id=quarter.plan_id, plan_unit_ids=plan_unit_ids)
    quarter.opens, quarter.due, quarter.closes = wanted["opens"], wanted["due"], wanted["closes"]


def _entry(action: str, quarter: Quarter, **said: Any) -> Entry:
    plan = quarter.plan
    return Entry(
        action=action,
        object_key=f"{plan.owner.code}/{plan.year}/q{quarter.number}",
        object_name=f"{plan.name} Q{quarter.number}",
        **{"stream": plan.owner.code, **said},
    )
