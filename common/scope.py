"""Whose rows: the subtree of the unit tree that a person may see."""

from typing import Protocol

from django.db.models import Q


class Scoped(Protocol):
    """Somebody whose view is a subtree of units; `None`: sees none of it."""

    @property
    def scope_path(self) -> str | None: ...


def within(viewer: Scoped, field: str) -> Q:
    """The condition "`field` (a unit's path) lies in the viewer's subtree"; nothing for a viewer without one."""
    if not viewer.scope_path:
        return Q(pk__in=[])
    return Q(**{f"{field}__startswith": viewer.scope_path})
