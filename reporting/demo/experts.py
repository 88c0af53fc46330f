"""Invented experts of the demo year's pool."""

from datetime import date, datetime

from accounts.models import User
from progress.models import Expert
from progress.services.ledgers import add_item
from targets.models import Unit

_EXPERTS = (
    ("张工（示例）", "暖通空调", "示例设计研究院", "高级工程师"),
    ("李教授（示例）", "建筑节能", "示例大学", "教授"),
    ("王工（示例）", "分布式光伏", "示例新能源公司", "工程师"),
    ("赵老师（示例）", "节水与计量", "示例检测中心", "注册计量师"),
)


def make_experts(unit: Unit, *, by: User, at: datetime) -> None:
    """Add the experts to a unit's pool; their numbers are none."""
    for number, (name, field, organisation, position) in enumerate(_EXPERTS, start=1):
        facts = {"field": field, "organisation": organisation, "position": position, "contact": f"0518-0000000{number}"}
        add_item(Expert(unit=unit, title=name, day=date(2023, 6, number), **facts), by=by, at=at)
