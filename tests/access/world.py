"""A small world for the access matrix: a city's plan, a person of each role, two counties with the same things."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from accounts.models import User
from accounts.policy import Role
from assessments.models import Announcement, Appeal, AssessmentFile, FalsificationFlag
from assessments.services.assessment import ensure_assessment
from files.services import store_bytes
from jobs.models import Job
from notices.models import Delivery, Notice
from progress.models import ImportBatch, ItemFile, Line, LineComment, Report
from reporting.services.workbook import JOB_KIND
from targets.models import Extension, Institution, Plan, PlanUnit
from targets.services.institution_rows import save_institutions
from tests.assessments.assessed import give_scheme
from tests.factories import make_report, make_user, plan_unit_of
from tests.progress.builders import add_file, add_scan
from tests.progress.ledgers.builders import make_item
from tests.targets.institution_files import row

AT = datetime(2023, 5, 20, tzinfo=UTC)
DAY = timedelta(days=1)
CODES = {"320722": "91320700MA1MR0KF0B", "320706": "12320700468401111N"}
MARKS = {"320722": "mark-7f3a", "320706": "mark-9c2e"}
"""A word in everything that people of one county wrote, sent or were told, by the county's code."""


@dataclass
class Things:
    """What one county has, by the keys that addresses use."""

    unit: str
    mark: str
    evidence: UUID
    scan: UUID
    batch: UUID
    job: UUID
    institution: str
    draft_comment: UUID
    sent_comment: UUID
    item: UUID
    item_file: UUID
    appeal: UUID
    assessment_file: UUID


@dataclass
class World:
    """The plan, a person of each role (the reporter is of `own`'s county), and two counties' things."""

    plan: Plan
    people: dict[Role, User]
    own: Things
    foreign: Things
    export: UUID
    files: str
    criterion: str


def make_world(plan: Plan, *, files: str) -> World:
    """Everything that an address of the portal may name, once for the reporter's county and once for another."""
    give_scheme(plan)
    people = {role: make_user(role, "320722" if role == Role.REPORTER else None) for role in Role}
    stranger = make_user(Role.REPORTER, "320706")
    save_institutions([row()], by=people[Role.OFFICER], at=AT)  # a bulk write, whose changes the trail keeps in a file
    own = _things(plan_unit_of(plan, "320722"), people[Role.REPORTER])
    foreign = _things(plan_unit_of(plan, "320706"), stranger)
    export = _export(plan, people[Role.OFFICER])
    return World(plan, people, own, foreign, export, files, plan.schemes.get().criteria.all()[0].code)


def _export(plan: Plan, officer: User) -> UUID:
    file = store_bytes(b"x", name="x.xlsx", content_type="application/octet-stream", at=AT)
    job = Job.objects.create(
        kind=JOB_KIND, key="test:export", args={"plan": plan.pk}, by=officer, arrived_at=AT, state=Job.State.DONE,
        result_file=file,
    )  # fmt: skip
    return job.uuid


def _things(county: PlanUnit, clerk: User) -> Things:
    mark = MARKS[county.unit.code]
    report = make_report(county, 1, state=Report.State.SUBMITTED, by=clerk, submit_note=mark, filled_in_by=mark)
    Line.objects.filter(report=report).update(note=mark)
    code = report.lines.values_list("indicator__code", flat=True)[0]
    evidence, scan = add_file(report, code, name=f"{mark}.pdf"), add_scan(report, name=f"{mark}.pdf")
    draft, sent = (_comment(report, code, sent_at) for sent_at in (None, AT))
    file = store_bytes("地区,季度,指标,完成值\n".encode(), name=f"{mark}.csv", content_type="text/csv", at=AT)
    _told(county, clerk)
    # Both refused and written, so that it has the workbook of its problems and a receipt.
    outcomes = {"state": ImportBatch.State.REFUSED, "outcome": ImportBatch.Outcome.REJECTED_ROWS}
    facts: dict[str, Any] = {**outcomes, "applied_at": AT}
    batch = ImportBatch.objects.create(plan=county.plan, unit=county.unit, file=file, by=clerk, arrived_at=AT, **facts)
    job = Job.objects.create(
        kind="compliance", key=f"test:{county.pk}", by=clerk, arrived_at=AT, state=Job.State.DONE, result_file=file
    )
    institution = Institution.objects.create(
        unit=county.unit, name=f"{mark}机关", credit_code=CODES[county.unit.code], kind=Institution.Kind.STATE,
        roof_class=Institution.RoofClass.ORGAN, floor_area_m2=100, headcount=10, active_from=AT.date(),
    )  # fmt: skip
    FalsificationFlag.objects.create(
        assessment=ensure_assessment(county.plan, at=AT), plan_unit=county, reason=mark, evidence=file,
        raised_by=make_user(Role.OFFICER), raised_at=AT,
    )  # fmt: skip
    files = (evidence.file.uuid, scan.uuid)
    return Things(
        county.unit.code, mark, *files, batch.uuid, job.uuid, institution.credit_code, draft.uuid, sent.uuid,
        *_item(institution, clerk), *_appeal(county, clerk),
    )  # fmt: skip


def _told(county: PlanUnit, clerk: User) -> None:
    """What the county was told: a reminder, and that it has longer."""
    mark = MARKS[county.unit.code]
    first = county.plan.quarters.get(number=1)
    Extension.objects.create(
        quarter=first, plan_unit=county, due=first.closes, closes=first.closes + DAY, reason=mark, created_at=AT
    )
    said = {"kind": Notice.Kind.REMINDER, "subject": mark, "body": mark, "url": "/", "sent_by": "x", "sent_at": AT}
    notice = Notice.objects.create(key=f"reminder:{county.plan.owner.code}/2023/{mark}", unit=county.unit, **said)
    Delivery.objects.create(notice=notice, user=clerk)


def _item(institution: Institution, clerk: User) -> tuple[UUID, UUID]:
    """An item of a ledger with a file that can be shown in place."""
    mark = MARKS[institution.unit.code]
    item = make_item("nominations", institution, title=mark)
    file = store_bytes(b"%PDF-", name=f"{mark}.pdf", content_type="application/pdf", at=AT)
    kept = {"file": file, "uploaded_by": clerk.name, "uploaded_at": AT}
    ItemFile.objects.create(register="nominations", item=item.uuid, **kept)
    return item.uuid, file.uuid


def _comment(report: Report, code: str, sent_at: datetime | None) -> LineComment:
    reviewer = User.objects.filter(role=Role.REVIEWER).first() or make_user(Role.REVIEWER)
    line = report.lines.get(indicator__code=code)
    mark = MARKS[report.plan_unit.unit.code]
    said = {"text": f"请核对 {mark}", "by": reviewer, "by_name": reviewer.name, "at": AT, "sent_at": sent_at}
    return LineComment.objects.create(report=report, indicator=line.indicator, **said)


def _appeal(county: PlanUnit, clerk: User) -> tuple[UUID, UUID]:
    """An appeal of the county, and a file behind its own score."""
    assessment = ensure_assessment(county.plan, at=AT)
    announcement, _was_new = Announcement.objects.get_or_create(
        assessment=assessment, number=1, defaults={"announced_at": AT, "announced_by": "x", "until": AT}
    )
    code = county.plan.schemes.get().criteria.all()[0].code
    line = {"assessment": assessment, "plan_unit": county, "criterion_code": code}
    mark = MARKS[county.unit.code]
    appeal = Appeal.objects.create(**line, announcement=announcement, reason=mark, asked_by=clerk, asked_at=AT)
    file = store_bytes(b"%PDF-", name=f"{mark}.pdf", content_type="application/pdf", at=AT)
    AssessmentFile.objects.create(**line, file=file, uploaded_by="x", uploaded_at=AT)
    return appeal.uuid, file.uuid
