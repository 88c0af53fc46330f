"""Readings that the accounts' pages need."""

from typing import TYPE_CHECKING

from django.apps import apps

if TYPE_CHECKING:
    from targets.models.units import UnitQuerySet


def units() -> "UnitQuerySet":
    """All units. Looked up by name: the app that owns them stands above this one."""
    return apps.get_model("targets", "Unit").objects.all()
