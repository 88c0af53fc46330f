"""`load_plan YEAR [--file PATH]`: the year's plan and its scoring scheme, from their data files."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.scheme_file import load_scheme_file
from assessments.services.marks import mark_plan
from assessments.services.schemes import load_scheme
from common.actions import SYSTEM
from common.commands import PortalCommand
from common.errors import Invalid
from jobs.tasks import send_on_commit
from targets.plan_entries import PlanFile
from targets.plan_file import load_plan_file
from targets.services.plans import LoadResult, load_plan

PLANS = settings.BASE_DIR / "targets" / "data"
SCHEMES = settings.BASE_DIR / "assessments" / "data"


class Command(PortalCommand):
    help = (
        "Load a year's plan and its scoring scheme. What is already there stays as it is: a second run adds what is "
        "missing, and names what differs from the file."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("year", type=int, metavar="YEAR", help="the plan's year, e.g. 2023")
        parser.add_argument("--file", type=Path, metavar="PATH", help="plan file (default: the portal's own of YEAR)")

    def run(self, **options: Any) -> None:
        path = options["file"] or PLANS / f"plan_{options['year']}.yaml"
        plan_file = _read_plan(path, options["year"])
        scheme_path = _scheme_path(path, plan_file)
        codes = {indicator.code for indicator in plan_file.indicators}
        scheme_file = load_scheme_file(scheme_path, indicators=codes)
        now = timezone.now()
        with transaction.atomic():
            result = load_plan(plan_file, by=SYSTEM, at=now)
            load_scheme(result.plan, scheme_file, by=SYSTEM, at=now)
            if result.created:
                send_on_commit(mark_plan(result.plan.pk, at=now))
        self._tell(result)

    def _tell(self, result: LoadResult) -> None:
        counts = {"plan": result.plan, "created": result.created, "unchanged": result.unchanged}
        self.stdout.write(_("%(plan)s：新增 %(created)d 行，%(unchanged)d 行与文件一致。") % counts)
        if result.differences:
            self.stdout.write(_("%d 行已在系统中修改过，保持原样：") % result.changed)
        for difference in result.differences:
            self.stdout.write(f"  {difference}")


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
