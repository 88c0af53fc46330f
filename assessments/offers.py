"""What a person may do with the lines of a sheet now, and what is said where it is not possible."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.models import Announcement, Assessment
from assessments.services.announcing import standing_announcement
from assessments.shown import Shown
from common.instants import last_day_before
from targets.models import PlanUnit


@dataclass(frozen=True, slots=True)
class Offers:
    """Whether lines may be adjusted, or appealed against; `about_appeals` says to the unit when they may be."""

    adjust: bool = False
    appeal: bool = False
    about_appeals: str = ""


def offers_of(person: User, shown: Shown, plan_unit: PlanUnit, *, at: datetime) -> Offers:
    """Nothing on a revision that is not the newest; one query while it is announced."""
    assessment = shown.assessment
    if assessment is None or not shown.is_newest:
        return Offers()
    announcement = standing_announcement(assessment) if assessment.state == Assessment.State.ANNOUNCED else None
    own = bool(person.scope_path) and plan_unit.unit.path.startswith(person.scope_path or "/")
    may_appeal = own and person.has_perm("assessment.appeal")
    return Offers(
        adjust=assessment.is_open and person.has_perm("assessment.adjust"),
        appeal=may_appeal and announcement is not None and not announcement.is_over(at),
        about_appeals=_about_appeals(assessment, announcement, at=at) if may_appeal else "",
    )


def _about_appeals(assessment: Assessment, announcement: Announcement | None, *, at: datetime) -> str:
    if assessment.is_open:
        return _("结果还没有公示，得分可能变动。公示后对某一项有异议的，可以在公示期内申诉。")
    if announcement is None:
        return _("结果已发布，不能再申诉。如确有错误，请与市局联系。")
    last_day = date_format(last_day_before(announcement.until), "Y-m-d")
    if announcement.is_over(at):
        return _("公示期已于 %s 结束，不能再申诉。如确有错误，请与市局联系。") % last_day
    return _("公示至 %s 止。对某一项有异议的，点那一行的“申诉”。") % last_day
