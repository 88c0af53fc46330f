"""What is to be changed in reports, what became of it, and how it is refused."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from common.errors import Conflict, Invalid
from common.text import clean_text
from progress.line_checks import EnteredLine, LineProblem
from progress.models import Line, Report
from targets.models import Indicator, PlanUnit, Quarter


@dataclass(frozen=True, slots=True)
class LineStamp:
    """How a line came to what it holds: by which way, in which import, by whom and when."""

    origin: str
    batch_id: int | None
    changed_by: str
    changed_at: datetime

    @classmethod
    def of(cls, line: Line) -> "LineStamp":
        """A line's own."""
        return cls(line.origin, line.batch_id, line.changed_by, line.changed_at)


@dataclass(frozen=True, slots=True)
class LineChange:
    """What a line shall hold. `expected_version`: the version the person saw (0: none yet), None: whatever is there.

    `is_carried`: False confirms a line that stands as carried over (沿用上季), though nothing of it changes; True marks
    it as carried over again, where what was done to it is undone. None: whoever changes it has looked at it.
    `restores`: it puts back what stood before an import, with the stamp of that time.
    """

    indicator_code: str
    value: Decimal | None = None
    base: Decimal | None = None
    not_applicable: bool = False
    note: str = ""
    expected_version: int | None = None
    is_carried: bool | None = None
    restores: LineStamp | None = None

    @property
    def entered(self) -> EnteredLine:
        """What the checks look at: a minus before nothing is dropped, the note is clean, a blank one is none."""
        note = clean_text(self.note)
        note = "" if note.isspace() else note
        return EnteredLine(_unsigned_zero(self.value), _unsigned_zero(self.base), self.not_applicable, note)


@dataclass(frozen=True, slots=True)
class ReportEntry:
    """The changes of one unit's report of one quarter.

    `carries`: a report that is made now starts with what stands still from the quarter before. `undoes`: the file
    whose import the changes take back.
    """

    plan_unit: PlanUnit
    quarter: Quarter
    changes: Sequence[LineChange]
    carries: bool = True
    undoes: str = ""


@dataclass(slots=True)
class SavedLines:
    """What became of the changes of one report, by the indicator's code.

    `problems` holds what is still missing in the stored lines: it must be mended before submitting.
    """

    report: Report
    lines: dict[str, Line] = field(default_factory=dict)
    created: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    problems: dict[str, list[LineProblem]] = field(default_factory=dict)


class LineConflict(Conflict):
    """Somebody else saved the line first: `line` is theirs."""

    code = "line_conflict"

    def __init__(self, line: Line) -> None:
        super().__init__(
            _("“%(indicator)s”刚被 %(name)s 修改，您填的内容还没有保存。")
            % {"indicator": line.indicator.label, "name": line.changed_by or _("他人")},
            _("请比较两边的数值，选用其中一个。"),
        )
        self.line = line


class WrongLines(Invalid):
    """Lines that cannot be stored: every problem by report and indicator's code; nothing was stored."""

    def __init__(self, problems: Sequence[tuple[Report, Indicator, LineProblem]]) -> None:
        said = [f"{indicator.label}：{problem.text(_)}" for _report, indicator, problem in problems]
        super().__init__("\n".join(said), _("请改正后再保存，其他内容不受影响。"))
        self.problems = tuple(problems)


def _unsigned_zero(number: Decimal | None) -> Decimal | None:
    return Decimal(0) if number is not None and number == 0 else number
