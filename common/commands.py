"""What the portal's commands share: how they refuse, and that they need nothing but the database.

Exit codes: 0 done, 1 refused (what happened and what to do next on standard error), 2 wrong usage.
"""

import json
from argparse import ArgumentTypeError
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from common.data_values import DataFileError
from common.errors import NotYet, PortalError
from common.instants import read_deadline, read_opening


class PortalCommand(BaseCommand):
    """A command that does its work in `run`. Refusals (`PortalError`, a wrong data file) end it with exit code 1."""

    # A command runs where nothing but the packages and the database are: no assets, no broker, no addresses.
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            _check_tables()
            self.run(**options)
        except PortalError as error:
            self.tell_refusal(error, **options)
            raise CommandError("\n".join(filter(None, [str(error.message), str(error.hint)]))) from error
        except DataFileError as error:
            raise CommandError(str(error)) from error

    def run(self, **options: Any) -> None:
        """The command's work, with its parsed arguments; raises `PortalError` to refuse."""
        raise NotImplementedError

    def tell_refusal(self, error: PortalError, **options: Any) -> None:
        """What a refusal prints on standard output beside its message on standard error: nothing, unless overridden."""

    def write_json(self, value: object) -> None:
        """Print a value as JSON on standard output; decimals and instants as text."""
        self.stdout.write(json.dumps(value, ensure_ascii=False, indent=2, default=_as_text))


def add_plan_arguments(parser: CommandParser) -> None:
    """YEAR and `--root CODE`, which together name a plan."""
    parser.add_argument("year", type=int, metavar="YEAR", help="the plan's year, e.g. 2023")
    add_root_argument(parser)


def add_root_argument(parser: CommandParser) -> None:
    """`--root CODE`; without it the only root is meant."""
    parser.add_argument("--root", metavar="CODE", help="code of the root unit (default: the only one)")


def opening(text: str) -> datetime:
    """An argument's type: ISO day (its start) or time, Asia/Shanghai where no zone is written."""
    return _read(read_opening, text)


def deadline(text: str) -> datetime:
    """An argument's type: ISO day (its end) or time, Asia/Shanghai where no zone is written."""
    return _read(read_deadline, text)


def _read(reader: Callable[[str], datetime], text: str) -> datetime:
    try:
        return reader(text)
    except ValueError:
        raise ArgumentTypeError(
            _("“%s”不是日期或时间，请写成 2023-05-31 或 2023-05-31T18:00 的样子。") % text
        ) from None


def _check_tables() -> None:
    """Nothing, if the database answers and has every table; else a PortalError that says what to do."""
    try:
        executor = MigrationExecutor(connection)
    except DatabaseError as error:
        raise PortalError(
            _("连不上数据库：%s") % error, _("请核对环境变量 DATABASE_URL，并确认数据库已启动。")
        ) from error
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise NotYet(_("数据库还没有建好全部数据表。"), _("请先运行 python manage.py migrate。"))


def _as_text(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
