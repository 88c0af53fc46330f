"""What reviewers say of single lines: written while they look, sent with their decision, answered by the unit.

Who only comments took no part in the report: four eyes look at numbers, not at words about them.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from accounts.models import User, require
from audit.services import record
from common.errors import Conflict, Invalid
from common.text import clean_text
from progress.models import Evidence, Line, LineComment, Report
from progress.queries.year import reported_indicator
from progress.services.history import report_event, somebody_was_first
from progress.services.locks import check_editable
from progress.services.moves import check_within, locked
from targets.services.guards import check_open_to_changes, take_standing

MOST_CHARACTERS = 1000


def add_comment(report: Report, code: str, *, by: User, at: datetime, text: str) -> LineComment:
    """A new comment on a line of a submitted report, not yet sent; the same one written twice is one.

    Raises Invalid for a line that the unit does not report or a blank text, Conflict once the report was decided.
    """
    require(by, "report.review")
    check_within(by, report)
    text = _said(text)
    with transaction.atomic():
        check_open_to_changes(report.plan_unit.plan)
        current = locked(report)
        if current.state != Report.State.SUBMITTED:
            raise somebody_was_first(current)
        indicator = reported_indicator(report.plan_unit, code)
        if indicator is None:
            raise Invalid(_("本单位不填报指标 %s。") % code, _("请核对指标代码。"))
        draft = {"report": current, "indicator": indicator, "text": text, "by": by, "sent_at": None}
        comment, is_new = LineComment.objects.get_or_create(**draft, defaults={"by_name": by.name, "at": at})
        if is_new:
            record(report_event(current, "report.comment", before=None, after={code: text}), by=by)
    return comment


def delete_comment(comment: LineComment, *, by: User) -> None:
    """Take back a comment that was not sent yet, also a colleague's: who decides, decides what goes with it.

    Raises Conflict once it was sent.
    """
    require(by, "report.review")
    report = comment.report
    check_within(by, report)
    with transaction.atomic():
        check_open_to_changes(report.plan_unit.plan)
        locked(report)
        deleted, _rows = LineComment.objects.filter(pk=comment.pk, sent_at__isnull=True).delete()
        if not deleted:
            raise Conflict(_("这条意见已经发给填报单位，不能删除。"), _("请刷新页面查看现在的状态。"))
        said = {comment.indicator.code: comment.text}
        record(report_event(report, "report.delete_comment", before=said, after=None), by=by)


def answer_comment(comment: LineComment, *, by: User, at: datetime, text: str) -> None:
    """Answer what a reviewer asked, or answer otherwise, while the report is with the unit.

    Raises Locked once the report is handed in again or the time is over.
    """
    require(by, "report.edit")
    report, text = comment.report, _said(text)
    with transaction.atomic():
        take_standing(report.plan_unit.plan)
        current = locked(report)
        check_editable(current, by=by, at=at)
        stored = LineComment.objects.sent().filter(pk=comment.pk)
        before = stored.values_list("answer", flat=True).first()
        if before is None:
            raise Conflict(_("这条意见还没有发出。"), _("请刷新页面查看现在的状态。"))
        if before == text:
            return
        stored.update(answer=text, answered_by=by.name, answered_at=at)
        code = comment.indicator.code
        event = report_event(current, "report.answer", before={code: before} if before else None, after={code: text})
        record(event, by=by)


def end_round(report: Report, *, at: datetime) -> None:
    """Let what the unit has answered since, by words, a change or a file, belong to the round that ends at `at`.

    In the return's transaction; one query.
    """
    changed = Line.objects.filter(report=report, indicator=OuterRef("indicator"), changed_at__gt=OuterRef("sent_at"))
    filed = Evidence.objects.filter(
        line__report=report, line__indicator=OuterRef("indicator"), uploaded_at__gt=OuterRef("sent_at")
    )
    heard = Q(answered_at__isnull=False) | Exists(changed) | Exists(filed)
    LineComment.objects.sent().filter(heard, report=report, heard_at__isnull=True).update(heard_at=at)


def send_comments(report: Report, *, at: datetime) -> dict[str, list[str]]:
    """Let what was written of a report go with the decision at `at`; the texts by the indicator's code.

    In the decision's transaction.
    """
    drafts = list(LineComment.objects.filter(report=report, sent_at__isnull=True).select_related("indicator"))
    if not drafts:
        return {}
    LineComment.objects.filter(pk__in=[draft.pk for draft in drafts]).update(sent_at=at)
    sent: dict[str, list[str]] = {}
    for draft in drafts:
        sent.setdefault(draft.indicator.code, []).append(draft.text)
    return sent


def _said(text: str) -> str:
    said = clean_text(text).strip()
    if not said:
        raise Invalid(_("没有写内容。"), _("请写明意见或答复。"))
    if len(said) > MOST_CHARACTERS:
        raise Invalid(_("内容太长，最多 %d 个字。") % MOST_CHARACTERS, _("请写得简短些。"))
    return said
