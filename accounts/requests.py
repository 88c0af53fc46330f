"""Who asks."""

from datetime import datetime

from django.http import HttpRequest

from accounts.models import User
from common.errors import NotAllowed


def signed_in(request: HttpRequest) -> User:
    """The signed-in person; the login middleware lets nobody else come this far."""
    if not isinstance(request.user, User):
        raise NotAllowed("请先登录。", "")
    return request.user


def arrived_at(request: HttpRequest) -> datetime:
    """When the request arrived: the only clock that deadlines know."""
    arrived: datetime = request.arrived_at  # type: ignore[attr-defined]
    return arrived
