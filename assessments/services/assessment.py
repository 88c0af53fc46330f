"""The assessment as a whole: calculated, stored with inputs and hashes, verified (calculations.md, section 4)."""

from copy import copy
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F
from django.utils.translation import gettext as _

from accounts.models import require
from assessments.models import Assessment
from assessments.obstacles import open_corrections
from assessments.services.assessment_inputs import gather
from assessments.services.result_rows import Calculated, replace_results
from assessments.services.schemes import formulas_of, scheme_of
from audit.services import Entry, record
from calculations.canonical import canonical, sha256, to_data
from calculations.errors import CalculationError
from calculations.scoring import UnitResult as Scored
from calculations.scoring import assess
from common.actions import Actor
from common.errors import Conflict, Invalid, NotYet
from jobs.services import Progress
from progress.models import Report
from targets.models import Plan

JOB_KIND = "assessment"
TRIES = 5


class _Overtaken(Exception):
    """Something the score depends on was changed while it was calculated."""


def ensure_assessment(plan: Plan, *, at: datetime) -> Assessment:
    """The plan's newest assessment; a first draft where there is none."""
    newest = plan.assessments.select_related("plan__owner", "scheme").first()
    if newest is not None:
        return newest
    created, _was_new = Assessment.objects.get_or_create(plan=plan, revision=1, defaults={"created_at": at})
    created.plan = plan
    return created


def run_assessment(plan: Plan, *, by: Actor, at: datetime, progress: Progress | None = None) -> Assessment:
    """The plan's open assessment, calculated from the approved reports as of `at` and stored as a whole.

    Computes outside any transaction and writes in one; begins again when something it depends on changed meanwhile.
    At most 20 queries, whatever the number of units, reports and revisions. Raises NotYet while a correction is open
    or the scheme is missing, Conflict once the assessment is announced, Invalid for a scheme that cannot be calculated.
    """
    require(by, "assessment.run", over=plan.owner.path)
    for _try in range(TRIES):
        assessment = _open_assessment(plan, at=at)
        calculated = _calculate(assessment, at=at, progress=progress)
        try:
            with transaction.atomic():
                if progress:
                    progress.finish(revision=assessment.revision)
                _store(calculated, by=by, job_uuid=progress.job.uuid if progress else None)
        except _Overtaken:
            continue
        return assessment
    raise Conflict(_("数据正在被修改，考核未能算完。"), _("请稍后重新计算。"))


def check_may_run(plan: Plan, *, by: Actor, at: datetime) -> None:
    """Nothing, if the assessment may be calculated now; else the refusal, which names what stands in the way."""
    require(by, "assessment.run", over=plan.owner.path)
    _open_assessment(plan, at=at)
    _refuse_open_corrections(plan)


def _open_assessment(plan: Plan, *, at: datetime) -> Assessment:
    assessment = ensure_assessment(plan, at=at)
    if not assessment.is_open:
        raise Conflict(
            _("考核%s，不能重新计算。") % assessment.get_state_display(), _("如需更正，请说明理由后新建修订版本。")
        )
    return assessment


def _refuse_open_corrections(plan: Plan) -> None:
    waiting = open_corrections(plan)
    if waiting:
        raise NotYet(_("有未完成的更正：%s。") % "、".join(waiting), _("请先完成更正的提交和审核，再计算考核。"))


def mark_stale(plan_ids: list[int]) -> None:
    """Say of these plans' open assessments that something they depend on has changed; one query."""
    mine = Assessment.objects.filter(plan__in=plan_ids, state__in=Assessment.OPEN)
    mine.update(version=F("version") + 1, is_stale=True)


def _calculate(assessment: Assessment, *, at: datetime, progress: Progress | None) -> Calculated:
    scheme = scheme_of(assessment.plan)
    if progress:
        progress.step(0, 3, _("正在汇集各单位数据"))
    gathered = gather(assessment, scheme, as_of=at)
    if progress:
        progress.step(1, 3, _("正在计算得分"))
    try:
        formulas = formulas_of(scheme)
        results = assess(formulas, gathered.inputs)
    except CalculationError as error:
        raise Invalid(_("评分方案无法计算：%s") % error, _("请在评分方案中改正后重新计算。")) from error
    if progress:
        progress.step(2, 3, _("正在保存结果"))
    return Calculated(copy(assessment), assessment, scheme, formulas, gathered, results, at)


def _store(calculated: Calculated, *, by: Actor, job_uuid: Any) -> None:
    inputs = [canonical(to_data(each, words=False)) for each in calculated.gathered.inputs]
    results = [canonical(to_data(each, words=False)) for each in calculated.results]
    inputs_head = head_of_inputs(calculated, inputs)
    results_head = head_of_results(calculated.results, results)
    _claim(
        calculated,
        state=Assessment.State.CALCULATED,
        scheme=calculated.scheme,
        as_of=calculated.as_of,
        inputs_head=inputs_head,
        inputs_sha256=sha256(inputs_head),
        results_head=results_head,
        results_sha256=sha256(results_head),
        calculated_at=calculated.as_of,
        calculated_by=by.name,
        code_version=settings.CODE_VERSION,
        job_uuid=job_uuid,
        is_stale=False,
    )
    replace_results(calculated, inputs, results)
    _record(calculated, after=sha256(results_head), by=by)


def _claim(calculated: Calculated, **facts: Any) -> None:
    """Take the assessment for these results if it is as it was read, with no correction open; it then has `facts`."""
    assessment = calculated.assessment
    unfinished = Report.objects.of_plan(assessment.plan).open_corrections()
    mine = Assessment.objects.filter(~Exists(unfinished), pk=assessment.pk, version=assessment.version)
    if not mine.filter(state__in=Assessment.OPEN).update(version=F("version") + 1, **facts):
        _refuse_open_corrections(assessment.plan)
        raise _Overtaken
    for name, value in {**facts, "version": assessment.version + 1}.items():
        setattr(assessment, name, value)


def _record(calculated: Calculated, *, after: str, by: Actor) -> None:
    assessment = calculated.assessment
    key = f"{assessment.plan.owner.code}/{assessment.plan.year}/assessment/r{assessment.revision}"
    entry = Entry(
        "assessment.run",
        stream=assessment.plan.owner.code,
        object_key=key,
        object_name=str(assessment.plan),
        before={"results_sha256": calculated.before.results_sha256},
        after={"results_sha256": after},
    )
    record(entry, by=by)


def head_of_inputs(calculated: Calculated, inputs: list[str]) -> str:
    """The canonical text that stands for all inputs: plan, scheme, and each unit's hash."""
    plan = calculated.assessment.plan
    return canonical(
        {
            "plan": {"root": plan.owner.code, "year": plan.year},
            "scheme": to_data(calculated.formulas, words=False),
            "units": [[each.unit, sha256(text)] for each, text in zip(calculated.gathered.inputs, inputs, strict=True)],
        }
    )


def head_of_results(scored: tuple[Scored, ...], results: list[str]) -> str:
    """The canonical text that stands for all results: each unit's hash."""
    return canonical({"units": [[each.unit, sha256(text)] for each, text in zip(scored, results, strict=True)]})
