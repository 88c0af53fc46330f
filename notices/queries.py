"""What a person was told."""

from accounts.models import User
from notices.models import Delivery

MOST_ON_HOME = 5
PAGE = 50


def unseen_by(user: User) -> list[Delivery]:
    """The newest notices that the person has not yet seen, few; one query."""
    found = Delivery.objects.filter(user=user).unseen().select_related("notice")
    return list(found.order_by("-notice__sent_at", "-pk")[:MOST_ON_HOME])


def told(user: User, *, before: int | None = None) -> tuple[list[Delivery], int | None]:
    """A page of everything the person was told, the newest first, and what leads to older ones; one query."""
    found = Delivery.objects.filter(user=user).select_related("notice").order_by("-pk")
    rows = list((found.filter(pk__lt=before) if before else found)[: PAGE + 1])
    return rows[:PAGE], rows[PAGE - 1].pk if len(rows) > PAGE else None
