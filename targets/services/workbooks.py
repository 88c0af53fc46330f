"""Files that leave with institutions and targets, in the layout in which they come back."""

from datetime import date, datetime

from django.db.models import QuerySet

from accounts.models import User
from common.instants import local_day
from common.workbook.register import Head, write_register
from targets.models import Institution, Plan
from targets.queries.institution_rows import institution_ground, values_of
from targets.queries.target_rows import target_ground


def institutions_workbook(institutions: QuerySet[Institution], *, by: User, at: datetime) -> bytes:
    """The institutions as an .xlsx; none: the blank form. Sent back as it is, it changes nothing."""
    ground = institution_ground(by)
    rows = [values for _version, values in values_of(institutions)]
    head = Head(title=ground.register.title, line=_made_on(by, at) if rows else "", labels=ground.labels)
    return write_register(ground.register, rows, head, at=at)


def targets_workbook(plan: Plan, *, by: User, on: date, at: datetime) -> bytes:
    """The plan's targets in force on a day as a grid to fill in: units down, indicators across."""
    ground = target_ground(plan, by, on)
    head = Head(title=f"{plan.year}年{ground.form.title}", line=_made_on(by, at), labels=ground.labels)
    return write_register(ground.form, ground.rows, head, at=at)


def _made_on(by: User, at: datetime) -> str:
    """Whose file it is, and of which day: in Chinese, as all that stands in our files."""
    unit = by.unit.full_name if by.unit else ""
    return f"{unit}　　导出日期：{local_day(at).isoformat()}"
