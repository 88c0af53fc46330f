"""The one policy table behind Django's has_perm."""

from typing import Any

from django.conf import settings
from django.contrib.auth.backends import ModelBackend

from accounts.models import User
from accounts.policy import allows


class PolicyBackend(ModelBackend):
    """Passwords as Django's; permissions from `accounts.policy` alone."""

    def get_user(self, user_id: int) -> User | None:
        """The active account with its unit, in one query."""
        user = User.objects.select_related("unit").filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None

    def user_can_authenticate(self, user: Any) -> bool:
        """Active accounts; those of the demo year, whose password everybody knows, only in demo mode."""
        return super().user_can_authenticate(user) and (settings.DEMO_MODE or not user.is_demo)

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        return bool(user_obj.is_active) and allows(user_obj.role, perm)

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        return bool(user_obj.is_active and user_obj.is_staff)
