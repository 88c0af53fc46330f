"""Where a person can go: the places of the main navigation, by role, for the plan at hand."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from targets.models import Plan


@dataclass(frozen=True)
class Place:
    """An entry: shown to those who may do `action`, leading to `view`; of a plan, unless it stands above the plans.

    One is at a place on every view whose name begins with one of `inside`.
    """

    label: Promise
    icon: str
    view: str
    action: str = ""
    inside: tuple[str, ...] = ()
    of_plan: bool = True
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
class PlanAddress:
    """How addresses name a plan."""

    root: str
    year: int


PLACES = (
    Place(_("我的工作"), "home", "reporting:home", inside=("reporting:home", "jobs:", "notices:"), of_plan=False),
    Place(_("总览"), "layout-dashboard", "reporting:dashboard", "dashboard.view", inside=("reporting:dashboard",)),
    Place(_("季度填报"), "edit", "progress:reports", "report.edit", inside=("progress:report",), starts_group=True),
    Place(_("导入"), "file-import", "progress:imports", "report.import", inside=("progress:import",)),
    Place(
        _("审核"),
        "clipboard-check",
        "progress:review_queue",
        "report.review",
        inside=("progress:review", "progress:remind", "progress:report"),
    ),
    Place(_("填报期"), "calendar-event", "targets:quarters", "quarter.manage", inside=("targets:quarter",)),
    Place(
        pgettext_lazy("all of them", "指标"),
        "target",
        "targets:indicators",
        "plan.view",
        inside=("targets:indicator", "targets:target", "targets:plan"),
        starts_group=True,
    ),
    Place(
        pgettext_lazy("all of them", "单位"),
        "sitemap",
        "targets:units",
        "plan.view",
        inside=("targets:unit", "reporting:unit", "reporting:what_if"),
    ),
    Place(
        _("机构"),
        "building-community",
        "targets:institutions",
        "institution.view",
        inside=("targets:institution",),
        of_plan=False,
    ),
    Place(_("台账"), "list-details", "progress:ledgers", "ledger.view", inside=("progress:ledger", "progress:item")),
    Place(_("考核"), "award", "assessments:assessment", "assessment.view", inside=("assessments:",), starts_group=True),
    Place(_("导出"), "file-export", "reporting:exports", "assessment.export", inside=("reporting:export",)),
    Place(_("审计"), "shield-check", "audit:trail", "trail.view", inside=("audit:",), of_plan=False, starts_group=True),
    Place(_("账号"), "users", "accounts:list", "account.manage", inside=("accounts:",), of_plan=False),
)


def links_for(request: HttpRequest, *, plan: Plan | None) -> list[Link]:
    """The navigation of the signed-in person, at most one place current; empty before signing in.

    The places of a plan are the page's own `plan`'s, else the newest active one's that the person sees (one query).
    """
    user = request.user
    if not isinstance(user, User):
        return []
    at = PlanAddress(plan.owner.code, plan.year) if plan else newest_plan(user)
    places = [place for place in PLACES if may_see(user, place) and (at or not place.of_plan)]
    here = next((place for place in places if is_inside(request, place)), None)
    return [Link(place.label, place.icon, _url(place, at), place is here, place.starts_group) for place in places]


def may_see(user: User, place: Place) -> bool:
    """Whether the person's role has a use for the place."""
    return not place.action or user.has_perm(place.action)


def is_inside(request: HttpRequest, place: Place) -> bool:
    """Whether the page asked for belongs to the place."""
    match = request.resolver_match
    return bool(place.inside and match and match.view_name.startswith(place.inside))


def newest_plan(user: User) -> PlanAddress | None:
    """The newest active plan that the person sees, if there is one."""
    plans = Plan.objects.visible_to(user).filter(state=Plan.State.ACTIVE)
    found = plans.order_by("-year", "owner__path").values_list("owner__code", "year").first()
    return PlanAddress(*found) if found else None


def _url(place: Place, at: PlanAddress | None) -> str:
    return reverse(place.view, args=(at.root, at.year) if at and place.of_plan else ())
