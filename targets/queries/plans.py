"""Which plan, which quarter, which units."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q
from django.http import Http404
from django.utils.translation import gettext as _

from accounts.models import User
from common.errors import Invalid
from common.instants import local_day
from common.languages import in_readers_language
from common.scope import within
from targets.models import Plan, Quarter
from targets.models.plan import PlanUnitQuerySet

_LIST = "、"


def plan_for(user: User, root: str, year: int) -> Plan:
    """The plan of a root unit's code and year, with its owner. Http404 where it is not there or not the person's."""
    plan = Plan.objects.visible_to(user).select_related("owner").filter(owner__code=root, year=year).first()
    if plan is None:
        raise Http404(f"No plan {root}/{year}")
    return plan


def newest_plan(user: User) -> Plan | None:
    """The newest plan in force that the person sees, with its owner; what stands above the plans comes in under it."""
    plans = Plan.objects.visible_to(user).filter(state=Plan.State.ACTIVE).select_related("owner")
    return plans.order_by("-year", "owner__path").first()


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


def units_shown_to(user: User, plan: Plan) -> PlanUnitQuerySet:
    """The plan's units in the person's subtree, and the root, whose figures everybody sees."""
    shown = plan.plan_units.filter(within(user, "unit__path") | Q(unit=plan.owner_id))
    return shown.select_related("unit").order_by("order", "pk")


@dataclass(frozen=True)
class Notice:
    """The notice a plan follows, in the reader's language; `clauses` by code, in our own words."""

    title: str
    note: str
    issued: date | None
    reported: date | None
    clauses: dict[str, str]


def notice_of(plan: Plan) -> Notice:
    """The plan's notice; empty where the plan has none. No query."""
    said = plan.notice
    issued, reported = (date.fromisoformat(said[key]) if said.get(key) else None for key in ("issued", "reported"))
    return Notice(
        title=in_readers_language(said.get("title", ""), said.get("title_en", "")),
        note=in_readers_language(said.get("note", ""), said.get("note_en", "")),
        issued=issued,
        reported=reported,
        clauses={each["code"]: in_readers_language(each["zh"], each["en"]) for each in said.get("clauses", [])},
    )


def day_in_year(plan: Plan, at: datetime) -> date:
    """The day of the plan's year that an instant stands for: itself, or the year's first or last day."""
    return min(max(local_day(at), date(plan.year, 1, 1)), date(plan.year, 12, 31))
