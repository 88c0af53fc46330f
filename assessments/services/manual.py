"""What people add to the assessment: manual scores, and the falsification flag with four eyes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User, require
from assessments.models import Assessment, Criterion, FalsificationFlag, ManualScore
from assessments.services.assessment import mark_stale
from assessments.services.moves import check_open, key_of, locked
from assessments.services.telling import tell_flagged, tell_unflagged
from audit.services import Entry, record
from common.actions import Actor
from common.errors import Conflict, Invalid, NotAllowed
from files.models import StoredFile
from targets.models import PlanUnit


@dataclass(frozen=True, slots=True)
class Given:
    """A reviewer's number for one unit and criterion; None takes the number back."""

    plan_unit_id: int
    criterion_code: str
    points: Decimal | None
    reason: str = ""


def set_manual_scores(assessment: Assessment, given: Sequence[Given], *, by: Actor, at: datetime) -> int:
    """How many scores were changed: all of them or, with Invalid naming every wrong one, none."""
    require(by, "assessment.score", over=assessment.plan.owner.path)
    _check(assessment, given)
    with transaction.atomic():
        check_open(locked(assessment))
        standing = {(each.plan_unit_id, each.criterion_code): each for each in assessment.manual_scores.all()}
        changed = [each for each in given if _differs(each, standing.get((each.plan_unit_id, each.criterion_code)))]
        if not changed:
            return 0
        _write(assessment, changed, by=by, at=at)
        mark_stale([assessment.plan_id])
        record(_entries(assessment, changed, standing), by=by)
    return len(changed)


def _write(assessment: Assessment, changed: Sequence[Given], *, by: Actor, at: datetime) -> None:
    for each in changed:
        if each.points is None:
            scores = assessment.manual_scores.filter(plan_unit=each.plan_unit_id, criterion_code=each.criterion_code)
            scores.delete()
    ManualScore.objects.bulk_create(
        [
            ManualScore(
                assessment=assessment,
                plan_unit_id=each.plan_unit_id,
                criterion_code=each.criterion_code,
                points=each.points,
                reason=each.reason,
                by_name=by.name,
                at=at,
            )
            for each in changed
            if each.points is not None
        ],
        update_conflicts=True,
        unique_fields=["assessment", "plan_unit", "criterion_code"],
        update_fields=["points", "reason", "by_name", "at"],
    )


def _check(assessment: Assessment, given: Sequence[Given]) -> None:
    units = list(assessment.plan.plan_units.filter(assessed=True))
    problems = wrong_scores(units, manual_criteria(assessment), given)
    if problems:
        raise Invalid(" ".join(problems.values()), _("没有保存任何评分，请改正后重新保存。"))


def wrong_scores(
    units: Iterable[PlanUnit], criteria: Iterable[Criterion], given: Sequence[Given]
) -> dict[tuple[int, str], str]:
    """What is wrong with scores of these units and criteria, by the unit's id and the criterion's code."""
    names, known = {each.pk: each.label for each in units}, {each.code: each for each in criteria}
    return {
        (each.plan_unit_id, each.criterion_code): problem for each in given if (problem := _problem(each, names, known))
    }


def _problem(given: Given, units: dict[int, str], criteria: dict[str, Criterion]) -> str:
    criterion = criteria.get(given.criterion_code)
    if given.plan_unit_id not in units or criterion is None:
        return _("没有这个单位或评分项：%s。") % given.criterion_code
    if given.points is None:
        return ""
    place = f"{units[given.plan_unit_id]} {criterion.code} {criterion.label}"
    values = {"place": place, "max": f"{criterion.points.normalize():f}", "read": given.points}
    if not 0 <= given.points <= criterion.points:
        return _("%(place)s：评分应在 0 到 %(max)s 之间，读到 %(read)s。") % values
    if given.points != round(given.points, 2):
        return _("%(place)s：评分最多两位小数，读到 %(read)s。") % values
    return ""


def manual_criteria(assessment: Assessment) -> list[Criterion]:
    """The criteria a reviewer scores by hand, in the scheme's order."""
    scheme = assessment.plan.schemes.first()
    return list(scheme.criteria.filter(rule="manual").order_by("order")) if scheme else []


def _differs(given: Given, standing: ManualScore | None) -> bool:
    if standing is None:
        return given.points is not None
    return given.points != standing.points or given.reason != standing.reason


def _entries(
    assessment: Assessment, changed: Sequence[Given], standing: dict[tuple[int, str], ManualScore]
) -> list[Entry]:
    codes = dict(assessment.plan.plan_units.values_list("pk", "unit__code"))
    entries = []
    for each in changed:
        before = standing.get((each.plan_unit_id, each.criterion_code))
        entries.append(
            Entry(
                "assessment.score",
                stream=codes[each.plan_unit_id],
                object_key=f"{key_of(assessment)}/{codes[each.plan_unit_id]}/{each.criterion_code}",
                before={"points": str(before.points)} if before else None,
                after={"points": None if each.points is None else str(each.points)},
                reason=each.reason,
            )
        )
    return entries


@dataclass(frozen=True, slots=True)
class Grounds:
    """Why a unit is said to have falsified: both are compulsory."""

    reason: str
    evidence: StoredFile | None


def raise_flag(
    assessment: Assessment, plan_unit: PlanUnit, grounds: Grounds, *, by: User, at: datetime
) -> FalsificationFlag:
    """A first officer says that a unit falsified; it counts once a second officer has confirmed it."""
    require(by, "assessment.flag", over=assessment.plan.owner.path)
    reason, evidence = grounds.reason.strip(), grounds.evidence
    if not reason or evidence is None:
        raise Invalid(_("认定弄虚作假必须写明理由并附证据。"), _("请补充理由和证据材料后重试。"))
    with transaction.atomic():
        check_open(locked(assessment))
        flag, was_new = FalsificationFlag.objects.get_or_create(
            assessment=assessment,
            plan_unit=plan_unit,
            defaults={"reason": reason, "evidence": evidence, "raised_by": by, "raised_at": at},
        )
        if not was_new:
            raise Conflict(_("%s已有一条认定。") % plan_unit.name, _("请查看原有认定；如有误，请先撤销。"))
        record(_flag_entry("assessment.flag_raise", assessment, plan_unit, reason), by=by)
    return flag


def confirm_flag(flag: FalsificationFlag, *, by: User, at: datetime) -> None:
    """A second officer confirms: from now on the veto counts, and the unit is told, with the reason."""
    require(by, "assessment.flag", over=flag.assessment.plan.owner.path)
    if by.pk == flag.raised_by_id:
        raise NotAllowed(_("弄虚作假的认定须由另一名管理员确认。"), _("请另一名市局管理员登录后确认。"))
    with transaction.atomic():
        check_open(locked(flag.assessment))
        mine = FalsificationFlag.objects.filter(pk=flag.pk, confirmed_by=None)
        if not mine.update(confirmed_by=by, confirmed_at=at):
            raise Conflict(_("此认定已被确认或撤销。"), _("请刷新页面查看。"))
        mark_stale([flag.assessment.plan_id])
        record(_flag_entry("assessment.flag_confirm", flag.assessment, flag.plan_unit, flag.reason), by=by)
        tell_flagged(flag, by=by, at=at)


def withdraw_flag(flag: FalsificationFlag, *, by: User, at: datetime, reason: str) -> None:
    """Take a flag back, with a reason; a unit that was told of it is told."""
    require(by, "assessment.flag", over=flag.assessment.plan.owner.path)
    if not reason.strip():
        raise Invalid(_("撤销认定必须写明理由。"), _("请补充理由后重试。"))
    with transaction.atomic():
        check_open(locked(flag.assessment))
        standing = FalsificationFlag.objects.filter(pk=flag.pk).first()
        if standing is None:
            raise Conflict(_("此认定已被撤销。"), _("请刷新页面查看。"))
        FalsificationFlag.objects.filter(pk=flag.pk).delete()
        mark_stale([flag.assessment.plan_id])
        record(_flag_entry("assessment.flag_withdraw", flag.assessment, flag.plan_unit, reason), by=by)
        if standing.confirmed_by_id is not None:
            tell_unflagged(flag, by=by, at=at, reason=reason)


def _flag_entry(action: str, assessment: Assessment, plan_unit: PlanUnit, reason: str) -> Entry:
    key = f"{key_of(assessment)}/{plan_unit.unit.code}"
    return Entry(action, stream=plan_unit.unit.code, object_key=key, object_name=plan_unit.name, reason=reason)
