"""Which report a request is about."""

from datetime import datetime
from typing import TypedDict

from django.http import Http404, HttpRequest

from accounts.models import User, require
from accounts.requests import signed_in
from progress.models import Report
from progress.queries.sheet import Sheet, load_sheet
from targets.models import PlanUnit


class UnitAddress(TypedDict):
    """The parts of an address that name a unit of a plan."""

    root: str
    year: int
    unit: str


def arrival(request: HttpRequest) -> datetime:
    """When the request arrived: the only clock of deadlines."""
    at: datetime = request.arrived_at  # type: ignore[attr-defined]
    return at


def reporting_unit(request: HttpRequest, root: str, year: int, unit: str) -> tuple[User, PlanUnit]:
    """The person and the unit, which must be theirs to see; Http404 otherwise. One query."""
    user = signed_in(request)
    require(user, "report.view")
    plan_units = PlanUnit.objects.visible_to(user).reporting().select_related("plan__owner", "unit")
    plan_unit = plan_units.filter(plan__owner__code=root, plan__year=year, unit__code=unit).first()
    if plan_unit is None:
        raise Http404(f"No unit {root}/{year}/{unit}")
    return user, plan_unit


def sheet_of(request: HttpRequest, plan_unit: PlanUnit, quarter: int, *, by: User) -> Sheet:
    """The sheet that the address names, by `?revision=` an earlier one; Http404 where it is not there."""
    revision = request.GET.get("revision", "")
    sheet = load_sheet(
        plan_unit,
        quarter,
        at=arrival(request),
        revision=int(revision) if revision.isdecimal() else None,
        viewer=by,
    )
    if sheet is None:
        raise Http404(f"No report q{quarter} {revision}")
    return sheet


def stored_report(sheet: Sheet) -> Report:
    """The sheet's report, which must be stored already; Http404 otherwise."""
    if not sheet.report.pk:
        raise Http404("Nothing was entered yet")
    return sheet.report
