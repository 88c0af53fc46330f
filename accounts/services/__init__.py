"""What is done with accounts: one at a time, and many from one sheet (`accounts.services.roster`)."""

from accounts.services.accounts import (
    DEMO_PASSWORD,
    change_account,
    change_own_password,
    create_account,
    one_time_password,
    record_failed_sign_in,
    record_sign_in,
    reset_password,
    set_active,
    set_language,
)

__all__ = [
    "DEMO_PASSWORD",
    "change_account",
    "change_own_password",
    "create_account",
    "one_time_password",
    "record_failed_sign_in",
    "record_sign_in",
    "reset_password",
    "set_active",
    "set_language",
]
