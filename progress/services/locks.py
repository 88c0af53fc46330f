"""Whether a report can be changed now, and if not, for which of the seven reasons (domain.md, section 5.6)."""

from datetime import datetime

from accounts.models import User
from accounts.policy import allows
from common.errors import Locked, LockReason
from progress.models import Report
from targets.models import Plan
from targets.queries import Deadlines, deadlines


def lock_reason(report: Report, *, by: User, at: datetime) -> LockReason | None:
    """Why the person cannot change the report at an instant; None when they can. One query, for an extension.

    The report may be one that was not stored yet. Where several reasons hold, the last in the list of seven is said:
    nobody waits for a deadline to be extended in a year that is archived.
    """
    return lock_reason_within(report, deadlines(report.quarter, report.plan_unit), by=by, at=at)


def check_editable(report: Report, *, by: User, at: datetime) -> None:
    """Nothing, if the person can change the report at an instant; else Locked."""
    reason = lock_reason(report, by=by, at=at)
    if reason is not None:
        raise Locked(reason)


def lock_reason_within(report: Report, window: Deadlines, *, by: User, at: datetime) -> LockReason | None:
    """As `lock_reason`, with the unit's deadlines at hand; no query."""
    plan = report.plan_unit.plan
    if not allows(by.role, "report.edit") or not is_within(by, report):
        return LockReason.NO_RIGHT
    if plan.state == Plan.State.CLOSED:
        return LockReason.ARCHIVED
    if plan.announced_at is not None:
        return LockReason.ANNOUNCED
    if report.state in Report.SETTLED:
        return LockReason.APPROVED
    if report.state == Report.State.SUBMITTED:
        return LockReason.SUBMITTED
    return _lock_by_time(report, window, at)


def is_within(by: User, report: Report) -> bool:
    """Whether the report's unit lies in the person's subtree."""
    return bool(by.scope_path) and report.plan_unit.unit.path.startswith(by.scope_path or "/")


def open_until(report: Report, window: Deadlines) -> datetime | None:
    """Until when the report can be entered and submitted; None: for as long as it takes (a correction)."""
    if report.is_correction:
        return None
    if report.return_open_until is None:
        return window.closes
    return max(window.closes, report.return_open_until)


def _lock_by_time(report: Report, window: Deadlines, at: datetime) -> LockReason | None:
    until = open_until(report, window)
    if until is None:
        return None
    if at >= until:
        return LockReason.CLOSED
    is_returned = report.return_open_until is not None and at < report.return_open_until
    too_early = report.plan_unit.plan.state == Plan.State.DRAFT or at < window.opens
    return LockReason.NOT_OPEN if too_early and not is_returned else None


def may_be_withdrawn(report: Report, window: Deadlines, *, at: datetime) -> bool:
    """Whether a submitted report can still be taken back: before its deadline; a correction has none.

    The deadline is `due`, not `closes`: otherwise an empty report handed in on time could be filled in afterwards.
    """
    if report.is_correction:
        return True
    return at < max(window.due, report.return_open_until or window.due)
