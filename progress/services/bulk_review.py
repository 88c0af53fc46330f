"""Approving many reports at once: only those without a warning, each as the reviewer saw it, each for itself."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User, require
from common.errors import Conflict, Invalid, PortalError
from progress.models import Report
from progress.queries.review_queue import ReviewQueue, Waiting
from progress.services.history import somebody_was_first
from progress.services.review import approve_report

MOST_AT_ONCE = 60
"""So many take less than two seconds; nobody has looked at more in one go."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A report as the reviewer saw it: whose, which revision, and which version of it."""

    unit_code: str
    revision: int
    version: int

    @classmethod
    def of(cls, text: str) -> "Seen":
        """What a ticked box says: "320722:1:3"; Invalid for anything else."""
        parts = text.rsplit(":", 2)
        if len(parts) != 3 or not all(part.isdecimal() for part in parts[1:]):
            raise Invalid(_("缺少报告的版本号。"), _("请刷新页面后重试。"))
        return cls(parts[0], int(parts[1]), int(parts[2]))


@dataclass(slots=True)
class Approvals:
    """What became of the ticked reports: the units approved, and the others with the reason each."""

    approved: list[str] = field(default_factory=list)
    left_out: list[tuple[str, PortalError]] = field(default_factory=list)


def approve_clean(queue: ReviewQueue, ticked: Sequence[Seen], *, by: User, at: datetime) -> Approvals:
    """Approve every ticked report that is still clean and as it was seen; the others are left out and named.

    Each report is a transaction of its own: what somebody else changed meanwhile holds nobody else back. Raises
    NotAllowed, or Invalid where nothing, or more than `MOST_AT_ONCE`, was ticked.
    """
    require(by, "report.review")
    _check_number(ticked)
    waiting = {each.unit_code: each for each in queue.waiting}
    standing = {each.plan_unit.unit.code: each.report for each in queue.column}
    done = Approvals()
    for seen in ticked:
        report = standing.get(seen.unit_code)
        if report is None:
            continue  # not a unit of the person's: as if it had not been there
        try:
            _approve(report, waiting.get(seen.unit_code), seen, by=by, at=at)
        except PortalError as refused:
            done.left_out.append((report.plan_unit.label, refused))
        else:
            done.approved.append(report.plan_unit.label)
    return done


def labels_in_words(labels: Iterable[str]) -> str:
    """Names one after the other."""
    return _("、").join(labels)


def _check_number(ticked: Sequence[Seen]) -> None:
    if not ticked:
        raise Invalid(_("没有选择报告。"), _("请勾选要审核通过的报告。"))
    if len(ticked) > MOST_AT_ONCE:
        raise Invalid(_("一次最多审核通过 %d 份报告。") % MOST_AT_ONCE, _("请分几次勾选。"))


def _approve(report: Report, waiting: Waiting | None, seen: Seen, *, by: User, at: datetime) -> None:
    if waiting is None:
        if _is_done_by(report, seen, by=by):
            return
        raise somebody_was_first(report)
    if waiting.report.revision != seen.revision or waiting.report.version != seen.version:
        raise Conflict(_("报告在您打开之后有改动，没有审核通过。"), _("请刷新页面，看过现在的内容再审核。"))
    if not waiting.is_clean:
        raise Conflict(_reasons(waiting), _("请打开报告逐项审核。"))
    approve_report(waiting.report, by=by, at=at, version=seen.version)


def _is_done_by(report: Report, seen: Seen, *, by: User) -> bool:
    """Whether the person approved this very revision already: the same form was sent twice."""
    is_same = report.state == Report.State.APPROVED and report.revision == seen.revision
    return is_same and report.decided_by_id == by.pk


def _reasons(waiting: Waiting) -> str:
    if waiting.draft_comments:
        return _("有未发出的审核意见。")
    count = max(waiting.found_count, waiting.report.warning_count)
    if not count:
        return _("填报单位写了说明。")
    return ngettext("有 %d 项提示。", "有 %d 项提示。", count) % count
