"""Two people at the same moment: each race is first shown with its guard off (reliability.md, R8 and R9)."""

from collections.abc import Callable
from decimal import Decimal
from threading import Barrier

import pytest
from django.db import transaction
from django.db.models import F

from assessments.models import Appeal, Assessment
from assessments.services.announcing import announce_assessment
from assessments.services.appeals import Decision, decide_appeal, file_appeal
from assessments.services.manual import Given, set_manual_scores
from assessments.services.publishing import publish_assessment
from audit.models import AuditEvent
from common.errors import Conflict, NotYet, PortalError
from notices.models import Notice
from tests.assessments.process import Year
from tests.factories import load_both_plans, make_user
from tests.progress.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def year() -> Year:
    return Year(load_both_plans()[0])


def refused(answers: list[object]) -> list[object]:
    return [answer for answer in answers if isinstance(answer, PortalError)]


def events(action: str) -> int:
    return AuditEvent.objects.filter(action=action).count()


def test_of_two_officers_who_publish_one_is_first_and_the_other_is_told_who(year: Year) -> None:
    until = year.announce().until
    officers, assessment = (year.officer, make_user("officer", username="second")), year.assessment

    answers = at_once(*[lambda by=by: publish_assessment(assessment, by=by, at=until) for by in officers])  # type: ignore[misc]

    assert [type(answer) for answer in refused(answers)] == [Conflict]
    assert (year.assessment.state, events("assessment.publish")) == (Assessment.State.PUBLISHED, 1)
    assert Notice.objects.filter(kind=Notice.Kind.PUBLISHED).count() == 7


def test_without_the_old_state_in_the_where_both_believe_they_published(year: Year) -> None:
    """The negative control: read, think, write."""
    year.announce()
    both_have_read = Barrier(2)

    def publish_carelessly(name: str) -> Callable[[], object]:
        def publish() -> str:
            read = Assessment.objects.get(pk=year.assessment.pk)
            assert read.state == Assessment.State.ANNOUNCED
            both_have_read.wait(timeout=20)
            with transaction.atomic():
                Assessment.objects.filter(pk=read.pk).update(calculated_by=name, version=F("version") + 1)
            return "published"

        return publish

    before = year.assessment.version
    answers = at_once(publish_carelessly("first"), publish_carelessly("second"))

    assert answers == ["published", "published"]
    assert year.assessment.version == before + 2


def test_twenty_times_the_same_publication_is_one(year: Year) -> None:
    until, assessment = year.announce().until, year.assessment

    answers = at_once(*[lambda: publish_assessment(assessment, by=year.officer, at=until)] * 20)

    assert answers == [None] * 20
    assert events("assessment.publish") == 1


def test_twenty_times_the_same_announcement_is_one(year: Year) -> None:
    year.calculate()
    assessment = year.assessment

    answers = at_once(*[lambda: announce_assessment(assessment, by=year.officer, at=year.at).number] * 20)

    assert answers == [1] * 20
    assert events("assessment.announce") == 1
    assert Notice.objects.filter(kind=Notice.Kind.ANNOUNCED).count() == 6


def test_twenty_times_the_same_appeal_is_one(year: Year) -> None:
    year.announce()
    line = year.line("A1")

    answers = at_once(*[lambda: file_appeal(line, reason="少计", by=year.clerk, at=year.at).pk] * 20)

    assert len(set(answers)) == 1
    assert (Appeal.objects.count(), events("assessment.appeal")) == (1, 1)


@pytest.mark.parametrize("round_", range(5))
def test_an_appeal_is_there_before_the_publication_or_refused_after_it(round_: int, year: Year) -> None:
    until = year.announce().until
    assessment, line = year.assessment, year.line("A1")

    appealed, published = at_once(
        lambda: file_appeal(line, reason="少计", by=year.clerk, at=year.at),
        lambda: publish_assessment(assessment, by=year.officer, at=until),
    )

    is_published = year.assessment.state == Assessment.State.PUBLISHED
    assert isinstance(appealed, NotYet) == is_published
    assert isinstance(published, NotYet) != is_published
    assert not (is_published and Appeal.objects.pending().exists())


def test_without_the_lock_an_appeal_slips_into_what_is_published(year: Year) -> None:
    """The negative control: looks for appeals, is overtaken, publishes."""
    year.announce()
    looked, appealed = Barrier(2), Barrier(2)
    line, assessment = year.line("A1"), year.assessment

    def publish_carelessly() -> str:
        assert not Appeal.objects.pending().exists()
        looked.wait(timeout=20)
        appealed.wait(timeout=20)
        return "would publish"

    def appeal() -> Appeal:
        looked.wait(timeout=20)
        try:
            return file_appeal(line, reason="少计", by=year.clerk, at=year.at)
        finally:
            appealed.wait(timeout=20)

    answers = at_once(publish_carelessly, appeal)

    assert answers[0] == "would publish"
    assert Appeal.objects.pending().filter(assessment=assessment).exists()


def test_of_two_who_decide_an_appeal_differently_one_is_first(year: Year) -> None:
    year.announce()
    appeal = file_appeal(year.line("A1"), reason="少计", by=year.clerk, at=year.at)
    copies = [Appeal.objects.select_related("assessment__plan__owner", "plan_unit__unit").get() for _ in range(2)]
    second = make_user("officer", username="second")

    answers = at_once(
        lambda: decide_appeal(copies[0], Decision(upheld=True, reason="x"), by=year.officer, at=year.at),
        lambda: decide_appeal(copies[1], Decision(upheld=False, reason="y"), by=second, at=year.at),
    )

    appeal.refresh_from_db()
    assert [type(answer) for answer in refused(answers)] == [Conflict]
    assert events("assessment.appeal_decide") == 1
    is_upheld = appeal.state == Appeal.State.UPHELD
    assert (year.assessment.state == Assessment.State.CALCULATED) == is_upheld


def test_a_score_given_while_it_is_announced_is_refused_or_stops_the_announcement(year: Year) -> None:
    year.calculate()
    assessment, given = year.assessment, [Given(year.county.pk, "C4", Decimal("1.00"))]

    scored, announced = at_once(
        lambda: set_manual_scores(assessment, given, by=year.reviewer, at=year.at),
        lambda: announce_assessment(assessment, by=year.officer, at=year.at),
    )

    is_announced = year.assessment.state == Assessment.State.ANNOUNCED
    assert isinstance(scored, NotYet) == is_announced
    assert isinstance(announced, PortalError) != is_announced
    year.plan.refresh_from_db()
    assert (year.plan.announced_at is not None) == is_announced
