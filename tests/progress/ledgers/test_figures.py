"""What the ledgers say of report lines, from items and approved reports as they are stored."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from calculations.ledgers import Agreement, LedgerFigure
from progress.models import Report
from progress.queries.ledger_figures import ledger_figures
from targets.models import Institution, Plan, PlanUnit
from tests.factories import make_report
from tests.progress.ledgers.builders import AT, make_institution, make_item

FIRST, SECOND, THIRD = date(2023, 2, 1), date(2023, 5, 1), date(2023, 8, 1)


def figures(plan_unit: PlanUnit, quarter: int) -> dict[str, Any]:
    """By the indicator's code, value or (value, base)."""
    codes = dict(plan_unit.plan.indicators.values_list("pk", "code"))
    found = ledger_figures(plan_unit.plan, [plan_unit], quarter)
    return {
        codes[indicator]: figure.value if figure.base is None else (figure.value, figure.base)
        for (_unit, indicator), figure in found.items()
    }


def test_figures_given_no_items_then_none(county: PlanUnit) -> None:
    assert figures(county, 4) == {}


def test_figures_given_items_of_every_register_then_each_feeds_its_indicators(
    county: PlanUnit, institution: Institution
) -> None:
    make_item("charging_piles", institution, day=FIRST)
    make_item("charging_piles", institution, day=SECOND, piles=3, connectors=3, build="replacement")
    make_item("pv_projects", institution, day=date(2021, 6, 1))
    make_item(
        "pv_projects", institution, day=SECOND, title="二期", area_m2=300, capacity_kwp="45.5", roof_class="other"
    )
    make_item("new_buildings", institution, day=FIRST)
    make_item("roof_survey", institution, day=date(2020, 1, 1))
    make_item("over_quota", institution, day=date(2023, 1, 1))
    make_item("nominations", institution, day=FIRST, applied_on=SECOND)
    make_item("nominations", institution, scheme="CSO", day=FIRST, applied_on=FIRST)
    make_item("projects", institution, day=SECOND, kind="NEV", quantity=7)

    found = figures(county, 2)

    assert found == {
        "CP": 4,
        "PVX": 1,
        "PVC": Decimal("45.5"),
        "PVG": (Decimal("1200.50"), 3000),
        "PVP": (300, 0),
        "PVN": (1200, 2000),
        "OVQ": (1, 1),
        "DEM": 1,
        **dict.fromkeys(("WST", "NAT", "CAS", "CSO"), 0),
        **dict.fromkeys(("KIT", "RET", "FLX", "GDC", "EMS"), 0),
        "NEV": 7,
    }


def test_figures_given_approved_quarters_then_what_they_hold_is_taken_off(
    county: PlanUnit, institution: Institution
) -> None:
    make_item("charging_piles", institution, day=FIRST)
    make_report(county, 1, {"CP": (4, None)}, state=Report.State.APPROVED)
    make_report(county, 2, {"CP": (9, None)}, state=Report.State.SUBMITTED)
    make_item("charging_piles", institution, day=FIRST, title="后补登记", piles=5)

    assert figures(county, 2) == {"CP": 5}


def test_figures_given_a_rectified_institution_then_it_leaves_the_value_and_stays_in_the_base(
    county: PlanUnit, institution: Institution
) -> None:
    make_item("over_quota", institution, day=date(2023, 1, 1), rectified_on=SECOND, intensity_now=10)
    make_item("over_quota", make_institution(county.unit), day=date(2023, 1, 1))

    assert [figures(county, quarter)["OVQ"] for quarter in (1, 2)] == [(2, 2), (1, 2)]


def test_figures_given_withdrawn_items_and_other_units_then_they_count_nothing(
    county: PlanUnit, institution: Institution, foreign: Institution
) -> None:
    make_item("charging_piles", institution, day=FIRST)
    make_item("charging_piles", institution, day=FIRST, title="错登", withdrawn_at=AT)
    make_item("charging_piles", foreign, day=FIRST)

    assert figures(county, 1) == {"CP": 4}


def test_figures_given_the_second_citys_plan_then_its_own_kinds(second_plan: Plan) -> None:
    unit = second_plan.plan_units.reporting().select_related("unit")[0]
    make_item("projects", make_institution(unit.unit), kind="trees", quantity=120, day=FIRST)

    assert figures(unit, 1) == {"TRE": 120}


def test_figures_given_many_units_and_items_then_three_queries(plan: Plan) -> None:
    counts = []
    for items in (1, 5):
        for unit in plan.plan_units.reporting().select_related("unit"):
            institution = make_institution(unit.unit)
            for number in range(items):
                make_item("charging_piles", institution, title=f"{items}-{number}")
                make_item("over_quota", make_institution(unit.unit))
        units = list(plan.plan_units.reporting())
        with CaptureQueriesContext(
            connection,
        ) as queries:
            ledger_figures(Plan.objects.get(pk=plan.pk), units, 4)
        counts.append(len(queries))

    assert counts == [4, 4]  # one of them fetches the plan itself


@pytest.mark.parametrize(
    ("line", "stands"),
    [
        ((5, 10, False), Agreement.EQUAL),
        ((5, 11, False), Agreement.DIFFERENT),
        ((4, 10, False), Agreement.DIFFERENT),
        ((None, None, False), Agreement.NOT_REPORTED),
        ((None, None, True), Agreement.DIFFERENT),
    ],
)
def test_agrees_with_given_a_line_then_value_and_base_must_both_agree(line: Any, stands: Agreement) -> None:
    value, base, not_applicable = line
    figure = LedgerFigure(Decimal(5), Decimal(10))

    assert figure.agrees_with(value, base, not_applicable=not_applicable) is stands


def test_agrees_with_given_not_applicable_and_an_empty_ledger_then_equal() -> None:
    assert LedgerFigure(Decimal(0)).agrees_with(None, None, not_applicable=True) is Agreement.EQUAL
