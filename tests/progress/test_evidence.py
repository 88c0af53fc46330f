"""Evidence: taken by content, numbered, changed only while the report can be."""

from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection
from django.db.models import ProtectedError
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from accounts.policy import Role
from audit.models import AuditEvent
from common.errors import Conflict, Invalid, Locked, NotAllowed
from files.models import StoredFile
from progress.evidence_files import KINDS, fits_name, kind_of
from progress.models import Evidence, Line, Report, ReportContributor
from progress.services.changes import LineChange, ReportEntry
from progress.services.entry import save_entries
from progress.services.evidence import add_evidence, remove_evidence
from progress.services.review import reopen_report, return_report, submit_report
from targets.models import Plan, PlanUnit, Quarter
from tests.factories import make_report, make_user, sign_in
from tests.progress.builders import DOCX, JPG, PDF, PNG, XLSX, add_file, office, upload


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PDF, "pdf"),
        (PNG, "png"),
        (JPG, "jpg"),
        (XLSX, "xlsx"),
        (DOCX, "docx"),
        (b"<html><script>alert(1)</script>", None),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", None),
        (b"MZ\x90\x00", None),
        (b"PK\x03\x04 and then nothing", None),
        (office("content.xml"), None),
        (office("xl/workbook.xml", "xl/vbaProject.bin"), None),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", None),
        (b"", None),
    ],
)
def test_a_file_is_known_by_its_content(content: bytes, kind: str | None) -> None:
    assert kind_of(content) == (KINDS[kind] if kind else None)


@pytest.mark.parametrize(
    ("kind", "name", "fits"),
    [
        ("jpg", "a.JPEG", True),
        ("jpg", "a.jpg", True),
        ("pdf", "a.pdf.exe", False),
        ("pdf", "a", False),
        ("xlsx", "a.docx", False),
    ],
)
def test_a_name_fits_its_content(kind: str, name: str, fits: bool) -> None:
    assert fits_name(KINDS[kind], name) is fits


def test_a_file_is_kept_under_its_number(county: PlanUnit, clerk: User, open_at: datetime) -> None:
    report = make_report(county, 1, {"CP": (4, None)})

    one = add_evidence(report, "CP", upload(PDF, "../现场 照片.pdf"), by=clerk, at=open_at)
    two = add_evidence(report, "CP", upload(PNG, "a.png"), by=clerk, at=open_at)

    assert [one.number, two.number] == ["320722-CP-Q1-01", "320722-CP-Q1-02"]
    assert (one.file.name, one.file.content_type, one.file.size) == ("现场 照片.pdf", "application/pdf", len(PDF))
    with one.file.content.open() as kept:
        assert kept.read() == PDF
    assert ReportContributor.objects.get().user == clerk
    assert one.file.sha256 in AuditEvent.objects.filter(action="report.add_evidence").order_by("seq")[0].after


def test_evidence_may_come_before_the_number(county: PlanUnit, clerk: User, open_at: datetime) -> None:
    report = make_report(county, 1, {})

    evidence = add_evidence(report, "CP", upload(), by=clerk, at=open_at)

    assert (evidence.line.value, evidence.line.is_filled) == (None, False)


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"<html>", "a.pdf", "不是可用的佐证材料"),
        (PDF, "a.png", "内容是 PDF，与文件名不符"),
        (b"", "a.pdf", "空文件"),
    ],
)
def test_a_wrong_file_is_refused(
    content: bytes, name: str, said: str, county: PlanUnit, clerk: User, open_at: datetime
) -> None:
    report = make_report(county, 1, {"CP": (4, None)})

    with pytest.raises(Invalid, match=said):
        add_evidence(report, "CP", upload(content, name), by=clerk, at=open_at)

    assert not StoredFile.objects.exists()


def test_size_and_number_are_limited(
    county: PlanUnit, clerk: User, open_at: datetime, settings: Settings, tmp_path: Path
) -> None:
    report = make_report(county, 1, {"CP": (4, None)})
    settings.EVIDENCE_MAX_BYTES, settings.EVIDENCE_MAX_FILES = len(PNG), 1
    add_evidence(report, "CP", upload(PNG, "a.png"), by=clerk, at=open_at)

    with pytest.raises(Invalid, match="最多 1 份"):
        add_evidence(report, "CP", upload(PDF), by=clerk, at=open_at)
    with pytest.raises(Invalid, match="未接收"):
        add_evidence(report, "CP", upload(PDF + b"0" * 30), by=clerk, at=open_at)

    assert Evidence.objects.count() == 1


def test_the_same_file_is_taken_once(county: PlanUnit, clerk: User, open_at: datetime) -> None:
    report = make_report(county, 1, {"CP": (4, None)})
    add_evidence(report, "CP", upload(), by=clerk, at=open_at)

    with pytest.raises(Invalid, match="已经上传过"):
        add_evidence(report, "CP", upload(name="又一份.pdf"), by=clerk, at=open_at)


def test_a_file_is_taken_away_and_the_trail_says_so(county: PlanUnit, clerk: User, open_at: datetime) -> None:
    report = make_report(county, 1, {"CP": (4, None)})
    evidence = add_file(report, "CP")

    remove_evidence(evidence, by=clerk, at=open_at)

    assert not Evidence.objects.exists()
    assert evidence.number in AuditEvent.objects.get(action="report.remove_evidence").before
    with pytest.raises(Conflict):
        remove_evidence(evidence, by=clerk, at=open_at)


@pytest.mark.parametrize("state", [Report.State.SUBMITTED, Report.State.APPROVED])
def test_evidence_of_a_locked_report_stays(state: str, county: PlanUnit, clerk: User, open_at: datetime) -> None:
    report = make_report(county, 1, {"CP": (4, None)}, state=state)
    evidence = add_file(report, "CP")

    with pytest.raises(Locked):
        remove_evidence(evidence, by=clerk, at=open_at)
    with pytest.raises(Locked):
        add_evidence(report, "CP", upload(PNG, "a.png"), by=clerk, at=open_at)

    assert Evidence.objects.count() == 1


def test_a_reviewer_adds_no_evidence(county: PlanUnit, open_at: datetime) -> None:
    report = make_report(county, 1, {"CP": (4, None)})

    with pytest.raises(NotAllowed):
        add_evidence(report, "CP", upload(), by=make_user(Role.REVIEWER), at=open_at)


# --- numbers, and what is never lost


def test_the_number_of_a_file_that_was_taken_away_is_never_anothers(
    county: PlanUnit, clerk: User, open_at: datetime
) -> None:
    report = make_report(county, 1, {"CP": (4, None)})
    add_evidence(report, "CP", upload(PDF), by=clerk, at=open_at)
    last = add_evidence(report, "CP", upload(PNG, "a.png"), by=clerk, at=open_at)
    remove_evidence(last, by=clerk, at=open_at)

    again = add_evidence(report, "CP", upload(JPG, "b.jpg"), by=clerk, at=open_at)

    assert (last.number, again.number) == ("320722-CP-Q1-02", "320722-CP-Q1-03")


def test_a_correction_keeps_the_files_and_goes_on_numbering(
    county: PlanUnit, clerk: User, officer: User, open_at: datetime
) -> None:
    report = make_report(county, 1, {"CP": (4, None)})
    kept = add_evidence(report, "CP", upload(PDF), by=clerk, at=open_at)
    gone = add_evidence(report, "CP", upload(PNG, "a.png"), by=clerk, at=open_at)
    remove_evidence(gone, by=clerk, at=open_at)
    Report.objects.update(state=Report.State.APPROVED, is_effective=True)

    correction = reopen_report(report, by=officer, at=open_at, reason="多报")
    new = add_evidence(correction, "CP", upload(JPG, "b.jpg"), by=officer, at=open_at)

    copied = Evidence.objects.get(line__report=correction, file=kept.file)
    assert (copied.number, new.number) == ("320722-CP-Q1-01", "320722-CP-Q1-03")


def test_what_a_correction_takes_away_stays_with_the_approved_report(
    county: PlanUnit, officer: User, open_at: datetime
) -> None:
    report = make_report(county, 1, {"CP": (4, None)}, state=Report.State.APPROVED)
    kept = add_file(report, "CP")
    correction = reopen_report(report, by=officer, at=open_at, reason="多报")

    remove_evidence(Evidence.objects.get(line__report=correction), by=officer, at=open_at)

    assert list(Evidence.objects.all()) == [kept]
    with kept.file.content.open() as content:
        assert content.read() == PDF


def test_a_return_keeps_the_files(county: PlanUnit, clerk: User, reviewer: User, open_at: datetime) -> None:
    report = make_report(county, 1, {"CP": (4, None)})
    kept = add_evidence(report, "CP", upload(), by=clerk, at=open_at)
    submit_report(report, by=clerk, at=open_at, note="说明")

    return_report(report, by=reviewer, at=open_at, reason="请核对")

    assert list(Evidence.objects.all()) == [kept]
    report.refresh_from_db()
    remove_evidence(Evidence.objects.get(), by=clerk, at=open_at)
    assert AuditEvent.objects.filter(action="report.remove_evidence").count() == 1


@pytest.mark.parametrize("origin", [Line.Origin.FORM, Line.Origin.IMPORT])
def test_clearing_a_line_and_importing_it_again_keep_its_files(
    origin: str, county: PlanUnit, clerk: User, open_at: datetime
) -> None:
    report = make_report(county, 1, {"CP": (4, None)})
    kept = add_evidence(report, "CP", upload(), by=clerk, at=open_at)

    save_entries([ReportEntry(county, report.quarter, [LineChange("CP")])], by=clerk, at=open_at, origin=origin)
    again = LineChange("CP", value=Decimal(5))
    save_entries([ReportEntry(county, report.quarter, [again])], by=clerk, at=open_at, origin=origin)

    assert Evidence.objects.get().line.value == 5
    assert list(Evidence.objects.all()) == [kept]


def test_the_database_keeps_a_line_that_has_files(county: PlanUnit) -> None:
    report = make_report(county, 1, {"CP": (4, None)})
    add_file(report, "CP")

    with pytest.raises(ProtectedError):
        report.lines.all().delete()
    with pytest.raises(ProtectedError):
        report.delete()


# --- at the doors


@pytest.fixture
def today(plan: Plan) -> None:
    """Quarter 1 is being reported now."""
    now, day = timezone.now(), timedelta(days=1)
    Quarter.objects.filter(plan=plan, number=1).update(opens=now - day, due=now + day, closes=now + 2 * day)


def address(view: str, plan_unit: PlanUnit, code: str = "CP") -> str:
    return reverse(f"progress:{view}", args=["320700", 2023, 1, plan_unit.unit.code, code])


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [(PDF, "a.pdf", "application/pdf"), (PNG, "a.png", "image/png"), (JPG, "a.jpg", "image/jpeg")],
)
def test_what_a_browser_can_show_is_shown_in_place_in_a_sandbox(
    content: bytes, name: str, kind: str, county: PlanUnit, clerk: User, open_at: datetime
) -> None:
    report = make_report(county, 1, {"CP": (4, None)})
    evidence = add_evidence(report, "CP", upload(content, name), by=clerk, at=open_at)

    answer = sign_in(clerk).get(reverse("progress:view_evidence", args=[evidence.file.uuid]))

    assert (answer.getvalue(), answer["Content-Type"]) == (content, kind)
    assert answer["Content-Disposition"].startswith("inline")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    policy = answer["Content-Security-Policy"].split("; ")
    assert {"sandbox", "default-src 'none'", "frame-ancestors 'self'"} <= set(policy)
    assert not any("script" in directive for directive in policy)


@pytest.mark.parametrize(("content", "name"), [(XLSX, "a.xlsx"), (DOCX, "a.docx")])
def test_office_files_are_only_downloaded(
    content: bytes, name: str, county: PlanUnit, clerk: User, open_at: datetime
) -> None:
    report = make_report(county, 1, {"CP": (4, None)})
    evidence = add_evidence(report, "CP", upload(content, name), by=clerk, at=open_at)
    browser = sign_in(clerk)

    assert browser.get(reverse("progress:view_evidence", args=[evidence.file.uuid])).status_code == 404
    download = browser.get(reverse("progress:evidence", args=[evidence.file.uuid]))
    assert download.getvalue() == content
    assert download["Content-Disposition"].startswith("attachment")
    assert download["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_a_neighbour_neither_sees_nor_shows_a_file(county: PlanUnit, pilot: PlanUnit) -> None:
    evidence = add_file(make_report(county, 1, {"CP": (4, None)}), "CP")
    stranger = sign_in(make_user(Role.REPORTER, pilot.unit))

    for view in ("view_evidence", "evidence"):
        assert stranger.get(reverse(f"progress:{view}", args=[evidence.file.uuid])).status_code == 404


@pytest.mark.usefixtures("today")
def test_a_script_uploads_one_file_and_is_told_its_number_or_why_not(county: PlanUnit, clerk: User) -> None:
    browser = sign_in(clerk)

    kept = browser.post(address("upload_evidence", county), {"file": upload()})
    refused = browser.post(address("upload_evidence", county), {"file": upload(b"<html>", "b.pdf")})
    none = browser.post(address("upload_evidence", county))

    assert (kept.status_code, kept.json()) == (201, {"number": "320722-CP-Q1-01", "name": "照片.pdf"})
    assert (refused.status_code, refused.json()["message"]) == (422, "“b.pdf”不是可用的佐证材料。")
    assert (none.status_code, none.json()["message"]) == (422, "没有选择文件。")
    assert Evidence.objects.count() == 1


@pytest.mark.usefixtures("today")
def test_several_files_of_a_form_are_kept_or_refused_each_by_itself(county: PlanUnit, clerk: User) -> None:
    files = [upload(PDF, "a.pdf"), upload(b"<html>", "b.pdf"), upload(PNG, "c.pdf"), upload(PNG, "d.png")]

    answer = sign_in(clerk).post(address("line_evidence", county), {"file": files})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "“b.pdf”不是可用的佐证材料。" in page
    assert "“c.pdf”的内容是 PNG，与文件名不符。" in page
    assert [evidence.file.name for evidence in Evidence.objects.order_by("number")] == ["a.pdf", "d.png"]
    assert "320722-CP-Q1-02" in page


@pytest.mark.usefixtures("today")
def test_the_dialog_asks_for_the_files_alone(county: PlanUnit, clerk: User, reviewer: User) -> None:
    evidence = add_file(make_report(county, 1, {"CP": (4, None)}), "CP")

    own = sign_in(clerk).get(address("line_evidence", county), headers={"HX-Request": "true"}).content.decode()
    bureaus = sign_in(reviewer).get(address("line_evidence", county), headers={"HX-Request": "true"}).content.decode()

    assert "<html" not in own
    assert evidence.number in bureaus
    assert evidence.file.sha256 in bureaus
    assert ("delete" in own, "delete" in bureaus) == (True, False)


@pytest.mark.parametrize("files", [1, 12])
def test_the_files_of_a_line_cost_the_same_for_few_and_for_many(files: int, county: PlanUnit, clerk: User) -> None:
    report = make_report(county, 1, {"CP": (4, None)})
    for _number in range(files):
        evidence = add_file(report, "CP")
        Evidence.objects.filter(pk=evidence.pk).update(number=f"320722-CP-Q1-{evidence.pk}")
    browser = sign_in(clerk)

    with CaptureQueriesContext(connection) as captured:
        assert browser.get(address("line_evidence", county)).status_code == 200

    assert len(captured) == 15


@pytest.mark.usefixtures("today")
def test_what_came_after_a_return_is_marked_for_both(county: PlanUnit, clerk: User, reviewer: User) -> None:
    report = make_report(county, 1, {"CP": (4, None)})
    now, minute = timezone.now(), timedelta(minutes=1)
    add_evidence(report, "CP", upload(PDF), by=clerk, at=now - 5 * minute)
    submit_report(report, by=clerk, at=now - 4 * minute, note="说明")
    return_report(report, by=reviewer, at=now - 3 * minute, reason="请核对")
    page = reverse("progress:report", args=["320700", 2023, 1, county.unit.code])
    assert "有新材料" not in sign_in(clerk).get(page).content.decode()

    add_evidence(report, "CP", upload(PNG, "a.png"), by=clerk, at=now - 2 * minute)

    for person in (clerk, reviewer):
        browser = sign_in(person)
        assert browser.get(page).content.decode().count("有新材料") == 1
        assert browser.get(address("line_evidence", county)).content.decode().count("退回后上传") == 1
