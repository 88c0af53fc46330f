"""`open_quarter YEAR Q [--opens ISO] [--due ISO] [--closes ISO]`: let a quarter be reported, or set its instants."""

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from common.actions import SYSTEM
from common.commands import PortalCommand, add_plan_arguments, deadline, opening
from targets.management.quarter_lines import describe
from targets.queries import plan_of_operator, quarter_of
from targets.services.quarters import open_quarter


class Command(PortalCommand):
    help = (
        "Open a quarter now; where its deadlines have passed it is due in 14 and closes in 21 days. "
        "With --opens, --due or --closes set exactly those instead. A day means its start for --opens and its end for "
        "--due and --closes; a time without a zone is Asia/Shanghai."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        add_plan_arguments(parser)
        parser.add_argument("quarter", type=int, metavar="Q", help="1 to 4")
        parser.add_argument("--opens", type=opening, metavar="ISO", help="first instant that accepts reports")
        parser.add_argument("--due", type=deadline, metavar="ISO", help="last day (or first instant) that is on time")
        parser.add_argument("--closes", type=deadline, metavar="ISO", help="last day (or first instant) accepted")

    def run(self, **options: Any) -> None:
        quarter = quarter_of(plan_of_operator(options["year"], options["root"]), options["quarter"])
        window = {name: options[name] for name in ("opens", "due", "closes")}
        open_quarter(quarter, by=SYSTEM, at=timezone.now(), **window)
        self.stdout.write(describe(quarter))
