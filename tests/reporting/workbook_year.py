"""A whole year in memory, from a plan's files and a seed: what the workbook is tested with, without a database."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import yaml

from calculations.actual import Accumulate, IndicatorSpec, Kind, LineValue, UnitQuarter
from calculations.compliance import unit_progress
from calculations.inputs import Adjustment, IndicatorInput, IndicatorLabels, QuarterFacts, UnitInputs, indicator_input
from calculations.quarters import QUARTERS, parse_pace
from calculations.rounding import exact
from calculations.scheme import Scheme
from calculations.scheme_reading import parse_scheme
from calculations.scoring import assess
from reporting.exports.assessment_workbook.data import (
    Appeal,
    Assessed,
    EvidenceFile,
    Indicator,
    LedgerFigure,
    Provenance,
    SchemeWords,
    Series,
    Unit,
    WorkbookData,
)
from targets.plan_entries import IndicatorEntry, PlanFile, UnitEntry
from targets.plan_file import load_plan_file

ROOT = Path(__file__).parents[2]
PLAN_2023 = ROOT / "targets" / "data" / "plan_2023.yaml"
SCHEME_2023 = ROOT / "assessments" / "data" / "scheme_2023.yaml"
PLAN_SECOND = ROOT / "tests" / "data" / "plan_second_city.yaml"
SCHEME_SECOND = ROOT / "tests" / "data" / "scheme_second_city.yaml"
NATURES = {"binding": "约束性", "anticipated": "预期性", "none": "跟踪"}
ORIGINS = {"N": "通知明确", "d": "默认分解"}
MADE_AT = datetime(2024, 1, 12, 1, 30, tzinfo=UTC)

Pair = tuple[str, str]
Lines = list[LineValue | None]


@dataclass
class Year:
    """Everything that was reported, judged and decided; `data()` counts it again after a change."""

    plan: PlanFile
    scheme: Scheme
    scheme_name: str
    lines: dict[Pair, Lines] = field(default_factory=dict)
    targets: dict[Pair, Fraction] = field(default_factory=dict)
    early_targets: dict[tuple[str, str, int], Fraction | None] = field(default_factory=dict)
    origins: dict[Pair, str] = field(default_factory=dict)
    facts: dict[str, tuple[QuarterFacts, ...]] = field(default_factory=dict)
    manual: dict[str, dict[str, Fraction]] = field(default_factory=dict)
    own_scores: dict[str, dict[str, Decimal]] = field(default_factory=dict)
    """By unit and criterion: what the unit gave itself."""
    adjustments: dict[str, dict[str, Adjustment]] = field(default_factory=dict)
    evidence: set[Pair] = field(default_factory=set)
    flags: dict[str, tuple[str, ...]] = field(default_factory=dict)
    appeals: list[Appeal] = field(default_factory=list)
    scored_lines: dict[Pair, Lines] = field(default_factory=dict)
    """Lines as they stood when the score was calculated, where the reports have changed since."""
    held: dict[tuple[str, str, bool], Decimal] = field(default_factory=dict)
    """What the ledgers hold: no change of a report moves it."""
    files: tuple[EvidenceFile, ...] = ()
    """The files that are listed, those of the first time: a list in a workbook does not grow."""
    final: bool = True

    @property
    def reporting(self) -> list[UnitEntry]:
        return [unit for unit in self.plan.units if unit.reports]

    @property
    def assessed(self) -> list[UnitEntry]:
        return [unit for unit in self.reporting if unit.assessed]

    def spec(self, entry: IndicatorEntry) -> IndicatorSpec:
        pace = entry.pace_shares if entry.pace == "own" else parse_pace_name(entry.pace)
        whole = entry.decimals == 0 and entry.kind in ("count", "remaining")
        return IndicatorSpec(
            entry.code, Kind(entry.kind), Accumulate(entry.accumulate), whole=whole, pace=parse_pace(pace)
        )

    def owes(self, unit: UnitEntry, entry: IndicatorEntry) -> bool:
        by_group = "all" in entry.reported_by or not set(entry.reported_by).isdisjoint(unit.groups)
        return by_group or (unit.code, entry.code) in self.targets

    def quarters(
        self, unit: str, entry: IndicatorEntry, *, owes: bool, lines: Lines | None = None
    ) -> list[UnitQuarter]:
        pair = (unit, entry.code)
        given = lines if lines is not None else self.lines.get(pair, [None] * 4)
        return [
            UnitQuarter(
                line=given[quarter - 1],
                target=self.early_targets.get((*pair, quarter), self.targets.get(pair)),
                owed=owes and (not entry.pace.startswith("due_q") or entry.pace == f"due_q{quarter}"),
                opened=True,
                final=self.final or quarter < 4,
            )
            for quarter in QUARTERS
        ]

    def inputs(self, unit: UnitEntry) -> UnitInputs:
        kind = "county" if unit.kind == "district" else unit.kind
        return UnitInputs(
            unit=unit.code,
            rank_group=kind,
            indicators={entry.code: self._input(unit, entry) for entry in self.plan.indicators},
            quarters=self.facts[unit.code],
            manual=self.manual.get(unit.code, {}),
            adjustments=self.adjustments.get(unit.code, {}),
            flags=self.flags.get(unit.code, ()),
            name=unit.name,
        )

    def _input(self, unit: UnitEntry, entry: IndicatorEntry) -> IndicatorInput:
        spec, pair = self.spec(entry), (unit.code, entry.code)
        lines = self.scored_lines.get(pair)
        quarters = self.quarters(unit.code, entry, owes=self.owes(unit, entry), lines=lines)
        return indicator_input(
            spec,
            unit_progress(spec, quarters)[-1],
            labels=IndicatorLabels(entry.name, entry.value_unit, entry.decimals),
            binding=entry.nature == "binding",
            has_evidence=pair in self.evidence,
        )

    def data(self, **provenance: object) -> WorkbookData:
        """The workbook's data, calculated afresh."""
        inputs = [self.inputs(unit) for unit in self.assessed]
        results = assess(self.scheme, inputs)
        names = {"county": "县区", "zone": "功能区"}
        return WorkbookData(
            title=self.plan.name,
            year=self.plan.year,
            root=Unit(self.plan.root, self.plan.units[0].name),
            indicators=tuple(self._indicator(entry) for entry in self.plan.indicators),
            units=tuple(Unit(unit.code, unit.name) for unit in self.reporting),
            series=self._series(),
            assessed=tuple(
                Assessed(
                    given.name,
                    given,
                    result,
                    names.get(given.rank_group, given.rank_group),
                    self.own_scores.get(given.unit, {}),
                )
                for given, result in zip(inputs, results, strict=True)
            ),
            scheme=self.scheme,
            scheme_words=SchemeWords(self.scheme_name, is_default=True),
            provenance=make_provenance(**provenance),
            evidence=self._files(),
            ledgers=self._ledgers(),
            appeals=tuple(self.appeals),
        )

    def _files(self) -> tuple[EvidenceFile, ...]:
        self.files = self.files or tuple(
            EvidenceFile(f"{unit}-{code}-1-1", unit, code, "照片.jpg", "5e" * 32, "填报员", MADE_AT)
            for unit, code in sorted(self.evidence)
        )
        return self.files

    def _ledgers(self) -> tuple[LedgerFigure, ...]:
        """Ledgers of the first two counts and the first ratio: every other unit reports what its ledger says."""
        counts = [entry for entry in self.plan.indicators if entry.kind == "count"][:2]
        ratio = next(entry for entry in self.plan.indicators if entry.kind == "ratio")
        return tuple(
            self._ledger(entry, unit, Decimal(place % 2), is_base=is_base)
            for entry, is_base in [*((entry, False) for entry in counts), (ratio, False), (ratio, True)]
            for place, unit in enumerate(self.reporting)
        )

    def _ledger(self, entry: IndicatorEntry, unit: UnitEntry, more: Decimal, *, is_base: bool) -> LedgerFigure:
        """A ledger of a unit that holds as much as was reported to begin with, and a little more."""
        pair = (unit.code, entry.code)
        held = self.held.setdefault((*pair, is_base), self._reported(unit, entry, is_base=is_base) + more)
        return LedgerFigure(
            "台账", Unit(unit.code, unit.name), entry.code, entry.name,
            entry.base_unit if is_base else entry.value_unit, 3, held, is_base=is_base, is_owed=self.owes(unit, entry),
        )  # fmt: skip

    def _reported(self, unit: UnitEntry, entry: IndicatorEntry, *, is_base: bool) -> Decimal:
        quarters = self.quarters(unit.code, entry, owes=self.owes(unit, entry))
        year = unit_progress(self.spec(entry), quarters)[-1]
        number = year.base if is_base else year.value
        return Decimal(number.numerator) / number.denominator

    def _indicator(self, entry: IndicatorEntry) -> Indicator:
        return Indicator(
            self.spec(entry),
            entry.name,
            entry.value_unit,
            entry.decimals,
            NATURES[entry.nature],
            base_label=entry.base_label,
            value_label=entry.value_label,
            source="、".join(entry.sources),
        )

    def _series(self) -> dict[Pair, Series]:
        found = {}
        for entry in self.plan.indicators:
            for unit in self.reporting:
                pair = (unit.code, entry.code)
                quarters = self.quarters(unit.code, entry, owes=self.owes(unit, entry))
                found[pair] = Series(tuple(quarters), self.origins.get(pair, ""))
            root = (self.plan.root, entry.code)
            found[root] = Series(tuple(self.quarters(self.plan.root, entry, owes=False)), self.origins.get(root, ""))
        return found


def parse_pace_name(name: str) -> str:
    return "" if name == "none" else name


def make_provenance(**more: object) -> Provenance:
    given: dict[str, object] = {
        "revision": 1,
        "state": "已计算",
        "as_of": MADE_AT,
        "calculated_at": MADE_AT,
        "calculated_by": "市局管理员",
        "inputs_sha256": "1a2b" * 16,
        "results_sha256": "9f8e" * 16,
        "code_version": "0.1.0",
        "generated_at": MADE_AT,
        "generated_by": "市局管理员",
        **more,
    }
    return Provenance(**given)  # type: ignore[arg-type]


def make_year(
    plan: Path = PLAN_2023, scheme: Path = SCHEME_2023, *, seed: int = 2023, only_scored: bool = False
) -> Year:
    """A year in which everything occurs: missing lines, 不涉及, misses, over-fulfilment, late and returned reports.

    `only_scored` leaves out the indicators that no criterion looks at, and all but one of the units without a score.
    """
    scheme_data = yaml.safe_load(scheme.read_text(encoding="utf-8"))
    year = Year(load_plan_file(plan), parse_scheme(scheme_data), scheme_data["scheme"]["name"])
    if only_scored:
        year.plan = _only_scored(year)
    chance = random.Random(seed)
    for entry in year.plan.indicators:
        _set_targets(year, entry)
    for unit in year.reporting:
        _fill_in(year, unit, chance)
    return year


def _only_scored(year: Year) -> PlanFile:
    wanted = {code for criterion in year.scheme.criteria() for code in criterion.indicators}
    others = [unit for unit in year.reporting if not unit.assessed]
    return replace(
        year.plan,
        indicators=tuple(entry for entry in year.plan.indicators if entry.code in wanted),
        units=tuple(unit for unit in year.plan.units if unit not in others[1:]),
    )


def _set_targets(year: Year, entry: IndicatorEntry) -> None:
    for target in entry.targets:
        for unit in year.plan.units:
            own = unit.code == year.plan.root
            scopes = {"city"} if own else {unit.code, *unit.groups} | ({"all"} if unit.reports else set())
            if target.scope in scopes:
                year.targets[unit.code, entry.code] = Fraction(target.value)
                year.origins[unit.code, entry.code] = ORIGINS[target.origin]


def _fill_in(year: Year, unit: UnitEntry, chance: random.Random) -> None:
    zeal = chance.uniform(0.5, 1.3)
    for entry in year.plan.indicators:
        if year.owes(unit, entry):
            target = year.targets.get((unit.code, entry.code))
            year.lines[unit.code, entry.code] = _lines(entry, target, zeal, chance)
            if chance.random() < 0.7:
                year.evidence.add((unit.code, entry.code))
    if not unit.assessed:
        return
    year.facts[unit.code] = tuple(
        QuarterFacts(
            quarter,
            on_time=chance.random() < 0.8,
            required=20,
            filled=chance.randint(15, 20),
            returned=tuple(chance.randint(0, 2) for _ in range(chance.choice((1, 1, 1, 2)))),
        )
        for quarter in QUARTERS
    )
    manual = [each for each in year.scheme.criteria() if each.rule is not None and each.rule.tag == "manual"]
    year.manual[unit.code] = {
        each.code: exact(str(round(chance.uniform(0, float(each.max)) * 2) / 2))
        for each in manual
        if not each.code.startswith(("D", "K")) and chance.random() < 0.8
    }


def _lines(entry: IndicatorEntry, target: Fraction | None, zeal: float, chance: random.Random) -> Lines:
    if entry.not_applicable != "no" and chance.random() < 0.12:
        return [LineValue.of(None, not_applicable=True)] * 4
    first_due = int(entry.pace[-1]) if entry.pace.startswith("due_q") else 1
    lines = [_line(entry, target, zeal * chance.uniform(0.7, 1.3), quarter, chance) for quarter in QUARTERS]
    return [
        line if quarter >= first_due and chance.random() < 0.92 else None
        for quarter, line in zip(QUARTERS, lines, strict=True)
    ]


def _line(
    entry: IndicatorEntry, target: Fraction | None, zeal: float, quarter: int, chance: random.Random
) -> LineValue:
    def amount(value: float) -> Fraction:
        return exact(f"{max(0.0, value):.{entry.decimals}f}")

    goal = float(target) if target is not None else 4.0
    done = quarter / 4 if entry.accumulate == "latest" else 0.25
    match entry.kind:
        case "ratio":
            base = round(chance.uniform(800, 4000) * (1 if entry.accumulate == "sum" else 10))
            return LineValue(
                amount(min(base, base * goal / 100 * zeal * (4 * done if done < 1 else 1))), Fraction(base)
            )
        case "reduction":
            before = chance.uniform(900, 3000)
            return LineValue(amount(before * (1 - goal / 100 * zeal)), amount(before))
        case "remaining":
            return LineValue(amount(max(0.0, 9 * (1 - done * zeal))), Fraction(9))
        case "percent":
            return LineValue(amount(chance.uniform(0, 5)))
        case "milestone":
            return LineValue(amount(min(100, 100 * done * zeal)))
    return LineValue(amount(goal * done * zeal))
