"""What the annual assessment workbook is made from: plain data, so that it can be made without a database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from calculations.actual import IndicatorSpec, Kind, UnitQuarter
from calculations.inputs import UnitInputs
from calculations.scheme import Scheme
from calculations.scoring import UnitResult

Pair = tuple[str, str]
"""A unit's code and an indicator's."""


@dataclass(frozen=True, slots=True)
class Indicator:
    """An indicator as the workbook prints it. `value_unit` is the unit of the value (个), `source` its clause."""

    spec: IndicatorSpec
    name: str
    value_unit: str
    decimals: int
    nature: str
    base_label: str = ""
    value_label: str = ""
    source: str = ""

    @property
    def code(self) -> str:
        return self.spec.code

    @property
    def has_base(self) -> bool:
        """Whether its lines hold a second number."""
        return self.spec.kind in (Kind.RATIO, Kind.REDUCTION, Kind.REMAINING)

    @property
    def is_share(self) -> bool:
        """Whether its actual value is in percent."""
        return self.spec.kind not in (Kind.COUNT, Kind.REMAINING)


@dataclass(frozen=True, slots=True)
class Unit:
    """A reporting unit, or the root above them."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Series:
    """What is known of a unit and an indicator in each quarter; `target_origin` in words (通知明确), if it has one."""

    quarters: tuple[UnitQuarter, ...]
    target_origin: str = ""


@dataclass(frozen=True, slots=True)
class Assessed:
    """An assessed unit: what its score was calculated from, the portal's result, what its rank group is called,
    and by criterion what it gave itself."""

    name: str
    inputs: UnitInputs
    result: UnitResult
    group_name: str = ""
    self_scores: Mapping[str, Decimal] = field(default_factory=dict)

    @property
    def code(self) -> str:
        return self.inputs.unit


@dataclass(frozen=True, slots=True)
class SchemeWords:
    """What the scheme is called and says of itself; the reviewers' checklists by criterion code."""

    name: str
    version: int = 1
    note: str = ""
    is_default: bool = False
    checklists: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where the numbers came from, and who made the workbook when. Instants are aware."""

    revision: int
    state: str
    as_of: datetime
    calculated_at: datetime
    calculated_by: str
    inputs_sha256: str
    results_sha256: str
    code_version: str
    generated_at: datetime
    generated_by: str
    is_stale: bool = False
    is_demo: bool = False


@dataclass(frozen=True, slots=True)
class EvidenceFile:
    """A file behind an approved line. `number`: 单位-指标-季度-序号."""

    number: str
    unit: str
    indicator: str
    name: str
    sha256: str
    uploaded_by: str
    uploaded_at: datetime


@dataclass(frozen=True, slots=True)
class LedgerFigure:
    """What a ledger counts for a unit and an indicator: the value, or the base if `is_base`, in `measure`.

    `items`: how many entries the register holds. `is_owed`: whether the unit has to report the indicator.
    """

    register: str
    unit: Unit
    indicator: str
    indicator_name: str
    measure: str
    items: int
    figure: Decimal
    is_base: bool = False
    is_owed: bool = True


@dataclass(frozen=True, slots=True)
class Appeal:
    """A unit's appeal against a line, and what was decided."""

    unit_name: str
    criterion: str
    reason: str
    outcome: str
    answer: str = ""
    decided_by: str = ""
    decided_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class WorkbookData:
    """One revision of a plan's assessment with all that stands behind it.

    `indicators`, `units` (the reporting ones) and `assessed` are in the plan's order. `series` holds the units', and
    under the root's code the root's: only its targets are read. A pair without one has no line and no target.
    """

    title: str
    year: int
    root: Unit
    indicators: tuple[Indicator, ...]
    units: tuple[Unit, ...]
    series: Mapping[Pair, Series]
    assessed: tuple[Assessed, ...]
    scheme: Scheme
    scheme_words: SchemeWords
    provenance: Provenance
    evidence: tuple[EvidenceFile, ...] = ()
    ledgers: tuple[LedgerFigure, ...] = ()
    appeals: tuple[Appeal, ...] = ()
