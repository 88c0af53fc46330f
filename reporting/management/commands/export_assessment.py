"""`export_assessment YEAR OUT.xlsx|OUT.json [--root CODE]`: the newest calculated assessment as a file."""

import hashlib
import json
from argparse import ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.documents import assessment_document
from assessments.models import Assessment
from common.actions import SYSTEM
from common.commands import PortalCommand, add_root_argument
from common.errors import PortalError
from reporting.exports.assessment_workbook import build_workbook
from reporting.services.workbook import gather_workbook, newest_assessment, record_export
from targets.queries import plan_of_operator

SUFFIXES = (".xlsx", ".json")


class Command(PortalCommand):
    help = (
        "Write the year's newest assessment to a file: the annual workbook (.xlsx), or the results as "
        "`run_assessment --json` prints them (.json). The file appears whole or not at all."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("year", type=int, metavar="YEAR", help="the plan's year, e.g. 2023")
        parser.add_argument("out", type=_out, metavar="OUT", help="the file to write, ending in .xlsx or .json")
        add_root_argument(parser)

    def run(self, **options: Any) -> None:
        plan, out = plan_of_operator(options["year"], options["root"]), options["out"]
        assessment = newest_assessment(plan)
        content = _json(assessment) if out.suffix == ".json" else _workbook(assessment)
        with transaction.atomic():
            record_export(assessment, out.name, hashlib.sha256(content).hexdigest(), by=SYSTEM)
            _write(out, content)
        self.stdout.write(_("已写出 %(file)s（%(size)d 字节）") % {"file": out, "size": len(content)})


def _out(text: str) -> Path:
    """The path to write to, as an argument's type."""
    path = Path(text)
    if path.suffix not in SUFFIXES:
        raise ArgumentTypeError(_("文件名应以 .xlsx 或 .json 结尾，读到 %s") % text)
    return path


def _json(assessment: Assessment) -> bytes:
    return (json.dumps(assessment_document(assessment), ensure_ascii=False, indent=2) + "\n").encode()


def _workbook(assessment: Assessment) -> bytes:
    return build_workbook(gather_workbook(assessment, by=SYSTEM, at=timezone.now()))


def _write(out: Path, content: bytes) -> None:
    """Write beside the goal and then rename, so that nobody ever finds half a file."""
    unfinished = out.with_name(f".{out.name}.part")
    try:
        unfinished.write_bytes(content)
        unfinished.replace(out)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise PortalError(_("写不了文件 %s。") % out, error.strerror or "") from error
