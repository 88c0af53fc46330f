"""The one family of errors that the portal shows to people: what happened, and what to do next."""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


class PortalError(Exception):
    """Something a person asked for and cannot have; `hint` says what to do next.

    `status` is the HTTP status of the answer, `code` the stable word for programs.
    """

    status = 400
    code = "refused"

    def __init__(self, message: Text, hint: Text = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class NotAllowed(PortalError):
    """The person's role may not do this."""

    status = 403
    code = "not_allowed"


class Invalid(PortalError):
    """What was entered cannot be stored as it is."""

    status = 422
    code = "invalid"


class TooLarge(Invalid):
    """A file has more than `max_bytes`; `advice` where another one fits than a workbook's."""

    def __init__(self, max_bytes: int, advice: Text = "") -> None:
        said = _("文件超过 %d MB，未接收。") % (max_bytes // 1024**2)
        super().__init__(said, advice or _("请删去图片和无关的工作表，或分成几个文件后重试。"))


class SeveralFiles(Invalid):
    """More files came than the one that is read."""

    def __init__(self) -> None:
        super().__init__(_("一次只能上传一个文件，都没有接收。"), _("请逐个上传。"))


class Conflict(PortalError):
    """Somebody else was first; the message names them."""

    status = 409
    code = "conflict"


class NotYet(PortalError):
    """The step needs another one before it."""

    status = 409
    code = "not_yet"


class LockReason(StrEnum):
    """Why a report cannot be changed (domain.md, section 5.6)."""

    NOT_OPEN = "not_open"
    CLOSED = "closed"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    ANNOUNCED = "announced"
    ARCHIVED = "archived"
    NO_RIGHT = "no_right"


LOCK_TEXTS: dict[LockReason, tuple[Text, Text]] = {
    LockReason.NOT_OPEN: (_("未到填报期"), _("请在填报期开始后再填报。")),
    LockReason.CLOSED: (_("已过截止时间"), _("如需补报，请联系市局延长填报期。")),
    LockReason.SUBMITTED: (_("已提交待审"), _("如需修改，请先撤回报告。")),
    LockReason.APPROVED: (_("已审核"), _("如需更正，请联系市局退回更正。")),
    LockReason.ANNOUNCED: (_("考核已公示"), _("如对结果有异议，请在公示期内提出申诉。")),
    LockReason.ARCHIVED: (_("年度已归档"), _("归档年度的数据只能查看。")),
    LockReason.NO_RIGHT: (_("无权限"), _("您的账号不能修改此报告，请联系系统管理员。")),
}


class Locked(PortalError):
    """What is locked, for exactly one of the seven reasons; `hint` where another one fits than a report's."""

    status = 409
    code = "locked"

    def __init__(self, reason: LockReason, hint: Text = "") -> None:
        message, usual_hint = LOCK_TEXTS[reason]
        super().__init__(message, hint or usual_hint)
        self.reason = reason
