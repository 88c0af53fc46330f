"""What a person can do with a report now: what the page offers, the services check again."""

from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from accounts.policy import allows
from common.errors import LOCK_TEXTS, LockReason, Text
from progress.models import Report, ReportContributor
from progress.queries.sheet import Sheet
from progress.services.locks import is_within, lock_reason_within, may_be_withdrawn, open_until
from targets.models import Plan

State = Report.State


@dataclass(frozen=True, slots=True)
class Offers:
    """What the page of a report offers to one person at one instant."""

    lock: LockReason | None
    open_until: datetime | None
    may_edit: bool
    may_withdraw: bool
    may_review: bool
    may_reopen: bool
    may_discard: bool
    took_part: bool

    @property
    def lock_message(self) -> Text:
        return LOCK_TEXTS[self.lock][0] if self.lock else ""

    @property
    def lock_hint(self) -> Text:
        return LOCK_TEXTS[self.lock][1] if self.lock else ""

    @property
    def may_approve(self) -> bool:
        """Four eyes: who entered or submitted may return a report, but not approve it."""
        return self.may_review and not self.took_part


def offers(sheet: Sheet, *, by: User, at: datetime) -> Offers:
    """What the person can do with the sheet's report; one query."""
    report, plan = sheet.report, sheet.book.plan
    lock = lock_reason_within(report, sheet.window, by=by, at=at)
    moves_on = plan.state != Plan.State.CLOSED and plan.announced_at is None and is_within(by, report)
    is_newest = sheet.book.current((report.plan_unit_id, report.quarter.number)) in (None, report)
    submitted = moves_on and report.state == State.SUBMITTED
    return Offers(
        lock=lock if is_newest else LockReason.APPROVED,
        open_until=open_until(report, sheet.window),
        may_edit=lock is None and is_newest,
        may_withdraw=submitted and allows(by.role, "report.withdraw") and may_be_withdrawn(report, sheet.window, at=at),
        may_review=submitted and allows(by.role, "report.review"),
        may_reopen=moves_on and report.is_effective and is_newest and allows(by.role, "report.reopen"),
        may_discard=moves_on
        and report.is_correction
        and report.is_editable
        and is_newest
        and allows(by.role, "report.reopen"),
        took_part=_took_part(report, by),
    )


def _took_part(report: Report, by: User) -> bool:
    if not report.pk:
        return False
    return report.submitted_by_id == by.pk or ReportContributor.objects.filter(report=report, user=by).exists()
