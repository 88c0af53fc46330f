"""Work in the background of the reporting app."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.actions import SYSTEM
from jobs.registry import job_kind
from jobs.services import Progress
from reporting.services.workbook import JOB_KIND, make_workbook
from targets.models import Plan


@job_kind(JOB_KIND, label=_("生成年度考核工作簿"))
def export_workbook(progress: Progress) -> None:
    """Make the workbook of a plan's assessment for the person who asked."""
    plan = Plan.objects.select_related("owner").get(pk=progress.args["plan"])
    make_workbook(plan, by=progress.job.by or SYSTEM, at=timezone.now(), progress=progress)
