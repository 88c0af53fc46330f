"""The trail of a bulk write: the auditor takes its changes away as a file."""

import json

import pytest
from django.urls import reverse

from accounts.models import User
from audit.models import AuditEvent
from targets.models import Plan
from targets.services.institution_rows import save_institutions
from tests.factories import make_user, sign_in
from tests.targets.institution_files import row
from tests.targets.test_institution_rows import AT


@pytest.fixture
def event(plan: Plan) -> AuditEvent:
    save_institutions([row(1), row(2)], by=make_user("officer"), at=AT)
    return AuditEvent.objects.get(action="institution.import")


@pytest.fixture
def auditor(plan: Plan) -> User:
    return make_user("auditor")


def test_auditor_then_every_change_of_a_bulk_write(event: AuditEvent, auditor: User) -> None:
    client = sign_in(auditor)
    address = reverse("files:changes", args=[event.stream, event.seq])

    assert address in client.get(reverse("audit:trail")).content.decode()
    answer = client.get(address)
    before, after = json.loads(b"".join(answer.streaming_content))
    assert (before, {one["name"] for one in after.values()}) == ({}, {"第1小学", "第2小学"})


def test_event_without_a_file_then_there_is_none(event: AuditEvent, auditor: User) -> None:
    other = AuditEvent.objects.exclude(pk=event.pk).first()
    assert other is not None

    answer = sign_in(auditor).get(reverse("files:changes", args=[other.stream, other.seq]))

    assert answer.status_code == 404
