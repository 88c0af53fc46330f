"""Writing the trail: in the caller's transaction, one hash chain a stream."""

import json
from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from audit.models import AuditEvent, AuditHead
from common.actions import Actor
from common.errors import PortalError

SYSTEM_STREAM = "system"

# Set by the web door for the length of a request: services need not carry the address along.
current_address: ContextVar[str] = ContextVar("current_address", default="")


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to record; `stream` is the unit's code, `before` and `after` JSON-able values."""

    action: str
    stream: str = SYSTEM_STREAM
    object_key: str = ""
    object_name: str = ""
    before: Any = None
    after: Any = None
    reason: str = ""
    outcome: str = AuditEvent.Outcome.DONE


def record(entries: Entry | Iterable[Entry], *, by: Actor) -> list[AuditEvent]:
    """The events as written, each in its stream's chain. Must run inside the caller's transaction.

    Two queries to lock the heads of all streams, two to write, whatever the number of events.
    """
    todo = [entries] if isinstance(entries, Entry) else list(entries)
    if not todo:
        return []
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("The trail is written inside the transaction of what it records.")
    heads = _lock_heads({entry.stream for entry in todo})
    at = timezone.now()
    events = [_chain(entry, heads[entry.stream], by=by, at=at) for entry in todo]
    AuditEvent.objects.bulk_create(events)
    AuditHead.objects.bulk_update(heads.values(), ["seq", "hash"])
    return events


def record_refusal(error: PortalError, *, by: Actor, request: HttpRequest) -> None:
    """Record what was refused, in a transaction of its own: the refused one has rolled back."""
    match = request.resolver_match
    entry = Entry(
        action=f"refused:{match.view_name if match else request.path}"[:60],
        stream=by.unit_code or SYSTEM_STREAM,
        object_key=request.path[:200],
        reason=str(error),
        outcome=AuditEvent.Outcome.REFUSED,
    )
    with transaction.atomic():
        record(entry, by=by)


def _lock_heads(streams: set[str]) -> dict[str, AuditHead]:
    # Sorted, so that two writers with the same streams cannot wait for each other.
    names = sorted(streams)
    heads = {h.stream: h for h in AuditHead.objects.select_for_update().filter(stream__in=names).order_by("stream")}
    missing = [AuditHead(stream=name) for name in names if name not in heads]
    if missing:
        AuditHead.objects.bulk_create(missing, ignore_conflicts=True)
        return _lock_heads(streams)
    return heads


def _chain(entry: Entry, head: AuditHead, *, by: Actor, at: datetime) -> AuditEvent:
    event = AuditEvent(
        stream=entry.stream,
        seq=head.seq + 1,
        at=at,
        actor=by.username,
        actor_name=by.name,
        role=by.role,
        unit_code=by.unit_code,
        address=current_address.get(),
        action=entry.action,
        outcome=entry.outcome,
        object_key=entry.object_key[:200],
        object_name=entry.object_name[:300],
        before=_text(entry.before),
        after=_text(entry.after),
        reason=entry.reason,
        previous_hash=head.hash,
    )
    event.hash = event.computed_hash()
    head.seq, head.hash = event.seq, event.hash
    return event


def _text(value: Any) -> str:
    if value is None:
        return ""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
