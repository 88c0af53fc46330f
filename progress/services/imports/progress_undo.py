"""Taking an import of progress back: every line as it stood before, while nothing later depends on it."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.models import User
from common.errors import LOCK_TEXTS, Conflict
from progress.excel.world import Key
from progress.models import Evidence, ImportBatch, Line, Report
from progress.services.changes import LineChange, LineStamp, ReportEntry, SavedLines
from progress.services.corrections import discard_correction
from progress.services.entry import save_entries
from progress.services.locks import lock_reason_within
from targets.queries import calendar_of_plan
from targets.services.guards import take_standing

_SHOWN = 20  # so many of what depends on a batch are named
_STAMP = ("origin", "batch_id", "changed_by")


# --- what undoing needs, kept when the batch is written


def undo_facts(
    saved: Iterable[SavedLines], before: Mapping[Key, Line], *, corrections: Collection[Report]
) -> dict[str, Any]:
    """Every line that was written, with what stood before it, and the corrections begun for it."""
    written = [
        _line_facts(line, before.get((one.report.plan_unit.unit.code, one.report.quarter.number, code)))
        for one in saved
        for code, line in one.lines.items()
        if code not in one.unchanged
    ]
    versions = Report.objects.filter(pk__in=[one.pk for one in corrections]).values_list("pk", "version")
    return {"lines": written, "corrections": [list(pair) for pair in versions]}


def _line_facts(line: Line, before: Line | None) -> dict[str, Any]:
    return {"line": line.pk, "before": _before(before) if before is not None else None}


def _before(line: Line) -> dict[str, Any]:
    return {
        "value": None if line.value is None else str(line.value),
        "base": None if line.base is None else str(line.base),
        "not_applicable": line.not_applicable,
        "note": line.note,
        "changed_at": line.changed_at.isoformat(),
        **{name: getattr(line, name) for name in _STAMP},
    }


# --- undoing


@dataclass(frozen=True, slots=True)
class _Written:
    """A line of the batch as it stands now, and what was there before the batch."""

    line: Line
    before: Mapping[str, Any] | None


def undo_lines(batch: ImportBatch, *, by: User, at: datetime) -> None:
    """Put every line of the batch back, and discard the corrections that were begun for it and for nothing else.

    In the caller's transaction. Raises Conflict that names what depends on the batch, or that a report is locked.
    """
    take_standing(batch.plan)
    written = _written(batch)
    # Every change has its own stamp; an import that is taken back leaves the one that it found, with what it found.
    later = [one.line for one in written if _imported_by(one.line) != batch.pk]
    imports = _imported_since(later)
    reasons = [*_locked(batch, written, by=by, at=at), *_changed_since(later), *_evidence_since(written)]
    if imports or reasons:
        hint = _("请在报告中逐项更正。") if reasons else _("然后再撤销这一次导入。")
        raise Conflict(_in_lines(_("导入之后有了变化，不能整体撤销："), [*imports, *reasons]), hint)
    corrections = _only_begun_here(batch)
    kept = [one for one in written if one.line.report_id not in corrections]
    for report in corrections.values():
        discard_correction(report, by=by, at=at, reason=_("撤销导入：%s") % batch.file.name)
    save_entries(_entries(kept, file=batch.file.name, by=by, at=at), by=by, at=at)


def _written(batch: ImportBatch) -> list[_Written]:
    facts: Sequence[Mapping[str, Any]] = batch.undo_facts.get("lines", [])
    related = ("indicator", "report__quarter", "report__plan_unit__unit")
    lines = Line.objects.select_related(*related).in_bulk([fact["line"] for fact in facts])
    # Lines are never deleted; a correction that was discarded keeps its own.
    for line in lines.values():
        line.report.plan_unit.plan = batch.plan
    return [_Written(lines[fact["line"]], fact["before"]) for fact in facts]


def _locked(batch: ImportBatch, written: Sequence[_Written], *, by: User, at: datetime) -> list[str]:
    """The reports that cannot be changed now, each with its reason."""
    reports = {one.line.report_id: one.line.report for one in written}.values()
    windows = calendar_of_plan(batch.plan).of({report.plan_unit_id for report in reports})
    reasons = []
    for report in reports:
        window = windows[report.plan_unit_id, report.quarter.number]
        reason = lock_reason_within(report, window, by=by, at=at)
        if reason is not None:
            reasons.append(f"{_named(report)}：{LOCK_TEXTS[reason][0]}")
    return reasons


def _imported_since(later: Sequence[Line]) -> list[str]:
    """The later imports that changed lines of the batch, the latest first, each with how many and what to do."""
    counts = Counter(pk for line in later if (pk := _imported_by(line)))
    batches = ImportBatch.objects.without_contents().filter(pk__in=counts).select_related("file", "by")
    said = _("“%(file)s”（%(name)s 于 %(at)s 导入）后来改过其中 %(count)d 行，请先撤销“%(file)s”。")
    return [
        said % {"file": one.file.name, "name": one.by.name, "at": _moment(one.applied_at), "count": counts[one.pk]}
        for one in batches.order_by("-applied_at")
    ]


def _changed_since(later: Sequence[Line]) -> list[str]:
    """The lines that somebody changed in the form since."""
    said = _("%(line)s：后来由 %(name)s 改过")
    by_hand = [line for line in later if not _imported_by(line)]
    return [said % {"line": _named_line(line), "name": line.changed_by or _("他人")} for line in by_hand]


def _imported_by(line: Line) -> int | None:
    """The batch that wrote what the line holds; None for a hand, which leaves the batch as it was, not the origin."""
    return line.batch_id if line.origin == Line.Origin.IMPORT else None


def _evidence_since(written: Sequence[_Written]) -> list[str]:
    """Lines that came with the batch and have files by now: taken back, the files would show nothing."""
    made = {one.line.pk: one.line for one in written if one.before is None}
    with_files = Evidence.objects.filter(line__in=made).values_list("line", flat=True).distinct()
    return [_("%s：已有佐证材料") % _named_line(made[pk]) for pk in with_files]


def _only_begun_here(batch: ImportBatch) -> dict[int, Report]:
    """The corrections that the batch began and nobody has changed since; the others keep what else was done in them."""
    versions: dict[int, int] = dict(batch.undo_facts.get("corrections", []))
    reports = Report.objects.select_related("quarter", "plan_unit__plan", "plan_unit__unit").in_bulk(versions)
    return {pk: report for pk, report in reports.items() if report.version == versions[pk]}


def _entries(written: Sequence[_Written], *, file: str, by: User, at: datetime) -> list[ReportEntry]:
    """What puts the lines back, by report; each only where the line is as it was looked at."""
    reports: dict[int, ReportEntry] = {}
    changes: dict[int, list[LineChange]] = {}
    for one in written:
        report = one.line.report
        mine = changes.setdefault(report.pk, [])
        mine.append(_restoring(one.line, one.before, by=by, at=at))
        entry = ReportEntry(report.plan_unit, report.quarter, mine, carries=False, undoes=file)
        reports.setdefault(report.pk, entry)
    return list(reports.values())


def _restoring(line: Line, before: Mapping[str, Any] | None, *, by: User, at: datetime) -> LineChange:
    if before is None:
        stamp = LineStamp(Line.Origin.FORM, None, by.name, at)
        return LineChange(line.indicator.code, expected_version=line.version, restores=stamp)
    value, base = (None if before[name] is None else Decimal(before[name]) for name in ("value", "base"))
    return LineChange(
        line.indicator.code,
        value,
        base,
        before["not_applicable"],
        before["note"],
        expected_version=line.version,
        restores=LineStamp(
            **{name: before[name] for name in _STAMP}, changed_at=datetime.fromisoformat(before["changed_at"])
        ),
    )


def _in_lines(title: str, reasons: Sequence[str]) -> str:
    """The title and the first reasons, a line each, and how many more there are."""
    more = len(reasons) - _SHOWN
    return "\n".join([title, *reasons[:_SHOWN], *([_("……还有 %d 处") % more] if more > 0 else [])])


def _named(report: Report) -> str:
    return _("%(unit)s第 %(quarter)d 季度") % {"unit": report.plan_unit.label, "quarter": report.quarter.number}


def _named_line(line: Line) -> str:
    return f"{_named(line.report)} {line.indicator.label}"


def _moment(at: datetime | None) -> str:
    return date_format(localtime(at), "Y-m-d H:i")
