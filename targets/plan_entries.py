"""What a plan file says, as frozen values: plain Python, so that it can be read and checked without a database."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Literal, get_args

from common.data_values import LOCAL_TIME
from targets.ledger_feeds import Feed

UnitKind = Literal["province", "city", "district", "county", "zone", "municipal"]
Kind = Literal["count", "ratio", "reduction", "remaining", "percent", "milestone"]
Accumulate = Literal["sum", "latest"]
Pace = Literal["none", "linear", "level", "due_q1", "due_q2", "due_q3", "due_q4", "own"]
Nature = Literal["binding", "anticipated", "none"]
NotApplicable = Literal["no", "yes", "conditional"]
NaRule = Literal["no_separately_metered_institution", ""]
BaseRule = Literal["none", "positive", "fixed"]
Origin = Literal["N", "d"]

UNIT_KINDS: tuple[UnitKind, ...] = get_args(UnitKind)
KINDS: tuple[Kind, ...] = get_args(Kind)
ACCUMULATIONS: tuple[Accumulate, ...] = get_args(Accumulate)
PACES: tuple[Pace, ...] = tuple(pace for pace in get_args(Pace) if pace != "own")
NATURES: tuple[Nature, ...] = get_args(Nature)
NOT_APPLICABLE: tuple[NotApplicable, ...] = get_args(NotApplicable)
NA_RULES: tuple[NaRule, ...] = tuple(rule for rule in get_args(NaRule) if rule)
BASE_RULES: tuple[BaseRule, ...] = get_args(BaseRule)
ORIGINS: tuple[Origin, ...] = get_args(Origin)

KINDS_WITH_BASE: frozenset[Kind] = frozenset({"ratio", "reduction", "remaining"})

CITY = "city"
ALL = "all"
TARGETS = "targets"


@dataclass(frozen=True, kw_only=True)
class NoticeEntry:
    """The notice a plan follows; `note` says how far it is public."""

    title: str
    title_en: str
    issued: date
    reported: date
    note: str
    note_en: str


@dataclass(frozen=True, kw_only=True)
class ClauseEntry:
    """A clause of the notice, in our own words."""

    code: str
    zh: str
    en: str


@dataclass(frozen=True, kw_only=True)
class NamedEntry:
    """A group of units, or a group of rows of the quarterly form."""

    key: str
    name: str
    name_en: str


@dataclass(frozen=True, kw_only=True)
class UnitEntry:
    """A unit as it takes part in the plan; `parent` is empty for the root only."""

    code: str
    name: str
    full_name: str
    name_en: str
    kind: UnitKind
    parent: str
    reports: bool
    assessed: bool
    groups: tuple[str, ...]
    aliases: tuple[str, ...]

    @property
    def spellings(self) -> tuple[str, ...]:
        """Every spelling but the short name that an import reads as this unit."""
        longer = (self.full_name,) if self.full_name != self.name else ()
        return longer + self.aliases


@dataclass(frozen=True, kw_only=True)
class TargetEntry:
    """What the units of a scope must reach: `city`, `all`, a group's key or a unit's code."""

    scope: str
    value: Decimal
    origin: Origin


@dataclass(frozen=True, kw_only=True)
class IndicatorEntry:
    """One thing that is measured. Texts that do not apply are empty; `pace_shares` are four where `pace` is `own`.

    `na_condition` says in words when 不涉及 may be chosen; `na_rule` is what of it the portal can check itself.
    `ledger` and `base_ledger` say which register's items stand behind value and base, if any.
    """

    code: str
    name: str
    name_en: str
    aliases: tuple[str, ...]
    category: str
    kind: Kind
    accumulate: Accumulate
    value_unit: str
    value_unit_en: str
    value_label: str
    value_label_en: str
    base_unit: str
    base_unit_en: str
    base_label: str
    base_label_en: str
    decimals: int
    minimum: Decimal
    maximum: Decimal
    pace: Pace
    pace_shares: tuple[Decimal, ...]
    nature: Nature
    not_applicable: NotApplicable
    na_condition: str
    na_condition_en: str
    na_rule: NaRule
    base_rule: BaseRule
    ledger: Feed
    base_ledger: Feed
    reported_by: tuple[str, ...]
    sources: tuple[str, ...]
    definition: str
    definition_en: str
    targets: tuple[TargetEntry, ...]

    @property
    def has_base(self) -> bool:
        """Whether a line of it holds a base beside the value."""
        return self.kind in KINDS_WITH_BASE


@dataclass(frozen=True, kw_only=True)
class QuarterEntry:
    """A quarter whose dates differ from the rule. `due` and `closes` are the last days that still count."""

    number: int
    opens: datetime
    due: date
    closes: date

    @property
    def due_before(self) -> datetime:
        """The first instant that is late (domain.md, section 5.2)."""
        return _end_of(self.due)

    @property
    def closes_before(self) -> datetime:
        """The first instant at which nothing is accepted any more."""
        return _end_of(self.closes)


@dataclass(frozen=True, kw_only=True)
class PlanFile:
    """A whole plan: units from the root down, indicators and categories in display order."""

    root: str
    year: int
    name: str
    name_en: str
    scheme: str
    notice: NoticeEntry
    clauses: Mapping[str, ClauseEntry]
    groups: tuple[NamedEntry, ...]
    units: tuple[UnitEntry, ...]
    categories: tuple[NamedEntry, ...]
    indicators: tuple[IndicatorEntry, ...]
    quarters: tuple[QuarterEntry, ...]

    def codes_in(self, scope: str) -> tuple[str, ...]:
        """The codes of the units a scope means, in display order: the root for `city`, else units that report."""
        if scope == CITY:
            return (self.root,)
        return tuple(unit.code for unit in self.units if unit.reports and scope in (ALL, unit.code, *unit.groups))

    def targets_of(self, indicator: IndicatorEntry) -> dict[str, TargetEntry]:
        """The target of every unit that has one, by its code, the city's under the root's.

        A unit's own target stands before its group's, a group's before that of all.
        """
        groups = {group.key for group in self.groups}
        widest_first = sorted(indicator.targets, key=lambda target: (target.scope != ALL, target.scope not in groups))
        return {code: target for target in widest_first for code in self.codes_in(target.scope)}

    def reporters_of(self, indicator: IndicatorEntry) -> tuple[str, ...]:
        """The codes of the units that report an indicator, in display order: `all`, groups, or those with a target."""
        with_target = self.targets_of(indicator)
        named = {code for scope in indicator.reported_by for code in self.codes_in(scope)}
        return tuple(code for code in self.codes_in(ALL) if code in named or code in with_target)


def _end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=LOCAL_TIME)
