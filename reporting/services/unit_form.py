"""One unit's score sheet as a file: the workbook at once, the PDF from a job through LibreOffice."""

import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from accounts.models import require
from accounts.policy import allows
from assessments.models import Assessment
from common.actions import Actor
from common.errors import PortalError
from files.services import store_bytes
from jobs.services import Progress
from reporting.exports.assessment_workbook.unit_form import build_unit_form
from reporting.services.workbook import calculated_assessments, gather_workbook, newest_assessment, record_export
from targets.models import Plan, PlanUnit

JOB_KIND = "unit_form_pdf"
PDF = "application/pdf"
OFFICE = "soffice"
SECONDS = 120


@dataclass(frozen=True, slots=True)
class UnitSheet:
    """A unit's score sheet as .xlsx, its name without a suffix, and the assessment it is of."""

    content: bytes
    name: str
    assessment: Assessment


def unit_form(plan_unit: PlanUnit, *, by: Actor, at: datetime) -> UnitSheet:
    """The score sheet of a unit in the newest assessment that the person can rely on.

    Http404 for a unit that is not assessed; NotYet before the first calculation; NotAllowed.
    """
    require(by, "assessment.view", over=plan_unit.unit.path)
    assessment = _assessment_for(by, plan_unit.plan)
    data = gather_workbook(assessment, by=by, at=at)
    unit = next((each for each in data.assessed if each.code == plan_unit.unit.code), None)
    if unit is None:
        raise Http404(f"{plan_unit} has no result")
    name = f"{plan_unit.name}{data.year}年度考核得分表_r{assessment.revision}"
    return UnitSheet(build_unit_form(data, unit), name, assessment)


def _assessment_for(by: Actor, plan: Plan) -> Assessment:
    """For units the newest that was announced or published, as on their pages; for the bureau the newest."""
    told = None
    if not allows(by.role, "assessment.export"):
        states = (Assessment.State.ANNOUNCED, *Assessment.FROZEN)
        told = calculated_assessments(plan).filter(state__in=states).first()
    return told or newest_assessment(plan)


def has_office() -> bool:
    """Whether this machine can make PDFs."""
    return shutil.which(OFFICE) is not None


def make_unit_pdf(plan_unit: PlanUnit, *, by: Actor, at: datetime, progress: Progress) -> None:
    """Make the PDF of a unit's score sheet and keep it as the job's result. PortalError where it cannot be made."""
    progress.step(0, 2, _("正在生成得分表"))
    sheet = unit_form(plan_unit, by=by, at=at)
    progress.step(1, 2, _("正在转换为 PDF"))
    pdf = to_pdf(sheet.content)
    with transaction.atomic():
        stored = store_bytes(pdf, name=f"{sheet.name}.pdf", content_type=PDF, at=at)
        assessment = sheet.assessment
        progress.finish(file=stored, revision=assessment.revision, results_sha256=assessment.results_sha256)
        record_export(assessment, stored.name, stored.sha256, by=by)


def to_pdf(workbook: bytes) -> bytes:
    """A workbook as PDF by a LibreOffice of its own. PortalError where there is none, or it fails."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "form.xlsx")
        source.write_bytes(workbook)
        command = [
            OFFICE, f"-env:UserInstallation={Path(folder, 'profile').as_uri()}", "--headless", "--norestore",
            "--convert-to", "pdf", "--outdir", folder, str(source),
        ]  # fmt: skip
        try:
            subprocess.run(command, capture_output=True, timeout=SECONDS, check=True)  # noqa: S603 - our own words
            return Path(folder, "form.pdf").read_bytes()
        except (OSError, subprocess.SubprocessError) as error:
            raise PortalError(
                _("这台服务器不能生成 PDF。"), _("请下载 .xlsx 得分表，用 Excel 或 WPS 另存为 PDF。")
            ) from error
