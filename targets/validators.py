"""Checks of codes that other bodies define."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from targets.excel.credit_codes import credit_code_fault


def validate_credit_code(value: str) -> None:
    """Nothing for a valid 统一社会信用代码 (18 characters, check digit; GB 32100-2015), else ValidationError."""
    fault = credit_code_fault(value)
    if fault is not None:
        raise ValidationError(_("%s。") % (_(fault.detail) % fault.values))
