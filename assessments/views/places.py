"""Where on the assessment's pages a request is: the plan, its newest assessment, a unit, a line."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from accounts.models import User, require
from accounts.requests import arrived_at, signed_in
from assessments.models import Assessment, Criterion
from assessments.services.adjustments import Line
from assessments.services.schemes import scheme_of
from audit.services import record_refusal
from common.errors import Invalid, NotYet
from common.text import clean_text
from jobs.tasks import send_on_commit
from notices.services import queue_mail
from targets.models import Plan, PlanUnit
from targets.queries import plan_for

LONGEST_REFUSAL = 2000
"""So many characters of what was wrong are kept in the trail: whoever posts can type without end."""


def person_and_plan(request: HttpRequest, root: str, year: int, action: str = "") -> tuple[User, Plan]:
    """Who asks, and the plan; NotAllowed unless they may do the action, over the plan's owner where one is named."""
    person = signed_in(request)
    require(person, action or "assessment.view")
    plan = plan_for(person, root, year)
    return person, plan


def newest_of(plan: Plan) -> Assessment:
    """The plan's newest assessment; NotYet before anybody has begun one."""
    newest: Assessment | None = plan.assessments.select_related("scheme").first()
    if newest is None:
        raise NotYet(_("考核还没有开始。"), _("请先由市局计算考核或安排自评。"))
    newest.plan = plan
    return newest


def unit_of(person: User, plan: Plan, unit: str) -> PlanUnit:
    """An assessed unit of the plan that the person sees; Http404 for any other."""
    units = plan.plan_units.visible_to(person).select_related("unit").filter(assessed=True)
    found: PlanUnit = get_object_or_404(units, unit__code=unit)
    found.plan = plan
    return found


def line_of(plan: Plan, plan_unit: PlanUnit, code: str) -> tuple[Line, Criterion]:
    """A criterion of a unit in the newest assessment; Http404 for a code that its scheme does not have."""
    assessment = newest_of(plan)
    scheme = assessment.scheme or scheme_of(plan)
    criterion = scheme.criteria.filter(code=code).first()
    if criterion is None:
        raise Http404(code)
    return Line(assessment, plan_unit, code), criterion


def refused_fields(request: HttpRequest, said: str, errors: Mapping[str, Any], *, by: User) -> str:
    """`said`, of a sheet of which nothing was saved; the trail keeps it with what is wrong in each field."""
    named = " ".join(f"{field}：{problem}" for field, problem in errors.items())
    record_refusal(Invalid(said, clean_text(named)[:LONGEST_REFUSAL]), by=by, request=request)
    return said


def send_mail(request: HttpRequest) -> None:
    """Let the e-mails go out that a step has left waiting."""
    job = queue_mail(at=arrived_at(request))
    if job:
        send_on_commit(job)
