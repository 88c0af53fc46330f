"""What those look at who neither report nor review: the city's targets, the trail, the accounts."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from assessments.models import Compliance
from jobs.registry import label_of
from reporting.duties.pile import Duty, Pile, moment, names_in_words
from reporting.queries.dashboard import LAGGING, CityRow, badness
from reporting.queries.work import Desk, House


def city_pile(desk: Desk, rows: Iterable[CityRow]) -> Pile:
    """The city's targets that are behind, the worst first, with what is missing."""
    behind = sorted((row for row in rows if row.stored.status in LAGGING), key=lambda row: badness(row.stored))
    root, year = desk.plan.owner.code, desk.plan.year
    duties = [
        Duty(
            title=row.indicator.label,
            url=reverse("targets:indicator", args=(root, year, row.indicator.code)),
            state=row.stored.status,
            word=str(Compliance.Status(row.stored.status).label),
            note=row.gap,
        )
        for row in behind
    ]
    return Pile(title=_("滞后的全市目标"), icon="target", duties=duties, nothing=_("没有滞后的目标。"))


def trail_pile(done: int, refused: int) -> Pile:
    """The week in the trail."""
    note = _("最近七天：%(done)d 项操作，%(refused)d 项被拒绝") % {"done": done, "refused": refused}
    duty = Duty(title=_("审计记录"), url=reverse("audit:trail"), note=note, action=_("查看"))
    return Pile(title=_("审计"), icon="shield-check", duties=[duty])


def house_piles(house: House) -> list[Pile]:
    """What the system administrator looks after: accounts, and jobs that failed."""
    accounts = reverse("accounts:list")
    duties = [Duty(title=_("%d 个在用账号") % house.accounts, url=accounts, action=_("管理"))]
    if house.never_signed_in:
        note = _("请确认一次性密码已交给本人。")
        duties.append(Duty(title=_("%d 个账号从未登录") % house.never_signed_in, url=accounts, note=note))
    if house.locked:
        note = names_in_words(house.locked) + _("。15 分钟后自动解锁；忘记密码的可以重置。")
        title = _("%d 个用户名因多次输错密码被锁定") % len(house.locked)
        duties.insert(0, Duty(title=title, url=accounts, state="overdue", word=_("已锁定"), note=note))
    failed = [
        Duty(
            title=str(label_of(job.kind)),
            url=reverse("jobs:job", args=(job.uuid,)),
            state=job.state,
            note=" · ".join(part for part in (moment(job.finished_at), job.by.name if job.by else "") if part),
            said=_(job.message) if job.message else "",
        )
        for job in house.failed_jobs
    ]
    return [
        Pile(title=_("账号"), icon="users", duties=duties),
        Pile(title=_("失败的后台任务"), icon="server", duties=failed, nothing=_("最近七天没有失败的任务。")),
    ]
