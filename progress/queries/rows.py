"""One row of a quarterly report: an indicator with its line, the year before it, its target and what it comes to."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from functools import cached_property

from django.utils.translation import gettext, gettext_noop

from calculations.actual import DataState, LineValue, UnitQuarter
from calculations.compliance import Progress, unit_progress
from calculations.quarters import QUARTERS
from calculations.rounding import exact_or_none
from calculations.words import short
from progress.line_checks import EnteredLine, Field, LineProblem, LineRules, YearContext, YearLine, number_words
from progress.models import Evidence, Line, LineComment
from progress.queries.ledger_figures import LedgerStanding
from progress.report_checks import CheckedLine, JumpLimits, check_report
from targets.models import Indicator
from targets.queries import is_required


@dataclass(frozen=True)
class TargetValue:
    """The value that a unit must reach; `is_default`: our breakdown, which the bureau can change (默认分解)."""

    value: Decimal
    is_default: bool


@dataclass(frozen=True)
class Row:
    """One indicator of a report. `typed_value` and `typed_base` are what somebody typed and could not be saved.

    `last_year` is the same quarter a year ago; `since` the last return (or the correction's beginning), after which
    changes are marked, `was` what the line held then; `asked` is what reviewers said of the line with the last decision
    or did not send yet, or earlier without being heard; `asked_before` what else they said before.
    """

    indicator: Indicator
    quarter: int
    line: Line | None
    entered: EnteredLine
    context: YearContext
    limits: JumpLimits
    target: TargetValue | None = None
    problems: tuple[LineProblem, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    is_final: bool = False
    typed_value: str | None = None
    typed_base: str | None = None
    last_year: YearLine | None = None
    since: datetime | None = None
    was: str = ""
    asked: tuple[LineComment, ...] = ()
    asked_before: tuple[LineComment, ...] = ()
    ledger: LedgerStanding = field(default_factory=LedgerStanding)

    @property
    def version(self) -> int:
        """The version for the optimistic lock; 0 where nothing is stored yet."""
        return self.line.version if self.line is not None and self.line.pk else 0

    @property
    def is_carried(self) -> bool:
        return self.line is not None and self.line.origin == Line.Origin.CARRIED

    @property
    def is_required(self) -> bool:
        """Whether a missing line lowers the unit's completeness."""
        return is_required(self.indicator, self.quarter)

    @property
    def is_filled(self) -> bool:
        return self.entered.is_filled

    @property
    def is_complete(self) -> bool:
        """Whether nothing of the line is missing, its base included."""
        lacks_base = self.indicator.has_base and self.entered.base is None and not self.entered.not_applicable
        return self.is_filled and not lacks_base

    @property
    def value_text(self) -> str:
        """The value as it stands in the field."""
        return _field_text(self.typed_value, self.entered.value)

    @property
    def base_text(self) -> str:
        """The base as it stands in the field."""
        return _field_text(self.typed_base, self.entered.base)

    @property
    def problem_texts(self) -> list[str]:
        """What is wrong with the row, in the reader's language."""
        return [problem.text(gettext) for problem in self.problems]

    @property
    def value_problems(self) -> bool:
        return self._is_wrong("value")

    @property
    def base_problems(self) -> bool:
        return self._is_wrong("base")

    @property
    def note_problems(self) -> bool:
        return self._is_wrong("note")

    @property
    def check_texts(self) -> list[str]:
        """What a reviewer should look at, beside a missing line, which shows itself."""
        checks = check_report([self.checked], limits=self.limits)
        return [check.text(gettext) for check in checks if check.code != "missing"]

    @property
    def is_imported(self) -> bool:
        return self.line is not None and self.line.origin == Line.Origin.IMPORT

    @property
    def ledger_stands(self) -> str:
        """How the line stands to its ledger: equal, different, not_reported; empty where no ledger says anything."""
        return self.ledger.stands(self.entered)

    # --- words

    @property
    def has_own_label(self) -> bool:
        """Whether the value has a name of its own, beside that of the indicator."""
        return bool(self.indicator.local("value_label"))

    @property
    def value_label(self) -> str:
        """What the value is, e.g. the area installed."""
        return self.indicator.local("value_label") or gettext("完成值")

    @property
    def base_label(self) -> str:
        """What the base is, e.g. the area on which panels can be installed."""
        return self.indicator.local("base_label") or gettext("基数")

    @property
    def base_unit(self) -> str:
        return self.indicator.local("base_unit")

    @property
    def na_condition(self) -> str:
        """When 不涉及 may be chosen, where there is a condition."""
        return self.indicator.local("na_condition")

    @property
    def is_share(self) -> bool:
        """Whether the actual value is a share of value and base."""
        return self.indicator.kind in (Indicator.Kind.RATIO, Indicator.Kind.REDUCTION)

    @property
    def actual_places(self) -> int:
        """With how many decimals the actual value is printed."""
        return 2 if self.is_share else self.indicator.decimals

    @property
    def target_words(self) -> str:
        """The target with its direction: "≥ 40"."""
        if self.target is None:
            return ""
        return f"{'≤' if self.indicator.at_most else '≥'} {number_words(self.target.value)}"

    @property
    def expected_words(self) -> str:
        """What is expected by the quarter's end, as long as the year's target is not reached."""
        expected, judged = self.progress.expected, ("on_pace", "behind", "far_behind")
        if expected is None or self.progress.status not in judged:
            return ""
        at_most = self.indicator.at_most
        message = gettext("应不高于 %(expected)s%(unit)s") if at_most else gettext("应达 %(expected)s%(unit)s")
        return message % {"expected": short(expected), "unit": self.indicator.actual_unit}

    @property
    def may_be_not_applicable(self) -> bool:
        return self.indicator.not_applicable != Indicator.NotApplicable.NO

    @property
    def before(self) -> list[YearLine | None]:
        """The earlier quarters' lines in order, None where there is none."""
        return [self.context.others.get(quarter) for quarter in range(1, self.quarter)]

    @cached_property
    def progress(self) -> Progress:
        """Where the indicator stands with this line."""
        return self._progress(self.entered)

    @cached_property
    def progress_before(self) -> Progress | None:
        """Where it stood before this quarter; None in the first."""
        return self._quarters(self.entered)[self.quarter - 2] if self.quarter > 1 else None

    @property
    def checked(self) -> CheckedLine:
        """What the checks before submitting look at."""
        return CheckedLine(
            rules=LineRules.of(self.indicator),
            entered=self.entered,
            problems=self.problems,
            before=self.context.others.get(self.quarter - 1),
            is_required=self.is_required,
            is_carried=self.is_carried,
            has_target=self.target is not None,
            has_evidence=bool(self.evidence),
            ledger=self.ledger.figure,
            comes_to_nothing=self._comes_to_nothing,
            last_year=self.last_year,
            target=self.target.value if self.target and not self.indicator.at_most else None,
            year_sum=(self.entered.value or 0) + self.context.value_beside,
            awaits_answer=self.awaits_answer,
        )

    @property
    def has_new_evidence(self) -> bool:
        """Whether a file came after the report was last returned, or opened for correction."""
        return self.since is not None and any(each.uploaded_at > self.since for each in self.evidence)

    @property
    def is_changed(self) -> bool:
        """Whether somebody changed the line after the report was last returned, or opened for correction."""
        if self.since is None or self.line is None or not self.line.pk:
            return False
        return self.line.changed_at > self.since

    @property
    def awaits_answer(self) -> bool:
        """Whether a return asked something of this line that was neither answered nor acted upon since the last one."""
        is_open = any(each.state == LineComment.State.OPEN for each in self.asked)
        return is_open and not (self.is_changed or self.has_new_evidence or self.is_final)

    @property
    def _comes_to_nothing(self) -> bool:
        """Whether the base of 0 makes the line 不涉及 without anybody having said so."""
        is_nothing = self.entered.base == 0 and not self.problems
        return is_nothing and self.progress.state == DataState.NOT_APPLICABLE

    def _is_wrong(self, field: Field) -> bool:
        return any(problem.field == field for problem in self.problems)

    def _progress(self, entered: EnteredLine) -> Progress:
        return self._quarters(entered)[self.quarter - 1]

    def _quarters(self, entered: EnteredLine) -> tuple[Progress, ...]:
        target = exact_or_none(self.target.value) if self.target else None
        # A wrong or half-filled line has no meaning yet: the figures stay where they were.
        now = None if self.problems else _line_value(entered)
        return unit_progress(
            self.indicator.spec,
            [
                UnitQuarter(
                    line=now if number == self.quarter else _line_value(self.context.others.get(number)),
                    target=target,
                    owed=is_required(self.indicator, number),
                    final=self.is_final and number == self.quarter,
                )
                for number in QUARTERS
            ],
        )


def name_boxes(problems: Iterable[LineProblem], indicator: Indicator) -> list[LineProblem]:
    """The problems of a line; what is missing is called by the label of its own box, where it has one."""
    labels = {"base_missing": indicator.local("base_label"), "value_missing": indicator.local("value_label")}
    return [
        replace(problem, template=gettext_noop("还缺“%(label)s”"), values={"label": label})
        if (label := labels.get(problem.code))
        else problem
        for problem in problems
    ]


def entered_in(line: Line | None) -> EnteredLine:
    """What a stored line holds; nothing where there is none."""
    if line is None:
        return EnteredLine()
    return EnteredLine(line.value, line.base, line.not_applicable, line.note)


def _field_text(typed: str | None, number: Decimal | None) -> str:
    if typed is not None:
        return typed
    return "" if number is None else number_words(number)


def _line_value(line: EnteredLine | YearLine | None) -> LineValue | None:
    if line is None or (line.value is None and not line.not_applicable):
        return None
    return LineValue.of(line.value, line.base, not_applicable=line.not_applicable)
