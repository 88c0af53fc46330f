"""What people are reminded of, in which words, and when: the portal's defaults, which the bureau changes by plan."""

import re

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from targets.models import Plan

PLACES = ("{单位}", "{季度}", "{截止日}", "{剩余天数}")
"""What the texts may name."""
_DAYS = re.compile(r"[0-9]{1,2}(?:[,，、][0-9]{1,2}){0,9}")
_PLACE = re.compile(r"\{[^{}]*\}")

DEFAULT_TEXT = "{单位}的{季度}报告还没有提交，请在{截止日}前完成（还剩 {剩余天数} 天）。"
DEFAULT_OVERDUE = "{单位}的{季度}报告已逾期，截止日是{截止日}。请尽快补报，补报截止后不再接收。"


def validate_days(value: str) -> None:
    """Days before the deadline: up to ten numbers of at most two digits, with commas between them."""
    if not _DAYS.fullmatch("".join(value.split())):
        raise ValidationError(_now("请填天数，用逗号分开，例如 7,3,1。"))


def validate_text(value: str) -> None:
    """A text that names only what it may name."""
    unknown = [place for place in _PLACE.findall(value) if place not in PLACES]
    if unknown:
        said = {"unknown": "、".join(unknown), "known": "、".join(PLACES)}
        raise ValidationError(_now("%(unknown)s 不能用在这里，可以用：%(known)s。") % said)


class ReminderRules(models.Model):
    """How one plan's units are reminded; a plan without a row has the defaults."""

    plan = models.OneToOneField(Plan, on_delete=models.CASCADE, related_name="reminder_rules")
    is_on = models.BooleanField(
        _("自动催报"), default=True, help_text=_("到提醒日还没有提交的单位，由系统在上午自动催报。")
    )
    days = models.CharField(
        _("截止前几天提醒"),
        max_length=40,
        default="7,3,1",
        validators=[validate_days],
        help_text=_("用逗号分开，例如 7,3,1；每个提醒日只发一次，逾期后再发一次。"),
    )
    text = models.TextField(
        _("催报文字"),
        max_length=500,
        default=DEFAULT_TEXT,
        validators=[validate_text],
        help_text=_("可以写：{单位}、{季度}、{截止日}、{剩余天数}。"),
    )
    overdue_text = models.TextField(
        _("逾期文字"),
        max_length=500,
        default=DEFAULT_OVERDUE,
        validators=[validate_text],
        help_text=_("可以写：{单位}、{季度}、{截止日}。"),
    )
    by_mail = models.BooleanField(
        _("同时发邮件"), default=True, help_text=_("只发给登记了邮箱的账号；系统没有配置邮件时只在系统内提醒。")
    )
    digest = models.BooleanField(
        _("给市局的每日摘要"), default=True, help_text=_("有待审核、逾期或退回未改的报告时，每个工作日上午发一次。")
    )

    FIELDS = ("is_on", "days", "text", "overdue_text", "by_mail", "digest")

    class Meta:
        verbose_name = _("催报设置")
        verbose_name_plural = _("催报设置")

    def __str__(self) -> str:
        return f"{self.plan} {self.days}"

    @property
    def days_before(self) -> list[int]:
        """The days before the deadline, ascending."""
        return sorted({int(number) for number in re.findall(r"[0-9]+", self.days)})


def filled_in(text: str, *, unit: str, quarter: str, due: str, days_left: int) -> str:
    """A text with its places filled in."""
    for place, said in zip(PLACES, (unit, quarter, due, str(days_left)), strict=True):
        text = text.replace(place, said)
    return text
