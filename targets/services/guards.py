"""What every change of a plan asks first."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.errors import Invalid, Locked, LockReason
from common.text import clean_text
from targets.models import Plan

NO_REASON = gettext_lazy("没有写明理由。")


def check_open_to_changes(plan: Plan) -> None:
    """Nothing, for a plan that may still change; Locked once it is archived or its assessment announced.

    To be called inside the transaction of the change: it locks the plan's row and reads it anew.
    """
    current = Plan.objects.select_for_update().only("state", "announced_at").get(pk=plan.pk)
    if current.state == Plan.State.CLOSED:
        raise Locked(LockReason.ARCHIVED)
    if current.announced_at is not None:
        raise Locked(LockReason.ANNOUNCED)


def take_standing(plan: Plan) -> None:
    """Lock the plan's row until the end of the transaction; the plan then says whether it is archived or announced now.

    For those who judge that themselves, with other reasons beside it, and whose request loaded the plan earlier.
    """
    current = Plan.objects.select_for_update().only("state", "announced_at").get(pk=plan.pk)
    plan.state, plan.announced_at = current.state, current.announced_at
    # Nor its quarters: one that was closed since the request read them is closed.
    getattr(plan, "_prefetched_objects_cache", {}).pop("quarters", None)


def check_reason(reason: str) -> str:
    """The reason without control characters and without blanks around it; Invalid where none is given."""
    said = clean_text(reason).strip()
    if not said:
        raise Invalid(NO_REASON, _("请写明理由，它会和本次更改一起留存。"))
    return said
