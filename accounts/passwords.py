"""The rules for passwords beside Django's own."""

import re

from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

_ONE_TIME_ITERATIONS = 1_000
_CLASSES = (r"[a-z]", r"[A-Z]", r"[0-9]", r"[^a-zA-Z0-9]")


class ThreeClassesValidator:
    """Three of: small letters, capitals, digits, other characters (GB/T 22239-2019)."""

    def validate(self, password: str, user: object = None) -> None:
        """ValidationError for a password with fewer than three classes."""
        if sum(bool(re.search(c, password)) for c in _CLASSES) < 3:
            raise ValidationError(self.get_help_text(), code="password_three_classes")

    def get_help_text(self) -> str:
        return _("密码须包含小写字母、大写字母、数字、其他符号中的至少三类。")


def hash_one_time(password: str) -> str:
    """The hash of a password that chance has made: as strong as any, and cheap enough to make by the thousand.

    Slow hashing protects what people think up. Twelve random characters (69 bits) need no protection from guessing,
    and a third of a second for each of three thousand accounts would be twenty minutes. The owner's own password,
    set at the first sign-in, is hashed as slowly as every other.
    """
    hasher = PBKDF2PasswordHasher()
    return hasher.encode(password, hasher.salt(), iterations=_ONE_TIME_ITERATIONS)
