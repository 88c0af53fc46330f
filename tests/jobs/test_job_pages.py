"""The pages of one's background jobs: progress while it runs, then the result; foreign jobs are not there."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.policy import Role
from files.services import store_bytes
from jobs.models import Job
from jobs.services import INTERRUPTED, queue_job
from jobs.views import PAGE_SIZE, STALLED_AFTER
from targets.models import Plan
from tests.factories import make_user, sign_in

pytestmark = pytest.mark.usefixtures("plan")
POLLED = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def officer(plan: Plan) -> User:
    return make_user(Role.OFFICER)


@pytest.fixture
def browser(officer: User) -> Client:
    return sign_in(officer)


def job_of(person: User | None, number: int = 1, **fields: object) -> Job:
    job = queue_job("assessment", key=f"test:{number}", at=timezone.now(), by=person)
    Job.objects.filter(pk=job.pk).update(**fields)
    job.refresh_from_db()
    return job


def address(job: Job, name: str = "job") -> str:
    return reverse(f"jobs:{name}", args=[job.uuid])


def test_page_of_a_running_job_shows_its_progress_and_asks_again(browser: Client, officer: User) -> None:
    job = job_of(officer, state=Job.State.RUNNING, done=3, total=12)

    page = browser.get(address(job)).content.decode()

    assert "计算考核得分" in page
    assert "3 / 12" in page
    assert f'hx-get="{address(job)}"' in page


def test_polled_job_answers_with_its_progress_alone(browser: Client, officer: User) -> None:
    job = job_of(officer, state=Job.State.RUNNING, done=3, total=12, message=INTERRUPTED)

    response = browser.get(address(job), **POLLED)

    assert "<html" not in response.content.decode()
    assert INTERRUPTED in response.content.decode()
    assert "HX-Refresh" not in response


def test_polled_job_that_is_done_has_the_page_read_anew(browser: Client, officer: User) -> None:
    job = job_of(officer, state=Job.State.DONE)

    response = browser.get(address(job), **POLLED)

    assert response["HX-Refresh"] == "true"
    assert "hx-get" not in response.content.decode()


def test_polled_job_that_failed_stays_with_its_words(browser: Client, officer: User) -> None:
    job = job_of(officer, state=Job.State.FAILED, message="第 3 行有误。")

    response = browser.get(address(job), **POLLED)

    assert "HX-Refresh" not in response
    assert "第 3 行有误。" in response.content.decode()
    assert "hx-get" not in response.content.decode()


@pytest.mark.parametrize(("waited", "says_so"), [(STALLED_AFTER, True), (timedelta(seconds=5), False)])
def test_job_that_nobody_takes_says_that_the_service_is_away(
    browser: Client, officer: User, waited: timedelta, says_so: bool
) -> None:
    job = job_of(officer, arrived_at=timezone.now() - waited)

    page = browser.get(address(job), **POLLED).content.decode()

    assert ("后台服务暂未响应" in page) == says_so


def test_message_is_in_the_readers_language_where_the_catalogue_has_it(browser: Client, officer: User) -> None:
    officer.language = "en"
    officer.save()
    job = job_of(officer, state=Job.State.DONE)

    response = browser.get(address(job))

    assert response["Content-Language"] == "en"


def test_done_job_leads_to_its_file_and_its_result(browser: Client, officer: User) -> None:
    stored = store_bytes(b"PK-bytes", name="考核.xlsx", content_type="application/zip", at=timezone.now())
    job = job_of(officer, state=Job.State.DONE, result_file=stored, result={"url": "/320700/2023/assessment/"})

    page = browser.get(address(job)).content.decode()
    response = browser.get(address(job, "file"))

    assert address(job, "file") in page
    assert 'href="/320700/2023/assessment/"' in page
    assert b"".join(response.streaming_content) == b"PK-bytes"  # type: ignore[attr-defined]
    assert response["Content-Disposition"].startswith("attachment;")
    assert response["Content-Security-Policy"] == "sandbox"


def test_job_without_a_file_has_none_to_give(browser: Client, officer: User) -> None:
    assert browser.get(address(job_of(officer), "file")).status_code == 404


def test_job_of_somebody_else_is_not_there(browser: Client) -> None:
    stored = store_bytes(b"secret", name="a.xlsx", content_type="application/zip", at=timezone.now())
    job = job_of(make_user(Role.REVIEWER), result_file=stored)

    answers = [browser.get(address(job, name)).status_code for name in ("job", "file")]

    assert answers == [404, 404]
    assert str(job.uuid) not in browser.get(reverse("jobs:list")).content.decode()
    assert browser.get(reverse("jobs:list"), {"before": str(job.uuid)}).status_code == 404


def test_jobs_of_the_portal_itself_are_seen_by_the_system_administrator_only(browser: Client) -> None:
    job = job_of(None)

    assert browser.get(address(job)).status_code == 404
    assert sign_in(make_user(Role.SYSADMIN)).get(address(job)).status_code == 200


def test_list_shows_ones_jobs_a_page_at_a_time_newest_first(browser: Client, officer: User) -> None:
    jobs = [job_of(officer, number, state=Job.State.DONE) for number in range(PAGE_SIZE + 2)]

    first = browser.get(reverse("jobs:list"))
    rest = browser.get(reverse("jobs:list"), {"before": str(jobs[2].uuid)})

    assert [job for job, _label in first.context["rows"]] == jobs[:1:-1]
    assert f"?before={jobs[2].uuid}" in first.content.decode()
    assert [job for job, _label in rest.context["rows"]] == [jobs[1], jobs[0]]
    assert "更早的任务" not in rest.content.decode()


def test_list_costs_the_same_queries_for_one_job_and_for_a_page_of_them(browser: Client, officer: User) -> None:
    counts = []
    for jobs in (1, PAGE_SIZE):
        for number in range(jobs):
            job_of(officer, number, state=Job.State.DONE)
        with CaptureQueriesContext(connection) as queries:
            browser.get(reverse("jobs:list"))
        counts.append(len(queries))

    # The session, the person, the jobs, and one for the navigation.
    assert counts == [4, 4]


def test_empty_list_says_what_will_be_there(browser: Client) -> None:
    assert "还没有后台任务" in browser.get(reverse("jobs:list")).content.decode()


def test_unreadable_mark_of_a_page_is_not_found(browser: Client) -> None:
    assert browser.get(reverse("jobs:list"), {"before": "x"}).status_code == 404
