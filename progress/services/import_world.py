"""What the checks of an import need to know of the plan, as the uploader may see and change it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from accounts.policy import allows
from common.workbook.names import Names
from common.workbook.values import Measure, known_units
from progress.excel.world import IndicatorFacts, Key, Place, World
from progress.line_checks import LineRules, YearLine
from progress.models import Line, Report
from progress.queries.carrying import carried_lines
from progress.queries.sheet import entered_in
from progress.queries.year import YearBook, load_year
from progress.services.locks import lock_reason_within
from targets.models import Indicator, Plan, PlanUnit, Quarter
from targets.queries import owed_indicators


@dataclass(frozen=True, slots=True)
class ImportGround:
    """The world of the checks, and the rows of the database that its codes stand for.

    `lines` are those that stand, and (not stored) those that a missing report will start with.
    """

    world: World
    plan_units: dict[str, PlanUnit]
    book: YearBook
    lines: dict[Key, Line]

    def place(self, place: Place) -> tuple[PlanUnit, Quarter]:
        """The unit and quarter of a place."""
        return self.plan_units[place[0]], self.book.quarters[place[1]]

    def report(self, place: Place) -> Report:
        """The newest revision of a place that has one."""
        return self.book.standing((self.plan_units[place[0]].pk, place[1]))[-1]


def load_ground(plan: Plan, *, by: User, at: datetime) -> ImportGround:
    """What an import by this person at this instant is checked against; about eight queries whatever its size."""
    reporting = plan.plan_units.reporting().select_related("unit").prefetch_related("unit__aliases")
    plan_units = {plan_unit.unit.code: plan_unit for plan_unit in reporting.order_by("order", "pk")}
    for plan_unit in plan_units.values():
        plan_unit.plan = plan
    own = {code: one for code, one in plan_units.items() if one.unit.path.startswith(by.scope_path or "/")}
    indicators = list(plan.indicators.order_by("order", "pk"))
    owed = owed_indicators(plan, reporting=plan_units.values(), indicators=indicators)
    book = load_year(plan, own.values(), owed=owed)
    codes = {indicator.pk: indicator.code for indicator in indicators}
    standing, carried = dict(_standing(book, own, codes)), dict(_carried(book, own, codes, at))
    world = World(
        year=plan.year,
        quarters=frozenset(book.quarters),
        units=_unit_names(plan_units.values()),
        indicators=Names.of((one.code, one.name, one.aliases) for one in indicators),
        facts=_facts(indicators),
        owed={code: frozenset(one.code for one in book.owed.get(unit.pk, [])) for code, unit in plan_units.items()},
        own=frozenset(own),
        locks=dict(_locks(book, own, by, at)),
        standing={key: entered_in(line) for key, line in standing.items()},
        missing=frozenset(place for place, _plan_unit, report in _places(book, own) if report is None),
        carried={key: entered_in(line) for key, line in carried.items()},
        years=_years(book, own, codes),
        may_fix_base=allows(by.role, "report.fix_base"),
        may_reopen=allows(by.role, "report.reopen"),
        na_holds=_na_holds(book, own),
    )
    return ImportGround(world, own, book, carried | standing)


def _na_holds(book: YearBook, own: dict[str, PlanUnit]) -> Callable[[Place, str], bool]:
    """Of another unit's rows the rule is not asked: they are refused anyway."""

    def holds(place: Place, rule: str) -> bool:
        code, quarter = place
        return code not in own or book.na_rules.holds((own[code].pk, quarter), rule)

    return holds


def _unit_names(plan_units: Iterable[PlanUnit]) -> Names:
    """The plan's names first; the unit's short and full name and its listed aliases are other spellings."""
    return Names.of(
        (one.unit.code, one.name, [one.unit.name, one.unit.full_name, *(a.alias for a in one.unit.aliases.all())])
        for one in plan_units
    )


def _facts(indicators: list[Indicator]) -> dict[str, IndicatorFacts]:
    units = known_units(unit for one in indicators for unit in (one.value_unit, one.base_unit))
    return {
        one.code: IndicatorFacts(
            rules=LineRules.of(one), value=Measure(one.value_unit, units), base=Measure(one.base_unit, units)
        )
        for one in indicators
    }


def _places(book: YearBook, own: dict[str, PlanUnit]) -> Iterable[tuple[Place, PlanUnit, Report | None]]:
    """Every unit and quarter that the person may enter, with its newest revision."""
    for code, plan_unit in own.items():
        for number in book.quarters:
            yield (code, number), plan_unit, book.current((plan_unit.pk, number))


def _locks(book: YearBook, own: dict[str, PlanUnit], by: User, at: datetime) -> Iterable[tuple[Place, str]]:
    for place, plan_unit, report in _places(book, own):
        stored_or_new = report or Report(plan_unit=plan_unit, quarter=book.quarters[place[1]])
        window = book.deadlines[plan_unit.pk, place[1]]
        reason = lock_reason_within(stored_or_new, window, by=by, at=at)
        if reason is not None:
            yield place, reason.value


def _standing(book: YearBook, own: dict[str, PlanUnit], codes: dict[int, str]) -> Iterable[tuple[Key, Line]]:
    for place, _plan_unit, report in _places(book, own):
        for indicator_id, line in book.lines_of(report).items():
            yield (*place, codes[indicator_id]), line


def _carried(
    book: YearBook, own: dict[str, PlanUnit], codes: dict[int, str], at: datetime
) -> Iterable[tuple[Key, Line]]:
    """What a report that is still missing will start with."""
    for place, plan_unit, report in _places(book, own):
        if report is None:
            new = Report(plan_unit=plan_unit, quarter=book.quarters[place[1]])
            for line in carried_lines(book, new, at=at):
                yield (*place, codes[line.indicator_id]), line


def _years(
    book: YearBook, own: dict[str, PlanUnit], codes: dict[int, str]
) -> dict[tuple[str, str], dict[int, YearLine]]:
    found: dict[tuple[str, str], dict[int, YearLine]] = {}
    for code, plan_unit in own.items():
        for number in book.quarters:
            report = book.counted((plan_unit.pk, number))
            for indicator_id, line in book.lines_of(report).items():
                if line.is_filled and report is not None:
                    said = YearLine(line.value, line.base, line.not_applicable, approved=report.is_effective)
                    found.setdefault((code, codes[indicator_id]), {})[number] = said
    return found
