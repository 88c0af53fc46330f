"""What reviewers say of single lines, and what the unit answers."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.scope import Scoped, within
from progress.models.reports import Report
from targets.models import Indicator


class LineCommentQuerySet(models.QuerySet["LineComment"]):
    """Readings of the comments."""

    def visible_to(self, user: Scoped) -> "LineCommentQuerySet":
        """The comments on reports of the person's subtree; who does not review sees of them only what was `sent`."""
        return self.filter(within(user, "report__plan_unit__unit__path"))

    def sent(self) -> "LineCommentQuerySet":
        """What everybody may see: it went with a decision."""
        return self.filter(sent_at__isnull=False)


class LineComment(models.Model):
    """A reviewer's word on one line of a report (report and indicator; the line itself may be missing).

    A draft until it goes with the next decision at `sent_at`; from then on it never changes. The unit answers it while
    the report is with them. `heard_at` is the return that found it answered, or followed by a change or a file.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("未发出")
        OPEN = "open", _("待答复")
        ANSWERED = "answered", _("已答复")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="comments")
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(_("审核意见"))
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=150)
    at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    answer = models.TextField(_("答复"), blank=True)
    answered_by = models.CharField(max_length=150, blank=True)
    answered_at = models.DateTimeField(null=True)
    heard_at = models.DateTimeField(null=True)

    objects = LineCommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("审核意见")
        verbose_name_plural = _("审核意见")
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(text=""), name="comment_says_something", violation_error_message=_("请写明意见。")
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True)
                | (~Q(answer="") & Q(answered_at__isnull=False, sent_at__isnull=False)),
                name="answered_comment_was_sent",
            ),
        ]
        indexes = [models.Index(fields=["report", "sent_at"], name="comment_of_report")]

    def __str__(self) -> str:
        return f"{self.report} {self.indicator}"

    @property
    def state(self) -> str:
        """Not sent yet, waiting for an answer, or answered."""
        if self.sent_at is None:
            return str(self.State.DRAFT)
        return str(self.State.OPEN if self.answered_at is None else self.State.ANSWERED)
