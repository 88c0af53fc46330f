"""`demo`: the demo year, invented and marked as such; refused by production settings."""

from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.services import DEMO_PASSWORD
from common.commands import PortalCommand
from reporting.demo.build import build_demo
from reporting.demo.story import read_story
from targets.queries import plan_of_operator

STORY = settings.BASE_DIR / "reporting" / "data" / "demo_2023.yaml"


class Command(PortalCommand):
    help = "Make the demo year (invented figures, demo accounts) in a database without any reports."

    def run(self, **options: Any) -> None:
        story = read_story(STORY)
        plan = plan_of_operator(story.year, story.root)
        if not build_demo(story, plan, at=timezone.now()):
            self.stdout.write(_("示例年度已经在库里，没有更改。"))
            return
        names = "、".join(each["username"] for each in story.accounts)
        self.stdout.write(
            _("示例年度已生成。示例账号：%(names)s；密码都是 %(password)s。")
            % {"names": names, "password": DEMO_PASSWORD}
        )
