"""What every move of a report leaves behind: a line in its history and an event in the trail."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.models import User
from audit.services import Entry
from common.errors import Conflict
from progress.models import Report, ReportMove


@dataclass(frozen=True, slots=True)
class Step:
    """One move: who, when, why; `arrived_at` where what was moved had arrived at another instant."""

    move: ReportMove.Move
    by: User
    at: datetime
    reason: str = ""
    arrived_at: datetime | None = None

    def as_row(self, report: Report) -> ReportMove:
        """The line of the report's history, not yet stored."""
        return ReportMove(
            report=report,
            move=self.move,
            at=self.at,
            arrived_at=self.arrived_at or self.at,
            by_name=self.by.name,
            reason=self.reason,
        )


def report_event(report: Report, action: str, *, before: Any, after: Any, reason: str = "") -> Entry:
    """The trail's entry of something done to a report."""
    unit, year = report.plan_unit.unit, report.plan_unit.plan.year
    return Entry(
        action=action,
        stream=unit.code,
        object_key=f"{unit.code}/{year}/q{report.quarter.number}/r{report.revision}",
        object_name=f"{report.plan_unit.name} {year} Q{report.quarter.number}",
        before=before,
        after=after,
        reason=reason,
    )


def somebody_was_first(report: Report) -> Conflict:
    """The refusal that names who moved the report before, and what they did."""
    last = report.moves.order_by("-at", "-pk").first()
    if last is None:
        return Conflict(_("报告的状态刚被他人更改。"), _("请刷新页面查看现在的状态。"))
    when = date_format(localtime(last.at), "m-d H:i")
    return Conflict(
        _("%(name)s 已于 %(when)s %(move)s此报告。")
        % {"name": last.by_name, "when": when, "move": last.get_move_display()},
        _("请刷新页面查看现在的状态。"),
    )
