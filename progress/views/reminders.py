"""Who still owes a report, and reminding them; what is sent by itself, and in which words."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User, require
from accounts.requests import arrived_at, signed_in
from jobs.tasks import send_on_commit
from notices.services import queue_mail
from progress.forms import ReminderRulesForm
from progress.queries.reminders import Owing, owing_units, reminders_sent, reporters_of, rules_of
from progress.services.reminders import change_reminder_rules, remind_units
from targets.models import Plan, PlanUnit
from targets.queries import plan_for
from targets.views import is_stored


@require_GET
def reminders(request: HttpRequest, root: str, year: int) -> HttpResponse:
    """Who owes a report now, with whom it can be said to, and what was said lately and seen by whom."""
    user, plan = _reader(request, root, year)
    owing = _owing(request, plan, user)
    people = reporters_of(one.standing.plan_unit for one in owing)
    context = {
        "plan": plan,
        "rows": [(one, people.get(one.standing.plan_unit.unit_id, [])) for one in owing],
        "sent": reminders_sent(user, plan),
        "rules": rules_of(plan),
    }
    return render(request, "progress/reminders.html", context)


@require_POST
def remind(request: HttpRequest, root: str, year: int) -> HttpResponse:
    """Remind the chosen units, each of the chosen quarter's report."""
    user, plan = _reader(request, root, year)
    chosen = set(request.POST.getlist("report"))
    owing = [one for one in _owing(request, plan, user) if _name(one) in chosen]
    sent = remind_units(plan, owing, by=user, at=arrived_at(request))
    job = queue_mail(at=arrived_at(request))
    if job:
        send_on_commit(job)
    if sent:
        messages.success(request, _("已催报 %d 份报告。") % len(sent))
    if len(sent) < len(owing):
        messages.info(request, _("有 %d 份今天已经催过，没有重复发送。") % (len(owing) - len(sent)))
    return redirect("progress:reminders", root, year)


@require_http_methods(["GET", "POST"])
def reminder_rules(request: HttpRequest, root: str, year: int) -> HttpResponse:
    """The form for what is sent by itself, and in which words."""
    user, plan = _reader(request, root, year)
    require(user, "quarter.manage", over=plan.owner.path)
    form = ReminderRulesForm(request.POST or None, instance=rules_of(plan))
    if request.method == "POST" and is_stored(
        request, form, lambda: change_reminder_rules(plan, form.terms(), by=user)
    ):
        messages.success(request, _("催报设置已保存，从下一次催报起有效。"))
        return redirect("progress:reminders", root, year)
    context = {"plan": plan, "form": form}
    return render(request, "progress/reminder_rules.html", context, status=422 if form.errors else 200)


def _reader(request: HttpRequest, root: str, year: int) -> tuple[User, Plan]:
    user = signed_in(request)
    require(user, "report.review")
    return user, plan_for(user, root, year)


def _owing(request: HttpRequest, plan: Plan, user: User) -> list[Owing]:
    units = PlanUnit.objects.visible_to(user).reporting().filter(plan=plan).select_related("unit").order_by("order")
    return owing_units(plan, units, as_of=arrived_at(request))


def _name(one: Owing) -> str:
    """How the page names a report."""
    return f"q{one.standing.quarter.number}/{one.standing.plan_unit.unit.code}"
