"""`run_assessment YEAR [--json]`: calculates the year's assessment in this process."""

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from assessments.documents import assessment_document
from assessments.services.assessment import run_assessment
from common.actions import SYSTEM
from common.commands import PortalCommand, add_plan_arguments
from targets.queries import plan_of_operator


class Command(PortalCommand):
    help = "Calculate the year's assessment and store it with its inputs and hashes."

    def add_arguments(self, parser: CommandParser) -> None:
        add_plan_arguments(parser)
        parser.add_argument("--json", action="store_true", help="print the results as JSON")

    def run(self, **options: Any) -> None:
        plan = plan_of_operator(options["year"], options["root"])
        document = assessment_document(run_assessment(plan, by=SYSTEM, at=timezone.now()))
        if options["json"]:
            self.write_json(document)
            return
        for unit in document["units"]:
            self.stdout.write(
                f"{unit['rank'] or '-':>3}  {unit['unit']:<10} {unit['total'] or '-':>7}  {unit['grade'] or '-'}"
            )
        self.stdout.write(f"inputs  {document['inputs_sha256']}\nresults {document['results_sha256']}")
