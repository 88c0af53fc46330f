"""What the portal tells people, in itself and by e-mail: each thing once, and who has seen it."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.scope import Scoped, within


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Readings of what was sent."""

    def visible_to(self, user: Scoped) -> "NoticeQuerySet":
        """What was sent to the units of the person's subtree."""
        return self.filter(within(user, "unit__path"))


class Notice(models.Model):
    """One thing said to the people of a unit. `key` tells it from every other, so that nothing is said twice.

    `url` leads to what it is about, within the portal.
    """

    class Kind(models.TextChoices):
        REMINDER = "reminder", _("催报")
        DIGEST = "digest", _("每日摘要")
        ANNOUNCED = "announced", _("考核公示")
        PUBLISHED = "published", _("考核发布")
        APPEAL = "appeal", _("考核申诉")
        FLAG = "flag", _("弄虚作假认定")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(_("类别"), max_length=12, choices=Kind)
    unit = models.ForeignKey("targets.Unit", on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(_("标题"), max_length=200)
    body = models.TextField(_("内容"))
    url = models.CharField(max_length=300)
    sent_by = models.CharField(max_length=150)
    sent_at = models.DateTimeField()

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("通知")
        verbose_name_plural = _("通知")
        ordering = ["-sent_at", "-pk"]
        indexes = [models.Index(fields=["unit", "kind", "sent_at"], name="notice_unit_kind_sent")]

    def __str__(self) -> str:
        return self.key


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Readings of what people were told."""

    def unseen(self) -> "DeliveryQuerySet":
        return self.filter(seen_at=None)


class Delivery(models.Model):
    """A notice for one person. E-mail goes out at most once: a message being sent when its worker died is `unsure`."""

    class Mail(models.TextChoices):
        NONE = "none", _("不发邮件")
        WAITING = "waiting", _("邮件待发")
        SENDING = "sending", _("邮件发送中")
        SENT = "sent", pgettext_lazy("mail", "邮件已发")
        UNSURE = "unsure", _("邮件可能已发")

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="deliveries")
    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="deliveries")
    seen_at = models.DateTimeField(null=True)
    mail = models.CharField(max_length=8, choices=Mail, default=Mail.NONE)
    mailed_at = models.DateTimeField(null=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["notice", "user"], name="delivered_once")]
        indexes = [models.Index(fields=["mail"], condition=models.Q(mail="waiting"), name="delivery_mail_waiting")]

    def __str__(self) -> str:
        return f"{self.notice} → {self.user_id}"
