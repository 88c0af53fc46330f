"""What the later stages ask of a plan: who owes which line, what must be reached, until when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404
from django.utils.translation import gettext as _

from accounts.models import User
from common.errors import Invalid
from targets.calendar import IsWorkingDay, is_weekday
from targets.models import Extension, Holiday, Indicator, Plan, PlanUnit, Quarter, Target, TargetRevision

_LIST = "、"


def plan_for(user: User, root: str, year: int) -> Plan:
    """The plan of a root unit's code and year, with its owner. Http404 where it is not there or not the person's."""
    plan = Plan.objects.visible_to(user).select_related("owner").filter(owner__code=root, year=year).first()
    if plan is None:
        raise Http404(f"No plan {root}/{year}")
    return plan


def plan_of_operator(year: int, root: str | None = None) -> Plan:
    """The plan that an operator means at the command line, whose sight has no bounds; without a root the only one.

    Raises Invalid, which names the plans that there are.
    """
    plans = {f"{plan.owner.code}/{plan.year}": plan for plan in Plan.objects.select_related("owner")}
    found = [plan for plan in plans.values() if plan.year == year and root in (None, plan.owner.code)]
    if len(found) == 1:
        return found[0]
    known = _("已有的计划：%s") % (_LIST.join(plans) or _("一份也没有，请先用 load_plan 载入"))
    if found:
        raise Invalid(_("%d 年有多份计划，须用 --root 指明。") % year, known)
    raise Invalid(_("没有 %s 年的计划。") % f"{root or ''} {year}".strip(), known)


def quarter_of(plan: Plan, number: int) -> Quarter:
    """A plan's quarter. Raises Invalid, which names the quarters that there are."""
    quarters = {quarter.number: quarter for quarter in plan.quarters.select_related("plan__owner")}
    if number not in quarters:
        raise Invalid(
            _("%(plan)s没有第 %(number)d 季度。") % {"plan": plan, "number": number},
            _("已有的季度：%s") % _LIST.join(str(known) for known in quarters),
        )
    return quarters[number]


# --- who owes what


def owed_indicators(plan: Plan) -> dict[int, list[Indicator]]:
    """The indicators that each reporting unit reports, in the plan's order, by the plan unit's id; three queries.

    A unit reports what its groups report, and what it has a target for that was not withdrawn (domain.md, section 3).
    """
    indicators = list(plan.indicators.order_by("order", "pk"))
    with_target = set(_standing_targets(plan).values_list("plan_unit_id", "indicator_id"))
    return {
        unit.pk: [
            indicator
            for indicator in indicators
            if is_reported_by_groups(indicator, unit) or (unit.pk, indicator.pk) in with_target
        ]
        for unit in plan.plan_units.reporting().order_by("order", "pk")
    }


def is_reported_by_groups(indicator: Indicator, plan_unit: PlanUnit) -> bool:
    """Whether a unit reports an indicator because of its groups, whatever its targets."""
    return "all" in indicator.reported_by or not set(indicator.reported_by).isdisjoint(plan_unit.groups)


def is_required(indicator: Indicator, quarter_number: int) -> bool:
    """Whether a line is owed in this quarter: always, but of pace `due_qn` in quarter n only."""
    return not indicator.pace.startswith("due_q") or indicator.pace == f"due_q{quarter_number}"


def _standing_targets(plan: Plan) -> QuerySet[Target]:
    last = TargetRevision.objects.filter(target=OuterRef("pk")).order_by("-valid_from", "-pk")
    return (
        Target.objects.filter(indicator__plan=plan)
        .annotate(last_value=Subquery(last.values("value")[:1]))
        .filter(last_value__isnull=False)
    )


# --- what must be reached


def targets_on(plan: Plan, on: date) -> dict[tuple[int, int], Decimal]:
    """The target values in force on a day by (plan unit's id, indicator's id); the city's stand under the root's.

    A withdrawn target is not there. One query.
    """
    revisions = (
        TargetRevision.objects.filter(target__indicator__plan=plan, valid_from__lte=on)
        .order_by("valid_from", "pk")
        .values_list("target__plan_unit_id", "target__indicator_id", "value")
    )
    last = {(plan_unit_id, indicator_id): value for plan_unit_id, indicator_id, value in revisions}
    return {key: value for key, value in last.items() if value is not None}


def targets_on_each(plan: Plan, days: Sequence[date]) -> list[dict[tuple[int, int], Decimal]]:
    """What `targets_on` says for each of several days, in their order; one query together."""
    revisions = list(
        TargetRevision.objects.filter(target__indicator__plan=plan)
        .order_by("valid_from", "pk")
        .values_list("valid_from", "target__plan_unit_id", "target__indicator_id", "value")
    )
    return [_in_force(revisions, day) for day in days]


def _in_force(revisions: list[tuple[date, int, int, Decimal | None]], day: date) -> dict[tuple[int, int], Decimal]:
    last = {(unit, indicator): value for valid_from, unit, indicator, value in revisions if valid_from <= day}
    return {key: value for key, value in last.items() if value is not None}


# --- until when


def working_days() -> IsWorkingDay:
    """Whether a day is worked, by the holiday table; where it says nothing, Monday to Friday. One query."""
    special = dict(Holiday.objects.values_list("day", "is_working"))
    return lambda day: special.get(day, is_weekday(day))


@dataclass(frozen=True, kw_only=True)
class Deadlines:
    """One unit's instants of a quarter, half-open, its extension included.

    Arrival before `due` is in time for the form, before `closes` still accepted. `counts_as_late` says that the
    extension does not save the points: what arrived at `on_time_until` (the quarter's own due) or later is late.
    """

    opens: datetime
    due: datetime
    closes: datetime
    counts_as_late: bool
    on_time_until: datetime

    def is_on_time(self, arrived_at: datetime) -> bool:
        """Whether a first submission that arrived then counts as on time (domain.md, section 5.3)."""
        return arrived_at < self.on_time_until

    def state_at(self, as_of: datetime) -> Quarter.State:
        """The quarter's state for this unit at an instant."""
        return Quarter(opens=self.opens, due=self.due, closes=self.closes).state_at(as_of)


def deadlines(quarter: Quarter, plan_unit: PlanUnit) -> Deadlines:
    """A unit's instants of a quarter; one query, for the extension."""
    extension = Extension.objects.filter(quarter=quarter, plan_unit=plan_unit).first()
    if extension is None:
        return _deadlines(quarter)
    return _deadlines(quarter, extension.due, extension.closes, counts_as_late=extension.counts_as_late)


def deadlines_of_plan(plan: Plan) -> dict[tuple[int, int], Deadlines]:
    """Every unit's instants by (plan unit's id, number of the quarter); two queries."""
    quarters = list(plan.quarters.all())
    extensions: dict[tuple[int, int], tuple[datetime, datetime, bool]] = {}
    units: dict[int, None] = {}
    rows = plan.plan_units.order_by("order", "pk").values_list(
        "pk", "extensions__quarter_id", "extensions__due", "extensions__closes", "extensions__counts_as_late"
    )
    for plan_unit_id, quarter_id, due, closes, counts_as_late in rows:
        units[plan_unit_id] = None
        if quarter_id is not None:
            extensions[plan_unit_id, quarter_id] = (due, closes, counts_as_late)
    found = {}
    for plan_unit_id in units:
        for quarter in quarters:
            due, closes, late = extensions.get((plan_unit_id, quarter.pk), (quarter.due, quarter.closes, False))
            found[plan_unit_id, quarter.number] = _deadlines(quarter, due, closes, counts_as_late=late)
    return found


def _deadlines(
    quarter: Quarter, due: datetime | None = None, closes: datetime | None = None, *, counts_as_late: bool = False
) -> Deadlines:
    own_due = due or quarter.due
    return Deadlines(
        opens=quarter.opens,
        due=own_due,
        closes=closes or quarter.closes,
        counts_as_late=counts_as_late,
        on_time_until=quarter.due if counts_as_late else own_due,
    )
