"""How a person can be reached: told by themselves."""

from django.db import transaction

from accounts.models import User
from audit.services import Entry, record


def change_contact(user: User, *, email: str, phone: str) -> None:
    """Store a person's own e-mail address and telephone number."""
    stored = User.objects.values("email", "phone").get(pk=user.pk)
    wanted = {"email": email, "phone": phone}
    if stored == wanted:
        return
    entry = Entry(
        action="account.contact",
        object_key=user.username,
        object_name=user.name,
        before=stored,
        after=wanted,
    )
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(**wanted)
        record(entry, by=user)
