"""`create_account USERNAME --role R [--unit CODE]`: a new account, its one-time password on standard output."""

from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from accounts.policy import Role
from accounts.queries import units
from accounts.services import create_account
from common.actions import SYSTEM
from common.commands import PortalCommand
from common.errors import Invalid


class Command(PortalCommand):
    help = "Create an account and print its one-time password."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--role", required=True, choices=Role.values)
        parser.add_argument("--unit", metavar="CODE", help="code of the unit; compulsory for a reporter")
        parser.add_argument("--name", default="", help="the person's name")

    def run(self, **options: Any) -> None:
        unit = None
        if options["unit"]:
            unit = units().filter(code=options["unit"]).first()
            if unit is None:
                known = "、".join(units().order_by("path").values_list("code", flat=True)[:30])
                raise Invalid(_("没有代码为 %s 的单位。") % options["unit"], _("已有的代码：%s") % known)
        _user, password = create_account(
            options["username"], role=options["role"], unit=unit, by=SYSTEM, display_name=options["name"]
        )
        self.stdout.write(password)
