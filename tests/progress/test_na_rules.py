"""不涉及 under a condition that the portal knows itself: the unit has no separately metered institution."""

from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from common.errors import Conflict, Invalid
from progress.excel.world import World
from progress.line_checks import EnteredLine
from progress.models import Report
from progress.queries.sheet import load_sheet
from progress.services.changes import LineChange, WrongLines
from progress.services.entry import save_lines
from progress.services.import_world import load_ground
from progress.services.review import approve_report, submit_report
from targets.models import Institution, PlanUnit, Quarter
from tests.factories import NOT_APPLICABLE, make_report, quarter_of

SUMMER = "LDS"
SAYS_NONE = {SUMMER: NOT_APPLICABLE}
NONE = LineChange(SUMMER, None, None, True, "没有独立计量的机构")


def add_institution(unit: PlanUnit, *, metered: bool = True, to: date | None = None) -> Institution:
    return Institution.objects.create(
        unit=unit.unit,
        name="机关事务中心",
        credit_code="113207000143000005",
        kind="01",
        roof_class="organ",
        floor_area_m2=1000,
        headcount=50,
        separately_metered=metered,
        active_from=date(2020, 1, 1),
        active_to=to,
    )


@pytest.fixture
def third(county: PlanUnit) -> Quarter:
    return quarter_of(county.plan, 3)


@pytest.fixture
def in_third(third: Quarter) -> datetime:
    return third.opens + timedelta(days=1)


def test_a_unit_with_a_metered_institution_cannot_choose_it(county: PlanUnit, clerk: User, in_third: datetime) -> None:
    add_institution(county)
    report = make_report(county, 3, {})

    with pytest.raises(WrongLines) as refused:
        save_lines(report, [NONE], by=clerk, at=in_third)

    assert [problem.code for _report, _indicator, problem in refused.value.problems] == ["na_not_allowed"]


@pytest.mark.parametrize("left", [None, date(2023, 6, 30)])
def test_a_unit_without_an_active_metered_institution_can(
    left: date | None, county: PlanUnit, clerk: User, in_third: datetime
) -> None:
    add_institution(county, metered=left is not None, to=left)

    saved = save_lines(make_report(county, 3, {}), [NONE], by=clerk, at=in_third)

    assert saved.created == [SUMMER]


def test_what_is_there_already_is_not_submitted(county: PlanUnit, clerk: User, in_third: datetime) -> None:
    report = make_report(county, 3, SAYS_NONE)
    add_institution(county)

    with pytest.raises(Invalid, match="有独立计量的公共机构"):
        submit_report(report, by=clerk, at=in_third, note="说明")


def test_what_was_submitted_is_not_approved(county: PlanUnit, clerk: User, reviewer: User, in_third: datetime) -> None:
    report = make_report(county, 3, SAYS_NONE, state=Report.State.SUBMITTED, by=clerk)
    institution = add_institution(county)

    with pytest.raises(Conflict, match="有独立计量的公共机构"):
        approve_report(report, by=reviewer, at=in_third, version=1)
    institution.delete()
    approve_report(report, by=reviewer, at=in_third, version=1)

    report.refresh_from_db()
    assert report.is_effective


def test_an_import_asks_the_same(county: PlanUnit, clerk: User, in_third: datetime) -> None:
    add_institution(county, to=date(2023, 9, 30))

    world: World = load_ground(county.plan, by=clerk, at=in_third).world

    code = county.unit.code
    line = EnteredLine(not_applicable=True, note="没有")
    rule = world.facts[SUMMER].rules.na_rule
    answers = [
        world.context((code, number, SUMMER), {(code, number, SUMMER): line}).na_holds(rule) for number in (3, 4)
    ]
    assert (rule, answers) == ("no_separately_metered_institution", [False, True])


@pytest.mark.parametrize(("lines", "more"), [({}, 0), (SAYS_NONE, 1), ({**SAYS_NONE, "LDW": NOT_APPLICABLE}, 1)])
def test_the_register_is_asked_once_and_only_where_it_matters(
    lines: dict[str, str], more: int, county: PlanUnit, in_third: datetime
) -> None:
    make_report(county, 3, lines)

    with CaptureQueriesContext(connection) as captured:
        assert load_sheet(county, 3, at=in_third) is not None

    assert sum('FROM "targets_institution"' in one["sql"] for one in captured) == more
