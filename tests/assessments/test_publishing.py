"""Publishing freezes: every path refuses, one changed byte is found, a revision begins beside it."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib import admin
from django.db import Error, connection, transaction
from django.db.models import Model

from assessments.comparing import compare_revisions
from assessments.models import (
    Adjustment,
    Announcement,
    Appeal,
    Assessment,
    Criterion,
    FalsificationFlag,
    ManualScore,
    Scheme,
    ScoreLine,
    Section,
    SelfScore,
    UnitResult,
)
from assessments.services.adjustments import adjust_line, remove_adjustment
from assessments.services.announcing import announce_assessment, take_back_announcement
from assessments.services.appeals import Decision, decide_appeal, file_appeal, withdraw_appeal
from assessments.services.assessment import mark_stale, run_assessment
from assessments.services.manual import Given, Grounds, confirm_flag, raise_flag, set_manual_scores, withdraw_flag
from assessments.services.publishing import publish_assessment, revise_assessment
from assessments.services.self_scores import (
    OwnScore,
    Window,
    add_self_file,
    remove_self_file,
    save_self_scores,
    set_self_window,
)
from assessments.services.verification import verify_assessment
from audit.models import AuditEvent
from common.errors import Conflict, Invalid, NotAllowed, NotYet, PortalError
from files.services import store_bytes
from notices.models import Delivery, Notice
from targets.models import Plan
from targets.services.guards import check_open_to_changes
from tests.assessments.process import Year, guards_down
from tests.assessments.published import full_year
from tests.factories import make_user
from tests.progress.builders import PDF, upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def year(plan: Plan) -> Year:
    return Year(plan)


@pytest.fixture
def full(year: Year) -> Year:
    """A published year in which there is one of everything."""
    return full_year(year)


def test_published_when_the_time_is_over_and_every_appeal_decided(year: Year) -> None:
    announcement = year.announce()
    appeal = file_appeal(year.line("A1"), reason="x", by=year.clerk, at=year.at)

    with pytest.raises(NotYet) as early:
        publish_assessment(year.assessment, by=year.officer, at=announcement.until - timedelta(seconds=1))
    assert "公示期还没有结束" in str(early.value)
    assert "1 件申诉没有处理" in str(early.value)
    decide_appeal(appeal, Decision(upheld=False, reason="x"), by=year.officer, at=year.at)
    publish_assessment(year.assessment, by=year.officer, at=announcement.until)

    assessment = year.assessment
    assert (assessment.state, assessment.published_at) == (Assessment.State.PUBLISHED, announcement.until)
    assert len(assessment.seal_sha256) == 64
    year.plan.refresh_from_db()
    assert year.plan.announced_at == year.at


def test_units_and_leaders_are_told_once(year: Year) -> None:
    year.publish()
    publish_assessment(year.assessment, by=year.officer, at=year.later(days=30))

    notices = Notice.objects.filter(kind=Notice.Kind.PUBLISHED)
    assert notices.count() == 7
    assert Delivery.objects.filter(notice=notices.get(unit__code="320722"), user=year.clerk).exists()
    assert Delivery.objects.filter(notice=notices.get(key__endswith="/leaders"), user=year.leader).exists()
    assert AuditEvent.objects.filter(action="assessment.publish").count() == 1


def test_without_an_announcement_nothing_is_published(year: Year) -> None:
    year.calculate()

    with pytest.raises(NotYet, match="已计算，还不能发布"):
        publish_assessment(year.assessment, by=year.officer, at=year.at)


def test_only_officers_publish_and_revise(year: Year) -> None:
    year.announce()
    for person in (year.reviewer, year.leader, year.clerk, make_user("auditor"), make_user("sysadmin")):
        with pytest.raises(NotAllowed):
            publish_assessment(year.assessment, by=person, at=year.later(days=30))
        with pytest.raises(NotAllowed):
            revise_assessment(year.assessment, by=person, at=year.at, reason="x")


def test_another_officer_is_told_who_published(year: Year) -> None:
    year.publish()

    with pytest.raises(Conflict, match=year.officer.name):
        publish_assessment(year.assessment, by=make_user("officer"), at=year.later(days=30))


# --- frozen


def test_published_one_refuses_every_service(full: Year) -> None:
    year, at = full, full.later(days=30)
    evidence = store_bytes(b"%PDF-", name="y.pdf", content_type="application/pdf", at=at)
    flag, appeal = FalsificationFlag.objects.get(), Appeal.objects.get()
    other = year.plan.plan_units.get(unit__code="320706")
    window = Window(opens=at, due=at + timedelta(days=1), closes=at + timedelta(days=1))
    before = (year.assessment.seal_sha256, Assessment.objects.get().version)
    attempts = [
        lambda: run_assessment(year.plan, by=year.officer, at=at),
        lambda: set_manual_scores(year.assessment, [Given(other.pk, "C4", Decimal(1))], by=year.reviewer, at=at),
        lambda: adjust_line(year.line("A1"), Decimal(1), reason="x", by=year.officer, at=at),
        lambda: remove_adjustment(year.line("A2"), reason="x", by=year.officer),
        lambda: raise_flag(year.assessment, other, Grounds("x", evidence), by=year.officer, at=at),
        lambda: confirm_flag(flag, by=make_user("officer"), at=at),
        lambda: withdraw_flag(flag, by=year.officer, at=at, reason="x"),
        lambda: set_self_window(year.assessment, window, by=year.officer),
        lambda: save_self_scores(year.assessment, year.county, [OwnScore("A1", Decimal(1))], by=year.clerk, at=at),
        lambda: add_self_file(year.line("A1"), upload(PDF + b"z", "z.pdf"), by=year.clerk, at=at),
        lambda: remove_self_file(year.assessment.files.filter(appeal=None).get(), by=year.clerk, at=at),
        lambda: announce_assessment(year.assessment, by=year.officer, at=at),
        lambda: take_back_announcement(year.assessment, by=year.officer, at=at, reason="x"),
        lambda: file_appeal(year.line("A2"), reason="x", by=year.clerk, at=at),
        lambda: decide_appeal(appeal, Decision(upheld=True, reason="y"), by=year.officer, at=at),
        lambda: withdraw_appeal(appeal, by=year.clerk, at=at),
        lambda: check_open_to_changes(year.plan),
    ]

    for attempt in attempts:
        with pytest.raises(PortalError):
            attempt()
    mark_stale([year.plan.pk])

    assert (year.assessment.seal_sha256, Assessment.objects.get().version) == before
    assert verify_assessment(year.assessment) == []


def test_no_admin_page_writes_anything_of_an_assessment() -> None:
    ours = [model for model in admin.site._registry if model._meta.app_label == "assessments"]

    assert ours == []


ROWS: list[tuple[type[Model], str, object, str]] = [
    (Assessment, "reason", "x", "考核本身"),
    (Assessment, "calculated_by", "x", "考核本身"),
    (UnitResult, "rank", 9, "结果"),
    (UnitResult, "trace", {"CP": []}, "结果"),
    (ScoreLine, "why", "另一句", "得分明细"),
    (ScoreLine, "points", "0.01", "得分明细"),
    (ManualScore, "reason", "另一句", "人工评分"),
    (ManualScore, "points", "0.01", "人工评分"),
    (Adjustment, "reason", "另一句", "得分调整"),
    (SelfScore, "points", "0.01", "自评分"),
    (Appeal, "decision", "另一句", "申诉"),
    (FalsificationFlag, "reason", "另一句", "弄虚作假认定"),
    (Announcement, "announced_by", "x", "公示记录"),
    (Scheme, "bonus_cap", "11", "评分方案"),
    (Section, "points", "59", "评分方案"),
    (Criterion, "params", {}, "评分方案"),
]


@pytest.mark.parametrize(("model", "column", "value", "named"), ROWS)
def test_verify_names_what_was_changed_behind_the_portals_back(
    model: type[Model], column: str, value: object, named: str, full: Year
) -> None:
    assert verify_assessment(full.assessment) == []
    with guards_down():
        row = model._default_manager.order_by("pk")[0]
        model._default_manager.filter(pk=row.pk).update(**{column: value})

    assert any(named in line and "改动" in line for line in verify_assessment(full.assessment))


def test_verify_finds_a_row_taken_away(full: Year) -> None:
    with guards_down():
        Adjustment.objects.all().delete()

    assert any("320722：得分调整在发布后被改动" in line for line in verify_assessment(full.assessment))


@pytest.mark.parametrize(("model", "column", "value", "named"), ROWS)
def test_postgresql_refuses_every_change_of_a_published_assessment(
    model: type[Model], column: str, value: object, named: str, full: Year
) -> None:
    row = model._default_manager.order_by("pk")[0]
    attempts = [
        lambda: model._default_manager.filter(pk=row.pk).update(**{column: value}),
        lambda: model._default_manager.filter(pk=row.pk)._raw_delete("default"),
    ]
    if connection.vendor != "postgresql":
        # SQLite is for one office's trial: there `verify` finds what the services could not prevent.
        assert attempts[0]() == 1
        return
    for attempt in attempts:
        with pytest.raises(Error, match="frozen"), transaction.atomic():
            attempt()


# --- revisions


def test_revision_keeps_what_people_gave_and_the_published_one_as_it_was(full: Year) -> None:
    first = full.assessment

    revision = revise_assessment(first, by=full.officer, at=full.later(days=30), reason="统计口径更正")

    assert (revision.revision, revision.state, revision.reason) == (2, Assessment.State.DRAFT, "统计口径更正")
    for rows in ("manual_scores", "adjustments", "self_scores", "flags"):
        assert getattr(revision, rows).count() == getattr(first, rows).count()
    assert [kept.file.name for kept in revision.files.all()] == ["桩.pdf"]
    assert not revision.appeals.exists()
    full.plan.refresh_from_db()
    assert full.plan.announced_at is None
    assert verify_assessment(Assessment.objects.get(revision=1)) == []


def test_published_revision_supersedes_the_earlier_one_and_units_see_what_changed(full: Year) -> None:
    at = full.later(days=30)
    revise_assessment(full.assessment, by=full.officer, at=at, reason="更正")
    adjust_line(full.line("A1"), Decimal("1.00"), reason="补计", by=full.officer, at=at)
    run_assessment(full.plan, by=full.officer, at=at)
    announcement = announce_assessment(full.assessment, by=full.officer, at=at)
    assert Assessment.objects.get(revision=1).state == Assessment.State.PUBLISHED

    publish_assessment(full.assessment, by=full.officer, at=announcement.until)

    first, second = Assessment.objects.order_by("revision")
    assert (first.state, second.state) == (Assessment.State.SUPERSEDED, Assessment.State.PUBLISHED)
    assert first.superseded_at == announcement.until
    assert "A1 11.63 → 12.63" in Notice.objects.get(key="announced:320700/2023/r2/a1/320722").body
    assert verify_assessment(first) == verify_assessment(second) == []
    rows = compare_revisions(full.officer, first, second)
    by_what = {each.what: each for each in rows[0].differences}
    assert rows[0].plan_unit.unit.code == "320722"
    assert (by_what["A1 新建充电桩"].before, by_what["A1 新建充电桩"].after) == ("11.63", "12.63")
    assert "补计" in by_what["A1 新建充电桩"].why_after


def test_revising_needs_a_publication_a_reason_and_no_open_revision(year: Year) -> None:
    year.announce()
    with pytest.raises(NotYet, match="还没有发布"):
        revise_assessment(year.assessment, by=year.officer, at=year.at, reason="x")
    publish_assessment(year.assessment, by=year.officer, at=year.later(days=30))
    with pytest.raises(Invalid, match="理由"):
        revise_assessment(year.assessment, by=year.officer, at=year.at, reason=" ")

    first = revise_assessment(year.assessment, by=year.officer, at=year.at, reason="更正")
    again = revise_assessment(year.assessment, by=year.officer, at=year.at, reason="更正")

    assert again.pk == first.pk
    with pytest.raises(Conflict, match="第 2 版正在进行中"):
        revise_assessment(year.assessment, by=year.officer, at=year.at, reason="另一个")
