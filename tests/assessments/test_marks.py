"""Whatever changes a figure marks it; one job a plan drains the marks, and no change is forgotten."""

import time
from collections.abc import Callable
from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.policy import Role
from assessments.models import ComplianceMark, ComplianceState
from assessments.queries import LEFT_BEHIND, figures_as_of, figures_state, is_recomputing, plans_due
from assessments.services.compliance import compute_compliance
from assessments.services.marks import drain_marks, job_key, mark_and_queue, mark_dirty, mark_plan
from assessments.tasks import recompute_all, recompute_due
from common.actions import SYSTEM
from common.instants import start_of
from jobs.models import Job
from jobs.services import Progress, TakenOver, find_lost, run
from progress.models import Report
from progress.services.review import approve_report, reopen_report, return_report, submit_report, withdraw_report
from targets.models import Plan, TargetRevision
from targets.services.quarters import ExtensionTerms, close_quarter, grant_extension
from tests.assessments.figures import AFTER_THE_YEAR, figures, file_report, units
from tests.factories import make_report, make_user, plan_unit_of, quarter_of
from tests.services.fixtures import messages_sent_to

pytestmark = pytest.mark.django_db
DONGHAI = "320722"


def marked(plan: Plan) -> list[str]:
    """The codes of the marked units, one for each mark."""
    marks = ComplianceMark.objects.filter(plan_unit__plan=plan)
    return sorted(marks.values_list("plan_unit__unit__code", flat=True))


def claimed(job: Job) -> Progress:
    """What a worker holds that has claimed the job."""
    Job.objects.filter(pk=job.pk).update(state=Job.State.RUNNING, attempts=1, heartbeat_at=timezone.now())
    job.refresh_from_db()
    return Progress(job)


# --- what marks


def test_approval_marks_its_unit_and_queues_one_job_of_its_plan(plan: Plan) -> None:
    report = make_report(plan_unit_of(plan, DONGHAI), state=Report.State.SUBMITTED)

    approve_report(report, by=make_user(Role.REVIEWER), at=AFTER_THE_YEAR, version=report.version)

    assert marked(plan) == [DONGHAI]
    assert [(job.kind, job.key, job.args) for job in Job.objects.all()] == [
        ("compliance", job_key(plan.pk), {"plan": plan.pk})
    ]


def test_approvals_of_two_plans_queue_a_job_each(plan: Plan, second_plan: Plan) -> None:
    mark_and_queue(plan.pk, units(plan, [DONGHAI]), at=AFTER_THE_YEAR)
    mark_and_queue(plan.pk, units(plan, ["320707"]), at=AFTER_THE_YEAR)
    mark_and_queue(second_plan.pk, units(second_plan, ["LGZ"]), at=AFTER_THE_YEAR)

    assert Job.objects.unfinished().count() == 2
    assert (marked(plan), marked(second_plan)) == (["320707", DONGHAI], ["LGZ"])


def test_message_is_sent_after_the_commit_and_only_then(
    plan: Plan, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    report = make_report(plan_unit_of(plan, DONGHAI), state=Report.State.SUBMITTED)

    with messages_sent_to("memory://"), django_capture_on_commit_callbacks(execute=True) as sent:
        approve_report(report, by=make_user(Role.REVIEWER), at=AFTER_THE_YEAR, version=report.version)

    assert len(sent) == 1  # type: ignore[arg-type]


def test_broker_that_is_away_does_not_disturb_the_approval(
    plan: Plan, django_capture_on_commit_callbacks: Callable[..., object], caplog: pytest.LogCaptureFixture
) -> None:
    report = make_report(plan_unit_of(plan, DONGHAI), state=Report.State.SUBMITTED)

    with (
        messages_sent_to("redis://127.0.0.1:1/0", **settings.REDIS_OPTIONS),
        django_capture_on_commit_callbacks(execute=True),
    ):
        approve_report(report, by=make_user(Role.REVIEWER), at=AFTER_THE_YEAR, version=report.version)
        started = time.monotonic()

    assert time.monotonic() - started < 3, "with a second try it takes six seconds"
    assert "The queue is away" in caplog.text
    assert find_lost(at=timezone.now() + timedelta(minutes=1)) == list(Job.objects.all())


def test_submitting_withdrawing_and_returning_mark_the_unit(plan: Plan) -> None:
    clerk, reviewer = make_user(Role.REPORTER, DONGHAI), make_user(Role.REVIEWER)
    report = make_report(plan_unit_of(plan, DONGHAI))
    in_time = quarter_of(plan, 1).due - timedelta(days=2)
    seen = []

    for move in (
        lambda: submit_report(report, by=clerk, at=in_time, note="无佐证"),
        lambda: withdraw_report(report, by=clerk, at=in_time),
        lambda: submit_report(report, by=clerk, at=in_time, note="无佐证"),
        lambda: return_report(report, by=reviewer, at=in_time, reason="请核对"),
    ):
        move()
        seen.append(len(marked(plan)))

    assert seen == [1, 2, 3, 4]


def test_reopening_for_correction_marks_nothing_because_the_approved_report_counts_on(plan: Plan) -> None:
    report = make_report(plan_unit_of(plan, DONGHAI), state=Report.State.APPROVED)

    reopen_report(report, by=make_user(Role.OFFICER), at=AFTER_THE_YEAR, reason="更正")

    assert marked(plan) == []


def test_changed_deadlines_mark_whom_they_concern(plan: Plan) -> None:
    quarter, at = quarter_of(plan, 4), quarter_of(plan, 4).opens
    later = quarter.closes + timedelta(days=9)
    terms = ExtensionTerms(due=later, closes=later, counts_as_late=False, reason="系统故障")

    grant_extension(quarter, plan_unit_of(plan, DONGHAI), terms, by=SYSTEM, at=at)
    after_extension = marked(plan)
    close_quarter(quarter, by=SYSTEM, at=at + timedelta(days=1))

    assert after_extension == [DONGHAI]
    assert len(marked(plan)) == 12


# --- draining


def test_job_computes_what_is_marked_and_deletes_those_marks(plan: Plan) -> None:
    file_report(plan, DONGHAI, 1, {"CP": (4, None)})
    job = mark_and_queue(plan.pk, units(plan, [DONGHAI]), at=AFTER_THE_YEAR)

    run(job.uuid)

    assert [figures(plan, unit, "CP")[0].value for unit in (DONGHAI, "320700")] == [4, 4]
    assert marked(plan) == []
    assert [each.state for each in Job.objects.all()] == [Job.State.DONE]


class ChangesInBetween(Progress):
    """A worker's hold of a job; while it computes, another report is approved."""

    plan: Plan

    def step(self, done: int, total: int, message: str = "") -> None:
        if done == 0 and not marked(self.plan)[1:]:
            file_report(self.plan, DONGHAI, 2, {"CP": (9, None)})
            mark_and_queue(self.plan.pk, units(self.plan, [DONGHAI]), at=AFTER_THE_YEAR)


def test_change_while_the_job_computes_keeps_its_mark_and_gets_another_job(plan: Plan) -> None:
    file_report(plan, DONGHAI, 1, {"CP": (4, None)})
    job = mark_and_queue(plan.pk, units(plan, [DONGHAI]), at=AFTER_THE_YEAR)
    progress = ChangesInBetween(claimed(job).job)
    progress.plan = plan

    following = drain_marks(plan, as_of=AFTER_THE_YEAR, progress=progress)

    assert [row.value for row in figures(plan, DONGHAI, "CP")] == [4, 4, 4, 4]
    assert marked(plan) == [DONGHAI]
    assert following is not None
    assert following != job
    run(following.uuid)
    assert [row.value for row in figures(plan, DONGHAI, "CP")] == [4, 13, 13, 13]
    assert marked(plan) == []


class LosesTheJob(Progress):
    """A worker that is thought dead while it computes."""

    def step(self, done: int, total: int, message: str = "") -> None:
        find_lost(at=timezone.now() + timedelta(minutes=1))


def test_worker_that_lost_the_job_stores_nothing_and_keeps_the_marks(plan: Plan) -> None:
    file_report(plan, DONGHAI, 1, {"CP": (4, None)})
    job = mark_and_queue(plan.pk, units(plan, [DONGHAI]), at=AFTER_THE_YEAR)

    with pytest.raises(TakenOver):
        drain_marks(plan, as_of=AFTER_THE_YEAR, progress=LosesTheJob(claimed(job).job))

    assert (figures(plan, DONGHAI, "CP"), marked(plan)) == ([], [DONGHAI])
    run(job.uuid)
    assert (figures(plan, DONGHAI, "CP")[0].value, marked(plan)) == (4, [])


def test_job_killed_before_it_stored_is_done_by_the_next_worker(plan: Plan) -> None:
    file_report(plan, DONGHAI, 1, {"CP": (4, None)})
    job = mark_and_queue(plan.pk, units(plan, [DONGHAI]), at=AFTER_THE_YEAR)
    claimed(job)

    lost = find_lost(at=timezone.now() + timedelta(minutes=1))
    run(lost[0].uuid)

    assert (lost, figures(plan, DONGHAI, "CP")[0].value, marked(plan)) == ([job], 4, [])


def test_doubled_message_computes_once(plan: Plan) -> None:
    job = mark_and_queue(plan.pk, units(plan, [DONGHAI]), at=AFTER_THE_YEAR)

    assert (run(job.uuid), run(job.uuid)) == (True, False)
    assert ComplianceState.objects.get(plan=plan).version == 1


def test_job_of_a_plan_that_is_gone_ends(plan: Plan) -> None:
    job = mark_and_queue(plan.pk, [], at=AFTER_THE_YEAR)
    Job.objects.filter(pk=job.pk).update(args={"plan": 999_999})

    run(job.uuid)

    job.refresh_from_db()
    assert job.state == Job.State.DONE


def test_plan_that_cannot_be_computed_says_why(plan: Plan) -> None:
    TargetRevision.objects.filter(target__indicator__code="CP").update(value=0)
    file_report(plan, DONGHAI, 1, {"CP": (4, None)})
    job = mark_and_queue(plan.pk, units(plan, [DONGHAI]), at=AFTER_THE_YEAR)

    run(job.uuid)

    job.refresh_from_db()
    assert (job.state, "目标应大于 0" in job.message) == (Job.State.FAILED, True)
    assert marked(plan) == [DONGHAI]


def test_approving_computes_within_its_queries(plan: Plan) -> None:
    report = make_report(plan_unit_of(plan, DONGHAI), state=Report.State.SUBMITTED)
    reviewer = make_user(Role.REVIEWER)

    with CaptureQueriesContext(connection) as queries:
        approve_report(report, by=reviewer, at=AFTER_THE_YEAR, version=report.version)

    marking = [each["sql"] for each in queries if "compliancemark" in each["sql"] or "jobs_job" in each["sql"]]
    assert len(marking) == 2


# --- time passing


def test_plan_is_due_when_never_computed_and_when_an_instant_has_passed(plan: Plan, second_plan: Plan) -> None:
    quarter = quarter_of(plan, 2)
    never = plans_due(at=quarter.opens)
    for each in (plan, second_plan):
        compute_compliance(each, as_of=quarter.opens - timedelta(hours=1))

    assert never == [plan.pk, second_plan.pk]
    assert plans_due(at=quarter.opens - timedelta(seconds=1)) == []
    assert plan.pk in plans_due(at=quarter.opens)
    compute_compliance(plan, as_of=quarter.opens)
    assert plan.pk not in plans_due(at=quarter.due - timedelta(seconds=1))
    assert plan.pk in plans_due(at=quarter.due)


def test_plan_is_due_when_one_units_extended_deadline_has_passed(plan: Plan) -> None:
    quarter = quarter_of(plan, 4)
    extended = quarter.due + timedelta(days=20)
    quarter.extensions.create(
        plan_unit=plan_unit_of(plan, DONGHAI),
        due=extended,
        closes=extended,
        reason="r",
        by_name="n",
        created_at=extended,
    )
    Plan.objects.exclude(pk=plan.pk).update(state=Plan.State.CLOSED)
    compute_compliance(plan, as_of=extended - timedelta(hours=1))

    assert plans_due(at=extended - timedelta(seconds=1)) == []
    assert plans_due(at=extended) == [plan.pk]


def test_plan_that_is_marked_is_not_due_until_its_job_must_have_failed(plan: Plan, second_plan: Plan) -> None:
    compute_compliance(second_plan, as_of=AFTER_THE_YEAR)
    mark_dirty(units(plan, [DONGHAI]), at=AFTER_THE_YEAR)

    assert plans_due(at=AFTER_THE_YEAR) == []
    assert plans_due(at=AFTER_THE_YEAR + LEFT_BEHIND) == [plan.pk]


def test_closed_and_draft_plans_are_left_alone(plan: Plan, second_plan: Plan) -> None:
    Plan.objects.filter(pk=plan.pk).update(state=Plan.State.CLOSED)
    Plan.objects.filter(pk=second_plan.pk).update(state=Plan.State.DRAFT)

    recompute_all()

    assert plans_due(at=AFTER_THE_YEAR) == []
    assert not Job.objects.exists()


def test_quarter_that_opens_is_shown_by_the_next_round_of_the_schedule(plan: Plan) -> None:
    opens = quarter_of(plan, 2).opens
    compute_compliance(plan, as_of=opens - timedelta(hours=1))

    with time_machine.travel(opens + timedelta(seconds=30), tick=False):
        recompute_due()
        recompute_due()
        run(Job.objects.get(key=job_key(plan.pk)).uuid)
        recompute_due()

    assert figures(plan, DONGHAI, "CP")[1].status == "no_data"
    assert Job.objects.filter(key=job_key(plan.pk)).count() == 1


def test_night_computes_every_active_plan_once_however_many_schedules_there_are(plan: Plan, second_plan: Plan) -> None:
    night = start_of(AFTER_THE_YEAR.date()) + timedelta(hours=2, minutes=30)
    with time_machine.travel(night, tick=False):
        recompute_all()
        for job in Job.objects.unfinished():
            run(job.uuid)
        recompute_all()
    assert Job.objects.count() == 2
    assert [figures_as_of(each) for each in (plan, second_plan)] == [night, night]

    with time_machine.travel(night + timedelta(days=1), tick=False):
        recompute_all()
    assert Job.objects.unfinished().count() == 2
    assert len(marked(plan)) == 12


def test_night_mends_figures_that_somebody_broke(plan: Plan) -> None:
    file_report(plan, DONGHAI, 1, {"CP": (4, None)})
    compute_compliance(plan, as_of=AFTER_THE_YEAR)
    row = figures(plan, DONGHAI, "CP")[0]
    row.value = 999
    row.save()

    run(mark_plan(plan.pk, at=AFTER_THE_YEAR).uuid)

    assert figures(plan, DONGHAI, "CP")[0].value == 4


# --- what pages say


def test_figures_are_being_recomputed_from_the_mark_to_the_job(plan: Plan, second_plan: Plan) -> None:
    compute_compliance(plan, as_of=AFTER_THE_YEAR)
    job = mark_and_queue(plan.pk, units(plan, [DONGHAI, "320707"]), at=AFTER_THE_YEAR + timedelta(days=1))
    while_marked = figures_state(plan)
    was_recomputing = is_recomputing(plan)
    run(job.uuid)

    assert (while_marked.as_of, while_marked.marked_since) == (AFTER_THE_YEAR, AFTER_THE_YEAR + timedelta(days=1))
    assert (was_recomputing, is_recomputing(plan), is_recomputing(second_plan)) == (True, False, False)
    assert figures_as_of(plan) is not None
    assert (figures_as_of(second_plan), figures_state(second_plan).is_recomputing) == (None, False)


def test_pages_ask_with_one_query_each(plan: Plan) -> None:
    for ask in (figures_state, is_recomputing, figures_as_of):
        with CaptureQueriesContext(connection) as queries:
            ask(plan)
        assert len(queries) == 1


# --- loading a plan


def test_loading_a_plan_marks_all_of_it_and_loading_it_again_nothing(db: None) -> None:
    call_command("load_plan", "2023", stdout=StringIO())
    plan = Plan.objects.get()
    after_first = len(marked(plan))
    ComplianceMark.objects.all().delete()

    call_command("load_plan", "2023", stdout=StringIO())

    assert (after_first, marked(plan)) == (12, [])


def test_what_a_plan_lacked_and_is_loaded_marks_all_of_it(db: None) -> None:
    call_command("load_plan", "2023", stdout=StringIO())
    plan = Plan.objects.get()
    ComplianceMark.objects.all().delete()
    plan.indicators.filter(code="GDC").delete()

    call_command("load_plan", "2023", stdout=StringIO())

    assert len(marked(plan)) == 12
