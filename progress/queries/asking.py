"""Which comments on a line are still to be dealt with, and which belong to rounds that are over."""

from progress.models import LineComment, Report

Comments = tuple[LineComment, ...]


def sort_comments(comments: Comments, report: Report) -> tuple[Comments, Comments]:
    """The comments on one line of the report that are still to be dealt with, and the others."""
    asked = tuple(each for each in comments if _is_asked(each, report))
    return asked, tuple(each for each in comments if each not in asked)


def _is_asked(comment: LineComment, report: Report) -> bool:
    """Not sent yet, or sent with the last decision; or of an earlier return, and not yet heard at the last one."""
    if comment.report_id != report.pk:
        return False
    if comment.sent_at is None or comment.sent_at == report.decided_at:
        return True
    return report.marks_since is not None and comment.heard_at is None
