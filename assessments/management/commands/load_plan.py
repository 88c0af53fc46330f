"""`load_plan YEAR [--file PATH]`: the year's plan and its scoring scheme, from their data files."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.services.loading import load_plan_and_scheme
from common.actions import SYSTEM
from common.commands import PortalCommand
from targets.services.plans import LoadResult


class Command(PortalCommand):
    help = (
        "Load a year's plan and its scoring scheme. What is already there stays as it is: a second run adds what is "
        "missing, and names what differs from the file."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("year", type=int, metavar="YEAR", help="the plan's year, e.g. 2023")
        parser.add_argument("--file", type=Path, metavar="PATH", help="plan file (default: the portal's own of YEAR)")

    def run(self, **options: Any) -> None:
        result = load_plan_and_scheme(options["year"], options["file"], by=SYSTEM, at=timezone.now())
        self._tell(result)

    def _tell(self, result: LoadResult) -> None:
        counts = {"plan": result.plan, "created": result.created, "unchanged": result.unchanged}
        self.stdout.write(_("%(plan)s：新增 %(created)d 行，%(unchanged)d 行与文件一致。") % counts)
        if result.differences:
            self.stdout.write(_("%d 行已在系统中修改过，保持原样：") % result.changed)
        for difference in result.differences:
            self.stdout.write(f"  {difference}")
