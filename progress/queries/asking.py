"""Which comments on a line are still to be dealt with, and which belong to rounds that are over."""

from collections.abc import Collection
from datetime import datetime

from progress.models import Evidence, Line, LineComment, Report

Comments = tuple[LineComment, ...]


def sort_comments(
    comments: Comments, report: Report, line: Line | None, evidence: Collection[Evidence]
) -> tuple[Comments, Comments]:
    """The comments on one line of the report that are still to be dealt with, and the others."""
    changed = [line.changed_at] if line is not None and line.pk else []
    touched = [*changed, *(each.uploaded_at for each in evidence)]
    asked = tuple(each for each in comments if _is_asked(each, report, touched))
    return asked, tuple(each for each in comments if each not in asked)


def _is_asked(comment: LineComment, report: Report, touched: Collection[datetime]) -> bool:
    """Sent with the report's last decision, or not sent yet; or of an earlier return, and neither answered nor followed
    by a change (`touched`) until the last one."""
    if comment.report_id != report.pk:
        return False
    sent, since = comment.sent_at, report.marks_since
    if sent is None or sent == report.decided_at:
        return True
    if since is None:
        return False
    heard = [*touched, comment.answered_at] if comment.answered_at else touched
    return not any(sent < at <= since for at in heard)
