"""Readings that the accounts' pages need."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from axes.models import AccessAttempt
from django.apps import apps
from django.conf import settings

if TYPE_CHECKING:
    from targets.models.units import UnitQuerySet


def units() -> "UnitQuerySet":
    """All units. Looked up by name: the app that owns them stands above this one."""
    return apps.get_model("targets", "Unit").objects.all()


def locked_names(*, at: datetime) -> list[str]:
    """The user names that too many wrong passwords keep out at an instant, in order; one query."""
    cool_off: timedelta = settings.AXES_COOLOFF_TIME
    locked = AccessAttempt.objects.filter(
        failures_since_start__gte=settings.AXES_FAILURE_LIMIT, attempt_time__gt=at - cool_off
    )
    names = locked.order_by("username").values_list("username", flat=True)
    return [str(name) for name in names.distinct()]


def has_demo_data() -> bool:
    """Whether invented figures stand in this database."""
    return apps.get_model("targets", "Plan").objects.filter(is_demo=True).exists()
