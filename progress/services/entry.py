"""Entering a quarter's numbers: whole lines, all or none, each with its optimistic lock."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import User, require
from accounts.policy import allows
from audit.services import record
from common.errors import Invalid, Locked
from progress.line_checks import LineRules, check_line
from progress.models import ImportBatch, Line, Report
from progress.queries.carrying import carried_lines
from progress.queries.rows import entered_in
from progress.queries.year import YearBook, load_year
from progress.services.changes import LineChange, LineConflict, LineStamp, ReportEntry, SavedLines, WrongLines
from progress.services.entry_writes import Stamp, Work, said, write_work
from progress.services.history import report_event
from progress.services.locks import check_editable, lock_reason, lock_reason_within
from targets.models import Indicator, PlanUnit, Quarter
from targets.services.guards import take_standing

__all__ = [
    "LineChange",
    "LineConflict",
    "ReportEntry",
    "ReportHeader",
    "SavedLines",
    "WrongLines",
    "check_editable",
    "ensure_report",
    "lock_reason",
    "save_entries",
    "save_header",
    "save_lines",
    "save_within",
]


def ensure_report(plan_unit: PlanUnit, quarter: Quarter, *, by: User, at: datetime) -> Report:
    """The unit's current revision; made as a draft if there is none, with the lines that stand still carried over."""
    standing = Report.objects.standing().filter(plan_unit=plan_unit, quarter=quarter)
    found = standing.order_by("-revision").first()
    if found is not None:
        found.plan_unit, found.quarter = plan_unit, quarter
        return found
    (saved,) = save_entries([ReportEntry(plan_unit, quarter, ())], by=by, at=at)
    return saved.report


def save_lines(report: Report, changes: Sequence[LineChange], *, by: User, at: datetime) -> SavedLines:
    """Save lines of one report as the form does; see `save_entries`."""
    (saved,) = save_entries([ReportEntry(report.plan_unit, report.quarter, changes)], by=by, at=at)
    return saved


def save_entries(
    entries: Sequence[ReportEntry],
    *,
    by: User,
    at: datetime,
    origin: str = Line.Origin.FORM,
    batch: ImportBatch | None = None,
) -> list[SavedLines]:
    """Save lines of any number of reports of one plan, all or none; reports that are missing are made as drafts.

    About twenty queries whatever the number of reports and lines. `at` is when the request arrived. Raises Locked,
    LineConflict, or WrongLines with every problem; a draft from the form may lack something yet, an import may not.
    """
    with transaction.atomic():
        return save_within(entries, Stamp(by, at, origin, batch))


def save_within(entries: Sequence[ReportEntry], stamp: Stamp) -> list[SavedLines]:
    """As `save_entries`, in the caller's transaction, which is given up where this refuses."""
    if not entries:
        return []
    require(stamp.by, "report.edit")
    try:
        book, made = _lock_and_open(entries, stamp)
    except IntegrityError:
        # Somebody made the same report at the same moment: now it is there.
        book, made = _lock_and_open(entries, stamp)
    work = Work(stamp, made, undoes=entries[0].undoes)
    # By quarter, because a new report carries over what the same save writes into the quarter before.
    in_order = sorted(entries, key=lambda entry: entry.quarter.number)
    saved = [_apply(entry, book, work) for entry in in_order]
    _check(saved, book, stamp)
    write_work(saved, work)
    places = {(one.report.plan_unit_id, one.report.quarter.number): one for one in saved}
    return [places[entry.plan_unit.pk, entry.quarter.number] for entry in entries]


@dataclass(frozen=True, slots=True)
class ReportHeader:
    """Who filled in, checked and answers for a report, as printed on the form."""

    filled_in_by: str = ""
    checked_by: str = ""
    responsible: str = ""
    phone: str = ""


def save_header(report: Report, header: ReportHeader, *, by: User, at: datetime) -> None:
    """Store the names and the telephone number of the printed form."""
    require(by, "report.edit")
    fields = {name: getattr(header, name).strip() for name in ReportHeader.__slots__}
    with transaction.atomic():
        locked = Report.objects.select_for_update().get(pk=report.pk)
        locked.plan_unit, locked.quarter = report.plan_unit, report.quarter
        check_editable(locked, by=by, at=at)
        before = {name: getattr(locked, name) for name in fields}
        if before == fields:
            return
        Report.objects.filter(pk=report.pk).update(version=F("version") + 1, **fields)
        record(report_event(locked, "report.save_header", before=before, after=fields), by=by)


# --- all or none


def _lock_and_open(entries: Sequence[ReportEntry], stamp: Stamp) -> tuple[YearBook, list[Report]]:
    """The year as it stands under locks, and the reports in it that were missing and are made now."""
    book = _lock_and_load(entries)
    return book, _open_reports(entries, book, stamp)


def _lock_and_load(entries: Sequence[ReportEntry]) -> YearBook:
    plan = entries[0].plan_unit.plan
    take_standing(plan)
    for entry in entries:
        entry.plan_unit.plan = plan
    units = {entry.plan_unit.pk: entry.plan_unit for entry in entries}
    quarters = {entry.quarter.pk for entry in entries}
    open_ones = Report.objects.filter(plan_unit__in=units, quarter__in=quarters).exclude(state=Report.State.APPROVED)
    # In one order, so that two imports cannot wait for each other. SQLite has locked everything already.
    list(open_ones.select_for_update().order_by("pk").values_list("pk"))
    return load_year(plan, units.values())


def _open_reports(entries: Sequence[ReportEntry], book: YearBook, stamp: Stamp) -> list[Report]:
    """The reports that were missing and are made now, unless anything is locked; IntegrityError, with nothing made,
    where somebody is doing the same."""
    missing = []
    for entry in entries:
        place = (entry.plan_unit.pk, entry.quarter.number)
        report = book.current(place)
        if report is None:
            report = Report(plan_unit=entry.plan_unit, quarter=book.quarters[place[1]], created_at=stamp.at)
            missing.append(report)
            book.reports[place] = [report]
        reason = lock_reason_within(report, book.deadlines[place], by=stamp.by, at=stamp.at)
        if reason is not None:
            raise Locked(reason)
    if missing:
        with transaction.atomic():
            Report.objects.bulk_create(missing)
    return missing


def _apply(entry: ReportEntry, book: YearBook, work: Work) -> SavedLines:
    report = book.standing((entry.plan_unit.pk, entry.quarter.number))[-1]
    if report.pk not in book.lines:
        work.new += carried_lines(book, report, at=work.stamp.at) if entry.carries else []
        book.lines[report.pk] = {line.indicator_id: line for line in work.new if line.report is report}
    saved = SavedLines(report)
    owed = {indicator.code: indicator for indicator in book.owed.get(report.plan_unit_id, [])}
    for change in entry.changes:
        indicator = owed.get(change.indicator_code)
        if indicator is None:
            raise Invalid(_("本单位不填报指标 %s。") % change.indicator_code, _("请核对指标代码。"))
        _apply_one(saved, indicator, change, book.lines[report.pk], work=work)
    return saved


def _apply_one(
    saved: SavedLines, indicator: Indicator, change: LineChange, lines: dict[int, Line], *, work: Work
) -> None:
    line = lines.get(indicator.pk)
    _check_version(line, indicator, change)
    if _is_as_asked(line, change):
        saved.unchanged.append(indicator.code)
        if line is not None:
            saved.lines[indicator.code] = line
        return
    is_stored = line is not None and line.pk is not None
    work.before.setdefault(saved.report.pk, {})[indicator.code] = said(line)
    if line is None:
        line = lines[indicator.pk] = Line(report=saved.report, indicator=indicator, version=0)
        work.new.append(line)
    elif is_stored:
        work.old.append(line)
    line.indicator = indicator
    _fill(line, change, work.stamp)
    work.after.setdefault(saved.report.pk, {})[indicator.code] = said(line)
    saved.lines[indicator.code] = line
    (saved.changed if is_stored else saved.created).append(indicator.code)


def _is_as_asked(line: Line | None, change: LineChange) -> bool:
    is_carried = line is not None and line.origin == Line.Origin.CARRIED
    is_same = entered_in(line) == change.entered and change.restores is None
    return is_same and change.is_carried in (None, is_carried)


def _check_version(line: Line | None, indicator: Indicator, change: LineChange) -> None:
    if change.expected_version is None or line is None:
        return
    # Whoever saw no report yet saw these very numbers as carried over.
    carried = line.origin == Line.Origin.CARRIED and line.version == 1
    if change.expected_version == line.version or (carried and change.expected_version == 0):
        return
    if entered_in(line) != change.entered:
        line.indicator = indicator
        raise LineConflict(line)


def _fill(line: Line, change: LineChange, stamp: Stamp) -> None:
    entered = change.entered
    line.value, line.base = entered.value, entered.base
    line.not_applicable, line.note = entered.not_applicable, entered.note
    line.version += 1
    origin = Line.Origin.CARRIED if change.is_carried else stamp.origin
    # What a hand writes over keeps the import it came with: the next import asks before it overwrites the hand.
    batch_id = stamp.batch.pk if stamp.batch else line.batch_id
    now = LineStamp(origin, batch_id, stamp.by.name, stamp.at)
    for name in LineStamp.__slots__:
        setattr(line, name, getattr(change.restores or now, name))


def _check(saved: Iterable[SavedLines], book: YearBook, stamp: Stamp) -> None:
    """After all changes are applied in memory, for they are judged together: a year's sum spans several quarters."""
    wrong = []
    may_fix_base = allows(stamp.by.role, "report.fix_base")
    for one in saved:
        place = (one.report.plan_unit_id, one.report.quarter.number)
        for code in [*one.created, *one.changed]:
            line = one.lines[code]
            context = book.context(place, line.indicator)
            rules = LineRules.of(line.indicator)
            problems = check_line(rules, entered_in(line), context, may_fix_base=may_fix_base)
            blocking = [p for p in problems if not p.incomplete or stamp.origin != Line.Origin.FORM]
            wrong += [(one.report, line.indicator, problem) for problem in blocking]
            if problems:
                one.problems[code] = problems
    if wrong:
        raise WrongLines(wrong)
