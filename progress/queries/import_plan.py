"""Which plan a file is for, where nobody says so: the one whose year its rows name."""

from collections import Counter

from django.utils.translation import gettext as _

from accounts.models import User
from common.errors import Invalid
from targets.models import Plan


def plan_of_file(years: Counter[int], viewer: User, *, root: str | None = None, year: int | None = None) -> Plan:
    """The viewer's plan of the year that the rows name most; the newest where they name none that has a plan.

    Raises Invalid where there is no plan, or several roots have one and none is named.
    """
    plans = [
        plan
        for plan in Plan.objects.visible_to(viewer).select_related("owner").order_by("-year")
        if root in (None, plan.owner.code) and year in (None, plan.year)
    ]
    if not plans:
        raise Invalid(_("没有可以导入的计划。"), _("请先用 load_plan 载入计划，或核对 --root 和 --year。"))
    roots = {plan.owner.code for plan in plans}
    if len(roots) > 1:
        raise Invalid(_("有几个市的计划：%s。") % "、".join(sorted(roots)), _("请用 --root 指明。"))
    by_year = {plan.year: plan for plan in plans}
    named = next((number for number, _count in years.most_common() if number in by_year), None)
    return by_year[named] if named is not None else plans[0]
