"""Where a person can go: the places of the main navigation, by role, for the plan at hand."""

from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from targets.models import Plan, Quarter

PLAN = ("root", "year")
UNIT = ("root", "year", "unit")
REPORT = ("root", "year", "quarter", "unit")


@dataclass(frozen=True)
class Place:
    """An entry: shown to those who may do `action`; it leads to the first of `ways` that exists.

    A way is a view and the names of what its address is made of; `also` are further views that belong to the place.
    """

    label: Promise
    icon: str
    ways: tuple[tuple[str, tuple[str, ...]], ...]
    action: str = ""
    also: tuple[str, ...] = ()
    starts_group: bool = False

    @property
    def views(self) -> tuple[str, ...]:
        return (*(view for view, _ in self.ways), *self.also)


@dataclass(frozen=True)
class Link:
    """A place as one person sees it on one page."""

    label: Promise
    icon: str
    url: str
    is_current: bool
    starts_group: bool


@dataclass(frozen=True)
class Whereabouts:
    """What addresses are made of: the plan at hand, its current quarter, the person's unit. Empty: not known."""

    root: str = ""
    year: int = 0
    quarter: int = 0
    unit: str = ""


PLACES = (
    Place(_("我的工作"), "home", (("reporting:home", ()),)),
    Place(_("总览"), "layout-dashboard", (("reporting:dashboard", PLAN),), "dashboard.view"),
    Place(
        _("季度填报"),
        "edit",
        (("progress:reports", PLAN), ("progress:report", REPORT)),
        "report.edit",
        starts_group=True,
    ),
    Place(_("导入"), "file-import", (("progress:imports", PLAN),), "report.import", also=("progress:import_batch",)),
    Place(_("审核"), "clipboard-check", (("progress:review_queue", PLAN),), "report.review"),
    Place(_("填报期"), "calendar-event", (("targets:quarters", PLAN),), "quarter.manage"),
    Place(_("指标"), "target", (("targets:indicators", PLAN), ("targets:plan", PLAN)), "plan.view", starts_group=True),
    Place(_("单位"), "sitemap", (("targets:units", PLAN),), "plan.view", also=("reporting:unit",)),
    Place(_("机构"), "building-community", (("targets:institutions", ()),), "institution.view"),
    Place(_("考核"), "award", (("assessments:assessment", PLAN),), "assessment.view", also=("assessments:unit",)),
    Place(_("导出"), "file-export", (("reporting:exports", PLAN),), "assessment.export", also=("reporting:workbook",)),
    Place(_("审计"), "shield-check", (("audit:trail", ()),), "trail.view", starts_group=True),
    Place(_("账号"), "users", (("accounts:list", ()),), "account.manage", also=("accounts:create", "accounts:edit")),
)


def links_for(request: HttpRequest, *, plan: Plan | None) -> list[Link]:
    """The navigation of the signed-in person; empty before signing in. At most one query."""
    user = request.user
    if not isinstance(user, User):
        return []
    where = whereabouts(request, user, plan=plan)
    found = ((place, address(place, where)) for place in PLACES if may_see(user, place))
    return [
        Link(place.label, place.icon, url, _is_current(request, place, url), place.starts_group)
        for place, url in found
        if url
    ]


def address(place: Place, where: Whereabouts) -> str:
    """The address of the first way that exists and whose parts are all known; empty if there is none."""
    for view, parts in place.ways:
        arguments = [getattr(where, part) for part in parts]
        if all(arguments) and (url := _reversed(view, arguments)):
            return url
    return ""


def _reversed(view: str, arguments: list[Any]) -> str:
    try:
        return reverse(view, args=arguments)
    except NoReverseMatch:
        return ""


def may_see(user: User, place: Place) -> bool:
    """Whether the person's role has a use for the place."""
    return not place.action or user.has_perm(place.action)


def whereabouts(request: HttpRequest, user: User, *, plan: Plan | None) -> Whereabouts:
    """The page's own plan, else the newest active one the person sees; asked once a request."""
    known = getattr(request, "whereabouts", None)
    if isinstance(known, Whereabouts):
        return known
    current = _with_quarter(request, user, plan)
    where = Whereabouts(
        root=current.owner.code if current else "",
        year=current.year if current else 0,
        quarter=getattr(current, "quarter_now", 1),
        unit=user.unit_code,
    )
    request.whereabouts = where  # type: ignore[attr-defined]
    return where


def _with_quarter(request: HttpRequest, user: User, plan: Plan | None) -> Plan | None:
    """The plan with `quarter_now`: the last quarter that had opened when the request arrived."""
    begun = Quarter.objects.filter(plan=OuterRef("pk"), opens__lte=request.arrived_at)  # type: ignore[attr-defined]
    plans = Plan.objects.filter(pk=plan.pk) if plan else Plan.objects.visible_to(user).filter(state=Plan.State.ACTIVE)
    last_begun = Subquery(begun.order_by("-number").values("number")[:1])
    return plans.annotate(quarter_now=Coalesce(last_begun, 1)).select_related("owner").order_by("-year").first()


def _is_current(request: HttpRequest, place: Place, url: str) -> bool:
    match = request.resolver_match
    return request.path == url or bool(match and match.view_name in place.views)
