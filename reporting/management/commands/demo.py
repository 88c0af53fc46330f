"""`demo`: the demo year, invented and marked as such; refused by production settings."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.services import DEMO_PASSWORD
from assessments.services.loading import load_plan_and_scheme
from common.actions import SYSTEM
from common.commands import PortalCommand
from reporting.demo.build import build_demo, require_demo_mode
from reporting.demo.story import Story, read_story
from targets.models import Plan
from targets.queries import plan_of_operator

INSTITUTIONS_OF_A_CITY = 3_000
STORY = settings.BASE_DIR / "reporting" / "data" / "demo_2023.yaml"


class Command(PortalCommand):
    help = (
        "Make the demo year (invented figures, demo accounts) in a database without any reports; its plan and scoring "
        "scheme are loaded first where they are missing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--scale",
            type=int,
            nargs="?",
            default=0,
            const=INSTITUTIONS_OF_A_CITY,
            metavar="INSTITUTIONS",
            help=f"a city of full size: so many institutions with ledger items ({INSTITUTIONS_OF_A_CITY} by default)",
        )

    def run(self, **options: Any) -> None:
        require_demo_mode()
        story, now = read_story(STORY), timezone.now()
        if not build_demo(story, _plan(story, now), at=now, institutions=options["scale"]):
            self.stdout.write(_("示例年度已经在库里，没有更改。"))
            return
        names = "、".join(each["username"] for each in story.accounts)
        self.stdout.write(
            _("示例年度已生成。示例账号：%(names)s；密码都是 %(password)s。")
            % {"names": names, "password": DEMO_PASSWORD}
        )


def _plan(story: Story, now: datetime) -> Plan:
    """The plan that the story plays in, loaded with its scheme where either is missing."""
    if not Plan.objects.filter(year=story.year, owner__code=story.root, schemes__isnull=False).exists():
        load_plan_and_scheme(story.year, by=SYSTEM, at=now)
    return plan_of_operator(story.year, story.root)
