"""The register of public institutions."""

from collections.abc import Iterable
from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from targets.models import Institution, Unit
from targets.search import normalised

LIST_ORDER = ("name", "credit_code")


def find_institutions(
    viewer: User, *, text: str = "", unit: Unit | None = None, kind: str = ""
) -> QuerySet[Institution]:
    """The visible institutions whose name, credit code or initials contain the text, of a unit and a class."""
    found = Institution.objects.visible_to(viewer).select_related("unit")
    if text:
        found = found.filter(search_key__contains=normalised(text))
    if unit is not None:
        found = found.filter(unit__path__startswith=unit.path)
    return found.filter(kind=kind) if kind else found


def quarters_with_metering(year: int, unit_ids: Iterable[int]) -> set[tuple[int, int]]:
    """The (unit's id, quarter) in which a separately metered institution of the unit was active; one query."""
    metered = Institution.objects.filter(unit__in=list(unit_ids), separately_metered=True)
    spans = metered.order_by().values_list("unit_id", "active_from", "active_to").distinct()
    firsts = [date(year, month, 1) for month in (1, 4, 7, 10)] + [date(year + 1, 1, 1)]
    return {
        (unit_id, number)
        for unit_id, active_from, active_to in spans
        for number in (1, 2, 3, 4)
        if active_from < firsts[number] and (active_to is None or active_to >= firsts[number - 1])
    }


def holder_of(credit_code: str, viewer: User) -> str:
    """Who has registered a credit code, in words; another unit's institution is not named to whom it is not visible."""
    mine = Institution.objects.visible_to(viewer).filter(credit_code=credit_code).select_related("unit").first()
    if mine is None:
        return _("统一社会信用代码 %s 已由其他单位登记。") % credit_code
    return _("统一社会信用代码 %(code)s 已登记为%(unit)s的“%(name)s”。") % {
        "code": credit_code,
        "unit": mine.unit.label,
        "name": mine.name,
    }
