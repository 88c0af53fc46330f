"""Telling the demo year to the portal: through the services that people use, at the times of the story."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policy import Role
from accounts.services import DEMO_PASSWORD
from assessments.services.assessment import ensure_assessment, run_assessment
from assessments.services.manual import Given, set_manual_scores
from assessments.services.marks import job_key
from common.actions import SYSTEM
from common.errors import Conflict, NotAllowed
from common.instants import end_of, local_day
from jobs.models import Job
from jobs.services import run
from progress.models import Report
from progress.services.changes import LineChange
from progress.services.corrections import reopen_report
from progress.services.entry import ReportHeader, ensure_report, save_header, save_lines
from progress.services.evidence import add_evidence
from progress.services.review import approve_report, return_report, submit_report
from reporting.demo.experts import make_experts
from reporting.demo.institutions import make_institutions
from reporting.demo.ledgers import Owner, make_items
from reporting.demo.sample_file import sample_pdf
from reporting.demo.story import QuarterStory, Story, Told, UnitStory
from targets.models import Indicator, Plan, PlanUnit, Quarter, Unit
from targets.queries import deadlines, is_required, owed_indicators
from targets.services.quarters import ExtensionTerms, grant_extension

DRAFT_DUE = timedelta(days=14)
DRAFT_CLOSES = timedelta(days=21)
A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Scene:
    """What every report of the story needs."""

    plan: Plan
    people: dict[str, User]
    reviewer: User
    officer: User
    owed: dict[int, list[Indicator]]
    now: datetime


@dataclass(frozen=True, slots=True)
class _Act:
    """One unit's report of one quarter."""

    unit: UnitStory
    plan_unit: PlanUnit
    quarter: Quarter
    clerk: User
    how: QuarterStory


def require_demo_mode() -> None:
    """Nothing in demo mode, else NotAllowed."""
    if not settings.DEMO_MODE:
        raise NotAllowed(_("当前设置不允许生成示例数据。"), _("示例数据只用于试用，正式环境不能生成。"))


def build_demo(story: Story, plan: Plan, *, at: datetime, institutions: int = 0) -> bool:
    """Tell the whole story at once; False where it was told before.

    `institutions`: how many there shall be, all units together, with items of the year before; 0: a handful of each.

    Refused outside demo mode, and where people have already reported: invented figures never stand beside real ones.
    """
    require_demo_mode()
    if plan.is_demo:
        return False
    if Report.objects.of_plan(plan).exists():
        raise Conflict(_("此年度已有填报数据，不能再生成示例数据。"), _("请在空的数据库中试用示例年度。"))
    _check_names_are_free(story)
    with transaction.atomic():
        Plan.objects.filter(pk=plan.pk).update(is_demo=True)
        people = _make_people(story)
        scene = _Scene(
            plan=plan,
            people=people,
            reviewer=people[story.roles["reviewer"]],
            officer=people[story.roles["officer"]],
            owed=owed_indicators(plan),
            now=at,
        )
        _fill_ledgers(story, scene, institutions)
        for act in _acts(story, scene):
            _play(act, scene)
        _score(story, scene)
    _compute(plan)
    run_assessment(plan, by=SYSTEM, at=at)
    return True


def _check_names_are_free(story: Story) -> None:
    wanted = [each["username"] for each in story.accounts]
    taken = User.objects.filter(username__in=wanted).order_by("username").values_list("username", flat=True)
    if taken:
        raise Conflict(
            _("用户名已被使用：%s。示例账号用同样的名字，不能生成。") % _("、").join(taken),
            _("请在空的数据库中试用示例年度。"),
        )


def _compute(plan: Plan) -> None:
    """Do what the approvals have queued, here and now: nobody shall wait for a worker to see the demo year."""
    for job in Job.objects.unfinished().filter(key=job_key(plan.pk)):
        run(job.uuid)


def _make_people(story: Story) -> dict[str, User]:
    units = {unit.code: unit for unit in Unit.objects.all()}
    password = make_password(DEMO_PASSWORD)
    people = [
        User(
            username=each["username"],
            display_name=each["name"],
            role=each["role"],
            unit=None if each["role"] == Role.SYSADMIN else units[each.get("unit", story.root)],
            is_staff=each["role"] in (Role.OFFICER, Role.SYSADMIN),
            is_demo=True,
            password=password,
        )
        for each in story.accounts
    ]
    User.objects.bulk_create(people)
    return {user.username: user for user in people}


def _fill_ledgers(story: Story, scene: _Scene, institutions: int) -> None:
    """The institutions and what stands behind the numbers, before anything is reported."""
    plan_units = {each.unit.code: each for each in scene.plan.plan_units.reporting().select_related("unit")}
    units = [plan_units[unit.code] for unit in story.units]
    made = make_institutions(units, total=institutions)
    clerks = {user.unit_code: user for user in scene.people.values() if user.role == Role.REPORTER}
    for unit, plan_unit in zip(story.units, units, strict=True):
        owner = Owner(unit, made[plan_unit.unit_id], scene.owed[plan_unit.pk], story.year)
        make_items(owner, by=clerks[unit.code], at=scene.now, years_before=institutions > 0)
    make_experts(scene.plan.owner, by=scene.officer, at=scene.now)


def _acts(story: Story, scene: _Scene) -> Iterable[_Act]:
    """Every report of the year, quarter by quarter, as the year went."""
    plan_units = {each.unit.code: each for each in scene.plan.plan_units.select_related("unit", "plan__owner")}
    clerks = {user.unit_code: user for user in scene.people.values() if user.role == Role.REPORTER}
    for quarter in scene.plan.quarters.select_related("plan__owner").order_by("number"):
        for unit in story.units:
            yield _Act(unit, plan_units[unit.code], quarter, clerks[unit.code], unit.quarters[quarter.number])


def _play(act: _Act, scene: _Scene) -> None:
    if act.how.is_draft:
        terms = ExtensionTerms(
            due=end_of(local_day(scene.now + DRAFT_DUE)),
            closes=end_of(local_day(scene.now + DRAFT_CLOSES)),
            counts_as_late=False,
            reason=_("示例：留待试用填报"),
        )
        grant_extension(act.quarter, act.plan_unit, terms, by=scene.officer, at=scene.now)
        _enter(act, scene, at=scene.now)
        return
    submitted = deadlines(act.quarter, act.plan_unit).due - A_DAY * act.how.before_days - timedelta(hours=8)
    report = _enter(act, scene, at=min(submitted, act.quarter.closes) - timedelta(hours=3))
    for reason in act.how.returned:
        submit_report(report, by=act.clerk, at=submitted, note=_("已核对"))
        return_report(_fresh(report), by=scene.reviewer, at=submitted + timedelta(hours=2), reason=reason)
        submitted += A_DAY
    submit_report(_fresh(report), by=act.clerk, at=submitted, note=_("已核对"))
    _approve(report, scene, at=submitted + A_DAY)
    if act.how.correction_reason:
        _correct(act, report, scene, at=submitted + 3 * A_DAY)


def _enter(act: _Act, scene: _Scene, *, at: datetime) -> Report:
    report = ensure_report(act.plan_unit, act.quarter, by=act.clerk, at=at)
    save_lines(report, _changes(act, scene), by=act.clerk, at=at)
    header = ReportHeader(act.clerk.name, _("张科长（示例）"), _("刘主任（示例）"), "0518-00000000")
    save_header(_fresh(report), header, by=act.clerk, at=at)
    for code in act.how.evidence:
        content = sample_pdf(f"{act.unit.code} {code} Q{act.quarter.number}")
        upload = SimpleUploadedFile(f"示例佐证-{code}.pdf", content, content_type="application/pdf")
        add_evidence(_fresh(report), code, upload, by=act.clerk, at=at)
    return report


def _changes(act: _Act, scene: _Scene) -> list[LineChange]:
    number = act.quarter.number
    changes = []
    for indicator in scene.owed[act.plan_unit.pk]:
        told = act.unit.told(indicator.code, number)
        if told is None and act.how.is_draft:
            continue
        if told is None:
            told = Told(Decimal(0)) if is_required(indicator, number) else Told()
        note = _("本季度没有新建建筑（示例）") if told.not_applicable else _note(act, indicator)
        changes.append(LineChange(indicator.code, told.value, told.base, told.not_applicable, note))
    return changes


def _note(act: _Act, indicator: Indicator) -> str:
    """Why a line says something else than its ledger, where it does."""
    difference = act.unit.differences.get((indicator.code, act.quarter.number))
    return difference.note if difference else ""


def _approve(report: Report, scene: _Scene, *, at: datetime) -> None:
    fresh = _fresh(report)
    approve_report(fresh, by=scene.reviewer, at=at, version=fresh.version)


def _correct(act: _Act, report: Report, scene: _Scene, *, at: datetime) -> None:
    correction = reopen_report(_fresh(report), by=scene.officer, at=at, reason=act.how.correction_reason)
    told = {code: Told.of(text) for code, text in act.how.correction_lines.items()}
    changes = [LineChange(code, each.value, each.base) for code, each in told.items()]
    save_lines(correction, changes, by=act.clerk, at=at + timedelta(hours=1))
    submit_report(_fresh(correction), by=act.clerk, at=at + timedelta(hours=2), note=act.how.correction_reason)
    _approve(correction, scene, at=at + A_DAY)


def _score(story: Story, scene: _Scene) -> None:
    units = dict(scene.plan.plan_units.values_list("unit__code", "pk"))
    assessment = ensure_assessment(scene.plan, at=scene.now)
    given = [Given(units[unit], criterion, points, _("示例评分")) for criterion, unit, points in story.manual_scores()]
    set_manual_scores(assessment, given, by=scene.reviewer, at=scene.now)


def _fresh(report: Report) -> Report:
    """The report as it stands now: services check the version they are given."""
    related = ("plan_unit__plan__owner", "plan_unit__unit", "quarter__plan")
    return Report.objects.select_related(*related).get(pk=report.pk)
