"""The trail: who did what, when, from where, and what it was before and after."""

import hashlib
import json
from datetime import UTC
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditQuerySet(models.QuerySet["AuditEvent"]):
    """Readings of the trail."""

    def visible_to(self, user: Any) -> "AuditQuerySet":
        """The whole trail for those who may read it, nothing for anybody else."""
        return self.all() if user.has_perm("trail.view") else self.none()


class AuditHead(models.Model):
    """The end of one stream's hash chain; locked while events are added."""

    stream = models.CharField(max_length=40, unique=True)
    seq = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="")

    def __str__(self) -> str:
        return f"{self.stream}#{self.seq}"


class AuditEvent(models.Model):
    """One thing done or refused; never changed, never deleted.

    `stream` is a unit's code or "system"; `hash` covers the event and the hash before it.
    """

    class Outcome(models.TextChoices):
        DONE = "done", _("完成")
        REFUSED = "refused", _("被拒绝")

    stream = models.CharField(max_length=40)
    seq = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    actor = models.CharField(max_length=150)
    actor_name = models.CharField(max_length=150)
    role = models.CharField(max_length=20)
    unit_code = models.CharField(max_length=40, blank=True)
    address = models.CharField(max_length=64, blank=True)
    action = models.CharField(max_length=60)
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.DONE)
    object_key = models.CharField(max_length=200, blank=True)
    object_name = models.CharField(max_length=300, blank=True)
    before = models.TextField(blank=True)
    after = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    objects = AuditQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stream", "seq"], name="audit_stream_seq_once")]
        indexes = [
            models.Index(fields=["at"], name="audit_at"),
            models.Index(fields=["actor", "at"], name="audit_actor_at"),
            models.Index(fields=["object_key"], name="audit_object"),
        ]

    def __str__(self) -> str:
        return f"{self.stream}#{self.seq} {self.action}"

    @property
    def has_changes_file(self) -> bool:
        """Whether what it changed is too much for a row here, and stands in a stored file that `after` names."""
        return '"changes": {"file": ' in self.after

    def computed_hash(self) -> str:
        """SHA-256 over everything the event says and the hash before it."""
        at = self.at.astimezone(UTC).isoformat(timespec="microseconds")
        said = [
            self.stream, self.seq, at, self.actor, self.actor_name, self.role, self.unit_code, self.address,
            self.action, self.outcome, self.object_key, self.object_name, self.before, self.after, self.reason,
            self.previous_hash,
        ]  # fmt: skip
        return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()
