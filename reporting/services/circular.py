"""The circular of an assessment: what it says, its template, the job that makes it (excel.md, section 2)."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User, require
from assessments.models import Assessment, Compliance, Scheme, UnitResult
from assessments.services.schemes import formulas_of
from assessments.sheets import ranking_groups
from audit.services import Entry, record
from calculations.scheme import Band
from common.actions import Actor
from common.errors import Invalid
from files.models import StoredFile
from files.services import clean_name, store_bytes
from jobs.services import Progress
from reporting.exports.assessment_workbook.book import day_words
from reporting.exports.circular import BadTemplate, Circular, RankedUnit, grade_groups, render_circular
from reporting.exports.circular_template import default_template
from reporting.models import CircularTemplate
from reporting.services.workbook import check_may_export, newest_assessment, record_export
from targets.models import Plan

JOB_KIND = "circular"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
NOT_FINAL = "（{state}，尚未发布）"


def make_circular(plan: Plan, *, by_marks: bool, by: Actor, at: datetime, progress: Progress) -> None:
    """Make the circular of the plan's newest assessment and keep it as the job's result; audited.

    `by_marks`: units are grouped by their marks instead of their grades after the vetoes. Raises as `make_workbook`,
    and Invalid where the template cannot be filled in.
    """
    check_may_export(plan, by=by)
    assessment = newest_assessment(plan)
    content = _render(template_of(plan), gather_circular(assessment, by_marks=by_marks, at=at))
    with transaction.atomic():
        name = f"{plan.owner.name}{plan.year}年度考核结果通报_r{assessment.revision}.docx"
        stored = store_bytes(content, name=name, content_type=DOCX, at=at)
        progress.finish(file=stored, revision=assessment.revision, results_sha256=assessment.results_sha256)
        record_export(assessment, stored.name, stored.sha256, by=by)


def gather_circular(assessment: Assessment, *, by_marks: bool, at: datetime) -> Circular:
    """What the circular of a calculated assessment says, always in Chinese; five queries."""
    with translation.override(settings.LANGUAGE_CODE):
        plan = assessment.plan
        scheme = formulas_of(assessment.scheme) if isinstance(assessment.scheme, Scheme) else None
        bands = scheme.bands if scheme else ()
        results = UnitResult.objects.filter(assessment=assessment).select_related("plan_unit__unit")
        ranking = [(group.name, row.result) for group in ranking_groups(results, []) for row in group.rows]
        graded = [result for _group, result in ranking if result.grade]
        reached = [_by_marks(each, bands) if by_marks else _by_grade(each, bands) for each in graded]
        met, missed = _city_targets(plan)
        is_final = assessment.state == Assessment.State.PUBLISHED
        return Circular(
            title=f"关于{plan.year}年度全市公共机构绿色低碳引领行动目标任务考核结果的通报",
            city=plan.owner.name,
            year=plan.year,
            date=day_words(at),
            state="" if is_final else NOT_FINAL.format(state=assessment.get_state_display()),
            revision=assessment.revision,
            rows=tuple(_row(group, result, parted=len({each for each, _ in ranking}) > 1) for group, result in ranking),
            groups=grade_groups(reached, _titles(bands, by_marks=by_marks)),
            commended="、".join(each.plan_unit.name for each in graded if bands and each.grade == bands[0].name),
            criticised="、".join(each.plan_unit.name for each in graded if bands and each.grade == bands[-1].name),
            reached=met,
            missed=missed,
            demo="【示例数据】" if plan.is_demo else "",
        )


def template_of(plan: Plan) -> bytes:
    """The template that holds: the bureau's own, else the portal's. One query."""
    own = CircularTemplate.objects.filter(plan=plan).select_related("file").first()
    if own is None:
        return default_template()
    with own.file.content.open("rb") as stored:
        return bytes(stored.read())


def set_template(plan: Plan, content: bytes, name: str, *, by: User, at: datetime) -> None:
    """Let another template hold. Raises NotAllowed, or Invalid where it cannot be filled in: it is tried first."""
    require(by, "plan.edit", over=plan.owner.path)
    _render(content, _SAMPLE)
    with transaction.atomic():
        stored = store_bytes(content, name=clean_name(name), content_type=DOCX, at=at)
        facts = {"file": stored, "uploaded_by": by.name, "uploaded_at": at}
        CircularTemplate.objects.update_or_create(plan=plan, defaults=facts)
        record(_entry(plan, "circular.template", stored), by=by)


def drop_template(plan: Plan, *, by: User) -> None:
    """Let the portal's own template hold again."""
    require(by, "plan.edit", over=plan.owner.path)
    with transaction.atomic():
        if CircularTemplate.objects.filter(plan=plan).delete()[0]:
            record(_entry(plan, "circular.default_template"), by=by)


# --- what it says


def _row(group: str, result: UnitResult, *, parted: bool) -> RankedUnit:
    """A unit's row; where units are ranked in groups, its place with the group's name."""
    vetoes = "、".join(veto["name"] for veto in result.vetoes)
    return RankedUnit(
        group=group,
        rank=f"{group if parted else ''}{result.rank or '—'}",
        name=result.plan_unit.name,
        base=_points(result.base),
        bonus=_points(result.bonus),
        deduction=_points(result.deduction),
        total=_points(result.total),
        grade=result.grade or "—",
        remark=f"一票否决：{vetoes}" if vetoes else "",
    )


def _by_grade(result: UnitResult, bands: Sequence[Band]) -> tuple[str, str]:
    """A unit's name and its grade; the name says so where a veto took it out of the span of its marks."""
    is_vetoed = result.grade != _by_total(result.total, bands)
    return f"{result.plan_unit.name}（一票否决）" if is_vetoed else result.plan_unit.name, result.grade


def _by_marks(result: UnitResult, bands: Sequence[Band]) -> tuple[str, str]:
    return result.plan_unit.name, _by_total(result.total, bands)


def _by_total(total: Decimal | None, bands: Sequence[Band]) -> str:
    return next((band.name for band in bands if total is not None and total >= band.lower), bands[-1].name)


def _titles(bands: Sequence[Band], *, by_marks: bool) -> list[tuple[str, str]]:
    """The name of each band with what a circular calls it: 优秀（90分以上）, or by marks alone 90分以上."""
    titles, above = [], ""
    for number, band in enumerate(bands):
        lower = f"{float(band.lower):g}分以上"
        span = f"{above}以下" if number == len(bands) - 1 and above else f"{lower}、不足{above}" if above else lower
        titles.append((band.name, span if by_marks else f"{band.name}（{span}）"))
        above = f"{float(band.lower):g}分"
    return titles


def _city_targets(plan: Plan) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of the city's targets that were reached at the year's end, and of those that were not; one query."""
    own = Compliance.objects.filter(plan_unit__plan=plan, plan_unit__unit=plan.owner_id, quarter=4)
    rows = own.filter(basis=Compliance.Basis.APPROVED, target__isnull=False).select_related("indicator")
    met: tuple[list[str], list[str]] = ([], [])
    for row in rows.order_by("indicator__order"):
        met[row.status != Compliance.Status.MET].append(row.indicator.name)
    return tuple(met[0]), tuple(met[1])


def _points(points: Decimal | None) -> str:
    return "—" if points is None else f"{points:.2f}"


def _render(template: bytes, circular: Circular) -> bytes:
    try:
        return render_circular(template, circular)
    except BadTemplate as error:
        raise Invalid(
            _("通报模板不能使用：%s") % error,
            _("请下载现用的模板，在它上面修改文字和版式；双花括号等标记照原样保留。"),
        ) from error


def _entry(plan: Plan, action: str, stored: StoredFile | None = None) -> Entry:
    return Entry(
        action,
        stream=plan.owner.code,
        object_key=f"{plan.owner.code}/{plan.year}",
        object_name=str(plan),
        after={"file": stored.name, "sha256": stored.sha256} if stored else None,
    )


_SAMPLE = Circular(
    title="通报",
    city="某市",
    year=2023,
    date="2024年1月12日",
    state="",
    revision=1,
    rows=(RankedUnit("县区", "1", "某县", "80.00", "2.00", "1.00", "81.00", "良好"),),
    groups=grade_groups([("某县", "良好")], [("良好", "良好（75分以上）")]),
    commended="某县",
)
"""What a new template is tried with."""
