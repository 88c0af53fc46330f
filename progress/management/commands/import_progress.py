"""`import_progress FILE --as USER`: import a file of progress from the command line, whole or not at all."""

from argparse import ArgumentTypeError
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import User, require
from common.commands import PortalCommand, add_root_argument, opening
from common.errors import Invalid, PortalError, TooLarge
from common.workbook.problems import Problem
from jobs.models import Job
from jobs.services import run
from progress.models import ImportBatch
from progress.queries.import_documents import problem_document
from progress.queries.import_plan import plan_of_file
from progress.queries.import_problems import problem_text
from progress.services.backfill import Backfill, import_and_approve
from progress.services.imports import SentFile, import_sent_file, read_sent_file, try_sent_file, years_named_in
from targets.models import Plan

_COUNTS = ("created", "changed", "unchanged", "skipped")
_SAID = (*_COUNTS, "conflicts")
_WRONG_USAGE = 2


class _TooLarge(TooLarge):
    """The file is larger than the portal accepts; it is not even read."""

    code = "file_too_large"


class Command(PortalCommand):
    help = (
        "Import a file of progress. Exit code 0: stored (with --dry-run: it would be); 1: refused, nothing stored; "
        "2: wrong usage."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=_existing, metavar="FILE", help=".xlsx, .csv, .xls or .et")
        parser.add_argument("--as", dest="by", required=True, metavar="USER", help="the person who sends it")
        parser.add_argument(
            "--approve-as",
            metavar="OTHER",
            help="then submit every report it names and approve it as this person; refused where such a report, not "
            "yet approved, holds lines that the file does not name (except what was carried over from last quarter)",
        )
        parser.add_argument(
            "--at",
            type=opening,
            metavar="ISO-TIME",
            help="when it had arrived (officers only; Asia/Shanghai): decides "
            "the deadlines; an approval is dated when it is given",
        )
        parser.add_argument("--dry-run", action="store_true", help="check only, store nothing")
        parser.add_argument("--json", action="store_true", help="answer in JSON on standard output")
        parser.add_argument("--year", type=int, metavar="YEAR", help="the plan's year (default: what the rows name)")
        add_root_argument(parser)

    def run(self, **options: Any) -> None:
        if options["approve_as"] == options["by"]:
            raise CommandError(_("--approve-as 不能与 --as 是同一个人。"), returncode=_WRONG_USAGE)
        by = _person(options["by"])
        approver = _person(options["approve_as"]) if options["approve_as"] else None
        now = timezone.now()
        arrived_at = _arrival(options["at"], by, now)
        sent = _read(options["file"])
        plan = plan_of_file(years_named_in(sent), by, root=options["root"], year=options["year"])
        if options["dry_run"]:
            batch = try_sent_file(sent, plan=plan, by=by, at=arrived_at)
        elif approver is None:
            batch = import_sent_file(sent, plan=plan, by=by, at=arrived_at).batch
        else:
            backfill = Backfill(by=by, approver=approver, arrived_at=arrived_at, at=now)
            batch = import_and_approve(sent, plan=plan, backfill=backfill).batch
            _do_what_waits(plan)
        self._answer(batch, as_json=options["json"])

    def tell_refusal(self, error: PortalError, **options: Any) -> None:
        """With --json the same document as for a refused file, with the one problem that there is."""
        if options["json"]:
            nowhere = dict.fromkeys(("sheet", "row", "column", "read"))
            problem = {"level": "error", "code": error.code, **nowhere, "message": str(error)}
            counts = dict.fromkeys(_COUNTS, 0)
            self.write_json({"outcome": str(ImportBatch.Outcome.REJECTED_FILE), **counts, "problems": [problem]})

    def _answer(self, batch: ImportBatch, *, as_json: bool) -> None:
        problems = [Problem.from_json(kept) for kept in batch.problems]
        if as_json:
            counts = {name: getattr(batch, name) for name in _COUNTS}
            said = [problem_document(one) for one in problems]
            self.write_json({"outcome": batch.outcome, **counts, "problems": said})
        else:
            self.stdout.write(f"{batch.get_outcome_display()}：{_counted(batch)}")
            for problem in problems:
                self.stdout.write(f"{problem.level} {problem.code}：{problem_text(problem)}")
        if batch.state == ImportBatch.State.REFUSED:
            errors = sum(problem.level == "error" for problem in problems)
            raise CommandError(_("未导入，有 %d 处错误。") % errors)


def _existing(text: str) -> Path:
    path = Path(text)
    if not path.is_file():
        raise ArgumentTypeError(_("没有文件 %s。") % text)
    return path


def _person(username: str) -> User:
    found: User | None = User.objects.select_related("unit").filter(username=username, is_active=True).first()
    if found is None:
        raise Invalid(_("没有账号 %s，或已停用。") % username, _("请核对用户名。"))
    return found


def _arrival(given: datetime | None, by: User, now: datetime) -> datetime:
    """When the file arrived: now, or what an officer says of a back-filled one."""
    if given is None:
        return now
    require(by, "report.backdate")
    if given > now:
        raise Invalid(_("--at 不能晚于现在。"), _("它是补录的报告当时到达的时间。"))
    return given


def _read(path: Path) -> SentFile:
    if path.stat().st_size > settings.IMPORT_MAX_BYTES:
        raise _TooLarge(settings.IMPORT_MAX_BYTES)
    return read_sent_file(path.read_bytes(), path.name)


def _do_what_waits(plan: Plan) -> None:
    """Do what the approvals left to the background here and now: a command needs no worker."""
    for job in Job.objects.filter(state=Job.State.QUEUED, args__plan=plan.pk).order_by("pk"):
        run(job.uuid)


def _counted(batch: ImportBatch) -> str:
    changed = pgettext("how many", "修改")
    words = {
        "created": _("新增"),
        "changed": changed,
        "unchanged": _("未变"),
        "skipped": _("跳过"),
        "conflicts": _("需决定、未导入"),
    }
    return "，".join(f"{words[name]} {getattr(batch, name)}" for name in _SAID)
