"""Changing the rules that the notice does not state: the bureau's own, for each plan (domain.md, section 5.3)."""

from dataclasses import asdict, dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import require
from audit.services import Entry, record
from common.actions import Actor
from common.errors import Invalid
from targets.models import Plan
from targets.services.guards import check_open_to_changes, check_reason


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What holds in one plan: working days, times the quarter before, last year's quarter and the target, and whether
    a sealed form must be scanned."""

    return_open_working_days: int
    jump_factor: int
    year_jump_factor: int
    target_factor: int
    sealed_scan_required: bool
    objection_working_days: int


def change_rules(plan: Plan, *, by: Actor, rules: Rules, reason: str) -> None:
    """Let other rules hold from now on; `plan` holds them afterwards.

    Raises NotAllowed, Locked once the plan is archived or its assessment announced, or Invalid where a reason is
    missing, a number is out of range, or nothing would change.
    """
    require(by, "plan.edit", over=plan.owner.path)
    reason = check_reason(reason)
    wanted = asdict(rules)
    _check_range(wanted)
    with transaction.atomic():
        check_open_to_changes(plan)
        stored = Plan.objects.values(*wanted).get(pk=plan.pk)
        after = {name: value for name, value in wanted.items() if value != stored[name]}
        if not after:
            raise Invalid(_("规则没有改动。"), _("请改动后再保存，或不作更改。"))
        Plan.objects.filter(pk=plan.pk).update(**after)
        record(_entry(plan, {name: stored[name] for name in after}, after, reason), by=by)
    for name, value in wanted.items():
        setattr(plan, name, value)


def _check_range(wanted: dict[str, Any]) -> None:
    for field in Plan.rule_fields():
        try:
            field.clean(wanted[field.name], None)
        except ValidationError as error:
            said = " ".join(error.messages)
            raise Invalid(
                _("“%(rule)s”不能这样填：%(said)s") % {"rule": field.verbose_name, "said": said},
                _("请改正后再保存。"),
            ) from None


def _entry(plan: Plan, before: dict[str, Any], after: dict[str, Any], reason: str) -> Entry:
    return Entry(
        action="plan.rules",
        stream=plan.owner.code,
        object_key=f"{plan.owner.code}/{plan.year}",
        object_name=plan.name,
        before=before,
        after=after,
        reason=reason,
    )
