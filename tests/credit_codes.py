"""Valid credit codes for tests."""

from stdnum.cn import uscc


def credit_code(number: int = 1) -> str:
    """A valid code: eight places of authority and district, nine of the body, the check digit."""
    stem = f"11320722{number:08d}0"
    return f"{stem}{uscc.calc_check_digit(stem)}"
