"""When a quarter can be reported: seen by everybody, set by the officer."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User, require
from accounts.requests import arrived_at
from targets.forms import ExtensionForm, QuarterTimesForm
from targets.models import Quarter
from targets.queries import quarters_with_extensions
from targets.services.quarters import close_quarter, grant_extension, open_quarter, set_timeliness
from targets.views import is_stored, reader_of_plan


@require_GET
def quarter_list(request: HttpRequest, root: str, year: int) -> HttpResponse:
    """The year's quarters with their state, instants and extensions."""
    user, plan = reader_of_plan(request, root, year)
    now = arrived_at(request)
    rows = [(each, each.state_at(now)) for each in quarters_with_extensions(user, plan)]
    return render(request, "targets/quarters.html", {"plan": plan, "rows": rows})


@require_POST
def quarter_open(request: HttpRequest, root: str, year: int, number: int) -> HttpResponse:
    """Open a quarter now."""
    user, quarter = _manager(request, root, year, number)
    open_quarter(quarter, by=user, at=arrived_at(request))
    messages.success(request, _("第 %d 季度已开放填报。") % number)
    return redirect("targets:quarters", root, year)


@require_POST
def quarter_close(request: HttpRequest, root: str, year: int, number: int) -> HttpResponse:
    """Close a quarter now."""
    user, quarter = _manager(request, root, year, number)
    close_quarter(quarter, by=user, at=arrived_at(request))
    messages.success(request, _("第 %d 季度已截止填报。") % number)
    return redirect("targets:quarters", root, year)


@require_POST
def quarter_timeliness(request: HttpRequest, root: str, year: int, number: int) -> HttpResponse:
    """Let a quarter count for timeliness or not, with a reason."""
    user, quarter = _manager(request, root, year, number)
    counts = request.POST.get("counts") == "yes"
    set_timeliness(quarter, counts=counts, reason=request.POST.get("reason", ""), by=user)
    done = _("第 %d 季度计算时效。") if counts else _("第 %d 季度不计时效。")
    messages.success(request, done % number)
    return redirect("targets:quarters", root, year)


@require_http_methods(["GET", "POST"])
def quarter_times(request: HttpRequest, root: str, year: int, number: int) -> HttpResponse:
    """A form for a quarter's three instants."""
    user, quarter = _manager(request, root, year, number)
    form = QuarterTimesForm(request.POST or None, quarter=quarter)
    now = arrived_at(request)
    if request.method == "POST" and is_stored(
        request, form, lambda: open_quarter(quarter, by=user, at=now, **form.instants())
    ):
        messages.success(request, _("第 %d 季度的时间已保存。") % number)
        return redirect("targets:quarters", root, year)
    context = {"plan": quarter.plan, "quarter": quarter, "form": form}
    return render(request, "targets/quarter_times.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def quarter_extend(request: HttpRequest, root: str, year: int, number: int) -> HttpResponse:
    """A form that gives one unit more time."""
    user, quarter = _manager(request, root, year, number)
    form = ExtensionForm(request.POST or None, quarter=quarter, user=user)
    now = arrived_at(request)
    if request.method == "POST" and is_stored(
        request, form, lambda: grant_extension(quarter, form.cleaned_data["plan_unit"], form.terms(), by=user, at=now)
    ):
        messages.success(request, _("已为%s延期。") % form.cleaned_data["plan_unit"])
        return redirect("targets:quarters", root, year)
    context = {"plan": quarter.plan, "quarter": quarter, "form": form}
    return render(request, "targets/quarter_extend.html", context, status=422 if form.errors else 200)


def _manager(request: HttpRequest, root: str, year: int, number: int) -> tuple[User, Quarter]:
    user, plan = reader_of_plan(request, root, year)
    require(user, "quarter.manage", over=plan.owner.path)
    return user, get_object_or_404(Quarter.objects.select_related("plan__owner"), plan=plan, number=number)
