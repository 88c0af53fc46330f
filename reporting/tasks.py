"""Work in the background of the reporting app."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.actions import SYSTEM
from jobs.registry import job_kind
from jobs.services import Progress
from reporting.services.circular import JOB_KIND as CIRCULAR
from reporting.services.circular import make_circular
from reporting.services.unit_form import JOB_KIND as UNIT_PDF
from reporting.services.unit_form import make_unit_pdf
from reporting.services.workbook import JOB_KIND, make_workbook
from targets.models import Plan, PlanUnit


@job_kind(JOB_KIND, label=_("生成年度考核工作簿"))
def export_workbook(progress: Progress) -> None:
    """Make the workbook of a plan's assessment for the person who asked."""
    plan = Plan.objects.select_related("owner").get(pk=progress.args["plan"])
    make_workbook(plan, by=progress.job.by or SYSTEM, at=timezone.now(), progress=progress)


@job_kind(CIRCULAR, label=_("生成考核结果通报"))
def export_circular(progress: Progress) -> None:
    """Make the circular of a plan's assessment for the person who asked."""
    plan = Plan.objects.select_related("owner").get(pk=progress.args["plan"])
    by, by_marks = progress.job.by or SYSTEM, bool(progress.args["by_marks"])
    make_circular(plan, by_marks=by_marks, by=by, at=timezone.now(), progress=progress)


@job_kind(UNIT_PDF, label=_("生成单位得分表 PDF"))
def export_unit_pdf(progress: Progress) -> None:
    """Make the PDF of a unit's score sheet for the person who asked."""
    plan_unit = PlanUnit.objects.select_related("plan__owner", "unit").get(pk=progress.args["plan_unit"])
    make_unit_pdf(plan_unit, by=progress.job.by or SYSTEM, at=timezone.now(), progress=progress)
