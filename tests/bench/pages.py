"""What the pages cost that people open most, on a city's whole year: the whole request of a signed-in person."""

from collections.abc import Iterator

from tests.bench import Measure, filed_city


def measures() -> Iterator[Measure]:
    """The dashboard, a report's page, my work, and the approval of a report."""
    from django.test import Client

    from assessments.services.compliance import compute_compliance
    from progress.models import Report
    from tests.assessments.assessed import file_donghai
    from tests.assessments.figures import AFTER_THE_YEAR
    from tests.factories import make_user, plan_unit_of, sign_in

    plan = filed_city()
    county = plan_unit_of(plan, "320722")
    Report.objects.filter(plan_unit=county).delete()
    file_donghai(plan)
    compute_compliance(plan, as_of=AFTER_THE_YEAR)
    leader, reviewer = sign_in(make_user("leader")), sign_in(make_user("reviewer"))
    report = Report.objects.of_plan(plan).get(plan_unit=county, quarter__number=4)

    def get(client: Client, address: str) -> None:
        assert client.get(address).status_code == 200, address

    def hand_in() -> None:
        Report.objects.filter(pk=report.pk).update(state=Report.State.SUBMITTED, is_effective=False)

    def approve() -> None:
        version = Report.objects.get(pk=report.pk).version
        answer = reviewer.post("/320700/2023/q4/reports/320722/approve/", {"version": version})
        assert answer.status_code == 302, answer.status_code

    yield Measure("page: dashboard", bar_s=0.15, job=lambda: get(leader, "/320700/2023/q4/"))
    yield Measure(
        "page: dashboard, all indicators", bar_s=0.15, job=lambda: get(leader, "/320700/2023/q4/?columns=all")
    )
    yield Measure("page: my work", bar_s=0.15, job=lambda: get(reviewer, "/"))
    yield Measure("page: quarterly report", bar_s=0.3, job=lambda: get(leader, "/320700/2023/q3/reports/320722/"))
    yield Measure("approve one report", bar_s=0.3, job=approve, prepare=hand_in)
