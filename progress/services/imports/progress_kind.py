"""Files of progress: the quarterly numbers of any units, in one of three layouts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.errors import Text
from common.workbook.book import Book
from common.workbook.limits import Limits
from progress.excel.checks import Checked, Entry, check_book
from progress.excel.headers import HEADERS
from progress.excel.help import columns_as_json
from progress.excel.world import Key, Place
from progress.line_checks import EnteredLine, number_words
from progress.models import ImportBatch, Line, Report
from progress.queries.corrections_by_hand import corrected_by_hand
from progress.services.changes import LineChange, ReportEntry
from progress.services.corrections import reopen_reports
from progress.services.entry import save_within
from progress.services.entry_writes import Stamp
from progress.services.import_kinds import (
    Change,
    Choice,
    FileCheck,
    ImportKind,
    Json,
    Question,
    ShownChanges,
    Touched,
)
from progress.services.import_world import ImportGround, load_ground
from progress.services.imports.progress_shown import APPROVED, HAND_CORRECTED, shown_changes, touched_reports
from progress.services.imports.progress_undo import undo_facts, undo_lines
from progress.services.imports.sent import progress_limits
from targets.models import Plan, PlanUnit, Quarter
from targets.services.guards import NO_REASON


@dataclass(frozen=True, slots=True)
class ProgressCheck:
    """What `apply` needs: what the file was checked against, its changes in their order, and every line it names."""

    ground: ImportGround
    entries: Sequence[Entry]
    keys: frozenset[Key]

    @property
    def places(self) -> tuple[tuple[PlanUnit, Quarter], ...]:
        """The units and quarters that the rows name."""
        named = dict.fromkeys(sorted({key[:2] for key in self.keys}))
        return tuple(self.ground.place(place) for place in named)


class ProgressKind(ImportKind):
    """Files of progress. `carries`: reports made now start with what stands still from the quarter before."""

    code: ClassVar[str] = "progress"
    label: ClassVar[Text] = _("季度进展")
    action: ClassVar[str] = "report.import"
    headers: ClassVar[Sequence[str]] = tuple(HEADERS)
    keeps_time: ClassVar[bool] = True
    help_template: ClassVar[str] = "progress/import_help.html"

    def __init__(self, *, carries: bool = True) -> None:
        self._carries = carries

    def limits(self) -> Limits:
        return progress_limits()

    def check(self, book: Book, *, plan: Plan, by: User, at: datetime) -> FileCheck:
        ground = load_ground(plan, by=by, at=at)
        checked = check_book(book, ground.world, self.limits())
        entries = [] if checked.is_refused else checked.entries
        changed = [entry for entry in entries if entry.is_change]
        conflicts = _conflicts(changed, ground, checked.handed_out_at)
        return FileCheck(
            layout=checked.layout.value,
            problems=checked.problems,
            skipped=checked.skipped,
            changes=[_change(entry, conflicts.get(entry.key, "")) for entry in changed],
            unchanged=[_change(entry) for entry in entries if not entry.is_change],
            payload=_payload(ground, checked, changed),
        )

    def apply(self, check: FileCheck, choice: Choice, *, batch: ImportBatch, by: User, at: datetime) -> Json:
        payload = payload_of(check)
        written = [payload.entries[place] for place, _change in check.to_write(choice)]
        ground = payload.ground
        reopened = _reopen(written, ground, by=by, at=at, reason=choice.reason)
        entries = self._report_entries(written, ground, reopened)
        saved = save_within(entries, Stamp(by, at, Line.Origin.IMPORT, batch))
        return undo_facts(saved, ground.lines, corrections=reopened.values())

    def undo(self, batch: ImportBatch, *, by: User, at: datetime) -> None:
        undo_lines(batch, by=by, at=at)

    def shown(self, plan: Plan, changes: Sequence[Change]) -> ShownChanges:
        return shown_changes(plan, changes)

    def questions(self, plan: Plan, changes: Sequence[Change]) -> Sequence[Question]:
        if not any(change.conflict == APPROVED for change in changes):
            return ()
        label, text = _("更正理由"), _("覆盖已审核的报告时必填：报告会退回更正，原报告继续计数，直到更正审核通过。")
        return [Question("reason", label, NO_REASON, text, is_required=False)]

    def touched(self, plan: Plan, changes: Sequence[Change]) -> Sequence[Touched]:
        return touched_reports(plan, changes)

    def help(self, plan: Plan, *, by: User) -> Mapping[str, Any]:
        own = plan.plan_units.reporting().filter(unit=by.unit_id).values_list("unit__code", flat=True).first()
        columns = columns_as_json(gettext)
        return {"quarters": plan.quarters.order_by("number"), "own_unit": own, "columns": columns}

    def _report_entries(
        self, written: Sequence[Entry], ground: ImportGround, reopened: Mapping[Place, Report]
    ) -> list[ReportEntry]:
        """The changes by report, each with the version of the line that the check saw."""
        by_place: dict[Place, list[LineChange]] = {}
        for entry in written:
            place, line = entry.key[:2], ground.lines.get(entry.key)
            seen = line.version if line is not None and line.pk else 0
            # The lines of a correction are new copies.
            version = min(seen, 1) if place in reopened else seen
            by_place.setdefault(place, []).append(_line_change(entry, version))
        return [ReportEntry(*ground.place(place), changes, self._carries) for place, changes in by_place.items()]


def payload_of(check: FileCheck) -> ProgressCheck:
    """What the check of this kind carries; TypeError for another kind's."""
    if not isinstance(check.payload, ProgressCheck):
        raise TypeError(f"No check of a file of progress: {check.payload!r}")
    return check.payload


def _payload(ground: ImportGround, checked: Checked, changed: Sequence[Entry]) -> ProgressCheck:
    return ProgressCheck(ground, changed, frozenset(entry.key for entry in checked.entries))


def _line_change(entry: Entry, version: int) -> LineChange:
    line = entry.line
    return LineChange(entry.key[2], line.value, line.base, line.not_applicable, line.note, expected_version=version)


def _change(entry: Entry, conflict: str = "") -> Change:
    unit, quarter, indicator = entry.key
    return Change(
        row=entry.row,
        key=(unit, str(quarter), indicator),
        old=None if entry.is_new else _said(entry.standing or EnteredLine()),
        new=_said(entry.line),
        conflict=conflict,
    )


def _said(line: EnteredLine) -> dict[str, Any]:
    return {
        "value": None if line.value is None else number_words(line.value),
        "base": None if line.base is None else number_words(line.base),
        "not_applicable": line.not_applicable,
        "note": line.note,
    }


def _conflicts(changed: Sequence[Entry], ground: ImportGround, handed_out_at: datetime | None) -> dict[Key, str]:
    """Why a person must decide (policy P16): it is approved, or was corrected by hand since an import wrote it, or
    since the portal handed out the very form that now wants something else. What was put back is no correction."""
    approved = {entry.key for entry in changed if ground.world.locks.get(entry.key[:2]) == APPROVED}
    asked = {entry.key for entry in changed} - approved
    lines = {key: ground.lines[key] for key in asked & ground.lines.keys()}
    corrected = corrected_by_hand(lines, year=ground.world.year, handed_out_at=handed_out_at)
    return dict.fromkeys(corrected, HAND_CORRECTED) | dict.fromkeys(approved, APPROVED)


def _reopen(
    written: Sequence[Entry], ground: ImportGround, *, by: User, at: datetime, reason: str
) -> dict[Place, Report]:
    """The corrections of the approved reports that are written over, by place."""
    places = dict.fromkeys(e.key[:2] for e in written if ground.world.locks.get(e.key[:2]) == APPROVED)
    if not places:
        return {}
    reports = [ground.report(place) for place in places]
    return dict(zip(places, reopen_reports(reports, by=by, at=at, reason=reason), strict=True))
