"""Changes of a year's inputs that the workbook must follow as the portal does."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from calculations.actual import LineValue
from calculations.inputs import Adjustment
from calculations.rules import Proportional
from calculations.scheme import BindingMissed
from tests.reporting.workbook_year import PLAN_2023, PLAN_SECOND, SCHEME_2023, SCHEME_SECOND, Year, make_year

Make = Callable[[], Year]
Change = Callable[[Year], None]


def lianyungang() -> Year:
    return make_year(PLAN_2023, SCHEME_2023)


def scored_only() -> Year:
    return make_year(PLAN_2023, SCHEME_2023, only_scored=True)


def adjusted() -> Year:
    """A year in which a reviewer has adjusted a line already."""
    year = scored_only()
    year.adjustments["320706"] = {"A2": Adjustment(Fraction(-1), "复核")}
    return year


def second_city() -> Year:
    return make_year(PLAN_SECOND, SCHEME_SECOND)


def second_city_since_corrected() -> Year:
    """Two lines were corrected after the score was calculated, one of them from nothing."""
    year = second_city()
    year.scored_lines["990102", "LED"] = [LineValue(Fraction(90), Fraction(1000))] * 4
    year.scored_lines["990121", "TRE"] = [None] * 4
    return year


# --- changes: each of one kind of input


def another_value(year: Year) -> None:
    year.lines["320722", "CP"][3] = LineValue(Fraction(31))


def a_tie_that_binary_fractions_miss(year: Year) -> None:
    """31 of 40 piles are 77.5 %: 11.625 points, which must make 11.63."""
    year.lines["320722", "CP"] = [LineValue(Fraction(value)) for value in (4, 9, 10, 8)]


def a_base_of_nothing(year: Year) -> None:
    year.lines["320722", "PVN"] = [LineValue(Fraction(0), Fraction(0))] * 4


def a_line_that_is_missing(year: Year) -> None:
    year.lines["320706", "CP"] = [None] * 4


def a_line_declared_not_applicable(year: Year) -> None:
    year.lines["320706", "RET"] = [LineValue.of(None, not_applicable=True)] * 4
    year.lines["320706", "CLP"][3] = LineValue.of(None, not_applicable=True)


def another_target(year: Year) -> None:
    year.targets["320706", "CP"] = Fraction(17)
    year.targets["320703", "LDS"] = Fraction("7.5")


def a_target_withdrawn(year: Year) -> None:
    del year.targets["320706", "PVX"]


def every_target_of_the_first_section_withdrawn(year: Year) -> None:
    for code in ("CP", "PVN", "PVG", "PVP", "PVX", "LDS", "LDW", "OVQ"):
        year.targets.pop(("320706", code), None)


def nothing_left_to_rectify(year: Year) -> None:
    year.lines["320706", "OVQ"] = [LineValue(Fraction(0), Fraction(0))] * 4


def more_to_rectify_than_at_the_start(year: Year) -> None:
    year.lines["320703", "OVQ"][3] = LineValue(Fraction(12), Fraction(9))


def late_and_incomplete_reports(year: Year) -> None:
    first, second, third, fourth = year.facts["320706"]
    year.facts["320706"] = (
        replace(first, on_time=False, filled=7),
        replace(second, counted=False),
        replace(third, returned=(5,)),
        replace(fourth, required=19, returned=(2,)),
    )


def no_quarter_counted(year: Year) -> None:
    year.facts["320722"] = tuple(replace(each, counted=False) for each in year.facts["320722"])


def other_hands(year: Year) -> None:
    """Self-scores, manual scores, adjustments and flags."""
    year.own_scores["320706"] = {"A1": Decimal("14.5"), "C4": Decimal(3)}
    year.manual["320706"] = {"C4": Fraction("2.25"), "P4": Fraction(3), "D2": Fraction(4)}
    year.adjustments["320703"] = {"A1": Adjustment(Fraction(-2), "复核"), "B1": Adjustment(Fraction(9), "复核")}
    year.flags["320723"] = ("V1",)


def another_scheme(year: Year) -> None:
    """Points, maxima, parameters, the cap of the bonus, bands and a veto's threshold."""
    scheme = year.scheme
    first, second, *rest = scheme.sections
    harder = replace(first.criteria[0], max=Fraction(13), rule=Proportional(Fraction(90)))
    year.scheme = replace(
        scheme,
        sections=(
            replace(first, points=Fraction(55), criteria=(harder, *first.criteria[1:])),
            replace(second, points=Fraction(30)),
            *rest,
        ),
        bonus_cap=Fraction(2),
        bands=tuple(replace(each, lower=max(Fraction(0), each.lower - 15)) for each in scheme.bands),
        vetoes=tuple(
            replace(each, condition=replace(each.condition, threshold=Fraction(60)))
            if isinstance(each.condition, BindingMissed)
            else each
            for each in scheme.vetoes
        ),
    )


def another_adjustment(year: Year) -> None:
    year.adjustments["320706"] = {"A2": Adjustment(Fraction("-1.5"), "复核")}


def reports_of_a_unit_without_the_duty(year: Year) -> None:
    """What does not concern a unit does so from its first number on."""
    unit = next(each for each in year.assessed if (each.code, "PVX") not in year.lines)
    year.lines[unit.code, "PVX"] = [LineValue(Fraction(number)) for number in (0, 1, 1, 2)]


def other_evidence(year: Year) -> None:
    year.evidence ^= {("320722", "CP"), ("320722", "PVN"), ("320722", "OVQ"), ("320703", "CP")}


def a_year_of_zeal(year: Year) -> None:
    """Everything far over the target: caps, maxima and over-fulfilment."""
    for unit in year.assessed:
        year.lines[unit.code, "CP"] = [LineValue(Fraction(30))] * 4
        year.lines[unit.code, "NAT"] = [LineValue(Fraction(7))] * 4


def two_that_are_equal(year: Year) -> None:
    """The same numbers for two units of a group: they share a rank, and the next place stays free."""
    for entry in year.plan.indicators:
        year.lines["320703", entry.code] = list(year.lines.get(("320706", entry.code), [None] * 4))
        year.evidence -= {("320703", entry.code)}
        if ("320706", entry.code) in year.evidence:
            year.evidence.add(("320703", entry.code))
    year.manual["320703"] = year.manual["320706"]
    for unit in ("320706", "320703"):
        year.facts[unit] = tuple(
            replace(own, on_time=True, filled=own.required, returned=(0,) * len(own.returned))
            for own in year.facts[unit]
        )


def many_changes(seed: int) -> Change:
    """A random tenth of all numbers, with as many decimals as the indicator has."""

    def change(year: Year) -> None:
        chance = random.Random(seed)
        decimals = {entry.code: entry.decimals for entry in year.plan.indicators}
        for (_, code), lines in sorted(year.lines.items()):
            for place, line in enumerate(lines):
                if line is not None and not line.not_applicable and chance.random() < 0.1:
                    value = Fraction(
                        round(float(line.value) * chance.uniform(0.2, 2.5), decimals[code])
                    ).limit_denominator(10 ** decimals[code])
                    lines[place] = LineValue(value, line.base)
        for unit in [each.code for each in year.assessed]:
            year.facts[unit] = tuple(replace(each, filled=chance.randint(0, 20)) for each in year.facts[unit])

    return change


def steps_and_totals(year: Year) -> None:
    """Another step, another place: the second city ranks by the total alone."""
    year.lines["990102", "LED"][3] = LineValue(Fraction(300), Fraction(1000))
    year.lines["990121", "TRE"] = [LineValue(Fraction(55))] * 4
    year.lines["LGZ", "RWU"] = [LineValue(Fraction("27.9"), Fraction(100))] * 4


def all_of(*changes: Change) -> Change:
    """One change after the other: each touches numbers of its own."""

    def change(year: Year) -> None:
        for each in changes:
            each(year)

    return change


CHANGES: dict[str, tuple[Make, Change]] = {
    "one value": (scored_only, another_value),
    "lines": (
        scored_only,
        all_of(
            a_tie_that_binary_fractions_miss,
            a_base_of_nothing,
            a_line_that_is_missing,
            a_line_declared_not_applicable,
            more_to_rectify_than_at_the_start,
            nothing_left_to_rectify,
            other_evidence,
        ),
    ),
    "targets, reports and hands": (
        scored_only,
        all_of(another_target, a_target_withdrawn, late_and_incomplete_reports, no_quarter_counted, other_hands),
    ),
    "no target": (scored_only, every_target_of_the_first_section_withdrawn),
    "another scheme": (adjusted, all_of(another_scheme, another_adjustment, reports_of_a_unit_without_the_duty)),
    "zeal and equals": (scored_only, all_of(a_year_of_zeal, two_that_are_equal)),
    "many": (scored_only, many_changes(1)),
    "second city": (second_city, all_of(many_changes(4), steps_and_totals)),
    "second city again": (second_city, many_changes(5)),
}
UNCHANGED: dict[str, Make] = {
    "the whole plan": lianyungang,
    "the second city": second_city,
    "corrected since": second_city_since_corrected,
}
"""Workbooks in which nothing is changed."""
