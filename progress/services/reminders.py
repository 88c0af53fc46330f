"""Reminding units of reports they owe, and telling the bureau what waits: each thing once (domain.md, section 5)."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User, require
from audit.services import Entry, record
from common.actions import SYSTEM, Actor
from common.errors import Invalid
from common.instants import last_day_before, local_day
from notices.models import Notice
from notices.services import Message, send_notices
from progress.models import ReminderRules, Report
from progress.models.reminders import filled_in
from progress.queries.reminders import (
    Owing,
    bureau_of,
    key_of_plan,
    owing_units,
    reporters_of,
    rules_of,
)
from targets.models import Plan, PlanUnit
from targets.queries import working_days

LANGUAGE = "zh-hans"
"""What is sent is kept as it was sent, in the language of the bureau's own texts."""


def remind_units(plan: Plan, owing: Sequence[Owing], *, by: Actor, at: datetime) -> list[Notice]:
    """The reminders that go out now because somebody asked for it: a unit hears of a report once a day.

    Ten queries. Raises NotAllowed, or Invalid where there is nothing to remind of.
    """
    require(by, "quarter.manage", over=plan.owner.path)
    if not owing:
        raise Invalid(_("没有选择要催报的报告。"), _("请勾选还没有提交的单位。"))
    stage = f"asked-{local_day(at).isoformat()}"
    return _send(plan, [(one, stage) for one in owing], by=by, at=at)


def send_due_reminders(plan: Plan, *, at: datetime) -> list[Notice]:
    """The reminders that a plan's units are due by the calendar and did not get yet."""
    rules = rules_of(plan)
    if not rules.is_on:
        return []
    units = PlanUnit.objects.filter(plan=plan).reporting().select_related("unit").order_by("order")
    owing = [(one, one.stage(rules.days_before)) for one in owing_units(plan, units, as_of=at)]
    return _send(plan, [(one, stage) for one, stage in owing if stage], by=SYSTEM, at=at)


def send_digest(plan: Plan, *, at: datetime) -> list[Notice]:
    """What waits for the bureau today, told once a working day, where anything does."""
    day, rules = local_day(at), rules_of(plan)
    if not rules.digest or not working_days()(day):
        return []
    said = _digest(plan, at=at)
    if not said:
        return []
    with translation.override(LANGUAGE):
        message = Message(
            key=f"digest:{plan.owner.code}/{plan.year}/{day.isoformat()}",
            kind=Notice.Kind.DIGEST,
            unit=plan.owner,
            subject=_("%(plan)s：今日待办") % {"plan": plan.name},
            body="\n".join(said),
            url=reverse("progress:reminders", args=(plan.owner.code, plan.year)),
            to=bureau_of(plan),
            by_mail=rules.by_mail,
        )
    return send_notices([message], by=SYSTEM, at=at)


@dataclass(frozen=True, kw_only=True)
class ReminderTerms:
    """What a plan's reminders shall be; see `ReminderRules`."""

    is_on: bool
    days: str
    text: str
    overdue_text: str
    by_mail: bool
    digest: bool


def change_reminder_rules(plan: Plan, terms: ReminderTerms, *, by: User) -> None:
    """Let other reminders go out from now on. Raises NotAllowed, or Invalid where something cannot be meant."""
    require(by, "quarter.manage", over=plan.owner.path)
    with transaction.atomic():
        rules = rules_of(plan)
        before = {name: getattr(rules, name) for name in ReminderRules.FIELDS}
        after = asdict(terms)
        if before == after:
            return
        for name, value in after.items():
            setattr(rules, name, value)
        try:
            rules.full_clean(validate_unique=False)
        except ValidationError as error:
            labels = {field.name: field.verbose_name for field in ReminderRules._meta.fields}
            said = " ".join(f"“{labels[name]}”：{' '.join(words)}" for name, words in error.message_dict.items())
            raise Invalid(said, _("请改正后再保存。")) from None
        rules.save()
        record(_entry(plan, before, after), by=by)


# --- the words


def _send(plan: Plan, due: Iterable[tuple[Owing, str]], *, by: Actor, at: datetime) -> list[Notice]:
    due = list(due)
    rules = rules_of(plan)
    people = reporters_of(one.standing.plan_unit for one, _stage in due)
    with translation.override(LANGUAGE):
        messages = [_message(plan, one, stage, rules, people) for one, stage in due]
    return send_notices(messages, by=by, at=at)


def _message(plan: Plan, one: Owing, stage: str, rules: ReminderRules, people: dict[int, list[User]]) -> Message:
    unit, quarter = one.standing.plan_unit, one.standing.quarter
    title = _("%(year)d 年第 %(quarter)d 季度") % {"year": plan.year, "quarter": quarter.number}
    body = filled_in(
        rules.overdue_text if one.is_overdue else rules.text,
        unit=unit.name,
        quarter=title,
        due=date_format(last_day_before(one.due), "n 月 j 日"),
        days_left=max(one.days_left, 0),
    )
    if one.standing.state == Report.State.RETURNED and one.standing.report:
        body = f"{body}\n{_('退回理由：%s') % one.standing.report.return_reason}"
    # The day is part of the key: whoever was given longer is reminded of the new day.
    day = last_day_before(one.due).isoformat()
    return Message(
        key=f"{key_of_plan(plan)}q{quarter.number}/{unit.unit.code}/{day}/{stage}",
        kind=Notice.Kind.REMINDER,
        unit=unit.unit,
        subject=(_("已逾期：%s报告") if one.is_overdue else _("请填报：%s报告")) % title,
        body=body,
        url=reverse("progress:report", args=(plan.owner.code, plan.year, quarter.number, unit.unit.code)),
        to=people.get(unit.unit_id, []),
        by_mail=rules.by_mail,
    )


def _digest(plan: Plan, *, at: datetime) -> list[str]:
    """A line for each thing that waits; none where nothing does."""
    waiting = list(Report.objects.of_plan(plan).awaiting_review().values_list("submitted_at", flat=True))
    units = PlanUnit.objects.filter(plan=plan).reporting().select_related("unit").order_by("order")
    owing = owing_units(plan, units, as_of=at)
    overdue = [one for one in owing if one.is_overdue]
    returned = [one for one in owing if one.standing.state == Report.State.RETURNED]
    said = []
    with translation.override(LANGUAGE):
        if waiting:
            oldest = (local_day(at) - local_day(waiting[0] or at)).days
            said.append(_("待审核 %(count)d 份，最早的已等 %(days)d 天。") % {"count": len(waiting), "days": oldest})
        if overdue:
            said.append(_("逾期未提交：%s。") % _names(overdue))
        if returned:
            said.append(_("退回未改：%s。") % _names(returned))
    return said


def _names(owing: Iterable[Owing]) -> str:
    return "、".join(
        _("%(unit)s第 %(quarter)d 季度") % {"unit": one.standing.plan_unit.name, "quarter": one.standing.quarter.number}
        for one in owing
    )


def _entry(plan: Plan, before: dict[str, object], after: dict[str, object]) -> Entry:
    changed = [name for name in after if before[name] != after[name]]
    return Entry(
        action="plan.reminders",
        stream=plan.owner.code,
        object_key=f"{plan.owner.code}/{plan.year}",
        object_name=plan.name,
        before={name: before[name] for name in changed},
        after={name: after[name] for name in changed},
    )
