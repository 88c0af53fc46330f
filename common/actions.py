"""Who acts: what the lower apps need to know of a person, without knowing the accounts app."""

from typing import Protocol


class Actor(Protocol):
    """A signed-in person, or the portal itself (`SYSTEM`)."""

    @property
    def pk(self) -> int | None: ...
    @property
    def username(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def is_active(self) -> bool: ...
    @property
    def role(self) -> str: ...
    @property
    def unit_code(self) -> str: ...
    @property
    def scope_path(self) -> str | None: ...


class _System:
    """The portal acting by itself: schedules, repairs, the operator's command line."""

    pk = None
    username = "system"
    name = "系统"
    is_active = True
    role = "system"
    unit_code = ""
    scope_path = ""


SYSTEM: Actor = _System()
