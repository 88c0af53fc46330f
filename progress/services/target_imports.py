"""Files with the grid of the plan's targets: the officer says from when on they hold, and why."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.errors import Invalid
from common.workbook.book import Book
from common.workbook.limits import Limits
from common.workbook.register import RegisterRead, read_register
from progress.models import ImportBatch
from progress.services.import_kinds import (
    Change,
    Choice,
    FileCheck,
    ImportKind,
    Json,
    Question,
    ShownChange,
    ShownChanges,
    ShownValue,
    Touched,
)
from progress.services.register_imports import register_help
from targets.excel.target_grid import target_register
from targets.models import Plan
from targets.models.plan import plain_number
from targets.queries import day_in_year
from targets.queries.target_rows import Place, target_ground
from targets.services.guards import NO_REASON
from targets.services.target_rows import Revised, Terms, revise_targets, undo_revisions

_DAY = "valid_from"
_NO_DAY = _("没有写明生效日期。")


class TargetKind(ImportKind):
    """The targets of a plan, units × indicators."""

    code = "targets"
    label = _("年度目标任务")
    action = "plan.edit"
    headers = ("地区", "单位")
    help_template = "progress/register_help.html"

    def limits(self) -> Limits:
        """The site's own numbers."""
        return Limits(**settings.IMPORT_LIMITS)

    def check(self, book: Book, *, plan: Plan, by: User, at: datetime) -> FileCheck:
        """The cells against the targets in force today; five queries."""
        ground = target_ground(plan, by, day_in_year(plan, at))
        read = read_register(book, ground.register, ground.world, self.limits())
        wanted = ground.check(read)
        rows = {str(entry.key[0]): entry.row for entry in read.entries}
        changes = [
            Change(rows[place[0]], place, _kept(ground.values.get(place)), {"value": _text(value)})
            for place, value in wanted.items()
        ]
        same = [place for place in _asked(read, ground.indicators) if place not in wanted]
        unchanged = [_unchanged(rows[place[0]], place, ground.values.get(place)) for place in same]
        return FileCheck(self.code, read.problems, read.skipped, changes, unchanged, payload=wanted)

    def questions(self, plan: Plan, changes: Sequence[Change]) -> Sequence[Question]:
        """From when on, and why."""
        if not changes:
            return ()
        day = Question(
            _DAY,
            _("生效日期"),
            _NO_DAY,
            _("季度状态按季度末当天有效的目标判断，考核按 12 月 31 日有效的目标。"),
            "date",
        )
        return (day, Question("reason", _("调整理由"), NO_REASON, _("与调整一起留存，并显示在调整记录中。")))

    def apply(self, check: FileCheck, choice: Choice, *, batch: ImportBatch, by: User, at: datetime) -> Json:
        """Revise the targets from the day on that the officer said."""
        terms = Terms(valid_from=_day(choice.extra.get(_DAY, "")), reason=choice.reason)
        wanted: Mapping[Place, Decimal | None] = check.payload if isinstance(check.payload, dict) else {}
        revised = revise_targets(batch.plan, wanted, terms, by=by, at=at)
        return {
            _DAY: terms.valid_from.isoformat(),
            "revised": [[*one.place, _text(one.before), one.revision] for one in revised],
        }

    def undo(self, batch: ImportBatch, *, by: User, at: datetime) -> None:
        """Put the targets back by revisions of the same day, unless one of them has been revised since."""
        facts = batch.undo_facts
        revised = [
            Revised((unit, code), None if before is None else Decimal(before), None, number)
            for unit, code, before, number in facts.get("revised", ())
        ]
        if revised:
            reason = gettext("撤销导入“%s”") % batch.file.name
            terms = Terms(valid_from=date.fromisoformat(facts[_DAY]), reason=reason[:300])
            undo_revisions(batch.plan, revised, terms, by=by, at=at)

    def shown(self, plan: Plan, changes: Sequence[Change]) -> ShownChanges:
        """A target a line: unit, indicator, old → new."""
        units = {one.unit.code: one.label for one in plan.plan_units.select_related("unit")}
        indicators = {one.code: one for one in plan.indicators.all()}
        rows = []
        for one in changes:
            unit, code = one.key
            old = one.old["value"] if one.old else ""
            new = gettext("不再设目标") if one.new["value"] is None else one.new["value"]
            target = {"name": indicators[code].label, "unit": indicators[code].actual_unit}
            names = [units.get(unit, unit), gettext("%(name)s（%(unit)s）") % target]
            rows.append(ShownChange(names, [ShownValue(old, new)]))
        return ShownChanges([gettext("单位"), gettext("指标")], [gettext("目标值")], rows, frozenset({0}))

    def touched(self, plan: Plan, changes: Sequence[Change]) -> Sequence[Touched]:
        """The plan's page."""
        return [Touched(plan.label, "targets:plan", [plan.owner.code, plan.year])] if changes else []

    def help(self, plan: Plan, *, by: User) -> Mapping[str, Any]:
        """What holds for the grid; what each target is measured in stands in its header."""
        place = [plan.owner.code, plan.year]
        return {**register_help(target_register(plan.year, ()), "targets:targets_form", args=place), "columns": ()}


def _asked(read: RegisterRead, codes: Collection[str]) -> list[Place]:
    """The cells that say something of an indicator; none while there is an error."""
    entries = [] if read.is_refused else read.entries
    return [(str(entry.key[0]), code) for entry in entries for code in entry.asked if code in codes]


def _unchanged(row: int, place: Place, value: Decimal | None) -> Change:
    stands = {"value": _text(value)}
    return Change(row, place, stands, stands)


def _kept(value: Decimal | None) -> dict[str, str | None] | None:
    return None if value is None else {"value": _text(value)}


def _text(value: Decimal | None) -> str | None:
    return None if value is None else plain_number(value)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid(_NO_DAY, gettext("请选择目标从哪一天起有效。")) from None
