"""Workbooks of the registers: the blank form, and what stands."""

from datetime import datetime

from accounts.models import User
from common.instants import local_day
from common.workbook.register import Head, write_register
from progress.ledgers import Ledger
from progress.models import Item
from progress.queries.ledger_columns import values_of
from progress.queries.ledger_ground import ledger_ground
from targets.models import Plan


def ledger_workbook(ledger: Ledger, items: list[Item], *, plan: Plan, by: User, at: datetime) -> bytes:
    """The items of a register as an .xlsx; none: the blank form. Sent back as it is, it changes nothing.

    Masked fields are masked to who does not keep the item.
    """
    ground = ledger_ground(ledger, by=by, plan=plan, today=local_day(at))
    unit = by.unit.full_name if by.unit else ""
    line = f"{unit}　　导出日期：{local_day(at).isoformat()}" if items else ""
    head = Head(title=str(ground.register.title), line=line, labels=ground.labels)
    rows = [values_of(ledger, item) for item in items]
    return write_register(ground.register, rows, head, at=at)
