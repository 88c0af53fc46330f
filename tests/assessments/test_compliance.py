"""Stored figures are those of docs/calculations.md, for units and for their city, on both bases."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from assessments.models import Compliance
from assessments.services.compliance import compute_compliance
from progress.models import Report
from targets.models import Plan, Quarter, TargetRevision
from tests.assessments.figures import AFTER_THE_YEAR, figures, file_report, statuses, year_end
from tests.calculations import example_donghai as donghai
from tests.factories import NOT_APPLICABLE, load_both_plans, make_plan, quarter_of

pytestmark = pytest.mark.django_db
CITY = "320700"
Basis = Compliance.Basis


@pytest.fixture
def plan() -> Plan:
    return make_plan()


# --- the worked example


def test_donghai_as_time_passes_each_quarter_has_the_status_of_the_example(plan: Plan) -> None:
    seen: dict[str, list[str]] = {code: [] for code in donghai.EXPECTED}

    for quarter in (1, 2, 3, 4):
        file_report(plan, donghai.UNIT, quarter, donghai.LINES[quarter])
        compute_compliance(plan, as_of=quarter_of(plan, quarter).due)
        for code, so_far in seen.items():
            now = statuses(plan, donghai.UNIT, code)
            so_far.append(now[quarter - 1])
            assert now[quarter:] == [""] * (4 - quarter), "later quarters have not opened"
            assert now[:quarter] == so_far, "earlier statuses stand"

    assert {code: tuple(so_far) for code, so_far in seen.items()} == {
        code: expected.statuses for code, expected in donghai.EXPECTED.items()
    }


def test_donghai_after_the_year_has_the_figures_of_the_example(plan: Plan) -> None:
    for quarter, lines in donghai.LINES.items():
        file_report(plan, donghai.UNIT, quarter, lines)

    compute_compliance(plan, as_of=AFTER_THE_YEAR)

    rows = {code: year_end(plan, donghai.UNIT, code) for code in donghai.EXPECTED}
    assert {code: (row.value, row.actual, row.attainment) for code, row in rows.items()} == {
        "CP": (Decimal(31), Decimal(31), Decimal("77.5")),
        "PVN": (Decimal(1500), Decimal("41.666667"), Decimal("83.333333")),
        "PVX": (Decimal(3), Decimal(3), Decimal(150)),
        "LDS": (Decimal("1834.5"), Decimal("8.731343"), Decimal("87.313433")),
        "LDW": (Decimal(1620), Decimal("8.988764"), Decimal("89.887640")),
        "OVQ": (Decimal(2), Decimal(2), Decimal("77.777778")),
    }
    assert [rows[code].base for code in ("CP", "PVN", "LDW", "OVQ")] == [None, 3600, 1780, 9]
    assert (rows["CP"].gap, rows["CP"].expected, rows["CP"].needed) == (9, 40, None)
    assert rows["PVN"].gap == 300


# --- rounding


def test_half_of_the_last_place_is_rounded_up_before_it_is_stored(plan: Plan) -> None:
    # 100 · 17997.0001 / 20000 = 89.9850005; what SQLite and PostgreSQL would make of it differs.
    file_report(plan, "320707", 1, {"PVN": ("17997.0001", "20000")})

    compute_compliance(plan, as_of=AFTER_THE_YEAR)

    assert figures(plan, "320707", "PVN")[0].actual == Decimal("89.985001")


def test_what_is_still_needed_is_rounded_up(plan: Plan) -> None:
    file_report(plan, "320707", 1, {"PVN": ("0.0001", "0.0003")})
    TargetRevision.objects.filter(target__indicator__code="PVN").update(value=Decimal("33.3334"))

    compute_compliance(plan, as_of=AFTER_THE_YEAR)

    # 0.333334 · 0.0003 − 0.0001 = 0.0000000002
    assert figures(plan, "320707", "PVN")[0].gap == Decimal("0.000001")


# --- which rows there are


def test_unit_has_rows_of_what_it_owes_and_the_city_of_every_indicator(plan: Plan) -> None:
    compute_compliance(plan, as_of=AFTER_THE_YEAR)

    rows = Compliance.objects.filter(plan_unit__plan=plan, quarter=1, basis=Basis.APPROVED)
    assert rows.filter(plan_unit__unit__code=CITY).count() == 31
    assert rows.filter(plan_unit__unit__code="320722").count() == 26
    assert not rows.filter(plan_unit__unit__code="320722", indicator__code__in=("PVG", "PVP")).exists()
    assert rows.filter(plan_unit__unit__code="320707", indicator__code__in=("PVG", "PVP", "PVX")).count() == 2


def test_line_on_an_indicator_that_is_not_owed_counts_and_has_a_row(plan: Plan) -> None:
    report = file_report(plan, "320722", 1, {"CP": (4, None)})
    report.lines.update(indicator=plan.indicators.get(code="PVG"), value=100, base=400)

    compute_compliance(plan, as_of=AFTER_THE_YEAR)

    assert (figures(plan, "320722", "PVG")[0].actual, figures(plan, CITY, "PVG")[0].value) == (25, 100)


def test_rows_that_no_longer_belong_are_removed(plan: Plan) -> None:
    report = file_report(plan, "320722", 1, {"CP": (4, None)})
    report.lines.update(indicator=plan.indicators.get(code="PVG"), value=100, base=400)
    compute_compliance(plan, as_of=AFTER_THE_YEAR)
    before = Compliance.objects.count()

    report.lines.all().delete()
    compute_compliance(plan, as_of=AFTER_THE_YEAR)

    assert not figures(plan, "320722", "PVG")
    assert Compliance.objects.count() == before - 8


def test_second_city_beside_keeps_its_figures_and_has_its_own_pace() -> None:
    plan, other = load_both_plans()
    file_report(other, "990102", 1, {"TRE": (15, None)})
    file_report(other, "990102", 2, {"TRE": (75, None), "RWU": (10, 40)})
    compute_compliance(other, as_of=AFTER_THE_YEAR)
    before = list(Compliance.objects.filter(plan_unit__plan=other).values())

    compute_compliance(plan, as_of=AFTER_THE_YEAR)

    assert list(Compliance.objects.filter(plan_unit__plan=other).values()) == before
    # Shares of its own: 0.1, 0.6, 0.6, 1 of 150 trees.
    assert [row.expected for row in figures(other, "990102", "TRE")] == [15, 90, 90, 150]
    assert statuses(other, "990102", "TRE") == ["on_pace", "on_pace", "on_pace", "missed"]
    assert [row.value for row in figures(other, "990100", "TRE")] == [15, 90, 90, 90]


# --- the city


def test_city_adds_its_units_and_never_averages_percentages(plan: Plan) -> None:
    file_report(plan, "320722", 1, {"PVN": (600, 1000), "CP": (30, None)})
    file_report(plan, "320707", 1, {"PVN": (0, 3000), "CP": (20, None)})
    file_report(plan, "GXQ", 1, {"PVN": (150, 1000), "CP": (25, None)})

    compute_compliance(plan, as_of=AFTER_THE_YEAR)

    coverage, piles = figures(plan, CITY, "PVN")[0], figures(plan, CITY, "CP")[0]
    assert (coverage.value, coverage.base, coverage.actual) == (750, 5000, 15)
    assert (piles.value, piles.actual, piles.expected, piles.status) == (75, 75, 75, "on_pace")


def test_city_where_somebody_is_silent_is_incomplete_and_at_best_on_pace(plan: Plan) -> None:
    codes = plan.plan_units.reporting().values_list("unit__code", flat=True)
    for code in codes:
        if code != "SBJ":
            file_report(plan, code, 1, {"OVQ": (0, 2)})
    compute_compliance(plan, as_of=AFTER_THE_YEAR)
    silent = figures(plan, CITY, "OVQ")[0]

    file_report(plan, "SBJ", 1, {"OVQ": (0, 0)})
    compute_compliance(plan, as_of=AFTER_THE_YEAR)
    complete = figures(plan, CITY, "OVQ")[0]

    assert (silent.status, silent.incomplete, silent.counted, silent.owing) == ("on_pace", True, 10, 11)
    assert (complete.status, complete.incomplete, complete.counted, complete.owing) == ("met", False, 11, 11)


def test_city_has_no_figure_of_a_percent_indicator(plan: Plan) -> None:
    file_report(plan, "320722", 4, {"EPC": ("2.5", None)})
    file_report(plan, "320707", 4, {"EPC": ("3.5", None)})

    compute_compliance(plan, as_of=AFTER_THE_YEAR)

    city = year_end(plan, CITY, "EPC")
    assert (city.value, city.actual, city.target, city.status, city.counted) == (None, None, None, "tracked", 2)
    assert year_end(plan, "320722", "EPC").actual == Decimal("2.5")


def test_city_milestone_is_the_mean_where_missing_counts_nothing_and_not_applicable_is_left_out(plan: Plan) -> None:
    file_report(plan, "320722", 1, {"FWR": (100, None)})
    file_report(plan, "320707", 1, {"FWR": (50, None)})
    file_report(plan, "GXQ", 1, {"FWR": NOT_APPLICABLE})

    compute_compliance(plan, as_of=AFTER_THE_YEAR)

    assert figures(plan, CITY, "FWR")[0].actual == 15  # 150 over the ten that are left


# --- what counts


@pytest.mark.parametrize("state", [Report.State.DRAFT, Report.State.RETURNED])
def test_report_that_is_not_handed_in_counts_on_neither_basis(plan: Plan, state: str) -> None:
    file_report(plan, "320722", 1, {"CP": (4, None)}, state=state)

    compute_compliance(plan, as_of=AFTER_THE_YEAR)

    assert [figures(plan, "320722", "CP", basis=basis)[0].status for basis in Basis] == ["no_data", "no_data"]


def test_submitted_report_counts_on_its_basis_only_for_unit_and_city(plan: Plan) -> None:
    file_report(plan, "320722", 1, {"CP": (4, None)})
    file_report(plan, "320722", 2, {"CP": (9, None)}, state=Report.State.SUBMITTED)

    compute_compliance(plan, as_of=AFTER_THE_YEAR)

    for unit in ("320722", CITY):
        assert [row.value for row in figures(plan, unit, "CP")] == [4, 4, 4, 4]
        assert [row.value for row in figures(plan, unit, "CP", basis=Basis.SUBMITTED)] == [4, 13, 13, 13]


def test_correction_under_review_leaves_the_approved_report_counting_on_both_bases(plan: Plan) -> None:
    approved = file_report(plan, "320722", 1, {"CP": (4, None)})
    correction = Report.objects.get(pk=approved.pk)
    correction.pk, correction.revision, correction.state, correction.is_effective = None, 2, "submitted", False
    correction.save()
    correction.lines.create(indicator=plan.indicators.get(code="CP"), value=40, changed_at=AFTER_THE_YEAR)

    compute_compliance(plan, as_of=AFTER_THE_YEAR)

    assert [figures(plan, "320722", "CP", basis=basis)[0].value for basis in Basis] == [4, 4]


def test_line_without_value_is_no_line(plan: Plan) -> None:
    file_report(plan, "320722", 1, {"CP": (None, None)})

    compute_compliance(plan, as_of=AFTER_THE_YEAR)

    row = figures(plan, "320722", "CP")[0]
    assert (row.status, row.value, row.incomplete, row.missing) == ("no_data", None, True, 1)


def test_status_uses_the_target_in_force_at_its_quarters_end(plan: Plan) -> None:
    file_report(plan, "320722", 1, {"CP": (10, None)})
    target = plan.indicators.get(code="CP").targets.get(plan_unit__unit__code="320722")
    for day, value in (("2023-06-30", "80"), ("2023-10-01", None)):
        target.revisions.create(value=value, valid_from=day, reason="调整", created_at=AFTER_THE_YEAR)

    compute_compliance(plan, as_of=AFTER_THE_YEAR)

    assert [row.target for row in figures(plan, "320722", "CP")] == [40, 80, 80, None]
    assert statuses(plan, "320722", "CP") == ["on_pace", "far_behind", "far_behind", "tracked"]


# --- time


def test_quarter_has_a_status_from_its_opening_instant_on(plan: Plan) -> None:
    opens = quarter_of(plan, 2).opens

    compute_compliance(plan, as_of=opens - timedelta(seconds=1))
    before = statuses(plan, "320722", "CP")
    compute_compliance(plan, as_of=opens)

    assert before == ["no_data", "", "", ""]
    assert statuses(plan, "320722", "CP") == ["no_data", "no_data", "", ""]


def test_last_quarter_is_final_from_the_units_own_deadline_on(plan: Plan) -> None:
    quarter = quarter_of(plan, 4)
    for unit in ("320722", "320707"):
        file_report(plan, unit, 1, {"CP": (36, None)})
    quarter.extensions.create(
        plan_unit=plan.plan_units.get(unit__code="320707"),
        due=quarter.due + timedelta(days=5),
        closes=quarter.closes + timedelta(days=5),
        reason="系统故障",
        by_name="管理员",
        created_at=quarter.opens,
    )

    seen = []
    for as_of in (quarter.due - timedelta(seconds=1), quarter.due, quarter.due + timedelta(days=5)):
        compute_compliance(plan, as_of=as_of)
        seen.append([year_end(plan, unit, "CP").status for unit in ("320722", "320707")])

    assert seen == [["behind", "behind"], ["missed", "behind"], ["missed", "missed"]]


def test_last_quarter_is_final_when_its_report_is_approved(plan: Plan) -> None:
    opens = quarter_of(plan, 4).opens
    file_report(plan, "320722", 1, {"CP": (36, None)})
    report = file_report(plan, "320722", 4, {"CP": (0, None)}, state=Report.State.SUBMITTED)
    compute_compliance(plan, as_of=opens)
    before = year_end(plan, "320722", "CP").status

    Report.objects.filter(pk=report.pk).update(state=Report.State.APPROVED, is_effective=True)
    compute_compliance(plan, as_of=opens)

    assert (before, year_end(plan, "320722", "CP").status) == ("behind", "missed")


def test_quarters_of_the_plan_need_not_follow_the_calendar(plan: Plan) -> None:
    Quarter.objects.filter(plan=plan, number=1).update(opens=datetime(2023, 3, 1, tzinfo=UTC))

    compute_compliance(plan, as_of=datetime(2023, 3, 2, tzinfo=UTC))

    assert statuses(plan, "320722", "CP") == ["no_data", "", "", ""]
