"""The ledgers beside the lines of a report: shown, taken over, warned of, and flagged when they change afterwards."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from accounts.models import User
from progress.models import ChargingPile, LedgerSeal, Line, Report
from progress.queries.sheet import Sheet, load_sheet
from progress.services.ledgers import withdraw_item
from progress.services.review import NeedsNote, approve_report, submit_report
from targets.models import Institution, PlanUnit, Quarter
from tests.factories import make_report, sign_in
from tests.progress.ledgers.builders import AT, make_item

FORM = "/320700/2023/q1/reports/320722/"
FIRST = date(2023, 2, 1)


def sheet(county: PlanUnit, number: int = 1) -> Sheet:
    found = load_sheet(county, number, at=AT)
    assert found is not None
    return found


def marks(county: PlanUnit, number: int = 1) -> tuple[str, bool]:
    """How the piles of a quarter stand to their ledger, and whether that has changed since the approval."""
    row = sheet(county, number).row("CP")
    assert row is not None
    return row.ledger_stands, row.ledger.has_changed


def warnings(county: PlanUnit) -> list[str]:
    return [check.text(str) for check in sheet(county).warnings if check.code == "ledger_differs"]


@pytest.fixture
def piles(institution: Institution) -> ChargingPile:
    item: ChargingPile = make_item("charging_piles", institution, day=FIRST)
    return item


def approve(county: PlanUnit, reviewer: User, number: int, value: int) -> Report:
    report = make_report(county, number, {"CP": (value, None)}, state=Report.State.SUBMITTED)
    approve_report(report, by=reviewer, at=AT, version=1)
    return report


@pytest.mark.parametrize(
    ("value", "stands", "said"),
    [
        (4, "equal", []),
        (5, "different", ["与台账不一致，请在备注写明原因：台账 4"]),
        (None, "not_reported", []),
    ],
)
def test_line_given_a_ledger_then_both_numbers_are_compared(
    value: int | None, stands: str, said: list[str], county: PlanUnit, piles: ChargingPile
) -> None:
    make_report(county, 1, {"CP": (value, None)})

    assert marks(county) == (stands, False)
    assert warnings(county) == said


def test_line_given_a_reason_in_the_note_then_the_warning_says_so(county: PlanUnit, piles: ChargingPile) -> None:
    make_report(county, 1, {"CP": (5, None)})
    Line.objects.filter(indicator__code="CP").update(note="一处桩待登记")

    assert warnings(county) == ["与台账不一致（备注已说明）：台账 4"]


def test_line_given_a_register_that_was_not_begun_then_nothing_is_said(county: PlanUnit) -> None:
    make_report(county, 1, {"CP": (5, None)})

    assert marks(county) == ("", False)
    assert warnings(county) == []


def test_not_applicable_given_items_then_a_difference(county: PlanUnit, institution: Institution) -> None:
    make_item("new_buildings", institution, day=FIRST)
    make_report(county, 1, {"PVN": "n.a."})

    assert warnings(county) == ["与台账不一致（备注已说明）：台账 1200 / 2000"]


def test_submit_given_a_difference_then_a_note_is_asked_for(
    county: PlanUnit, piles: ChargingPile, clerk: User, open_at: datetime
) -> None:
    report = make_report(county, 1)
    with pytest.raises(NeedsNote):
        submit_report(report, by=clerk, at=open_at)

    submit_report(report, by=clerk, at=open_at, note="一处桩待登记")

    assert Report.objects.get().state == Report.State.SUBMITTED


def test_form_given_a_difference_then_the_figure_can_be_taken(
    county: PlanUnit, piles: ChargingPile, clerk: User, reviewer: User, quarter_open_now: None
) -> None:
    report = make_report(county, 1, {"CP": (5, None)})

    text = sign_in(clerk).get(FORM).text
    assert "本季台账 4" in text
    assert 'data-take-ledger data-value="4" data-base=""' in text
    assert f'formaction="{FORM}lines/CP/ledger/"' in text

    Report.objects.filter(pk=report.pk).update(state=Report.State.SUBMITTED, submitted_by=clerk)
    text = sign_in(reviewer).get(FORM).text
    assert "本季台账 4" in text
    assert "不一致" in text
    assert "取台账数" not in text


def test_preview_given_the_ledgers_number_then_it_agrees_before_it_is_saved(
    county: PlanUnit, piles: ChargingPile, clerk: User
) -> None:
    make_report(county, 1, {"CP": (5, None)}, return_open_until=datetime.max.replace(tzinfo=AT.tzinfo))

    answer = sign_in(clerk).post(f"{FORM}lines/CP/preview/", {"value": "4", "version": "1"})

    assert "与台账一致" in answer.json()["figures"]
    assert Line.objects.get().value == 5


def test_take_given_typed_rows_then_all_are_saved_and_the_note_stays(
    county: PlanUnit, piles: ChargingPile, clerk: User, quarter_open_now: None
) -> None:
    make_report(county, 1, {"CP": (5, None), "NEV": (1, None)})
    Line.objects.filter(indicator__code="CP").update(note="见附表")
    typed = {"CP-value": "9", "CP-version": "1", "NEV-value": "7", "NEV-version": "1"}

    answer = sign_in(clerk).post(f"{FORM}lines/CP/ledger/", typed)

    assert answer.headers["Location"] == f"{FORM}#row-CP"
    lines = {line.indicator.code: (line.value, line.note) for line in Line.objects.select_related("indicator")}
    assert lines == {"CP": (Decimal(4), "见附表"), "NEV": (Decimal(7), "")}


def test_take_given_a_wrong_number_elsewhere_then_nothing_is_saved(
    county: PlanUnit, piles: ChargingPile, clerk: User, quarter_open_now: None
) -> None:
    make_report(county, 1, {"CP": (5, None), "NEV": (1, None)})

    answer = sign_in(clerk).post(f"{FORM}lines/CP/ledger/", {"NEV-value": "七", "NEV-version": "1"})

    assert answer.status_code == 422
    assert {line.value for line in Line.objects.all()} == {5, 1}


def test_take_given_no_items_then_refused(county: PlanUnit, clerk: User, quarter_open_now: None) -> None:
    make_report(county, 1, {"CP": (5, None)})

    assert sign_in(clerk).post(f"{FORM}lines/CP/ledger/", {}).status_code == 409


@pytest.fixture
def quarter_open_now(first: Quarter) -> None:
    """The first quarter is open whenever the test runs: requests arrive now."""
    far = datetime(2999, 1, 1, tzinfo=AT.tzinfo)
    Quarter.objects.filter(pk=first.pk).update(due=far, closes=far)


# --- after the approval


def test_approval_given_ledgers_then_it_keeps_what_they_said(
    county: PlanUnit, piles: ChargingPile, reviewer: User
) -> None:
    approve(county, reviewer, 1, 5)

    seal = LedgerSeal.objects.get()
    assert (seal.line.indicator.code, seal.value, seal.base) == ("CP", 4, None)
    assert marks(county) == ("different", False)


def test_ledger_given_a_change_after_the_approval_then_the_line_is_flagged_and_stays(
    county: PlanUnit, institution: Institution, piles: ChargingPile, reviewer: User, clerk: User
) -> None:
    approve(county, reviewer, 1, 4)
    assert marks(county) == ("equal", False)

    make_item("charging_piles", institution, title="后补", day=FIRST)

    assert marks(county) == ("different", True)
    assert Line.objects.get().value == 4
    for person in (clerk, reviewer):
        assert "审核后台账有变动（审核时 4）" in sign_in(person).get(FORM).text


def test_ledger_given_that_all_its_items_are_withdrawn_then_the_line_is_flagged(
    county: PlanUnit, piles: ChargingPile, reviewer: User, clerk: User
) -> None:
    approve(county, reviewer, 1, 4)

    withdraw_item(piles, by=clerk, at=AT, reason="重复")

    assert marks(county) == ("", True)
    assert "审核后台账有变动" in sign_in(clerk).get(FORM).text


def test_late_item_given_that_the_next_quarter_took_it_up_then_nothing_is_flagged_any_more(
    county: PlanUnit, institution: Institution, piles: ChargingPile, reviewer: User
) -> None:
    approve(county, reviewer, 1, 4)
    make_item("charging_piles", institution, title="后补", day=FIRST)
    second = make_report(county, 2, {"CP": (4, None)}, state=Report.State.SUBMITTED)
    assert marks(county, 2) == ("equal", False)

    approve_report(second, by=reviewer, at=AT, version=1)

    assert marks(county, 1)[1] is False
    assert marks(county, 2) == ("equal", False)


def test_correction_given_an_approved_report_then_its_own_seal_is_kept_at_its_approval(
    county: PlanUnit, institution: Institution, piles: ChargingPile, reviewer: User
) -> None:
    approve(county, reviewer, 1, 4)
    make_item("charging_piles", institution, title="后补", day=FIRST)
    correction = make_report(county, 1, {"CP": (8, None)}, state=Report.State.SUBMITTED, revision=2)

    approve_report(correction, by=reviewer, at=AT, version=1)

    assert marks(county) == ("equal", False)
    assert [seal.value for seal in LedgerSeal.objects.order_by("pk")] == [4, 8]
