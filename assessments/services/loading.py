"""A year from its data files: the plan, and the scoring scheme that it names."""

from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from assessments.scheme_file import load_scheme_file
from assessments.services.marks import mark_plan
from assessments.services.schemes import load_scheme
from common.actions import Actor
from common.errors import Invalid
from jobs.tasks import send_on_commit
from targets.plan_entries import PlanFile
from targets.plan_file import load_plan_file
from targets.services.plans import LoadResult, load_plan

PLANS = settings.BASE_DIR / "targets" / "data"
SCHEMES = settings.BASE_DIR / "assessments" / "data"


def load_plan_and_scheme(year: int, path: Path | None = None, *, by: Actor, at: datetime) -> LoadResult:
    """Load a year's plan and its scheme, both or neither, from a plan file or else the portal's own of the year.

    What is already there stays as it is. Raises Invalid where a file is missing or of another year, DataFileError.
    """
    path = path or PLANS / f"plan_{year}.yaml"
    plan_file = _read_plan(path, year)
    codes = {indicator.code for indicator in plan_file.indicators}
    scheme_file = load_scheme_file(_scheme_path(path, plan_file), indicators=codes)
    with transaction.atomic():
        result = load_plan(plan_file, by=by, at=at)
        load_scheme(result.plan, scheme_file, by=by, at=at)
        if result.created:
            send_on_commit(mark_plan(result.plan.pk, at=at))
    return result


def _read_plan(path: Path, year: int) -> PlanFile:
    if not path.is_file():
        years = "、".join(sorted(file.stem.removeprefix("plan_") for file in PLANS.glob("plan_*.yaml")))
        raise Invalid(_("没有计划文件 %s。") % path, _("自带计划的年份：%s；其他计划请用 --file 指明文件。") % years)
    plan_file = load_plan_file(path)
    if plan_file.year != year:
        raise Invalid(
            _("计划文件写的是 %(file)d 年，不是 %(asked)d 年。") % {"file": plan_file.year, "asked": year},
            _("请核对年份和文件。"),
        )
    return plan_file


def _scheme_path(plan_path: Path, plan_file: PlanFile) -> Path:
    """The scheme a plan names: beside the plan's own file, else among the portal's own."""
    name = f"{plan_file.scheme}.yaml"
    for folder in (plan_path.parent, SCHEMES):
        if (folder / name).is_file():
            return folder / name
    raise Invalid(_("没有评分方案文件 %s。") % name, _("请把它放在计划文件旁边，或改正计划文件中的 scheme。"))
