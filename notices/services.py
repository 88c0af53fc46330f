"""Telling people something once: in the portal at once, by e-mail from a job."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from accounts.models import User
from audit.services import Entry, record
from common.actions import Actor
from jobs.models import Job
from jobs.services import Progress, queue_job
from notices.models import Delivery, Notice

if TYPE_CHECKING:
    from targets.models import Unit

JOB_KIND = "mail"
Mail = Delivery.Mail


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """Something to be said to people of a unit; a message whose `key` was sent before is not sent again."""

    key: str
    kind: str
    unit: "Unit"
    subject: str
    body: str
    url: str
    to: Sequence[User]
    by_mail: bool = True


def send_notices(messages: Iterable[Message], *, by: Actor, at: datetime) -> list[Notice]:
    """The notices that were not sent before, now in front of their people; eight queries, whatever the number.

    E-mail waits for the job of `queue_mail`. A notice to nobody is kept all the same: it shows that nobody was there.
    """
    wanted = {message.key: message for message in messages}
    if not wanted:
        return []
    with transaction.atomic():
        made = [_notice(message, by=by, at=at) for message in wanted.values()]
        Notice.objects.bulk_create(made, ignore_conflicts=True)
        # Whose key was taken, by an earlier notice or by somebody at this moment, is not there under its own uuid.
        found = Notice.objects.filter(uuid__in=[notice.uuid for notice in made]).select_related("unit")
        sent = list(found.order_by("pk"))
        Delivery.objects.bulk_create(
            Delivery(notice=notice, user=user, mail=_mail(wanted[notice.key], user))
            for notice in sent
            for user in wanted[notice.key].to
        )
        record([_entry(notice, wanted[notice.key]) for notice in sent], by=by)
    return sent


def mark_seen(user: User, *, at: datetime, uuid: UUID | None = None) -> int:
    """How many of the person's notices (or the one) are now taken as seen."""
    unseen = Delivery.objects.filter(user=user).unseen()
    if uuid is not None:
        unseen = unseen.filter(notice__uuid=uuid)
    return unseen.update(seen_at=at)


def queue_mail(*, at: datetime) -> Job | None:
    """The job that sends what waits, which the caller must still send; None where nothing waits."""
    if not Delivery.objects.filter(mail=Mail.WAITING).exists():
        return None
    return queue_job(JOB_KIND, key=JOB_KIND, at=at)


def deliver_mail(progress: Progress) -> None:
    """Send every waiting message, each claimed before it leaves, so that none can leave twice.

    What a dead worker was sending may have left: it is marked so and not sent again. Raises what the mail server's
    connection raises, with the message waiting again.
    """
    Delivery.objects.filter(mail=Mail.SENDING).update(mail=Mail.UNSURE)
    waiting = list(Delivery.objects.filter(mail=Mail.WAITING).select_related("notice__unit", "user").order_by("pk"))
    with get_connection() as connection:
        for done, delivery in enumerate(waiting, start=1):
            mine = Delivery.objects.filter(pk=delivery.pk)
            if mine.filter(mail=Mail.WAITING).update(mail=Mail.SENDING):
                _deliver(delivery, connection, at=progress.job.arrived_at)
            progress.step(done, len(waiting))


def _deliver(delivery: Delivery, connection: BaseEmailBackend, *, at: datetime) -> None:
    mine = Delivery.objects.filter(pk=delivery.pk)
    try:
        _email(delivery, connection).send()
    except OSError:  # smtplib's errors are
        mine.update(mail=Mail.WAITING)
        raise
    mine.update(mail=Mail.SENT, mailed_at=at)


def _email(delivery: Delivery, connection: BaseEmailBackend) -> EmailMessage:
    notice = delivery.notice
    link = f"\n\n{settings.PORTAL_URL.rstrip('/')}{notice.url}" if settings.PORTAL_URL else ""
    return EmailMessage(
        subject=" ".join(notice.subject.split()),
        body=f"{notice.body}{link}",
        to=[delivery.user.email],
        connection=connection,
    )


def _mail(message: Message, user: User) -> str:
    return Mail.WAITING if message.by_mail and user.email and settings.MAIL_ON else Mail.NONE


def _notice(message: Message, *, by: Actor, at: datetime) -> Notice:
    return Notice(
        key=message.key,
        kind=message.kind,
        unit=message.unit,
        subject=message.subject,
        body=message.body,
        url=message.url,
        sent_by=by.name,
        sent_at=at,
    )


def _entry(notice: Notice, message: Message) -> Entry:
    return Entry(
        action=f"notice.{notice.kind}",
        stream=notice.unit.code,
        object_key=notice.key,
        object_name=notice.subject,
        after={"to": sorted(user.username for user in message.to), "text": notice.body},
    )
