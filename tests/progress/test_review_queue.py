"""The queue of a quarter: what it shows, what it costs, and approving what is clean together."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.policy import Role
from audit.models import AuditEvent
from common.errors import Invalid
from progress.models import Line, Report
from progress.queries.review_queue import ReviewQueue, load_queue
from progress.services.bulk_review import MOST_AT_ONCE, Approvals, Seen, approve_clean
from progress.services.comments import add_comment
from targets.models import Plan, PlanUnit, Quarter, Unit
from tests.factories import make_report, make_user, plan_unit_of, sign_in
from tests.progress.builders import add_file

DAY = timedelta(days=1)
State = Report.State
CODES = ("320706", "320703", "320707", "320722", "320723")
QUEUE = "/320700/2023/q1/review/"


def make_clean(plan_unit: PlanUnit, number: int = 1, *, by: User | None = None, **fields: object) -> Report:
    """A submitted report with nothing to look into: complete, with evidence of everything it claims."""
    report = make_report(plan_unit, number, state=State.SUBMITTED, by=by, **fields)
    for code in report.lines.values_list("indicator__code", flat=True):
        add_file(report, code)
    return report


def queue_of(user: User, plan: Plan, as_of: datetime, number: int | None = 1) -> ReviewQueue:
    queue = load_queue(user, plan, number, as_of=as_of)
    assert queue is not None
    return queue


def tick(queue: ReviewQueue) -> list[Seen]:
    return [Seen.of(each.seen) for each in queue.clean]


def states(plan: Plan) -> dict[str, str]:
    return dict(Report.objects.filter(plan_unit__plan=plan).values_list("plan_unit__unit__code", "state"))


@pytest.fixture
def counties(plan: Plan) -> list[PlanUnit]:
    return [plan_unit_of(plan, code) for code in CODES]


@pytest.fixture
def as_of(first: Quarter) -> datetime:
    return first.due + 3 * DAY


# --- what it shows


def test_reports_with_warnings_are_to_be_read_and_the_others_can_go_together(
    plan: Plan, counties: list[PlanUnit], reviewer: User, as_of: datetime
) -> None:
    make_clean(counties[0])
    make_report(counties[1], 1, state=State.SUBMITTED)
    make_clean(counties[2], submit_note="请看第三行")
    make_clean(counties[3], warning_count=1)

    queue = queue_of(reviewer, plan, as_of)

    assert [each.unit_code for each in queue.clean] == ["320706"]
    assert sorted(each.unit_code for each in queue.to_read) == ["320703", "320707", "320722"]


def test_warnings_are_those_found_now_and_those_answered_then(
    plan: Plan, county: PlanUnit, reviewer: User, as_of: datetime
) -> None:
    make_report(county, 1, {"CP": (1, None)}, state=State.SUBMITTED, warning_count=3)

    (one,) = queue_of(reviewer, plan, as_of).waiting

    assert one.report.warning_count == 3
    # Eighteen lines are missing, and the one that is there has no evidence.
    assert one.found_count == 19
    assert {found.kind: len(found.lines) for found in one.found} == {"应填未填": 18, "没有佐证材料": 1}


def test_every_kind_of_warning_is_named_with_its_lines_and_none_is_folded_away(
    plan: Plan, county: PlanUnit, reviewer: User, second: Quarter
) -> None:
    make_report(county, 1, {"CP": (1, None), "NEV": (1, None), "PLA": (90, None)}, state=State.APPROVED)
    lines = {"CP": (90, None), "NEV": (90, None), "PLA": (10, None), "OVQ": (0, 0)}
    make_report(county, 2, lines, state=State.SUBMITTED)

    page = sign_in(reviewer).get(QUEUE.replace("q1", "q2")).content.decode()

    (one,) = queue_of(reviewer, plan, second.opens + DAY, 2).waiting
    assert [found.kind for found in one.found] == ["与上季相差很大", "没有佐证材料", "应填未填", "比上季倒退"]
    assert all(found.kind in page for found in one.found)
    assert one.found[0].lines == (
        ("CP", "新建充电桩", "上季 1，本季 90"),
        ("NEV", "新增新能源汽车", "上季 1，本季 90"),
    )
    assert '/q2/reports/320722/#row-NEV">新增新能源汽车</a> <span class="text-muted text-xs">上季 1，本季 90' in page
    assert "还有" not in page.split('id="missing"')[0]


def test_every_unit_is_counted_in_one_tile(
    plan: Plan, county: PlanUnit, pilot: PlanUnit, reviewer: User, first: Quarter
) -> None:
    """Also who is correcting, and who took back what it had handed in after a return."""
    haizhou, lianyun, ganyu = (plan_unit_of(plan, code) for code in ("320706", "320703", "320707"))
    make_clean(haizhou)
    make_report(lianyun, 1, state=State.RETURNED)
    make_report(ganyu, 1, state=State.DRAFT, first_submitted_at=first.opens, returned_times=1)
    make_report(county, 1, state=State.APPROVED)
    make_report(pilot, 1, state=State.APPROVED)
    kept = {"revision": 2, "first_submitted_at": first.opens, "correction_reason": "多报"}
    make_report(pilot, 1, **kept)

    queue = queue_of(reviewer, plan, first.due)

    tiles = [queue.waiting, queue.sent_back, queue.correcting, queue.missing, queue.approved]
    assert [len(tile) for tile in tiles] == [1, 2, 1, 6, 1]
    assert sum(map(len, tiles)) == len(queue.column)
    page = " ".join(sign_in(reviewer).get(QUEUE).content.decode().split())
    assert "更正中" in page
    assert "原报告继续计数" in page


def test_age_is_counted_in_days_and_working_days(plan: Plan, county: PlanUnit, reviewer: User) -> None:
    thursday = datetime.fromisoformat("2023-06-01T23:30+08:00")
    make_clean(county, submitted_at=thursday)

    (one,) = queue_of(reviewer, plan, datetime.fromisoformat("2023-06-05T00:30+08:00")).waiting

    # Friday and Monday are worked, Saturday and Sunday are not.
    assert (one.days, one.working_days) == (4, 2)


def test_a_quarter_says_who_is_missing_and_who_of_them_is_overdue(
    plan: Plan, county: PlanUnit, reviewer: User, first: Quarter
) -> None:
    make_clean(county)
    make_report(plan_unit_of(plan, "320706"), 1)

    before = queue_of(reviewer, plan, first.due - DAY)
    after = queue_of(reviewer, plan, first.due + DAY)

    assert (len(before.missing), len(before.overdue)) == (10, 0)
    assert (len(after.missing), len(after.overdue)) == (10, 10)
    assert "320722" not in {each.plan_unit.unit.code for each in after.missing}
    assert queue_of(reviewer, plan, first.opens - DAY).missing == []


def test_the_quarter_shown_is_the_earliest_with_something_that_waits(
    plan: Plan, county: PlanUnit, reviewer: User, second: Quarter
) -> None:
    assert queue_of(reviewer, plan, second.opens + DAY, None).quarter.number == 2

    make_clean(county)

    assert queue_of(reviewer, plan, second.opens + DAY, None).quarter.number == 1
    assert load_queue(reviewer, plan, 5, as_of=second.opens) is None


def test_the_queue_holds_only_what_the_reviewer_sees(
    plan: Plan, county: PlanUnit, pilot: PlanUnit, as_of: datetime
) -> None:
    make_clean(county)
    make_clean(pilot)

    queue = queue_of(make_user(Role.REVIEWER, county.unit), plan, as_of)

    assert [each.unit_code for each in queue.waiting] == ["320722"]
    assert len(queue.years) == 1


def test_an_empty_queue_says_so_and_a_full_one_can_be_ticked(
    plan: Plan, counties: list[PlanUnit], reviewer: User
) -> None:
    client = sign_in(reviewer)
    assert "没有待审核的报告" in client.get(QUEUE).content.decode()
    for unit in counties:
        make_clean(unit)

    page = client.get(QUEUE).content.decode()

    assert page.count('name="report" value="') == 5
    assert "data-approve-ticked" in page
    assert client.get("/320700/2023/q5/review/").status_code == 404


def test_the_list_of_the_missing_is_a_part_of_a_page(plan: Plan, officer: User) -> None:
    client = sign_in(officer)
    make_clean(plan_unit_of(plan, "320706"))

    with CaptureQueriesContext(connection) as captured:
        part = client.get("/320700/2023/q1/missing/").content.decode()

    assert "东海县" in part
    assert "海州区" not in part
    assert "<html" not in part
    assert len(captured) == 6
    assert 'hx-get="/320700/2023/q1/missing/"' in client.get("/320700/2023/quarters/").content.decode()


# --- what it costs


def many_units(plan: Plan, count: int) -> list[PlanUnit]:
    """So many more units of the same city, each a county of the plan."""
    root = plan.owner
    units = [Unit(code=f"T{n:05}", name=f"测试{n}", parent=root, path=f"{root.path}T{n:05}/") for n in range(count)]
    Unit.objects.bulk_create(units)
    made = [
        PlanUnit(plan=plan, unit=unit, name=unit.name, kind=PlanUnit.Kind.COUNTY, order=100 + n, groups=["counties"])
        for n, unit in enumerate(units)
    ]
    PlanUnit.objects.bulk_create(made)
    return made


def queries_of(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(address)
    assert answer.status_code == 200
    return len(captured)


def test_eleven_units_cost_as_many_queries_as_a_hundred_and_ten(plan: Plan, reviewer: User) -> None:
    client = sign_in(reviewer)
    for unit in plan.plan_units.reporting().select_related("unit", "plan__owner"):
        make_report(unit, 1, state=State.SUBMITTED)
    few = queries_of(client, QUEUE)
    for unit in many_units(plan, 99):
        make_report(unit, 1, {"CP": (1, None)}, state=State.SUBMITTED)

    assert (few, queries_of(client, QUEUE)) == (17, 17)


# --- approving together


def approve_all(user: User, plan: Plan, at: datetime) -> Approvals:
    queue = queue_of(user, plan, at)
    return approve_clean(queue, tick(queue), by=user, at=at)


def test_clean_reports_are_approved_together_each_with_its_own_events(
    plan: Plan, counties: list[PlanUnit], clerk: User, reviewer: User, as_of: datetime
) -> None:
    for unit in counties:
        make_clean(unit, by=clerk)

    done = approve_all(reviewer, plan, as_of)

    assert (len(done.approved), done.left_out) == (5, [])
    assert set(states(plan).values()) == {State.APPROVED}
    assert Report.objects.effective().count() == 5
    assert AuditEvent.objects.filter(action="report.approve", actor=reviewer.username).count() == 5


def test_what_changed_meanwhile_is_left_out_and_named_the_others_are_approved(
    plan: Plan, counties: list[PlanUnit], clerk: User, reviewer: User, as_of: datetime
) -> None:
    for unit in counties:
        make_clean(unit, by=clerk)
    ticked = tick(queue_of(reviewer, plan, as_of))
    Report.objects.filter(plan_unit=counties[0]).update(version=2)
    Report.objects.filter(plan_unit=counties[1]).update(state=State.DRAFT)
    Line.objects.filter(report__plan_unit=counties[2], indicator__code="CP").update(value=None)

    done = approve_clean(queue_of(reviewer, plan, as_of), ticked, by=reviewer, at=as_of)

    assert done.approved == [counties[3].label, counties[4].label]
    assert [label for label, _why in done.left_out] == [unit.label for unit in counties[:3]]
    assert "打开之后有改动" in str(done.left_out[0][1])
    assert "有 1 项提示" in str(done.left_out[2][1])
    assert states(plan)[counties[0].unit.code] == State.SUBMITTED


def test_four_eyes_what_one_entered_is_left_out(
    plan: Plan, counties: list[PlanUnit], clerk: User, officer: User, as_of: datetime
) -> None:
    make_clean(counties[0], by=officer)
    make_clean(counties[1], by=clerk)

    done = approve_all(officer, plan, as_of)

    assert done.approved == [counties[1].label]
    ((label, why),) = done.left_out
    assert label == counties[0].label
    assert "不能自己审核" in str(why)


def test_a_report_with_a_comment_that_was_not_sent_is_left_out(
    plan: Plan, county: PlanUnit, clerk: User, reviewer: User, officer: User, as_of: datetime
) -> None:
    report = make_clean(county, by=clerk)
    ticked = tick(queue_of(reviewer, plan, as_of))
    add_comment(report, "CP", by=officer, at=as_of, text="请等等")

    done = approve_clean(queue_of(reviewer, plan, as_of), ticked, by=reviewer, at=as_of)

    assert done.approved == []
    assert "有未发出的审核意见" in str(done.left_out[0][1])


def test_sending_the_same_ticks_twice_approves_once_and_answers_alike(
    plan: Plan, counties: list[PlanUnit], clerk: User, reviewer: User, as_of: datetime
) -> None:
    for unit in counties:
        make_clean(unit, by=clerk)
    ticked = tick(queue_of(reviewer, plan, as_of))
    first = approve_clean(queue_of(reviewer, plan, as_of), ticked, by=reviewer, at=as_of)

    second = approve_clean(queue_of(reviewer, plan, as_of), ticked, by=reviewer, at=as_of)

    assert (first.approved, first.left_out) == (second.approved, second.left_out)
    assert AuditEvent.objects.filter(action="report.approve").count() == 5


@pytest.mark.parametrize("ticked", [[], ["320722:1:1"] * (MOST_AT_ONCE + 1), ["320722"], ["320722:x:1"]])
def test_ticks_that_say_nothing_are_refused(ticked: list[str], plan: Plan, county: PlanUnit, reviewer: User) -> None:
    make_clean(county)

    answer = sign_in(reviewer).post(f"{QUEUE}approve/", {"report": ticked})

    assert answer.status_code == 422
    assert states(plan) == {"320722": State.SUBMITTED}


def test_a_unit_that_is_not_the_reviewers_is_as_if_not_ticked(
    plan: Plan, county: PlanUnit, pilot: PlanUnit, as_of: datetime
) -> None:
    make_clean(pilot)
    own = make_user(Role.REVIEWER, county.unit)

    done = approve_clean(queue_of(own, plan, as_of), [Seen("320724", 1, 1)], by=own, at=as_of)

    assert (done.approved, done.left_out) == ([], [])
    assert states(plan) == {"320724": State.SUBMITTED}


def test_the_page_names_who_was_approved_and_who_was_not_and_the_trail_knows_both(
    plan: Plan, counties: list[PlanUnit], clerk: User, officer: User
) -> None:
    make_clean(counties[0], by=officer)
    make_clean(counties[1], by=clerk)
    seen = [f"{unit.unit.code}:1:1" for unit in counties[:2]]

    page = sign_in(officer).post(f"{QUEUE}approve/", {"report": seen}, follow=True).content.decode()

    assert f"已审核通过 1 份：{counties[1].label}" in page
    assert f"{counties[0].label} 没有审核通过" in page
    assert AuditEvent.objects.filter(outcome="refused", action="refused:progress:approve_ticked").count() == 1


def test_eleven_reports_are_approved_in_a_request_of_few_queries_each(plan: Plan, clerk: User, reviewer: User) -> None:
    client = sign_in(reviewer)
    units = list(plan.plan_units.reporting().select_related("unit", "plan__owner"))
    for unit in units:
        make_clean(unit, by=clerk)
    seen = [f"{unit.unit.code}:1:1" for unit in units]

    with CaptureQueriesContext(connection) as captured:
        client.post(f"{QUEUE}approve/", {"report": seen})

    asked = [one["sql"] for one in captured if not one["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    assert set(states(plan).values()) == {State.APPROVED}
    assert len(asked) <= 230


def test_no_more_boxes_than_can_go_at_once(plan: Plan, reviewer: User) -> None:
    for unit in many_units(plan, MOST_AT_ONCE + 5):
        make_clean(unit)

    page = sign_in(reviewer).get(QUEUE).content.decode()

    assert page.count('name="report" value="') == MOST_AT_ONCE
    assert f"一次最多 {MOST_AT_ONCE} 份" in page


# --- from one report to the next


def test_the_reviewers_page_costs_the_same_for_a_long_story_as_for_none(
    plan: Plan, counties: list[PlanUnit], clerk: User, reviewer: User
) -> None:
    client = sign_in(reviewer)
    report = make_report(counties[3], 1, state=State.SUBMITTED, by=clerk)
    page = reverse("progress:report", args=["320700", 2023, 1, CODES[3]])
    plain = queries_of(client, page)
    for code in ("CP", "NEV", "PVN"):
        add_comment(report, code, by=reviewer, at=timezone.now(), text="请核对")
    for unit in counties[:3]:
        make_report(unit, 1, state=State.SUBMITTED, by=clerk)

    assert (plain, queries_of(client, page)) == (16, 16)


def test_a_decision_leads_to_the_next_report_that_waits(plan: Plan, counties: list[PlanUnit], reviewer: User) -> None:
    now = timezone.now()
    for days, unit in enumerate(counties[:3]):
        make_report(unit, 1, state=State.SUBMITTED, submitted_at=now - (5 - days) * DAY)
    client = sign_in(reviewer)
    page = client.get(reverse("progress:report", args=["320700", 2023, 1, CODES[1]])).content.decode()
    assert "2 / 3" in page
    assert page.count(f'value="{CODES[2]}"') == 2

    address = reverse("progress:approve", args=["320700", 2023, 1, CODES[1]])
    answer = client.post(address, {"version": 1, "next": CODES[2]})
    gone = client.post(address.replace(CODES[1], CODES[2]), {"version": 1, "next": CODES[1]})

    assert answer.headers["Location"].endswith(f"/{CODES[2]}/")
    # What was wanted next was decided meanwhile: back to the report itself.
    assert gone.headers["Location"].endswith(f"/{CODES[2]}/")


def test_a_report_is_shown_beside_last_years_quarter(plan: Plan, county: PlanUnit, reviewer: User) -> None:
    before = Plan.objects.create(owner=plan.owner, year=2022, name="去年", state=Plan.State.CLOSED)
    was = PlanUnit.objects.create(plan=before, unit=county.unit, name="东海县", kind=county.kind, order=1)
    times = {"opens": timezone.now(), "due": timezone.now() + DAY, "closes": timezone.now() + 2 * DAY}
    quarter = Quarter.objects.create(plan=before, number=1, **times)
    indicator = plan.indicators.get(code="CP")
    indicator.pk, indicator.plan = None, before
    indicator.save()
    old = Report.objects.create(
        plan_unit=was, quarter=quarter, state=State.APPROVED, is_effective=True, created_at=timezone.now()
    )
    Line.objects.create(report=old, indicator=indicator, value=3, changed_at=timezone.now())
    make_report(county, 1, {"CP": (16, None)}, state=State.SUBMITTED)

    page = sign_in(reviewer).get(reverse("progress:report", args=["320700", 2023, 1, "320722"])).content.decode()

    assert "去年同期" in page
    assert "与去年同期相差很大：去年 3，本季 16" in page


def test_without_a_plan_of_last_year_there_is_no_column_for_it(county: PlanUnit, reviewer: User) -> None:
    make_report(county, 1, {"CP": (16, None)}, state=State.SUBMITTED)

    page = sign_in(reviewer).get(reverse("progress:report", args=["320700", 2023, 1, "320722"])).content.decode()

    assert "去年同期" not in page


def test_nothing_ticked_is_said() -> None:
    with pytest.raises(Invalid, match="版本号"):
        Seen.of("320722:1")
