"""The scan of the printed, signed and sealed form: kept with the report, asked for where the plan says so."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from accounts.policy import Role
from audit.models import AuditEvent
from common.errors import Invalid, Locked, NotAllowed
from files.models import StoredFile
from progress.models import Report, ReportContributor
from progress.services.review import NeedsSealedScan, reopen_report, submit_report
from progress.services.sealed_scans import add_sealed_scan
from targets.models import Plan, PlanUnit, Quarter
from tests.factories import make_report, make_user, sign_in
from tests.progress.builders import DOCX, JPG, PDF, PNG, XLSX, add_scan, upload

DAY = timedelta(days=1)
State = Report.State


def address(view: str, plan_unit: PlanUnit) -> str:
    return reverse(f"progress:{view}", args=["320700", 2023, 1, plan_unit.unit.code])


def scan_of(report: Report) -> StoredFile | None:
    return Report.objects.select_related("sealed_scan").get(pk=report.pk).sealed_scan


@pytest.fixture
def asking(plan: Plan, county: PlanUnit) -> PlanUnit:
    """The county of a plan that asks for the scan."""
    Plan.objects.filter(pk=plan.pk).update(sealed_scan_required=True)
    county.plan.refresh_from_db()
    return county


@pytest.fixture
def today(plan: Plan) -> datetime:
    """Now, at which quarter 1 is being reported."""
    now = timezone.now()
    Quarter.objects.filter(plan=plan, number=1).update(opens=now - DAY, due=now + DAY, closes=now + 2 * DAY)
    return now


# --- keeping it


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [(PDF, "盖章.pdf", "application/pdf"), (JPG, "a.jpeg", "image/jpeg"), (PNG, "a.png", "image/png")],
)
def test_a_scan_is_kept_with_the_report_and_in_the_trail(
    content: bytes, name: str, kind: str, county: PlanUnit, clerk: User, open_at: datetime
) -> None:
    report = make_report(county, 1)

    stored = add_sealed_scan(report, upload(content, name), by=clerk, at=open_at)

    assert scan_of(report) == stored
    assert (stored.name, stored.content_type) == (name, kind)
    report.refresh_from_db()
    assert report.version == 2
    assert ReportContributor.objects.get().user == clerk
    event = AuditEvent.objects.get(action="report.add_sealed_scan")
    assert event.before == ""
    assert stored.sha256 in event.after


def test_another_scan_replaces_it_and_both_are_in_the_trail(county: PlanUnit, clerk: User, open_at: datetime) -> None:
    report = make_report(county, 1)
    old = add_sealed_scan(report, upload(PDF), by=clerk, at=open_at)

    new = add_sealed_scan(report, upload(PNG, "a.png"), by=clerk, at=open_at)

    assert scan_of(report) == new
    event = AuditEvent.objects.filter(action="report.add_sealed_scan").order_by("seq")[1]
    assert old.sha256 in event.before
    with old.content.open() as kept:
        assert kept.read() == PDF


def test_the_same_scan_again_changes_nothing(county: PlanUnit, clerk: User, open_at: datetime) -> None:
    report = make_report(county, 1)
    first = add_sealed_scan(report, upload(), by=clerk, at=open_at)

    again = add_sealed_scan(report, upload(name="又一份.pdf"), by=clerk, at=open_at)

    assert again == first
    assert AuditEvent.objects.filter(action="report.add_sealed_scan").count() == 1


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (XLSX, "a.xlsx", "不能作为盖章扫描件"),
        (DOCX, "a.docx", "不能作为盖章扫描件"),
        (b"<html>", "a.pdf", "不能作为盖章扫描件"),
        (PDF, "a.png", "内容是 PDF，与文件名不符"),
        (b"", "a.pdf", "空文件"),
    ],
)
def test_what_is_no_scan_is_refused(
    content: bytes, name: str, said: str, county: PlanUnit, clerk: User, open_at: datetime
) -> None:
    report = make_report(county, 1)

    with pytest.raises(Invalid, match=said):
        add_sealed_scan(report, upload(content, name), by=clerk, at=open_at)

    assert scan_of(report) is None
    assert not StoredFile.objects.exists()


def test_a_scan_that_is_too_large_is_refused_with_what_to_do(
    county: PlanUnit, clerk: User, open_at: datetime, settings: Settings
) -> None:
    settings.EVIDENCE_MAX_BYTES = len(PDF) - 1

    with pytest.raises(Invalid, match="降低扫描的分辨率"):
        add_sealed_scan(make_report(county, 1), upload(), by=clerk, at=open_at)


@pytest.mark.parametrize("state", [State.SUBMITTED, State.APPROVED])
def test_the_scan_of_a_locked_report_stays(state: str, county: PlanUnit, clerk: User, open_at: datetime) -> None:
    report = make_report(county, 1, state=state)
    scan = add_scan(report)

    with pytest.raises(Locked):
        add_sealed_scan(report, upload(PNG, "a.png"), by=clerk, at=open_at)

    assert scan_of(report) == scan


def test_a_reviewer_and_a_stranger_add_none(
    county: PlanUnit, pilot: PlanUnit, reviewer: User, open_at: datetime
) -> None:
    report = make_report(county, 1)

    with pytest.raises(NotAllowed):
        add_sealed_scan(report, upload(), by=reviewer, at=open_at)
    with pytest.raises(Locked):
        add_sealed_scan(report, upload(), by=make_user(Role.REPORTER, pilot.unit), at=open_at)

    assert scan_of(report) is None


def test_a_correction_starts_without(county: PlanUnit, officer: User, open_at: datetime) -> None:
    approved = make_report(county, 1, state=State.APPROVED)
    scan = add_scan(approved)

    correction = reopen_report(approved, by=officer, at=open_at, reason="多报")

    assert scan_of(correction) is None
    assert scan_of(approved) == scan


# --- asking for it


def test_without_the_scan_that_the_plan_asks_for_nothing_is_submitted(
    asking: PlanUnit, clerk: User, open_at: datetime
) -> None:
    report = make_report(asking, 1)

    with pytest.raises(NeedsSealedScan, match="还没有上传签字盖章的报表扫描件") as refused:
        submit_report(report, by=clerk, at=open_at, note="说明")

    assert "打印报表，签字盖章" in str(refused.value.hint)
    report.refresh_from_db()
    assert report.state == State.DRAFT


def test_with_the_scan_it_is_submitted(asking: PlanUnit, clerk: User, open_at: datetime) -> None:
    report = make_report(asking, 1)
    add_sealed_scan(report, upload(), by=clerk, at=open_at)

    submit_report(report, by=clerk, at=open_at, note="说明")

    report.refresh_from_db()
    assert report.state == State.SUBMITTED


def test_a_plan_that_does_not_ask_takes_a_report_without(county: PlanUnit, clerk: User, open_at: datetime) -> None:
    report = make_report(county, 1)

    submit_report(report, by=clerk, at=open_at, note="说明")

    report.refresh_from_db()
    assert (report.state, scan_of(report)) == (State.SUBMITTED, None)


# --- on the pages


def test_a_clerk_is_told_uploads_and_submits_on_the_page(
    asking: PlanUnit, clerk: User, reviewer: User, today: datetime
) -> None:
    browser = sign_in(clerk)
    make_report(asking, 1)
    page = browser.get(address("report", asking)).content.decode()
    assert "还没有上传签字盖章的报表扫描件" in page
    assert 'data-errors="1"' in page
    refused = browser.post(address("submit", asking), {"note": "说明"})
    assert (refused.status_code, Report.objects.get().state) == (422, State.DRAFT)

    answer = browser.post(address("upload_sealed_scan", asking), {"file": upload()})
    assert answer["Location"] == address("report", asking) + "#sealed-scan"
    browser.post(address("submit", asking), {"note": "说明"})

    report = Report.objects.select_related("sealed_scan").get()
    assert report.state == State.SUBMITTED
    assert report.sealed_scan is not None
    shown = sign_in(reviewer).get(address("report", asking)).content.decode()
    assert reverse("progress:sealed_scan", args=[report.sealed_scan.uuid]) in shown
    assert "sealed-scan-file" not in shown


def test_the_page_of_a_plan_that_does_not_ask_offers_it_only(county: PlanUnit, clerk: User, today: datetime) -> None:
    make_report(county, 1)

    page = sign_in(clerk).get(address("report", county)).content.decode()

    assert "可以不上传" in page
    assert 'data-errors="0"' in page


def test_a_first_upload_makes_the_report(county: PlanUnit, clerk: User, today: datetime) -> None:
    sign_in(clerk).post(address("upload_sealed_scan", county), {"file": upload()})

    report = Report.objects.get()
    assert (report.state, scan_of(report) is not None) == (State.DRAFT, True)


def test_no_file_is_said(county: PlanUnit, clerk: User, today: datetime) -> None:
    answer = sign_in(clerk).post(address("upload_sealed_scan", county), follow=True)

    assert "没有选择文件" in answer.content.decode()
    assert not Report.objects.exists()


def test_a_refused_first_upload_leaves_no_report(county: PlanUnit, clerk: User, today: datetime) -> None:
    answer = sign_in(clerk).post(address("upload_sealed_scan", county), {"file": upload(XLSX, "a.xlsx")})

    assert answer.status_code == 422
    assert not Report.objects.exists()


def download(client: Client, scan: StoredFile) -> tuple[int, bytes]:
    answer = client.get(reverse("progress:sealed_scan", args=[scan.uuid]))
    return answer.status_code, answer.getvalue() if answer.streaming else b""


def test_a_scan_is_a_download_that_never_runs(county: PlanUnit, clerk: User) -> None:
    scan = add_scan(make_report(county, 1))

    answer = sign_in(clerk).get(reverse("progress:sealed_scan", args=[scan.uuid]))

    assert answer.getvalue() == PDF
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_the_bureau_reads_a_scan_and_a_neighbour_does_not_find_it(county: PlanUnit, pilot: PlanUnit) -> None:
    scan = add_scan(make_report(county, 1))

    assert download(sign_in(make_user(Role.REVIEWER)), scan) == (200, PDF)
    assert download(sign_in(make_user(Role.AUDITOR)), scan) == (200, PDF)
    assert download(sign_in(make_user(Role.REPORTER, pilot.unit)), scan) == (404, b"")
