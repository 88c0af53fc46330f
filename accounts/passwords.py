"""The rules for passwords beside Django's own."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

_CLASSES = (r"[a-z]", r"[A-Z]", r"[0-9]", r"[^a-zA-Z0-9]")


class ThreeClassesValidator:
    """Three of: small letters, capitals, digits, other characters (GB/T 22239-2019)."""

    def validate(self, password: str, user: object = None) -> None:
        """ValidationError for a password with fewer than three classes."""
        if sum(bool(re.search(c, password)) for c in _CLASSES) < 3:
            raise ValidationError(self.get_help_text(), code="password_three_classes")

    def get_help_text(self) -> str:
        return _("密码须包含小写字母、大写字母、数字、其他符号中的至少三类。")
