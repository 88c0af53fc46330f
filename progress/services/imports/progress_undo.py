"""Taking an import of progress back: every line as it stood before, while nothing later depends on it."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from common.errors import LOCK_TEXTS
from progress.excel.world import Key
from progress.line_checks import EnteredLine
from progress.models import Evidence, ImportBatch, Line, Report
from progress.queries.corrections_by_hand import entered_of
from progress.queries.rows import entered_in
from progress.services.changes import LineChange, LineStamp, ReportEntry, SavedLines
from progress.services.corrections import discard_correction
from progress.services.entry import ReportHeader, save_entries
from progress.services.import_undoing import not_to_undo
from progress.services.locks import lock_reason_within
from targets.queries import calendar_of_plan
from targets.services.guards import take_standing

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
    """Put every line of the batch back, and discard the corrections that imports began and that hold nothing more.

    In the caller's transaction. Raises Conflict that names what depends on the batch, or that a report is locked.
    """
    take_standing(batch.plan)
    written = _written(batch)
    # Every change has its own stamp; an import that is taken back leaves the one that it found, with what it found.
    later = [one.line for one in written if _imported_by(one.line) != batch.pk]
    imports = Counter(pk for line in later if (pk := _imported_by(line)))
    reasons = [*_locked(batch, written, by=by, at=at), *_changed_since(later), *_evidence_since(written)]
    if imports or reasons:
        raise not_to_undo(imports, reasons, hint=_("请在报告中逐项更正。"))
    corrections = _left_empty(batch, written)
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


def _left_empty(batch: ImportBatch, written: Sequence[_Written]) -> dict[int, Report]:
    """The corrections that imports now taken back began, the batch among them, and that say what the approved reports
    say once the batch's lines are put back; the others keep what else was done in them."""
    corrections = {one.line.report_id for one in written if one.line.report.is_correction}
    if not corrections:
        return {}
    begun = _drafts(corrections & _begun_by_undone(batch))
    if not begun:
        return {}
    places = [Q(plan_unit=one.plan_unit_id, quarter=one.quarter_id) for one in begun.values()]
    approved = {_place(one): one for one in Report.objects.effective().filter(reduce(or_, places))}
    before = {one.line.pk: one.before for one in written}
    said = _contents([*begun.values(), *approved.values()], before)
    return {pk: one for pk, one in begun.items() if said[pk] == said[approved[_place(one)].pk]}


def _begun_by_undone(batch: ImportBatch) -> set[int]:
    """The corrections that imports of the plan began which are taken back, the batch now among them."""
    undone = ImportBatch.objects.filter(plan=batch.plan, kind=batch.kind, state=ImportBatch.State.UNDONE)
    begun = undone.values_list("undo_facts__corrections", flat=True)
    return {pk for corrections in begun for pk, _version in corrections or ()}


def _drafts(corrections: Collection[int]) -> dict[int, Report]:
    """Those that are still written, locked, so that nobody enters anything between this look and the end."""
    drafts = Report.objects.filter(pk__in=corrections, state=Report.State.DRAFT, sealed_scan=None).order_by("pk")
    related = ("quarter", "plan_unit__plan", "plan_unit__unit")
    return drafts.select_related(*related).select_for_update(of=("self",)).in_bulk()


def _contents(reports: Sequence[Report], before: Mapping[int, Mapping[str, Any] | None]) -> dict[int, Any]:
    """What each report says, with the lines of `before` as they were: its header, its lines, and their files."""
    lines: dict[int, dict[int, EnteredLine]] = {report.pk: {} for report in reports}
    for line in Line.objects.filter(report__in=lines):
        entered = entered_of(before[line.pk]) if line.pk in before else entered_in(line)
        if entered != EnteredLine():
            lines[line.report_id][line.indicator_id] = entered
    files: dict[int, set[tuple[int, str]]] = {report.pk: set() for report in reports}
    for file in Evidence.objects.filter(line__report__in=lines).select_related("line"):
        files[file.line.report_id].add((file.file_id, file.number))
    headers = {report.pk: [getattr(report, name) for name in ReportHeader.__slots__] for report in reports}
    return {pk: (headers[pk], lines[pk], files[pk]) for pk in headers}


def _place(report: Report) -> tuple[int, int]:
    return report.plan_unit_id, report.quarter_id


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
    entered = entered_of(before)
    return LineChange(
        line.indicator.code,
        entered.value,
        entered.base,
        entered.not_applicable,
        entered.note,
        expected_version=line.version,
        restores=LineStamp(
            **{name: before[name] for name in _STAMP}, changed_at=datetime.fromisoformat(before["changed_at"])
        ),
    )


def _named(report: Report) -> str:
    return _("%(unit)s第 %(quarter)d 季度") % {"unit": report.plan_unit.label, "quarter": report.quarter.number}


def _named_line(line: Line) -> str:
    return f"{_named(line.report)} {line.indicator.label}"
