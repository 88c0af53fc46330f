"""Changing what must be reached: dated revisions with a reason (domain.md, sections 3 and 5.1)."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import require
from audit.services import Entry, record
from common.actions import Actor
from common.errors import Invalid
from targets.models import Indicator, Plan, PlanUnit, Target, TargetRevision
from targets.models.targets import value_in_force
from targets.queries.target_rows import HUNDRED, SHARE_DECIMALS
from targets.services.guards import check_open_to_changes, check_reason
from targets.signals import plan_changed


@dataclass(frozen=True, kw_only=True)
class TargetChange:
    """A target's value from a day on, and why; None withdraws the target."""

    value: Decimal | None
    valid_from: date
    reason: str


def revise_target(target: Target, change: TargetChange, *, by: Actor, at: datetime) -> TargetRevision:
    """The new revision of a target. Raises NotAllowed, Locked, or Invalid with what is wrong about the change."""
    require(by, "plan.edit", over=target.indicator.plan.owner.path)
    with transaction.atomic():
        check_open_to_changes(target.indicator.plan)
        return _revise(target, change, by=by, at=at)


def set_target(
    indicator: Indicator, plan_unit: PlanUnit, change: TargetChange, *, by: Actor, at: datetime
) -> TargetRevision:
    """The new revision of a unit's target; a target that was not there is made, as our breakdown (默认分解).

    Raises as `revise_target`.
    """
    require(by, "plan.edit", over=indicator.plan.owner.path)
    check_can_have_target(indicator, plan_unit)
    with transaction.atomic():
        check_open_to_changes(indicator.plan)
        target, _is_new = Target.objects.get_or_create(
            indicator=indicator, plan_unit=plan_unit, defaults={"origin": Target.Origin.DEFAULT}
        )
        return _revise(target, change, by=by, at=at)


def _revise(target: Target, change: TargetChange, *, by: Actor, at: datetime) -> TargetRevision:
    revisions = list(target.revisions.all())
    current = value_in_force(revisions, change.valid_from)
    reason = check_reason(change.reason)
    check_change(target.indicator, change, current=current)
    revision = TargetRevision.objects.create(
        target=target,
        value=change.value,
        valid_from=change.valid_from,
        reason=reason,
        by_name=by.name,
        created_at=at,
    )
    record(_entry(target, change, current=current), by=by)
    plan_changed.send(sender=Plan, plan_id=target.indicator.plan_id, plan_unit_ids=[target.plan_unit_id])
    return revision


def check_can_have_target(indicator: Indicator, plan_unit: PlanUnit) -> None:
    """Nothing where the unit can have a target on the indicator, else Invalid."""
    if plan_unit.plan_id != indicator.plan_id:
        raise Invalid(_("%s 不参加本年度计划。") % plan_unit, _("请选择本年度的单位。"))
    if indicator.pace == "none":
        raise Invalid(_("“%s”是跟踪指标，没有序时进度，不能设目标。") % indicator, _("请先为它确定序时进度。"))
    if indicator.kind == Indicator.Kind.PERCENT and not plan_unit.is_reporting:
        raise Invalid(_("“%s”没有全市数，不能设全市目标。") % indicator, _("请为各单位设目标。"))


def check_change(indicator: Indicator, change: TargetChange, *, current: Decimal | None) -> None:
    """Nothing for a change that can be stored, else Invalid with what is wrong; `current` is what is in force then."""
    if change.valid_from.year != indicator.plan.year:
        raise Invalid(
            _("生效日期 %s 不在计划年度内。") % change.valid_from, _("请填 %d 年内的日期。") % indicator.plan.year
        )
    if change.value == current:
        raise Invalid(_("目标值与当日有效的目标相同。"), _("请填新的目标值，或不作调整。"))
    if change.value is not None:
        _check_value(indicator, change.value)


def _check_value(indicator: Indicator, value: Decimal) -> None:
    is_counted = indicator.kind in (Indicator.Kind.COUNT, Indicator.Kind.REMAINING)
    highest = indicator.maximum if is_counted else HUNDRED
    decimals = indicator.decimals if is_counted else SHARE_DECIMALS
    if value < 0 or (value == 0 and not indicator.at_most):
        raise Invalid(_("目标值必须大于 0。"), _("如不再设目标，请将目标值留空。"))
    if value > highest:
        raise Invalid(_("目标值超出范围，最大为 %s。") % f"{highest:f}", _("请核对目标值。"))
    if value != round(value, decimals):
        raise Invalid(_("目标值最多 %d 位小数。") % decimals, _("请减少小数位。"))


def _entry(target: Target, change: TargetChange, *, current: Decimal | None) -> Entry:
    indicator, plan_unit = target.indicator, target.plan_unit
    plan = indicator.plan
    return Entry(
        action="target.revise",
        stream=plan_unit.unit.code,
        object_key=f"{plan.owner.code}/{plan.year}/{indicator.code}/{plan_unit.unit.code}",
        object_name=f"{plan_unit.name} {indicator.name}",
        before={"value": current},
        after={"value": change.value, "valid_from": change.valid_from},
        reason=change.reason.strip(),
    )
