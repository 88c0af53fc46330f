"""What units and leaders are told of the assessment: announced, published, a falsification, an appeal."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policy import Role
from assessments.models import Announcement, Appeal, Assessment, FalsificationFlag
from assessments.services.moves import flag_key, key_of
from assessments.services.standing import Standing, changes
from common.actions import Actor
from common.instants import last_day_before
from notices.models import Notice
from notices.services import Message, send_notices
from progress.queries.reminders import bureau_of, reporters_of
from targets.models import Plan, PlanUnit

LANGUAGE = "zh-hans"
"""What is sent is kept as it was sent, in the language of the bureau's own texts."""


def tell_announced(
    assessment: Assessment, announcement: Announcement, before: Announcement | None, *, by: Actor, at: datetime
) -> list[Notice]:
    """Tell every assessed unit its announced result and, where there was an earlier one, what is different now."""
    with translation.override(LANGUAGE):
        last_day = date_format(last_day_before(announcement.until), "n 月 j 日")
        messages = []
        for plan_unit, people in _units(assessment.plan):
            code = plan_unit.unit.code
            said = [
                _("%(year)d 年度考核结果自今日起公示，至 %(day)s止。")
                % {"year": assessment.plan.year, "day": last_day},
                _result_words(announcement.standing, code),
                _changed_words(before, announcement, code),
                _("如有异议，请在公示期内对具体评分项提出申诉。"),
            ]
            messages.append(
                Message(
                    key=f"announced:{key_of(assessment)}/a{announcement.number}/{code}",
                    kind=Notice.Kind.ANNOUNCED,
                    unit=plan_unit.unit,
                    subject=_("%d 年度考核公示") % assessment.plan.year,
                    body="\n".join(each for each in said if each),
                    url=_sheet_url(assessment.plan, plan_unit),
                    to=people,
                )
            )
    return send_notices(messages, by=by, at=at)


def tell_published(assessment: Assessment, standing: Standing, *, by: Actor, at: datetime) -> list[Notice]:
    """Tell every assessed unit, and the leaders of the plan's owner, that the result is published."""
    plan = assessment.plan
    with translation.override(LANGUAGE):
        subject = _("%d 年度考核结果已发布") % plan.year
        messages = [
            Message(
                key=f"published:{key_of(assessment)}/{plan_unit.unit.code}",
                kind=Notice.Kind.PUBLISHED,
                unit=plan_unit.unit,
                subject=subject,
                body="\n".join(
                    each for each in (_revised_words(assessment), _result_words(standing, plan_unit.unit.code)) if each
                ),
                url=_sheet_url(plan, plan_unit),
                to=people,
            )
            for plan_unit, people in _units(plan)
        ]
        words = [_revised_words(assessment), _("%d 个单位的得分、等次和排名可在考核页面查看。") % len(standing)]
        messages.append(
            Message(
                key=f"published:{key_of(assessment)}/leaders",
                kind=Notice.Kind.PUBLISHED,
                unit=plan.owner,
                subject=subject,
                body="\n".join(each for each in words if each),
                url=reverse("assessments:assessment", args=(plan.owner.code, plan.year)),
                to=leaders_of(plan),
            )
        )
    return send_notices(messages, by=by, at=at)


def tell_appealed(appeal: Appeal, *, by: Actor, at: datetime) -> list[Notice]:
    """Tell the bureau that a unit appeals against a line."""
    plan = appeal.assessment.plan
    with translation.override(LANGUAGE):
        place = f"{appeal.plan_unit.name} {appeal.criterion_code}"
        message = Message(
            key=f"appeal:{appeal.uuid}",
            kind=Notice.Kind.APPEAL,
            unit=plan.owner,
            subject=_("考核申诉：%s") % place,
            body=appeal.reason,
            url=reverse("assessments:appeals", args=(plan.owner.code, plan.year)),
            to=bureau_of(plan),
        )
    return send_notices([message], by=by, at=at)


def tell_decided(appeal: Appeal, *, by: Actor, at: datetime) -> list[Notice]:
    """Tell the unit what was decided on its appeal, and why."""
    plan = appeal.assessment.plan
    with translation.override(LANGUAGE):
        values = {"code": appeal.criterion_code, "state": appeal.get_state_display()}
        message = Message(
            key=f"appeal:{appeal.uuid}/decided",
            kind=Notice.Kind.APPEAL,
            unit=appeal.plan_unit.unit,
            subject=_("申诉处理结果：%(code)s %(state)s") % values,
            body=appeal.decision,
            url=reverse("assessments:appeals", args=(plan.owner.code, plan.year)),
            to=reporters_of([appeal.plan_unit]).get(appeal.plan_unit.unit_id, []),
        )
    return send_notices([message], by=by, at=at)


def tell_flagged(flag: FalsificationFlag, *, by: Actor, at: datetime) -> list[Notice]:
    """Tell the unit that two officers have found a falsification, why, and where the evidence is."""
    with translation.override(LANGUAGE):
        said = [
            _("经两名市局管理员先后认定，贵单位存在弄虚作假，年度考核一票否决。"),
            _("认定理由：%s") % flag.reason,
            _("证据材料见得分明细页。如有异议，请在公示前与市局联系。"),
        ]
        message = _flag_message(flag, "flagged", subject=_("弄虚作假认定"), body="\n".join(said))
    return send_notices([message], by=by, at=at)


def tell_unflagged(flag: FalsificationFlag, *, by: Actor, at: datetime, reason: str) -> list[Notice]:
    """Tell the unit that the finding was taken back, and why."""
    with translation.override(LANGUAGE):
        message = _flag_message(flag, "unflagged", subject=_("弄虚作假认定已撤销"), body=_("撤销理由：%s") % reason)
    return send_notices([message], by=by, at=at)


def _flag_message(flag: FalsificationFlag, what: str, *, subject: str, body: str) -> Message:
    plan_unit = flag.plan_unit
    return Message(
        key=f"{what}:{flag_key(flag)}",
        kind=Notice.Kind.FLAG,
        unit=plan_unit.unit,
        subject=subject,
        body=body,
        url=_sheet_url(flag.assessment.plan, plan_unit),
        to=reporters_of([plan_unit]).get(plan_unit.unit_id, []),
    )


def leaders_of(plan: Plan) -> list[User]:
    """The active leaders of the unit that owns the plan; one query."""
    leaders = User.objects.filter(is_active=True, role=Role.LEADER, unit=plan.owner_id)
    return list(leaders.order_by("username"))


def _units(plan: Plan) -> Iterable[tuple[PlanUnit, list[User]]]:
    units = list(plan.plan_units.filter(assessed=True).select_related("unit").order_by("order", "pk"))
    people = reporters_of(units)
    return [(each, people.get(each.unit_id, [])) for each in units]


def _result_words(standing: Standing, code: str) -> str:
    result = standing.get(code)
    if result is None or not result["grade"]:
        return _("贵单位本年度无法评定等次。")
    return _("贵单位总分 %(total)s 分，等次为%(grade)s，排名第 %(rank)s。") % result


def _changed_words(before: Announcement | None, announcement: Announcement, code: str) -> str:
    if before is None:
        return ""
    moved = [str(each) for each in changes(before.standing.get(code), announcement.standing.get(code, {}))]
    if not moved:
        return _("与上次公示相比，贵单位的得分没有变化。")
    why = _("变更原因：%s") % before.withdraw_reason if before.withdraw_reason else ""
    return "\n".join(each for each in (_("与上次公示相比有变更：%s。") % "；".join(moved), why) if each)


def _revised_words(assessment: Assessment) -> str:
    return (
        _("这是第 %(n)d 版，更正理由：%(why)s") % {"n": assessment.revision, "why": assessment.reason}
        if (assessment.reason)
        else ""
    )


def _sheet_url(plan: Plan, plan_unit: PlanUnit) -> str:
    return reverse("assessments:unit", args=(plan.owner.code, plan.year, plan_unit.unit.code))
