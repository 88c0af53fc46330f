"""The units' own scores: in the window that the officer sets, each unit its own, with files behind them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import require
from assessments.models import Assessment, AssessmentFile, Criterion, SelfScore
from assessments.services.adjustments import Line
from assessments.services.files import keep_file
from assessments.services.moves import assessment_event, check_open, line_event, locked
from assessments.services.schemes import scheme_of
from audit.services import Entry, record
from common.actions import Actor
from common.errors import Conflict, Invalid, NotYet
from common.text import clean_text
from targets.models import PlanUnit


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """From when units score themselves, until when in time and until when at all (half-open)."""

    opens: datetime
    due: datetime
    closes: datetime


def set_self_window(assessment: Assessment, window: Window, *, by: Actor) -> None:
    """Open the assessment to the units' own scores from then to then; may be moved while points may still change."""
    require(by, "assessment.run", over=assessment.plan.owner.path)
    if not window.opens < window.due <= window.closes:
        raise Invalid(_("自评的开始、截止和补报截止须依次排列。"), _("请核对三个日期。"))
    after = {"self_opens": window.opens, "self_due": window.due, "self_closes": window.closes}
    with transaction.atomic():
        current = locked(assessment)
        check_open(current)
        before = {name: getattr(current, name) for name in after}
        if before == after:
            return
        Assessment.objects.filter(pk=current.pk).update(**after)
        record(assessment_event(assessment, "assessment.self_window", before=before, after=after), by=by)


@dataclass(frozen=True, slots=True)
class OwnScore:
    """What a unit gives itself for a criterion; None takes it back."""

    code: str
    points: Decimal | None
    note: str = ""


def save_self_scores(
    assessment: Assessment, plan_unit: PlanUnit, given: Sequence[OwnScore], *, by: Actor, at: datetime
) -> int:
    """How many of the unit's own scores changed: all of them are stored or, with Invalid naming every wrong one, none.

    NotYet outside the window. The same again changes nothing and leaves no second event.
    """
    require(by, "assessment.self_score", over=plan_unit.unit.path)
    _check(assessment, given)
    with transaction.atomic():
        current = locked(assessment)
        check_window(current, at=at)
        standing = {each.criterion_code: each for each in current.self_scores.filter(plan_unit=plan_unit)}
        changed = [each for each in given if _differs(each, standing.get(each.code))]
        if not changed:
            return 0
        _write(current, plan_unit, changed, by=by, at=at)
        record([_event(assessment, plan_unit, each, standing.get(each.code)) for each in changed], by=by)
    return len(changed)


def add_self_file(line: Line, upload: "UploadedFile[bytes]", *, by: Actor, at: datetime) -> AssessmentFile:
    """Keep a file behind the unit's own score of a criterion, while the window is open."""
    require(by, "assessment.self_score", over=line.plan_unit.unit.path)
    with transaction.atomic():
        check_window(locked(line.assessment), at=at)
        return keep_file(line, upload, by=by, at=at)


def remove_self_file(kept: AssessmentFile, *, by: Actor, at: datetime) -> None:
    """Take a file away from the unit's own score; the stored bytes stay, for the trail names them."""
    require(by, "assessment.self_score", over=kept.plan_unit.unit.path)
    with transaction.atomic():
        check_window(locked(kept.assessment), at=at)
        if not AssessmentFile.objects.behind_self_scores().filter(pk=kept.pk).delete()[0]:
            raise Conflict(_("此材料已被删除。"), _("请刷新页面。"))
        place = (kept.assessment, kept.plan_unit, kept.criterion_code)
        before = {"name": kept.file.name, "sha256": kept.file.sha256}
        record(line_event("assessment.self_file_remove", place, {"before": before}, reason=""), by=by)


def check_window(assessment: Assessment, *, at: datetime) -> None:
    """Nothing, while units may score themselves; else NotYet, which says since when or from when."""
    check_open(assessment)
    if assessment.self_opens is None or assessment.self_closes is None:
        raise NotYet(_("市局还没有开放自评。"), _("开放后会显示在考核页面。"))
    if at < assessment.self_opens:
        raise NotYet(_("自评还没有开始。"), _("请在自评开始后填写。"))
    if at >= assessment.self_closes:
        raise NotYet(_("自评已经截止。"), _("如需补充，请联系市局延长自评时间。"))


def wrong_self_scores(criteria: Iterable[Criterion], given: Sequence[OwnScore]) -> dict[str, str]:
    """What is wrong with own scores of these criteria, by the criterion's code; empty: nothing."""
    known = {each.code: each for each in criteria}
    return {each.code: problem for each in given if (problem := _problem(each, known.get(each.code)))}


def _check(assessment: Assessment, given: Sequence[OwnScore]) -> None:
    problems = wrong_self_scores(scheme_of(assessment.plan).criteria.all(), given)
    if problems:
        raise Invalid(" ".join(problems.values()), _("没有保存任何自评分，请改正后重新保存。"))


def _problem(given: OwnScore, criterion: Criterion | None) -> str:
    if criterion is None:
        return _("评分方案中没有 %s 这一项。") % given.code
    if given.points is None:
        return ""
    values = {
        "place": f"{criterion.code} {criterion.label}",
        "max": f"{criterion.points.normalize():f}",
        "read": given.points,
    }
    if not 0 <= given.points <= criterion.points:
        return _("%(place)s：自评分应在 0 到 %(max)s 之间，读到 %(read)s。") % values
    if given.points != round(given.points, 2):
        return _("%(place)s：自评分最多两位小数，读到 %(read)s。") % values
    return ""


def _differs(given: OwnScore, standing: SelfScore | None) -> bool:
    if standing is None:
        return given.points is not None
    return given.points != standing.points or given.note != standing.note


def _write(
    assessment: Assessment, plan_unit: PlanUnit, changed: Sequence[OwnScore], *, by: Actor, at: datetime
) -> None:
    gone = [each.code for each in changed if each.points is None]
    assessment.self_scores.filter(plan_unit=plan_unit, criterion_code__in=gone).delete()
    is_late = assessment.self_due is not None and at >= assessment.self_due
    SelfScore.objects.bulk_create(
        [
            SelfScore(
                assessment=assessment,
                plan_unit=plan_unit,
                criterion_code=each.code,
                points=each.points,
                note=clean_text(each.note).strip()[:500],
                is_late=is_late,
                by_name=by.name,
                at=at,
            )
            for each in changed
            if each.points is not None
        ],
        update_conflicts=True,
        unique_fields=["assessment", "plan_unit", "criterion_code"],
        update_fields=["points", "note", "is_late", "by_name", "at"],
    )


def _event(assessment: Assessment, plan_unit: PlanUnit, given: OwnScore, before: SelfScore | None) -> Entry:
    said = {
        "before": {"points": str(before.points), "note": before.note} if before else None,
        "after": {"points": None if given.points is None else str(given.points), "note": given.note},
    }
    return line_event("assessment.self_score", (assessment, plan_unit, given.code), said, reason="")
