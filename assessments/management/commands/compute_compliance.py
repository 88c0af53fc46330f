"""`compute_compliance YEAR [--json] [--root CODE]`: compute a plan's figures now, in this process, and print them."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.core.management.base import CommandParser
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.models import Compliance
from assessments.services.compliance import compute_compliance
from calculations.rounding import number_text
from common.commands import PortalCommand, add_plan_arguments
from targets.models import Plan
from targets.queries import plan_of_operator

NUMBERS = ("value", "base", "target", "actual", "attainment")


class Command(PortalCommand):
    help = (
        "Compute and store the compliance of every unit, group and the city as of now, and print the approved figures: "
        "how many indicators stand where in the last opened quarter, or with --json every row."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        add_plan_arguments(parser)
        parser.add_argument("--json", action="store_true", help="print every row as JSON; decimals as text")

    def run(self, **options: Any) -> None:
        plan = plan_of_operator(options["year"], options["root"])
        as_of = timezone.now()
        compute_compliance(plan, as_of=as_of)
        if options["json"]:
            rows = list(_json_rows(_figures(plan)))
            self.write_json({"year": plan.year, "as_of": as_of, "rows": rows})
        else:
            self.stdout.write("\n".join(_summary(plan)))


def _figures(plan: Plan) -> QuerySet[Compliance]:
    """The approved figures in the order of units, indicators and quarters."""
    approved = Compliance.objects.filter(plan_unit__plan=plan, basis=Compliance.Basis.APPROVED)
    return approved.order_by("plan_unit__order", "plan_unit_id", "indicator__order", "indicator_id", "quarter")


def _json_rows(figures: QuerySet[Compliance]) -> Iterator[dict[str, str | int | None]]:
    names = ("unit", "indicator", "quarter", *NUMBERS, "status")
    rows = figures.values_list("plan_unit__unit__code", "indicator__code", "quarter", *NUMBERS, "status")
    for unit, indicator, quarter, *numbers, status in rows:
        yield dict(zip(names, (unit, indicator, quarter, *map(_text, numbers), status or None), strict=True))


def _text(number: Decimal | None) -> str | None:
    return None if number is None else number_text(number)


def _summary(plan: Plan) -> Iterator[str]:
    """One line a unit: how many of its indicators have which status in the last opened quarter."""
    rows = _figures(plan).exclude(status="").values_list("plan_unit__name", "quarter", "status")
    last = max((quarter for _name, quarter, _status in rows), default=None)
    if last is None:
        yield _("%s：还没有季度开始填报。") % plan
        return
    yield _("%(plan)s，第 %(quarter)d 季度：") % {"plan": plan, "quarter": last}
    by_unit: dict[str, Counter[str]] = {}
    for name, quarter, status in rows:
        if quarter == last:
            by_unit.setdefault(name, Counter())[status] += 1
    for name, counts in by_unit.items():
        parts = [f"{status.label} {counts[status]}" for status in Compliance.Status if counts[status]]
        yield f"  {name}：{'、'.join(parts)}"
