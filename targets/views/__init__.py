"""The pages of the plan, its quarters and the register of institutions."""

from collections.abc import Callable

from django.forms import BaseForm
from django.http import HttpRequest

from accounts.models import User, require
from accounts.requests import signed_in
from audit.services import record_refusal
from common.errors import Conflict, Invalid
from targets.models import Plan
from targets.queries import plan_for


def reader_of_plan(request: HttpRequest, root: str, year: int) -> tuple[User, Plan]:
    """Who asks, and the plan; NotAllowed for a role that reads no plans, Http404 for a plan they do not see."""
    user = signed_in(request)
    require(user, "plan.view")
    return user, plan_for(user, root, year)


def is_stored(request: HttpRequest, form: BaseForm, store: Callable[[], object]) -> bool:
    """Whether a valid form's content was stored. What the service cannot accept is said in the form and recorded."""
    if not form.is_valid():
        return False
    try:
        store()
    except (Invalid, Conflict) as error:
        record_refusal(error, by=signed_in(request), request=request)
        form.add_error(None, str(error))
        return False
    return True
