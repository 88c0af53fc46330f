"""What the checks need to know of the portal: names, rules, who may enter what, what stands already. No framework."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial

from common.workbook.names import Names
from common.workbook.values import Measure
from progress.line_checks import EnteredLine, LineRules, YearContext, YearLine

Key = tuple[str, int, str]  # unit's code, number of the quarter, indicator's code
Place = tuple[str, int]  # unit's code, number of the quarter

# Lock reasons that only say "not this quarter now"; the others have codes of their own.
NOT_OPEN = frozenset({"not_open", "closed"})
LOCK_CODES = {
    "submitted": "report_submitted",
    "approved": "report_approved",
    "announced": "assessment_announced",
    "archived": "year_archived",
    "no_right": "no_right",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorFacts:
    """One indicator: its rules, and what its value and base are measured in."""

    rules: LineRules
    value: Measure
    base: Measure


def _holds(_place: Place, _rule: str) -> bool:
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The plan of one year as the uploader may see and change it.

    `own` are the codes of units the person may enter, `locks` why a place cannot be changed now (absent: it can),
    `standing` what a stored line holds, `missing` where there is no report yet, `carried` what that one will start
    with, `years` every quarter's line of a unit and indicator that counts.
    `na_holds`: whether the condition of a rule for 不涉及 holds in a place.
    `may_reopen`: a row of an approved report is not refused; the person decides about it (policy P16).
    """

    year: int
    quarters: frozenset[int]
    units: Names
    indicators: Names
    facts: Mapping[str, IndicatorFacts]
    owed: Mapping[str, frozenset[str]]
    own: frozenset[str]
    locks: Mapping[Place, str] = field(default_factory=dict)
    standing: Mapping[Key, EnteredLine] = field(default_factory=dict)
    missing: frozenset[Place] = frozenset()
    carried: Mapping[Key, EnteredLine] = field(default_factory=dict)
    years: Mapping[tuple[str, str], Mapping[int, YearLine]] = field(default_factory=dict)
    may_fix_base: bool = False
    may_reopen: bool = False
    na_holds: Callable[[Place, str], bool] = _holds

    def context(self, key: Key, file: Mapping[Key, EnteredLine]) -> YearContext:
        """The other quarters' lines of a line, those of the same file before those that stand."""
        unit, quarter, indicator = key
        stored = self.years.get((unit, indicator), {})
        written = {
            number: YearLine(line.value, line.base, line.not_applicable)
            for number in range(1, 5)
            if (line := file.get((unit, number, indicator)))
        }
        others = {number: line for number, line in {**stored, **written}.items() if number != quarter}
        replaced = stored.get(quarter)
        counted = replaced if replaced and replaced.approved else None
        return YearContext(quarter, others, counted, partial(self.na_holds, (unit, quarter)))
