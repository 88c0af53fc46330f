"""A base that is fixed for the year stays the same in every quarter, in whatever order the reports come."""

from datetime import datetime

import pytest

from accounts.models import User
from common.errors import Conflict
from progress.models import Report
from progress.services.review import approve_report
from targets.models import PlanUnit
from tests.factories import make_report

LEFT = "OVQ"
SUBMITTED = Report.State.SUBMITTED


@pytest.mark.parametrize(("number", "other"), [(1, 2), (2, 1)])
def test_a_base_unlike_the_approved_one_of_another_quarter_is_not_approved(
    number: int, other: int, county: PlanUnit, clerk: User, reviewer: User, open_at: datetime
) -> None:
    make_report(county, other, {LEFT: (9, 9)}, state=Report.State.APPROVED)
    report = make_report(county, number, {LEFT: (8, 8)}, state=SUBMITTED, by=clerk)
    report.lines.update(note="名单有误")

    with pytest.raises(Conflict, match="基数在年初已确定为 9"):
        approve_report(report, by=reviewer, at=open_at, version=1)


@pytest.mark.parametrize("note", ["", "名单核减一家"])
def test_a_base_that_an_officer_changed_is_approved_with_its_reason(
    note: str, county: PlanUnit, officer: User, reviewer: User, open_at: datetime
) -> None:
    make_report(county, 1, {LEFT: (9, 9)}, state=Report.State.APPROVED)
    report = make_report(county, 2, {LEFT: (8, 8)}, state=SUBMITTED, by=officer)
    report.lines.update(changed_by=officer.name, note=note)

    if note:
        approve_report(report, by=reviewer, at=open_at, version=1)
    else:
        with pytest.raises(Conflict, match="请在备注中说明理由"):
            approve_report(report, by=reviewer, at=open_at, version=1)

    report.refresh_from_db()
    assert report.is_effective is bool(note)


def test_a_correction_keeps_the_base_that_it_replaces(
    county: PlanUnit, clerk: User, reviewer: User, open_at: datetime
) -> None:
    make_report(county, 1, {LEFT: (9, 9)}, state=Report.State.APPROVED)
    make_report(county, 2, {LEFT: (8, 8)}, state=Report.State.APPROVED)
    correction = make_report(county, 2, {LEFT: (7, 8)}, state=SUBMITTED, by=clerk, revision=2)

    approve_report(correction, by=reviewer, at=open_at, version=1)

    correction.refresh_from_db()
    assert correction.is_effective
