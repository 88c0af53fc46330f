"""The annual assessment workbook: gathered from a stored assessment, kept as the result of a job."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User, require
from assessments.models import Assessment, Scheme, SelfScore
from assessments.models import UnitResult as StoredResult
from assessments.models.results import AssessmentQuerySet
from assessments.services.compliance_facts import Basis, PlanFacts, PlanParts, facts_of, load_parts, report_rows
from assessments.services.schemes import formulas_of
from assessments.sheets import group_name
from audit.services import Entry, record
from calculations.actual import UnitQuarter
from calculations.canonical import from_json
from calculations.inputs import UnitInputs
from calculations.quarters import QUARTERS
from calculations.scoring import LineResult, UnitResult
from common.actions import Actor
from common.errors import NotAllowed, NotYet
from files.services import store_bytes
from jobs.services import Progress
from reporting.exports.assessment_workbook import WorkbookData, build_workbook
from reporting.exports.assessment_workbook.data import (
    Assessed,
    Indicator,
    Provenance,
    SchemeWords,
    Series,
    Unit,
)
from reporting.services.workbook_lists import appeals_of, evidence_files, ledger_figures
from targets.models import Indicator as StoredIndicator
from targets.models import Plan, Target

JOB_KIND = "assessment_workbook"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
STEPS = 3


def make_workbook(plan: Plan, *, by: Actor, at: datetime, progress: Progress) -> None:
    """Make the workbook of the plan's newest assessment and keep it as the job's result; audited.

    Raises NotYet before the first calculation, NotAllowed for somebody who may not export the whole plan.
    """
    check_may_export(plan, by=by)
    assessment = newest_assessment(plan)
    progress.step(0, STEPS, _("正在汇集考核数据"))
    data = gather_workbook(assessment, by=by, at=at)
    progress.step(1, STEPS, _("正在生成工作簿"))
    content = build_workbook(data)
    progress.step(2, STEPS, _("正在保存文件"))
    with transaction.atomic():
        stored = store_bytes(content, name=file_name(assessment), content_type=XLSX, at=at)
        progress.finish(file=stored, revision=assessment.revision, results_sha256=assessment.results_sha256)
        record_export(assessment, stored.name, stored.sha256, by=by)


def check_may_export(plan: Plan, *, by: Actor) -> None:
    """Nothing, if the person may take away the whole plan's results; else NotAllowed: the workbook holds every unit."""
    require(by, "assessment.export")
    if isinstance(by, User) and not (by.scope_path and plan.owner.path.startswith(by.scope_path)):
        raise NotAllowed(
            _("导出的工作簿包含全部单位，您只能查看本单位的结果。"), _("请在考核页面查看本单位的得分明细。")
        )


def calculated_assessments(plan: Plan) -> AssessmentQuerySet:
    """The plan's assessments that have results, the newest first, with what an export needs of them."""
    return Assessment.objects.filter(plan=plan).exclude(results_sha256="").select_related("plan__owner", "scheme")


def newest_assessment(plan: Plan) -> Assessment:
    """The plan's newest assessment that has been calculated. Raises NotYet where there is none."""
    assessment = calculated_assessments(plan).first()
    if assessment is None:
        raise NotYet(_("考核还没有计算。"), _("请先计算考核，再导出工作簿。"))
    return assessment


def record_export(assessment: Assessment, name: str, sha256: str, *, by: Actor) -> None:
    """Write into the trail who took the results away; in the caller's transaction."""
    plan = assessment.plan
    entry = Entry(
        "assessment.export",
        stream=plan.owner.code,
        object_key=f"{plan.owner.code}/{plan.year}/assessment/r{assessment.revision}",
        object_name=str(plan),
        after={"file": name, "sha256": sha256, "results_sha256": assessment.results_sha256},
    )
    record(entry, by=by)


def file_name(assessment: Assessment) -> str:
    """What the workbook is called: 连云港市2023年度考核结果-r1.xlsx."""
    plan = assessment.plan
    return f"{plan.owner.name}{plan.year}年度考核结果-r{assessment.revision}.xlsx"


def gather_workbook(assessment: Assessment, *, by: Actor, at: datetime) -> WorkbookData:
    """The workbook's data: the stored results of a calculated assessment, and the approved reports as they stand.

    At most 20 queries, whatever the number of units, reports and revisions. Always in Chinese, whatever the person's
    language: it is the official form.
    """
    if assessment.scheme is None or assessment.as_of is None:
        raise NotYet(_("考核还没有计算。"), _("请先计算考核，再导出工作簿。"))
    with translation.override(settings.LANGUAGE_CODE):
        plan, scheme = assessment.plan, assessment.scheme
        prefetch_related_objects([scheme], "sections", "criteria")
        parts = load_parts(plan)
        facts = facts_of(parts, report_rows(plan), as_of=assessment.as_of)
        return WorkbookData(
            title=plan.name,
            year=plan.year,
            root=Unit(plan.owner.code, plan.owner.name),
            indicators=tuple(_indicator(each) for each in parts.indicators),
            units=tuple(
                Unit(each.unit.code, each.name) for each in parts.plan_units if each.is_reporting or each.assessed
            ),
            series=_series(parts, facts),
            assessed=tuple(_assessed(assessment)),
            scheme=formulas_of(scheme),
            scheme_words=_scheme_words(scheme),
            provenance=_provenance(assessment, by=by, at=at),
            evidence=tuple(evidence_files(plan)),
            ledgers=tuple(ledger_figures(parts)),
            appeals=tuple(appeals_of(assessment)),
        )


def _indicator(indicator: StoredIndicator) -> Indicator:
    return Indicator(
        spec=indicator.spec,
        name=indicator.name,
        value_unit=indicator.value_unit,
        decimals=indicator.decimals,
        nature=indicator.get_nature_display(),
        base_label=indicator.base_label,
        value_label=indicator.value_label,
        source=indicator.source,
    )


def _series(parts: PlanParts, facts: PlanFacts) -> dict[tuple[str, str], Series]:
    """What is known by unit and indicator: the approved lines, targets and duties of each, and the root's targets."""
    origins = {
        (unit, indicator): Target.Origin(origin).label
        for unit, indicator, origin in Target.objects.filter(indicator__plan=parts.plan).values_list(
            "plan_unit_id", "indicator_id", "origin"
        )
    }
    codes = {each.pk: each.code for each in parts.indicators}
    found = {}
    for plan_unit in parts.plan_units:
        is_root = plan_unit.unit_id == parts.plan.owner_id
        for indicator, code in codes.items():
            pair = (plan_unit.pk, indicator)
            quarters = _targets(facts, pair) if is_root else tuple(facts.unit_quarters(pair, Basis.APPROVED))
            found[plan_unit.unit.code, code] = Series(quarters, str(origins.get(pair, "")))
    return found


def _targets(facts: PlanFacts, pair: tuple[int, int]) -> tuple[UnitQuarter, ...]:
    return tuple(UnitQuarter(target=facts.targets[quarter - 1].get(pair)) for quarter in QUARTERS)


def _assessed(assessment: Assessment) -> Iterable[Assessed]:
    results = StoredResult.objects.filter(assessment=assessment).select_related("plan_unit").prefetch_related("lines")
    own: dict[int, dict[str, Decimal]] = defaultdict(dict)
    for score in SelfScore.objects.filter(assessment=assessment):
        own[score.plan_unit_id][score.criterion_code] = score.points
    for result in results.order_by("plan_unit__order", "plan_unit_id"):
        yield Assessed(
            name=result.plan_unit.name,
            inputs=from_json(UnitInputs, result.inputs),
            result=_in_words(from_json(UnitResult, result.results), result),
            group_name=group_name(result.plan_unit.rank_group),
            self_scores=own.get(result.plan_unit_id, {}),
        )


def _in_words(result: UnitResult, stored: StoredResult) -> UnitResult:
    """The result with what its lines and vetoes say: the stored document holds keys and numbers only."""
    whys = {line.code: line.why for line in stored.lines.all()}
    said = {veto["code"]: veto for veto in stored.vetoes}

    def lines(given: Iterable[LineResult]) -> tuple[LineResult, ...]:
        return tuple(replace(line, why=whys.get(line.code, "")) for line in given)

    return replace(
        result,
        sections=tuple(replace(section, lines=lines(section.lines)) for section in result.sections),
        bonus_lines=lines(result.bonus_lines),
        deduction_lines=lines(result.deduction_lines),
        vetoes=tuple(replace(veto, name=said[veto.code]["name"], why=said[veto.code]["why"]) for veto in result.vetoes),
    )


def _scheme_words(scheme: Scheme) -> SchemeWords:
    return SchemeWords(
        name=scheme.name,
        version=scheme.version,
        note=scheme.note,
        is_default=scheme.is_default,
        checklists={each.code: each.checklist for each in scheme.criteria.all() if each.checklist},
    )


def _provenance(assessment: Assessment, *, by: Actor, at: datetime) -> Provenance:
    as_of = assessment.as_of or at
    return Provenance(
        revision=assessment.revision,
        state=str(assessment.get_state_display()),
        as_of=as_of,
        calculated_at=assessment.calculated_at or as_of,
        calculated_by=assessment.calculated_by,
        inputs_sha256=assessment.inputs_sha256,
        results_sha256=assessment.results_sha256,
        code_version=assessment.code_version,
        generated_at=at,
        generated_by=by.name,
        is_stale=assessment.is_stale,
        is_demo=assessment.plan.is_demo,
    )
