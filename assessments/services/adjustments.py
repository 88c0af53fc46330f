"""An officer's changes of single lines: ± points with a reason, kept beside what the rule computed."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import require
from assessments.models import Adjustment, Appeal, Assessment, ScoreLine
from assessments.services.assessment import mark_stale
from assessments.services.moves import check_open, line_event, locked
from assessments.services.schemes import formulas_of, scheme_of
from audit.services import record
from calculations.errors import CalculationError
from calculations.inputs import Adjustment as Formal
from calculations.rounding import exact
from calculations.scheme import Criterion
from calculations.scoring import check_adjustment
from common.actions import Actor
from common.errors import Invalid
from common.text import clean_text
from targets.models import PlanUnit


@dataclass(frozen=True, slots=True)
class Line:
    """One criterion of one unit in an assessment: what is adjusted and appealed against."""

    assessment: Assessment
    plan_unit: PlanUnit
    code: str

    @property
    def place(self) -> tuple[Assessment, PlanUnit, str]:
        return (self.assessment, self.plan_unit, self.code)

    def own(self) -> dict[str, Any]:
        """The columns that name the line."""
        return {"assessment": self.assessment, "plan_unit": self.plan_unit, "criterion_code": self.code}


@dataclass(frozen=True, slots=True)
class Change:
    """By how much a line is changed, why, and which appeal brought it about, if one did."""

    amount: Decimal
    reason: str
    appeal: Appeal | None = None


def adjust_line(line: Line, amount: Decimal, *, reason: str, by: Actor, at: datetime) -> None:
    """Change a line by `amount` from the next calculation on; one that stands already is replaced.

    Raises NotAllowed, NotYet once the assessment is announced, Invalid without a reason, for nothing, for more than
    two decimals, or for a line that does not count for the unit.
    """
    require(by, "assessment.adjust", over=line.assessment.plan.owner.path)
    said = check_change(line, amount, reason)
    with transaction.atomic():
        check_open(locked(line.assessment))
        store_adjustment(line, Change(amount, said), by=by, at=at)


def remove_adjustment(line: Line, *, reason: str, by: Actor) -> None:
    """Take an adjustment back, with a reason: the line is the computed one again."""
    require(by, "assessment.adjust", over=line.assessment.plan.owner.path)
    said = clean_text(reason).strip()
    if not said:
        raise Invalid(_("撤销调整必须写明理由。"), _("请补充理由后重试。"))
    with transaction.atomic():
        check_open(locked(line.assessment))
        standing = Adjustment.objects.filter(**line.own()).first()
        if standing is None:
            return
        standing.delete()
        mark_stale([line.assessment.plan_id])
        before = {"amount": str(standing.amount), "reason": standing.reason}
        record(line_event("assessment.unadjust", line.place, {"before": before}, reason=said), by=by)


def check_change(line: Line, amount: Decimal, reason: str) -> str:
    """The reason without control characters; Invalid where the change cannot be meant."""
    said = clean_text(reason).strip()[:500]
    criterion = _criterion(line)
    try:
        check_adjustment(criterion, Formal(exact(amount), said))
    except CalculationError as error:
        raise Invalid(f"{error}。", _("请改正后重新保存。")) from error
    if abs(exact(amount)) > criterion.max:
        raise Invalid(_("调整不能超过该项满分 %s 分。") % f"{criterion.max}", _("请改正后重新保存。"))
    drops_out = ScoreLine.objects.filter(
        result__assessment=line.assessment, result__plan_unit=line.plan_unit, code=line.code, applicable=False
    )
    if drops_out.exists():
        raise Invalid(_("该项对此单位不计分，不能调整。"), _("请先核对指标是否适用、目标是否已下达。"))
    return said


def store_adjustment(line: Line, change: Change, *, by: Actor, at: datetime) -> None:
    """Write the adjustment and its event; in the caller's transaction, which holds the assessment's lock."""
    before = Adjustment.objects.filter(**line.own()).select_related("appeal").first()
    if before and Change(before.amount, before.reason, before.appeal) == change:
        return
    facts = {"amount": change.amount, "reason": change.reason, "appeal": change.appeal, "by_name": by.name, "at": at}
    Adjustment.objects.update_or_create(**line.own(), defaults=facts)
    mark_stale([line.assessment.plan_id])
    said = {
        "before": {"amount": str(before.amount), "reason": before.reason} if before else None,
        "after": {"amount": str(change.amount)},
    }
    record(line_event("assessment.adjust", line.place, said, reason=change.reason), by=by)


def _criterion(line: Line) -> Criterion:
    formulas = formulas_of(scheme_of(line.assessment.plan))
    found = [
        *(each for section in formulas.sections for each in section.criteria),
        *formulas.bonus,
        *formulas.deduction,
    ]
    for criterion in found:
        if criterion.code == line.code:
            return criterion
    raise Invalid(_("评分方案中没有 %s 这一项。") % line.code, _("请刷新页面后重试。"))
