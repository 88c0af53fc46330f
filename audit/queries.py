"""Reading the trail: its chains checked."""

from collections.abc import Iterator
from dataclasses import dataclass

from audit.models import AuditEvent, AuditHead


@dataclass(frozen=True, slots=True)
class Break:
    """Where a stream's chain does not hold, and why."""

    stream: str
    seq: int
    reason: str


def broken_links() -> Iterator[Break]:
    """Every place where the trail was changed: a wrong hash, a gap, an event cut off at the end."""
    for head in AuditHead.objects.order_by("stream"):
        yield from _broken_in(head)
    known = AuditHead.objects.values("stream")
    for stream in AuditEvent.objects.exclude(stream__in=known).values_list("stream", flat=True).distinct():
        yield Break(stream, 0, "the stream has events but no head")


def _broken_in(head: AuditHead) -> Iterator[Break]:
    previous, seq = "", 0
    for event in AuditEvent.objects.filter(stream=head.stream).order_by("seq").iterator(chunk_size=2000):
        if event.seq != seq + 1:
            yield Break(head.stream, seq + 1, "events are missing")
        if event.previous_hash != previous or event.hash != event.computed_hash():
            yield Break(head.stream, event.seq, "the event was changed")
        previous, seq = event.hash, event.seq
    if (seq, previous) != (head.seq, head.hash):
        yield Break(head.stream, head.seq, "the end of the stream is missing")
