"""What one unit's score is calculated from: numbers and natural keys, stored with the result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from calculations.actual import Accumulate, DataState, IndicatorSpec, Kind, actual_value
from calculations.attainment import attainment
from calculations.canonical import text
from calculations.compliance import Progress
from calculations.errors import CalculationError
from calculations.gap import Position
from calculations.pace import Status


@dataclass(frozen=True)
class IndicatorInput:
    """One indicator of a unit: V, B, T and whether they can be judged; A and α follow from them.

    `name`, `unit_label` (of the value, 个) are words for the sentences. `decimals` are the indicator's.
    `has_evidence`: evidence files or ledger items are attached.
    """

    code: str
    kind: Kind
    accumulate: Accumulate
    decimals: int
    state: DataState
    value: Fraction
    base: Fraction
    target: Fraction | None = None
    binding: bool = False
    has_evidence: bool = False
    name: str = text()
    unit_label: str = text()

    @property
    def actual(self) -> Fraction | None:
        """A; None where nothing is reported or applicable."""
        return actual_value(self.kind, self.value, self.base) if self.state is DataState.REPORTED else None

    @property
    def attainment(self) -> Fraction | None:
        """α in percent; None without A or without a target."""
        if self.actual is None or self.target is None:
            return None
        return attainment(self.kind, self.actual, self.target, start=self.base)

    @property
    def position(self) -> Position | None:
        """V, B and A where there is an A."""
        return None if self.actual is None else Position(self.value, self.base, self.actual)

    @property
    def has_achievement(self) -> bool:
        """Whether something has been done that evidence could show: A > 0, or fewer remaining than at the start."""
        if self.actual is None:
            return False
        return self.base > self.actual if self.kind is Kind.REMAINING else self.actual > 0

    @property
    def is_left_out(self) -> bool:
        """Whether it cannot be judged for a reason that is not the unit's: 不涉及, or in a forecast not due."""
        return self.state in (DataState.NOT_APPLICABLE, DataState.NOT_DUE)


@dataclass(frozen=True)
class QuarterFacts:
    """How one quarter was reported.

    `on_time`: first submitted before the unit's own deadline and approved in the end. `required` and `filled` count the
    required lines and those filled in or 不涉及 in the effective report (0 without one). `counted`: not 不计时效.
    `returned`: for each of the quarter's reports how often it was returned from submitted.
    """

    quarter: int
    on_time: bool
    required: int
    filled: int
    counted: bool = True
    returned: tuple[int, ...] = ()


@dataclass(frozen=True)
class Adjustment:
    """A reviewer's change of a line, ± points, kept beside it with its compulsory reason (`check_adjustment`)."""

    amount: Fraction
    reason: str = text()


@dataclass(frozen=True)
class UnitInputs:
    """Everything one unit's score depends on.

    `indicators` by code; `quarters`: one entry for each quarter that counts, all four at the year's end; `manual`:
    reviewers' numbers and `adjustments` by criterion code; `flags`: codes of the vetoes raised by officers.
    `rank_group`: units are ranked within it.
    """

    unit: str
    rank_group: str
    indicators: Mapping[str, IndicatorInput]
    quarters: tuple[QuarterFacts, ...]
    manual: Mapping[str, Fraction] = field(default_factory=dict)
    adjustments: Mapping[str, Adjustment] = field(default_factory=dict)
    flags: tuple[str, ...] = ()
    name: str = text()

    def indicator(self, code: str) -> IndicatorInput:
        """The input of an indicator. Raises CalculationError when the caller left it out."""
        if code not in self.indicators:
            raise CalculationError(f"{self.name or self.unit}：缺少指标 {code} 的数据")
        return self.indicators[code]


@dataclass(frozen=True)
class IndicatorLabels:
    """What an indicator is called and how its numbers are written."""

    name: str
    unit_label: str
    decimals: int


def indicator_input(
    spec: IndicatorSpec,
    progress: Progress,
    *,
    labels: IndicatorLabels,
    binding: bool,
    has_evidence: bool,
) -> IndicatorInput:
    """A unit's progress at the end of a quarter (4 for the assessment) as an input of its score."""
    is_not_due = progress.status is Status.NOT_DUE and progress.state is DataState.NO_DATA
    return IndicatorInput(
        code=spec.code,
        kind=spec.kind,
        accumulate=spec.accumulate,
        decimals=labels.decimals,
        state=DataState.NOT_DUE if is_not_due else progress.state,
        value=progress.value,
        base=progress.base,
        target=progress.target,
        binding=binding,
        has_evidence=has_evidence,
        name=labels.name,
        unit_label=labels.unit_label,
    )
