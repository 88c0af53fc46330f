"""The register of accounts: what a sheet of people holds."""

import re
import unicodedata

from common.workbook.register import Column, Fault, Option, Register, Type

_USERNAME = re.compile(r"[\w.@+-]+")


def _(message: str) -> str:
    """The message itself: the underscore marks it for the catalogue."""
    return message


def _username_fault(name: str) -> Fault | None:
    """What is wrong with a user name: Django's own rule, and that two names that look the same are the same."""
    if _USERNAME.fullmatch(name) and unicodedata.normalize("NFKC", name) == name:
        return None
    return Fault("bad_username", _("只能有字母、数字和 @ . + - _，并且都是半角"))


ROLES = (
    Option("reporter", "填报员"),
    Option("officer", "市局管理员"),
    Option("reviewer", "审核员"),
    Option("leader", "领导"),
    Option("auditor", "审计员"),
    Option("sysadmin", "系统管理员"),
)

ACCOUNTS = Register(
    code="accounts",
    title=_("账号"),
    key=("username",),
    columns=(
        Column(
            name="username",
            header=_("用户名"),
            synonyms=("账号", "登录名"),
            required=True,
            max_length=150,
            check=_username_fault,
            help=_("一人一个账号，例如姓名拼音；半角字母、数字和 @ . + - _。"),
            example="zhangsan",
            width=20,
        ),
        Column(name="display_name", header=_("姓名"), max_length=80, example="张三", width=14),
        Column(name="role", header=_("角色"), type=Type.CHOICE, choices=ROLES, required=True, example="填报员"),
        Column(
            name="unit",
            header=_("单位"),
            synonyms=("单位代码", "所属单位", "单位名称", "填报单位", "单位简称"),
            type=Type.NAME,
            help=_("单位的代码，或没有重名的单位简称。填报员必填；其他角色不填则为全市。"),
            width=16,
        ),
    ),
    notes=(
        _("已有的账号只更改姓名、角色和单位，密码不变；新账号各有一个一次性密码，导入后只给出一次。"),
        _("表里没有的账号保持不变；停用账号请在账号页操作。"),
    ),
)
