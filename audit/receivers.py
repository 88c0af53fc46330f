"""What the trail hears of: files that the registers in the admin refuse. What they store, their services enter."""

from datetime import UTC
from typing import Any

from django.db import transaction
from django.dispatch import receiver

from audit.models import AuditEvent
from audit.services import SYSTEM_STREAM, Entry, record
from common.actions import Actor
from common.register_admin.signals import RefusedFile, file_refused


@receiver(file_refused)
def enter_refused_file(sender: object, *, file: RefusedFile, by: Actor, **_: Any) -> None:
    """The entry that a refused file of the import pages leaves, for one of the admin's."""
    after = {
        "kind": file.register,
        "outcome": "rejected_rows" if file.counts else "rejected_file",
        "sha256": file.sha256,
        "arrived_at": file.arrived_at.astimezone(UTC).isoformat(),
        **file.counts,
    }
    entry = Entry(
        action="import.refuse",
        stream=by.unit_code or SYSTEM_STREAM,
        object_key=file.sha256,
        object_name=file.name,
        after=after,
        reason="、".join(file.codes),
        outcome=AuditEvent.Outcome.REFUSED,
    )
    with transaction.atomic():
        record(entry, by=by)
