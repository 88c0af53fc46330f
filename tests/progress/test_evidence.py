"""Evidence: taken by content, numbered, changed only while the report can be."""

from datetime import datetime
from pathlib import Path

import pytest
from pytest_django import Settings

from accounts.models import User
from accounts.policy import Role
from audit.models import AuditEvent
from common.errors import Conflict, Invalid, Locked, NotAllowed
from files.models import StoredFile
from progress.evidence_files import KINDS, fits_name, kind_of
from progress.models import Evidence, Report, ReportContributor
from progress.services.evidence import add_evidence, remove_evidence
from targets.models import PlanUnit
from tests.factories import make_report, make_user
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
