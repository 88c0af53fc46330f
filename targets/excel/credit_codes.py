"""统一社会信用代码: 18 characters with a check digit (GB 32100-2015)."""

from functools import lru_cache

from stdnum.cn import uscc
from stdnum.exceptions import InvalidChecksum, InvalidComponent, InvalidFormat, InvalidLength

from common.workbook.register import Fault


def _(message: str) -> str:
    """The message itself: the underscore marks it for the catalogue."""
    return message


@lru_cache(20_000)
def credit_code_fault(value: str) -> Fault | None:
    """What is wrong with a code; None for a valid one. Remembered: a file is checked in the preview and when stored."""
    try:
        if uscc.validate(value) != value:
            raise InvalidFormat
    except InvalidLength:
        return Fault("bad_credit_code", _("应为 18 位，读到 %(length)s 位"), {"length": str(len(value))})
    except InvalidChecksum:
        return Fault("bad_credit_code", _("校验位不对，请对照证书核对每一位"))
    except (InvalidFormat, InvalidComponent):
        return Fault("bad_credit_code", _("只能由数字和大写字母（不含 I、O、S、V、Z）组成"))
    return None
