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

    A way is a view and the names of what its address is made of. One is at a place on every view whose name begins
    with one of `inside`.
    """

    label: Promise
    icon: str
    ways: tuple[tuple[str, tuple[str, ...]], ...]
    action: str = ""
    inside: tuple[str, ...] = ()
    starts_group: bool = False


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
    Place(_("我的工作"), "home", (("reporting:home", ()),), inside=("reporting:home", "jobs:")),
    Place(
        _("总览"),
        "layout-dashboard",
        (("reporting:dashboard", PLAN),),
        "dashboard.view",
        inside=("reporting:dashboard",),
    ),
    Place(
        _("季度填报"),
        "edit",
        (("progress:reports", PLAN), ("progress:report", REPORT)),
        "report.edit",
        inside=("progress:report",),
        starts_group=True,
    ),
    Place(_("导入"), "file-import", (("progress:imports", PLAN),), "report.import", inside=("progress:import",)),
    Place(
        _("审核"),
        "clipboard-check",
        (("progress:review_queue", PLAN),),
        "report.review",
        inside=("progress:review", "progress:report"),
    ),
    Place(_("填报期"), "calendar-event", (("targets:quarters", PLAN),), "quarter.manage", inside=("targets:quarter",)),
    Place(
        _("指标"),
        "target",
        (("targets:indicators", PLAN),),
        "plan.view",
        inside=("targets:indicator", "targets:target", "targets:plan"),
        starts_group=True,
    ),
    Place(_("单位"), "sitemap", (("targets:units", PLAN),), "plan.view", inside=("targets:unit", "reporting:unit")),
    Place(
        _("机构"),
        "building-community",
        (("targets:institutions", ()),),
        "institution.view",
        inside=("targets:institution",),
    ),
    Place(
        _("考核"),
        "award",
        (("assessments:assessment", PLAN),),
        "assessment.view",
        inside=("assessments:",),
        starts_group=True,
    ),
    Place(
        _("导出"),
        "file-export",
        (("reporting:exports", PLAN), ("reporting:workbook", PLAN)),
        "assessment.export",
        inside=("reporting:export", "reporting:workbook"),
    ),
    Place(_("审计"), "shield-check", (("audit:trail", ()),), "trail.view", inside=("audit:",), starts_group=True),
    Place(_("账号"), "users", (("accounts:list", ()),), "account.manage", inside=("accounts:",)),
)


def links_for(request: HttpRequest, *, plan: Plan | None) -> list[Link]:
    """The navigation of the signed-in person, at most one place current; empty before signing in. At most one query."""
    user = request.user
    if not isinstance(user, User):
        return []
    where = whereabouts(request, user, plan=plan)
    places = [place for place in PLACES if may_see(user, place)]
    here = next((place for place in places if is_inside(request, place)), None)
    found = ((place, address(place, where)) for place in places)
    return [Link(place.label, place.icon, url, place is here, place.starts_group) for place, url in found if url]


def is_inside(request: HttpRequest, place: Place) -> bool:
    """Whether the page asked for belongs to the place."""
    match = request.resolver_match
    return bool(place.inside and match and match.view_name.startswith(place.inside))


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
