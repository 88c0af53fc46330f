"""Entered lines as they go to the database, and what the trail says of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import User
from audit.services import Entry, record
from common.errors import Conflict
from common.many_rows import upsert_objects
from progress.models import ImportBatch, Line, Report, ReportContributor
from progress.services.changes import SavedLines
from progress.services.history import report_event

_WRITTEN = ("value", "base", "not_applicable", "note", "version", "origin", "batch_id", "changed_by", "changed_at")


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who saves, when, by which way."""

    by: User
    at: datetime
    origin: str
    batch: ImportBatch | None


@dataclass(slots=True)
class Work:
    """What is going to be written, and what the trail will say of it; `undoes` names a file that is taken back."""

    stamp: Stamp
    made: list[Report]
    undoes: str = ""
    new: list[Line] = field(default_factory=list)
    old: list[Line] = field(default_factory=list)
    before: dict[int, dict[str, Any]] = field(default_factory=dict)
    after: dict[int, dict[str, Any]] = field(default_factory=dict)


def write_work(saved: Sequence[SavedLines], work: Work) -> None:
    """Write the lines in one statement, count the change of every report, and enter it in the trail.

    In the caller's transaction. Raises Conflict where a report left the hands of who enters meanwhile.
    """
    upsert_objects([*work.new, *work.old], key=("report_id", "indicator_id"), update=_WRITTEN)
    touched = [one.report for one in saved if one.report.pk in work.after]
    if touched:
        _touch(touched, work.stamp.by)
    record(_events(touched, work), by=work.stamp.by)


def _touch(reports: Sequence[Report], by: User) -> None:
    changed = Report.objects.filter(pk__in=[report.pk for report in reports], state__in=Report.EDITABLE)
    if changed.update(version=F("version") + 1) != len(reports):
        raise Conflict(_("报告刚被他人提交或审核，您的修改没有保存。"), _("请刷新页面查看现在的状态。"))
    contributors = [ReportContributor(report=report, user=by) for report in reports]
    ReportContributor.objects.bulk_create(contributors, ignore_conflicts=True)


def _events(touched: Sequence[Report], work: Work) -> list[Entry]:
    made = [report_event(report, "report.create", before=None, after={"state": "draft"}) for report in work.made]
    action = "report.undo_import" if work.undoes else "report.save_lines"
    file = work.stamp.batch.file.name if work.stamp.batch else work.undoes
    changes = [(report, work.before[report.pk], work.after[report.pk]) for report in touched]
    return made + [
        report_event(report, action, before=before, after=after, reason=file) for report, before, after in changes
    ]


def said(line: Line | None) -> dict[str, Any] | None:
    """What the trail keeps of a line."""
    if line is None:
        return None
    return {
        "value": None if line.value is None else str(line.value),
        "base": None if line.base is None else str(line.base),
        "not_applicable": line.not_applicable,
        "note": line.note,
        "origin": str(line.origin),
    }
