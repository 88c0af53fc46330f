"""`close_quarter YEAR Q`: accept no more reports of a quarter from now on."""

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from common.actions import SYSTEM
from common.commands import PortalCommand, add_plan_arguments
from targets.management.quarter_lines import describe
from targets.queries import plan_of_operator, quarter_of
from targets.services.quarters import close_quarter


class Command(PortalCommand):
    help = "Close a quarter now. Units with an extension of their own keep it."

    def add_arguments(self, parser: CommandParser) -> None:
        add_plan_arguments(parser)
        parser.add_argument("quarter", type=int, metavar="Q", help="1 to 4")

    def run(self, **options: Any) -> None:
        quarter = quarter_of(plan_of_operator(options["year"], options["root"]), options["quarter"])
        close_quarter(quarter, by=SYSTEM, at=timezone.now())
        self.stdout.write(describe(quarter))
