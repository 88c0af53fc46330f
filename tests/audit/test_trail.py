"""The trail: chained, append-only, and every change of it is found."""

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError, InternalError

from audit.models import AuditEvent, AuditHead
from audit.queries import broken_links
from audit.services import Entry, record
from common.actions import SYSTEM

pytestmark = pytest.mark.django_db


def write(*streams: str) -> None:
    with transaction.atomic():
        record([Entry(action="test.done", stream=s, before={"a": 1}, after={"a": 2}) for s in streams], by=SYSTEM)


def test_events_of_one_call_are_chained_within_their_streams() -> None:
    write("320706", "320707", "320706")

    events = list(AuditEvent.objects.filter(stream="320706").order_by("seq"))
    assert [e.seq for e in events] == [1, 2]
    assert events[1].previous_hash == events[0].hash
    assert AuditHead.objects.get(stream="320706").hash == events[1].hash
    assert list(broken_links()) == []


def test_a_hundred_events_take_as_many_queries_as_one(django_assert_num_queries: object) -> None:
    write("a", "b")

    with django_assert_num_queries(5):  # type: ignore[operator]
        write(*["a", "b"] * 50)


def test_outside_a_transaction_nothing_is_recorded(transactional_db: None) -> None:
    with pytest.raises(RuntimeError, match="inside the transaction"):
        record(Entry(action="test.done"), by=SYSTEM)

    assert not AuditEvent.objects.exists()


def test_a_change_of_the_trail_is_refused_by_postgresql_and_found_on_sqlite() -> None:
    write("a")
    if connection.vendor != "postgresql":
        AuditEvent.objects.update(actor="somebody else")
        assert [b.reason for b in broken_links()] == ["the event was changed"]
        return
    with pytest.raises((DatabaseError, InternalError)), transaction.atomic():
        AuditEvent.objects.update(actor="somebody else")
    with pytest.raises((DatabaseError, InternalError)), transaction.atomic():
        AuditEvent.objects.all().delete()
    assert list(broken_links()) == []


def test_cutting_off_the_end_is_found() -> None:
    write("a", "a")
    AuditHead.objects.filter(stream="a").update(seq=1, hash=AuditEvent.objects.get(stream="a", seq=1).hash)

    assert [(b.stream, b.seq) for b in broken_links()] == [("a", 1)]


def test_a_stream_without_its_head_is_found() -> None:
    write("a")
    AuditHead.objects.all().delete()

    assert [b.reason for b in broken_links()] == ["the stream has events but no head"]
