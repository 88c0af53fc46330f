"""`verify_assessment YEAR`: recalculates the stored assessment from its stored inputs and compares."""

from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from assessments.services.verification import verify_assessment
from common.commands import PortalCommand, add_plan_arguments
from common.errors import NotYet, PortalError
from targets.queries import plan_of_operator


class Command(PortalCommand):
    help = "Recalculate the stored assessment from its stored inputs and compare line by line."

    def add_arguments(self, parser: CommandParser) -> None:
        add_plan_arguments(parser)
        parser.add_argument("--revision", type=int, help="the revision to verify; the newest if left out")

    def run(self, **options: Any) -> None:
        plan = plan_of_operator(options["year"], options["root"])
        revisions = plan.assessments.select_related("plan__owner")
        asked = options["revision"]
        assessment = (revisions if asked is None else revisions.filter(revision=asked)).first()
        if assessment is None:
            raise NotYet(_("考核还没有计算。"), _("请先运行 run_assessment。"))
        differences = verify_assessment(assessment)
        for line in differences:
            self.stderr.write(line)
        if differences:
            raise PortalError(_("核验不通过：%d 处不符。") % len(differences), _("请保留现状并通知系统管理员。"))
        self.stdout.write(_("核验通过：结果与保存的输入完全一致（%s）。") % assessment.results_sha256)
