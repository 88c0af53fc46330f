"""Reminders: whom, when, in which words, and each once."""

from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import User
from accounts.policy import Role
from audit.models import AuditEvent
from common.errors import Invalid, NotAllowed
from common.instants import end_of, local_day
from jobs.models import Job
from jobs.services import run
from notices.models import Delivery, Notice
from notices.services import mark_seen, queue_mail
from progress.models import ReminderRules, Report
from progress.queries.reminders import owing_units, rules_of
from progress.services.reminders import (
    ReminderTerms,
    change_reminder_rules,
    remind_units,
    send_digest,
    send_due_reminders,
)
from progress.tasks import remind
from targets.models import Extension, Plan, PlanUnit, Quarter
from tests.factories import make_report, make_user, plan_unit_of, sign_in

DAY = timedelta(days=1)
UNITS = 11
State = Report.State


def days_before(days: int, quarter: Quarter) -> datetime:
    """Noon of the day that lies so many days before the last day in time."""
    return quarter.due - DAY / 2 - days * DAY


def stages() -> set[str]:
    """At which stage of the calendar reminders went out."""
    return {key.split("/")[-1] for key in Notice.objects.values_list("key", flat=True)}


@pytest.fixture
def quarter(plan: Plan) -> Quarter:
    """Quarter 2: its form is open for fourteen days before it is due."""
    return Quarter.objects.select_related("plan__owner").get(plan=plan, number=2)


@pytest.fixture
def only_second(plan: Plan, quarter: Quarter) -> Plan:
    """A plan whose first quarter is over for everybody."""
    for plan_unit in PlanUnit.objects.filter(plan=plan).reporting():
        make_report(plan_unit, 1, {}, state=State.APPROVED)
    plan.refresh_from_db()
    return plan


# --- when


@pytest.mark.parametrize(
    ("days", "stage"),
    [(8, ""), (7, "before-7"), (4, "before-7"), (3, "before-3"), (1, "before-1"), (0, "before-1"), (-1, "overdue")],
)
def test_a_unit_is_reminded_by_the_nearest_stage_of_the_calendar(
    days: int, stage: str, only_second: Plan, quarter: Quarter
) -> None:
    sent = send_due_reminders(only_second, at=days_before(days, quarter))

    assert stages() == ({stage} if stage else set())
    assert len(sent) == (UNITS if stage else 0)


def test_the_edges_of_a_day_are_those_of_shanghai(only_second: Plan, quarter: Quarter) -> None:
    seventh = end_of(local_day(quarter.due - DAY / 2) - 8 * DAY)

    assert send_due_reminders(only_second, at=seventh - timedelta(seconds=1)) == []
    assert len(send_due_reminders(only_second, at=seventh)) == UNITS


def test_each_reminder_goes_out_once(only_second: Plan, quarter: Quarter) -> None:
    for hours in range(3):
        send_due_reminders(only_second, at=days_before(3, quarter) + timedelta(hours=hours))

    assert Notice.objects.count() == UNITS


def test_who_has_handed_in_is_left_alone(only_second: Plan, quarter: Quarter) -> None:
    make_report(plan_unit_of(only_second, "320722"), 2, state=State.SUBMITTED)
    make_report(plan_unit_of(only_second, "320723"), 2, state=State.DRAFT)

    send_due_reminders(only_second, at=days_before(3, quarter))

    told = set(Notice.objects.values_list("unit__code", flat=True))
    assert "320722" not in told
    assert "320723" in told


def test_who_was_given_longer_is_reminded_of_the_new_day(only_second: Plan, quarter: Quarter) -> None:
    county = plan_unit_of(only_second, "320722")
    send_due_reminders(only_second, at=days_before(1, quarter))
    Extension.objects.create(
        quarter=quarter, plan_unit=county, due=quarter.due + 10 * DAY, closes=quarter.closes + 10 * DAY,
        counts_as_late=False, reason="防汛", by_name="市局", created_at=quarter.opens,
    )  # fmt: skip

    send_due_reminders(only_second, at=days_before(-8, quarter))

    own = Notice.objects.filter(unit=county.unit).order_by("sent_at")
    assert [notice.key.split("/")[-1] for notice in own] == ["before-1", "before-3"]


def test_a_returned_report_is_due_when_its_return_says_and_its_reason_goes_along(
    only_second: Plan, quarter: Quarter
) -> None:
    county = plan_unit_of(only_second, "320722")
    until = quarter.closes + 5 * DAY
    make_report(county, 2, state=State.RETURNED, return_open_until=until, return_reason="充电桩数与台账不符")

    send_due_reminders(only_second, at=until - DAY)

    notice = Notice.objects.get(unit=county.unit)
    assert notice.key.endswith("before-1")
    assert "退回理由：充电桩数与台账不符" in notice.body


def test_nothing_goes_out_by_itself_when_it_is_switched_off(only_second: Plan, quarter: Quarter) -> None:
    ReminderRules.objects.create(plan=only_second, is_on=False)

    assert send_due_reminders(only_second, at=days_before(1, quarter)) == []


def test_other_days_and_words_hold_once_the_bureau_says_so(only_second: Plan, quarter: Quarter, officer: User) -> None:
    words = "{单位}：{季度}，{截止日}，{剩余天数}"
    terms = ReminderTerms(is_on=True, days="10，2", text=words, overdue_text="逾期", by_mail=False, digest=False)
    change_reminder_rules(only_second, terms, by=officer)

    send_due_reminders(only_second, at=days_before(9, quarter))

    notice = Notice.objects.get(unit__code="320722")
    assert notice.key.endswith("before-10")
    assert notice.body == f"东海县：2023 年第 2 季度，7 月 {(quarter.due - DAY / 2).day} 日，9"
    event = AuditEvent.objects.get(action="plan.reminders")
    assert '"days": "7,3,1"' in event.before
    assert '"days": "10，2"' in event.after


@pytest.mark.parametrize(
    ("wrong", "said"), [({"days": "七天"}, "7,3,1"), ({"text": "{县名}请填报"}, "{县名}"), ({"text": ""}, "催报文字")]
)
def test_rules_that_cannot_be_meant_are_refused(
    wrong: dict[str, str], said: str, only_second: Plan, officer: User
) -> None:
    right = {"is_on": True, "days": "7", "text": "请填报", "overdue_text": "逾期", "by_mail": True, "digest": True}

    with pytest.raises(Invalid, match=said.replace("{", r"\{").replace("}", r"\}")):
        change_reminder_rules(only_second, ReminderTerms(**{**right, **wrong}), by=officer)  # type: ignore[arg-type]

    assert not rules_of(only_second).pk


# --- by hand


def test_the_officer_reminds_chosen_units_once_a_day(only_second: Plan, quarter: Quarter, officer: User) -> None:
    at = days_before(5, quarter)
    units = PlanUnit.objects.filter(plan=only_second).reporting().select_related("unit").order_by("order")
    owing = owing_units(only_second, units, as_of=at)[:2]

    first = remind_units(only_second, owing, by=officer, at=at)
    again = remind_units(only_second, owing, by=officer, at=at + timedelta(hours=2))
    tomorrow = remind_units(only_second, owing, by=officer, at=at + DAY)

    assert (len(first), len(again), len(tomorrow)) == (2, 0, 2)
    event = AuditEvent.objects.filter(action="notice.reminder", stream=owing[0].standing.plan_unit.unit.code).first()
    assert event is not None
    assert event.actor == officer.username


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.REPORTER, Role.LEADER])
def test_nobody_else_reminds(role: Role, only_second: Plan, quarter: Quarter) -> None:
    person = make_user(role, "320722" if role == Role.REPORTER else None)

    with pytest.raises(NotAllowed):
        remind_units(only_second, (), by=person, at=days_before(5, quarter))


def test_reminding_takes_the_same_queries_for_one_unit_and_for_all(
    only_second: Plan, quarter: Quarter, officer: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    at = days_before(5, quarter)
    units = PlanUnit.objects.filter(plan=only_second).reporting().select_related("unit").order_by("order")
    owing = owing_units(only_second, units, as_of=at)
    for one in owing:
        make_user(Role.REPORTER, one.standing.plan_unit.unit)
    remind_units(only_second, owing, by=officer, at=at - DAY)  # now every stream of the trail is there

    with django_assert_num_queries(10):
        remind_units(only_second, owing[:1], by=officer, at=at)
    with django_assert_num_queries(10):
        remind_units(only_second, owing[1:], by=officer, at=at)


# --- what people see


@pytest.fixture
def running(only_second: Plan, quarter: Quarter) -> Plan:
    """The plan while its second quarter can be reported, five days before it is due."""
    today = local_day(timezone.now())
    Quarter.objects.filter(pk=quarter.pk).update(
        opens=timezone.now() - 3 * DAY, due=end_of(today + 5 * DAY), closes=end_of(today + 9 * DAY)
    )
    return Plan.objects.select_related("owner").get(pk=only_second.pk)


def page(name: str) -> str:
    return reverse(f"progress:{name}", args=["320700", 2023])


def test_a_clerk_finds_the_reminder_on_the_first_page_until_it_is_seen(running: Plan, officer: User) -> None:
    clerk = make_user(Role.REPORTER, "320722")
    other = make_user(Role.REPORTER, "320723")
    sign_in(officer).post(page("remind"), {"report": ["q2/320722"]})

    mine = sign_in(clerk)
    assert "请填报：2023 年第 2 季度报告" in mine.get("/").content.decode()
    assert "请填报：2023" not in sign_in(other).get("/").content.decode()
    notice = Notice.objects.get()
    answer = mine.post(reverse("notices:seen", args=[notice.uuid]), {"next": "/"})

    assert answer.headers["Location"] == "/"
    assert "请填报：2023" not in mine.get("/").content.decode()
    assert "请填报：2023" in mine.get(reverse("notices:notices")).content.decode()
    assert "已阅" in sign_in(officer).get(page("reminders")).content.decode()


def test_a_stranger_cannot_take_somebody_elses_notice_as_seen(running: Plan, officer: User) -> None:
    make_user(Role.REPORTER, "320722")
    stranger = make_user(Role.REPORTER, "320723")
    sign_in(officer).post(page("remind"), {"report": ["q2/320722"]})

    sign_in(stranger).post(reverse("notices:seen", args=[Notice.objects.get().uuid]), {"next": "https://evil.example/"})

    assert Delivery.objects.get().seen_at is None


def test_the_way_on_never_leaves_the_portal(running: Plan, officer: User) -> None:
    answer = sign_in(officer).post(reverse("notices:all_seen"), {"next": "https://evil.example/"})

    assert answer.headers["Location"] == reverse("notices:notices")


def test_the_page_takes_the_same_queries_for_one_reminder_and_for_many(running: Plan, officer: User) -> None:
    client = sign_in(officer)
    counts = []
    for codes in (["q2/320722"], ["q2/320723", "q2/320724", "q2/320706"]):
        client.post(page("remind"), {"report": codes})
        counts.append(queries_of(client))

    assert counts == [10, 10]


def queries_of(client: Client) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        assert client.get(page("reminders")).status_code == 200
    return len(captured)


def test_the_page_names_who_has_nobody_to_be_reminded(running: Plan, officer: User) -> None:
    assert "没有可用的填报员账号" in sign_in(officer).get(page("reminders")).content.decode()


def test_the_form_says_what_is_wrong_with_a_text_and_keeps_it(running: Plan, officer: User) -> None:
    typed = {"is_on": "on", "days": "7", "text": "{谁}请填报", "overdue_text": "逾期"}

    answer = sign_in(officer).post(page("reminder_rules"), typed)

    assert answer.status_code == 422
    assert "{谁} 不能用在这里" in answer.content.decode()
    assert "{谁}请填报" in answer.content.decode()


# --- the bureau's digest


def test_the_bureau_is_told_once_a_working_day_what_waits(only_second: Plan, quarter: Quarter, officer: User) -> None:
    make_report(plan_unit_of(only_second, "320722"), 2, state=State.SUBMITTED)
    overdue = days_before(-2, quarter)
    while local_day(overdue).weekday() > 4:
        overdue += DAY

    first = send_digest(only_second, at=overdue)
    again = send_digest(only_second, at=overdue + timedelta(hours=1))

    assert (len(first), len(again)) == (1, 0)
    assert "待审核 1 份" in first[0].body
    assert "逾期未提交：" in first[0].body
    assert Delivery.objects.get().user == officer


def test_no_digest_on_a_weekend_nor_where_nothing_waits(only_second: Plan, quarter: Quarter) -> None:
    saturday = days_before(3, quarter)
    while local_day(saturday).weekday() != 5:
        saturday += DAY
    make_report(plan_unit_of(only_second, "320722"), 2, state=State.SUBMITTED)
    assert send_digest(only_second, at=saturday) == []

    Report.objects.filter(quarter=quarter).delete()
    assert send_digest(only_second, at=quarter.opens + timedelta(hours=9)) == []


# --- e-mail


@pytest.fixture
def mailing(settings: Settings) -> None:
    settings.MAIL_ON = True
    settings.PORTAL_URL = "https://portal.test/"


def test_an_email_goes_to_who_has_an_address_and_only_once(mailing: None, only_second: Plan, quarter: Quarter) -> None:
    clerk = make_user(Role.REPORTER, "320722")
    User.objects.filter(pk=clerk.pk).update(email="clerk@example.cn")
    make_user(Role.REPORTER, "320723")
    send_due_reminders(only_second, at=days_before(3, quarter))

    for _again in range(2):
        job = queue_mail(at=timezone.now())
        if job:
            run(job.uuid)

    (message,) = mail.outbox
    assert message.to == ["clerk@example.cn"]
    assert message.subject == "请填报：2023 年第 2 季度报告"
    assert "https://portal.test/320700/2023/q2/reports/320722/" in message.body
    assert Delivery.objects.get(user=clerk).mail == Delivery.Mail.SENT


def test_while_the_mail_server_is_away_the_message_waits(
    mailing: None, only_second: Plan, quarter: Quarter, settings: Settings
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1  # where nobody listens
    clerk = make_user(Role.REPORTER, "320722")
    User.objects.filter(pk=clerk.pk).update(email="clerk@example.cn")
    send_due_reminders(only_second, at=days_before(3, quarter))
    job = queue_mail(at=timezone.now())
    assert job is not None

    run(job.uuid)

    job.refresh_from_db()
    assert job.state == Job.State.FAILED
    assert "邮件服务器" in job.message
    assert Delivery.objects.get(user=clerk).mail == Delivery.Mail.WAITING


def test_what_a_dead_worker_was_sending_is_not_sent_again(mailing: None, only_second: Plan, quarter: Quarter) -> None:
    clerk = make_user(Role.REPORTER, "320722")
    User.objects.filter(pk=clerk.pk).update(email="clerk@example.cn")
    send_due_reminders(only_second, at=days_before(3, quarter))
    job = queue_mail(at=timezone.now())
    assert job is not None
    Delivery.objects.update(mail=Delivery.Mail.SENDING)

    run(job.uuid)

    assert mail.outbox == []
    assert Delivery.objects.get(user=clerk).mail == Delivery.Mail.UNSURE


def test_without_a_mail_server_people_are_reminded_in_the_portal_alone(only_second: Plan, quarter: Quarter) -> None:
    clerk = make_user(Role.REPORTER, "320722")
    User.objects.filter(pk=clerk.pk).update(email="clerk@example.cn")

    send_due_reminders(only_second, at=days_before(3, quarter))

    assert Delivery.objects.get(user=clerk).mail == Delivery.Mail.NONE
    assert queue_mail(at=timezone.now()) is None


# --- the schedule


def test_two_schedules_in_one_hour_do_the_work_once(running: Plan) -> None:
    make_user(Role.REPORTER, "320722")

    remind()
    first = Notice.objects.count()
    Notice.objects.all().delete()
    remind()

    assert first == UNITS
    assert Notice.objects.count() == 0


def test_seeing_all_leaves_none(running: Plan, officer: User) -> None:
    clerk = make_user(Role.REPORTER, "320722")
    send_due_reminders(running, at=timezone.now())

    assert mark_seen(clerk, at=timezone.now()) == 1
    assert mark_seen(clerk, at=timezone.now()) == 0
