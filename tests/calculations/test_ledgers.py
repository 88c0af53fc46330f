"""Ledger figures: flows of the plan's year, stocks of any year, what is approved already (section 6)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculations.actual import Accumulate
from calculations.ledgers import Agreement, Entry, agreement, changed_since, line_figure, quarter_end, total

SUM, LATEST = Accumulate.SUM, Accumulate.LATEST
YEAR = 2023

DAYS = st.dates(date(2021, 1, 1), date(2024, 12, 31))
AMOUNTS = st.decimals(0, 1_000_000, places=3)
ENTRIES = st.lists(st.builds(Entry, DAYS, AMOUNTS, st.none() | DAYS), max_size=30)
QUARTERS = st.integers(1, 4)


@pytest.mark.parametrize(
    ("quarter", "end"),
    [(1, date(2023, 3, 31)), (2, date(2023, 6, 30)), (3, date(2023, 9, 30)), (4, date(2023, 12, 31))],
)
def test_quarter_end_given_a_quarter_then_its_last_day(quarter: int, end: date) -> None:
    assert quarter_end(YEAR, quarter) == end


def test_total_given_a_flow_then_the_year_from_its_first_to_the_quarters_last_day() -> None:
    days = [date(2022, 12, 31), date(2023, 1, 1), date(2023, 3, 31), date(2023, 4, 1), date(2023, 6, 30)]
    entries = [Entry(day, Decimal(10**power)) for power, day in enumerate(days)]

    assert total(entries, SUM, year=YEAR, quarter=1) == 110
    assert total(entries, SUM, year=YEAR, quarter=2) == 11110


def test_total_given_a_stock_then_earlier_years_count_too() -> None:
    entries = [Entry(date(2019, 5, 1), Decimal("1200.50")), Entry(date(2023, 7, 1), Decimal(300))]

    assert total(entries, LATEST, year=YEAR, quarter=2) == Decimal("1200.50")
    assert total(entries, LATEST, year=YEAR, quarter=3) == Decimal("1500.50")


def test_total_given_a_rectified_institution_then_it_counts_before_that_day_only() -> None:
    over = [Entry(date(2023, 1, 1), until=date(2023, 6, 30)), Entry(date(2023, 1, 1))]

    assert [total(over, LATEST, year=YEAR, quarter=quarter) for quarter in (1, 2)] == [2, 1]


def test_line_figure_given_a_late_item_then_it_lands_in_the_quarter_in_which_it_is_found() -> None:
    """CP of a county: 4 and 9 piles were approved; five of the first quarter are entered in the third."""
    entries = [Entry(date(2023, 2, 1), Decimal(4)), Entry(date(2023, 5, 1), Decimal(9))]
    late, third = Entry(date(2023, 3, 1), Decimal(5)), Entry(date(2023, 8, 1), Decimal(10))
    whole = total([*entries, late, third], SUM, year=YEAR, quarter=3)

    assert line_figure(whole, SUM, approved_before=[Decimal(4), Decimal(9)]) == 15


def test_line_figure_given_more_approved_than_the_ledger_holds_then_the_correction_is_negative() -> None:
    assert line_figure(Decimal(7), SUM, approved_before=[Decimal(9)]) == -2


def test_line_figure_given_a_stock_then_nothing_is_taken_off() -> None:
    assert line_figure(Decimal(500), LATEST, approved_before=[Decimal(300)]) == 500


def test_agreement_given_other_places_then_equal() -> None:
    assert agreement(Decimal("12.00"), Decimal(12)) is Agreement.EQUAL
    assert agreement(Decimal("12.01"), Decimal(12)) is Agreement.DIFFERENT
    assert agreement(None, Decimal(0)) is Agreement.NOT_REPORTED


@pytest.mark.parametrize(
    ("seen", "now", "changed"),
    [
        (None, Decimal(1), False),
        (Decimal(1), None, False),
        (Decimal(1), Decimal("1.00"), False),
        (Decimal(1), Decimal(2), True),
    ],
)
def test_changed_since_given_what_was_noted_then_only_another_number_is_a_change(
    seen: Decimal | None, now: Decimal | None, changed: bool
) -> None:
    assert changed_since(seen, now) is changed


@given(ENTRIES)
def test_taking_the_figure_each_quarter_makes_the_years_total(entries: list[Entry]) -> None:
    """Whoever takes the ledger's figure in every quarter has reported exactly what the ledger holds at the end."""
    lasting = [Entry(each.day, each.amount) for each in entries]
    approved: list[Decimal] = []
    for quarter in (1, 2, 3, 4):
        approved.append(line_figure(total(lasting, SUM, year=YEAR, quarter=quarter), SUM, approved_before=approved))

    assert sum(approved) == sum(each.amount for each in lasting if each.day.year == YEAR)
    assert all(value >= 0 for value in approved)


@given(ENTRIES, QUARTERS)
def test_stock_is_what_stands_on_the_last_day(entries: list[Entry], quarter: int) -> None:
    end = quarter_end(YEAR, quarter)
    standing = [each for each in entries if each.day <= end and not (each.until and each.until <= end)]

    assert total(entries, LATEST, year=YEAR, quarter=quarter) == sum(each.amount for each in standing)


@given(ENTRIES, ENTRIES, QUARTERS)
def test_figures_of_units_add_up(one: list[Entry], other: list[Entry], quarter: int) -> None:
    for accumulate in Accumulate:
        parts = [total(part, accumulate, year=YEAR, quarter=quarter) for part in (one, other)]
        assert total([*one, *other], accumulate, year=YEAR, quarter=quarter) == sum(parts)


@given(ENTRIES, QUARTERS)
def test_what_is_dated_after_the_quarter_changes_nothing(entries: list[Entry], quarter: int) -> None:
    later = Entry(quarter_end(YEAR, quarter) + timedelta(days=1), Decimal(99))

    for accumulate in Accumulate:
        before = total(entries, accumulate, year=YEAR, quarter=quarter)
        assert total([*entries, later], accumulate, year=YEAR, quarter=quarter) == before
