"""What the commands print of a quarter."""

from datetime import datetime

from django.utils.translation import gettext as _

from common.data_values import LOCAL_TIME
from targets.models import Quarter


def describe(quarter: Quarter) -> str:
    """The quarter's three instants, in Asia/Shanghai, on one line."""
    return _("%(year)d 年第 %(number)d 季度：%(opens)s 开始，%(due)s 按时截止，%(closes)s 补报截止") % {
        "year": quarter.plan.year,
        "number": quarter.number,
        "opens": _local(quarter.opens),
        "due": _local(quarter.due),
        "closes": _local(quarter.closes),
    }


def _local(instant: datetime) -> str:
    return instant.astimezone(LOCAL_TIME).strftime("%Y-%m-%d %H:%M")
