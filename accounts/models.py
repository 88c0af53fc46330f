"""People: one account each, with a role and the unit whose subtree they see."""

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.policy import Role, allows
from common.actions import SYSTEM, Actor
from common.errors import NotAllowed


class UserQuerySet(models.QuerySet["User"]):
    """Readings of the accounts."""

    def visible_to(self, user: "User") -> "UserQuerySet":
        """All accounts for who manages them; oneself for anybody else."""
        return self.all() if user.has_perm("account.manage") else self.filter(pk=user.pk)


class AccountManager(UserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Django's manager of users, with the vocabulary above."""


class User(AbstractUser):
    """A person. Every role but the system administrator's sees the subtree of `unit`."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    display_name = models.CharField(_("姓名"), max_length=80, blank=True)
    phone = models.CharField(_("电话"), max_length=40, blank=True)
    role = models.CharField(_("角色"), max_length=20, choices=Role)
    unit = models.ForeignKey(
        "targets.Unit", null=True, blank=True, on_delete=models.PROTECT, related_name="users", verbose_name=_("单位")
    )
    language = models.CharField(_("语言"), max_length=10, default="zh-hans")
    must_change_password = models.BooleanField(_("首次登录须改密码"), default=False)
    password_changed_at = models.DateTimeField(null=True, blank=True)
    is_demo = models.BooleanField(default=False)

    objects = AccountManager()  # type: ignore[misc]
    REQUIRED_FIELDS = ["role"]

    class Meta:
        verbose_name = _("账号")
        verbose_name_plural = _("账号")
        constraints = [
            models.CheckConstraint(
                condition=~Q(role="reporter") | Q(unit__isnull=False),
                name="reporter_has_unit",
                violation_error_message=_("填报员必须指定所属单位。"),
            ),
            models.CheckConstraint(
                condition=Q(role__in=list(Role.values)),
                name="user_role_known",
                violation_error_message=_("未知角色。"),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """What people call this person."""
        return self.display_name or self.username

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Whether the policy table allows it: no flag of Django's stands above the table."""
        return self.is_active and allows(self.role, perm)

    @property
    def unit_code(self) -> str:
        return self.unit.code if self.unit else ""

    @property
    def scope_path(self) -> str | None:
        """The path prefix of the units this person sees; None: none at all."""
        if self.role == Role.SYSADMIN or self.unit is None:
            return None
        return self.unit.path


def require(by: Actor, action: str, *, over: str = "") -> None:
    """Nothing, if the person may do the action; else NotAllowed. The portal itself, and the operator at its
    command line, may do everything.

    `over`: the path of the unit that is acted on, a plan's owner say; it must lie in the person's subtree.
    """
    if by is SYSTEM:
        return
    if not by.is_active:
        raise NotAllowed(_("账号“%s”已停用，不能进行此操作。") % by.name, _("如确有需要，请联系系统管理员启用账号。"))
    if not allows(by.role, action):
        raise NotAllowed(_("您的角色不能进行此操作。"), _("如确有需要，请联系系统管理员调整账号角色。"))
    if over and not (by.scope_path and over.startswith(by.scope_path)):
        raise NotAllowed(_("这超出了您账号所管的范围。"), _("请由上级单位的管理员操作。"))
