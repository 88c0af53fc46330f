"""`verify_assessment YEAR`: recalculates the stored assessment from its stored inputs and compares."""

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.services.assessment import ensure_assessment
from assessments.services.verification import verify_assessment
from common.commands import PortalCommand, add_plan_arguments
from common.errors import PortalError
from targets.queries import plan_of_operator


class Command(PortalCommand):
    help = "Recalculate the stored assessment from its stored inputs and compare line by line."

    def add_arguments(self, parser: CommandParser) -> None:
        add_plan_arguments(parser)

    def run(self, **options: Any) -> None:
        plan = plan_of_operator(options["year"], options["root"])
        assessment = ensure_assessment(plan, at=timezone.now())
        differences = verify_assessment(assessment)
        for line in differences:
            self.stderr.write(line)
        if differences:
            raise PortalError(_("核验不通过：%d 处不符。") % len(differences), _("请保留现状并通知系统管理员。"))
        self.stdout.write(_("核验通过：结果与保存的输入完全一致（%s）。") % assessment.results_sha256)
