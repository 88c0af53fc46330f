"""What every step of the assessment shares: its row locked, what it allows said in plain words, the trail's entry."""

from collections.abc import Mapping
from datetime import UTC
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from assessments.models import Assessment, FalsificationFlag
from audit.services import Entry
from common.errors import Conflict, NotYet
from targets.models import PlanUnit


def locked(assessment: Assessment) -> Assessment:
    """The assessment as it is now, its row locked until the end of the transaction; its plan is the caller's."""
    current = Assessment.objects.select_for_update().get(pk=assessment.pk)
    current.plan = assessment.plan
    return current


def check_open(assessment: Assessment) -> None:
    """Nothing, while points may still change; else NotYet."""
    if not assessment.is_open:
        raise _closed(assessment)


def check_not_frozen(assessment: Assessment) -> None:
    """Nothing, until the assessment is published; else NotYet."""
    if assessment.is_frozen:
        raise _closed(assessment)


def _closed(assessment: Assessment) -> NotYet:
    return NotYet(
        _("考核%s，不能再更改评分。") % assessment.get_state_display(), _("如需更正，请说明理由后新建修订版本。")
    )


def key_of(assessment: Assessment, *, revision: int | None = None) -> str:
    """How the trail and the notices name an assessment, or another revision of it: "320700/2023/r1"."""
    return f"{assessment.plan.owner.code}/{assessment.plan.year}/r{revision or assessment.revision}"


def flag_key(flag: FalsificationFlag, *, revision: int | None = None) -> str:
    """How the notices name a finding: "320700/2023/r1/320722/2024-01-15T01:30:00+00:00", raised in that revision."""
    raised = flag.raised_at.astimezone(UTC).isoformat(timespec="seconds")
    return f"{key_of(flag.assessment, revision=revision)}/{flag.plan_unit.unit.code}/{raised}"


def assessment_event(
    assessment: Assessment, action: str, *, before: Any = None, after: Any = None, reason: str = ""
) -> Entry:
    """The trail's entry of something done to the assessment as a whole."""
    return Entry(
        action,
        stream=assessment.plan.owner.code,
        object_key=key_of(assessment),
        object_name=str(assessment.plan),
        before=before,
        after=after,
        reason=reason,
    )


def line_event(action: str, line: tuple[Assessment, PlanUnit, str], said: Mapping[str, Any], *, reason: str) -> Entry:
    """The trail's entry of something done to one line of one unit: `said` holds before and after."""
    assessment, plan_unit, code = line
    return Entry(
        action,
        stream=plan_unit.unit.code,
        object_key=f"{key_of(assessment)}/{plan_unit.unit.code}/{code}",
        object_name=f"{plan_unit.name} {code}",
        before=said.get("before"),
        after=said.get("after"),
        reason=reason,
    )


def somebody_was_first(current: Assessment, *, who: str = "", when: Any = None) -> Conflict:
    """The refusal that says what state the assessment has by now, and who brought it there where that is known."""
    hint = _("请刷新页面查看现在的状态。")
    if not who or when is None:
        return Conflict(_("考核的状态刚被他人更改，现为“%s”。") % current.get_state_display(), hint)
    said = {"who": who, "when": date_format(localtime(when), "m-d H:i"), "state": current.get_state_display()}
    return Conflict(_("%(who)s 已于 %(when)s 将考核改为“%(state)s”。") % said, hint)
