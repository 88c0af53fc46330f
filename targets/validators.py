"""Checks of codes that other bodies define."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from stdnum.cn import uscc
from stdnum.exceptions import InvalidChecksum, InvalidComponent, InvalidFormat, InvalidLength


def validate_credit_code(value: str) -> None:
    """Nothing for a valid 统一社会信用代码 (18 characters, check digit; GB 32100-2015), else ValidationError."""
    try:
        if uscc.validate(value) != value:
            raise InvalidFormat
    except InvalidLength:
        raise ValidationError(_("统一社会信用代码应为 18 位，读到 %d 位。") % len(value)) from None
    except InvalidChecksum:
        raise ValidationError(_("统一社会信用代码的校验位不对，请对照证书核对每一位。")) from None
    except (InvalidFormat, InvalidComponent):
        raise ValidationError(_("统一社会信用代码只能由数字和大写字母（不含 I、O、S、V、Z）组成。")) from None
