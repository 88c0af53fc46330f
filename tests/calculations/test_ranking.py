"""Ranks within groups of units."""

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from calculations.ranking import Place, rank, ranked
from calculations.scheme import RankBy


def place(unit: str, total: str | None, *, grade: int | None = 3, group: str = "counties") -> Place:
    return Place(unit, group, grade_rank=grade, total=None if total is None else Decimal(total))


def test_equal_totals_share_a_rank_and_the_next_is_skipped() -> None:
    places = [place("a", "88"), place("b", "92"), place("c", "88"), place("d", "70")]

    assert rank(places, by=RankBy.GRADE) == {"b": 1, "a": 2, "c": 2, "d": 4}


def test_grade_after_the_vetoes_goes_before_the_total() -> None:
    places = [place("capped", "95", grade=2), place("good", "81", grade=3)]

    assert rank(places, by=RankBy.GRADE) == {"good": 1, "capped": 2}
    assert rank(places, by=RankBy.TOTAL) == {"capped": 1, "good": 2}


def test_units_are_ranked_within_their_group() -> None:
    places = [place("a", "60"), place("zone", "50", group="zones"), place("b", "70")]

    assert rank(places, by=RankBy.GRADE) == {"b": 1, "a": 2, "zone": 1}


def test_unit_without_grade_has_no_rank_and_takes_none_away() -> None:
    places = [place("none", "99", grade=None), place("nothing", None, grade=None), place("a", "60")]

    assert rank(places, by=RankBy.TOTAL) == {"none": None, "nothing": None, "a": 1}


def test_table_keeps_the_unit_order_among_equals_and_puts_the_unranked_last() -> None:
    places = [place("none", "99", grade=None), place("a", "60"), place("b", "70"), place("c", "60")]

    assert [each.unit for each in ranked(places, by=RankBy.GRADE)] == ["b", "a", "c", "none"]


PLACES = st.lists(
    st.builds(
        Place,
        st.uuids().map(str),
        st.sampled_from(["counties", "zones"]),
        grade_rank=st.none() | st.integers(1, 4),
        total=st.decimals(0, 110, places=2),
    ),
    max_size=8,
    unique_by=lambda each: each.unit,
)


@settings(deadline=None)
@given(PLACES, st.sampled_from(RankBy))
def test_rank_is_one_more_than_the_number_of_better_units(places: list[Place], by: RankBy) -> None:
    ranks = rank(places, by=by)

    for group in {each.group for each in places}:
        given_ranks = sorted(value for each in places if each.group == group and (value := ranks[each.unit]))
        assert given_ranks == [1 + sum(other < each for other in given_ranks) for each in given_ranks]
        assert not given_ranks or given_ranks[0] == 1


@settings(deadline=None)
@given(PLACES, st.sampled_from(RankBy), st.randoms())
def test_ranks_do_not_depend_on_the_order_of_the_units(places: list[Place], by: RankBy, random) -> None:
    assert rank(random.sample(places, len(places)), by=by) == rank(places, by=by)


@settings(deadline=None)
@given(PLACES)
def test_better_grade_is_never_behind(places: list[Place]) -> None:
    ranks = rank(places, by=RankBy.GRADE)

    for one in places:
        for other in places:
            if one.group == other.group and one.grade_rank and other.grade_rank and one.grade_rank > other.grade_rank:
                assert (ranks[one.unit] or 0) < (ranks[other.unit] or 0)
