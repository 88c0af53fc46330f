"""Any year gives the same assessment on either database, in whatever order its rows lie, and the formulas' own."""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoDbBlocker

from assessments.services.assessment import run_assessment
from assessments.services.seal import seal_of
from assessments.services.verification import verify_assessment
from calculations.rules import RULES
from calculations.scheme_problems import scheme_problems
from calculations.scheme_reading import parse_scheme
from common.actions import SYSTEM
from targets.models import Indicator
from tests.assessments.expected_year import Documents, expected_documents
from tests.assessments.random_scheme import all_criteria
from tests.assessments.random_year import DUE, SomeYear, years
from tests.assessments.stored_year import store_year
from tests.services.second_database import on_database, sqlite_beside

YEARS = 500
LARGE = [HealthCheck.too_slow, HealthCheck.data_too_large]
orders = st.integers(0, 2**32)


@dataclass(frozen=True)
class Outcome:
    """All that an assessment says: its documents and digests; the seal covers every sentence and trace too."""

    documents: Documents
    inputs_sha256: str
    results_sha256: str
    seal: str


def outcome_of(year: SomeYear, order: int, *, verified: bool = False) -> Outcome:
    """The year stored in an order and assessed; nothing of it stays."""
    with transaction.atomic():
        assessment = run_assessment(store_year(year, random.Random(order)), by=SYSTEM, at=year.as_of)
        rows = assessment.results.order_by("plan_unit__order").values_list("plan_unit__unit__code", "inputs", "results")
        outcome = Outcome(
            documents={unit: (inputs, results) for unit, inputs, results in rows},
            inputs_sha256=assessment.inputs_sha256,
            results_sha256=assessment.results_sha256,
            seal=seal_of(assessment),
        )
        if verified:
            assert verify_assessment(assessment) == []
        transaction.set_rollback(True)
    return outcome


@pytest.fixture(scope="module")
def sqlite(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[BaseDatabaseWrapper]:
    """An empty SQLite beside the tests' database, which is PostgreSQL where the slow tests run."""
    with django_db_blocker.unblock():
        beside = sqlite_beside(tmp_path_factory.mktemp("beside") / "portal.sqlite3")
        yield beside
        beside.close()


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.django_db
def test_any_year_has_one_outcome_on_either_database_in_any_order_of_its_rows(sqlite: BaseDatabaseWrapper) -> None:
    seen: set[str] = set()

    @given(years(), st.tuples(orders, orders, orders))
    @settings(
        max_examples=YEARS,
        deadline=None,
        phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
        suppress_health_check=LARGE,
    )
    def one_outcome(year: SomeYear, orders: tuple[int, int, int]) -> None:
        here = outcome_of(year, orders[0], verified=True)
        in_another_order = outcome_of(year, orders[1])
        with on_database(sqlite):
            beside = outcome_of(year, orders[2])

        assert here.documents == expected_documents(year)
        assert in_another_order == here
        assert beside == here
        seen.update(kinds_of(year, here))

    one_outcome()

    assert seen >= EVERY_KIND, "The years are too much alike: the test shows little."


@given(years())
@settings(max_examples=50, deadline=None, suppress_health_check=LARGE)
def test_every_scheme_of_the_random_years_is_sound(year: SomeYear) -> None:
    assert scheme_problems(parse_scheme(year.scheme), [each.code for each in year.indicators]) == []


EVERY_KIND = {
    *RULES, *Indicator.Kind.values, "correction", "discarded", "returned", "late", "in time", "extension", "blank",
    "not applicable", "fifteen digits", "target revised", "target withdrawn", "adjusted", "flagged", "not counted",
    "veto tripped", "drops out", "without a grade", "equals", "second",
}  # fmt: skip
"""What must occur among the years."""


def kinds_of(year: SomeYear, outcome: Outcome) -> set[str]:
    """What occurs in a year and in what came of it."""
    results = [json.loads(result) for _inputs, result in outcome.documents.values()]
    ranks = [each["rank"] for each in results]
    said = {
        "target revised": any(len(each.revisions) > 1 for each in year.targets),
        "target withdrawn": any(value is None for each in year.targets for _day, value in each.revisions),
        "extension": bool(year.extensions),
        "adjusted": bool(year.adjustments),
        "flagged": True in year.flags.values(),
        "not counted": not all(year.counted.values()),
        "veto tripped": any(each["vetoes"] for each in results),
        "drops out": any(section["score"] is None for each in results for section in each["sections"]),
        "without a grade": None in ranks,
        "equals": any(ranks.count(rank) > 1 for rank in ranks if rank),
        "second": 2 in ranks,
    }
    rules = {each["rule"] for each in all_criteria(year.scheme)}
    return (
        rules | {each.kind for each in year.indicators} | {kind for kind, is_so in said.items() if is_so} | _filed(year)
    )


def _filed(year: SomeYear) -> set[str]:
    effective = [each for each in year.reports if each.is_effective]
    lines = [line for report in effective for line in report.lines]
    arrivals = [(each.first_submitted_at, each.quarter) for each in effective if each.first_submitted_at]
    said = {
        "correction": any(each.revision > 1 for each in effective),
        "discarded": any(each.state == "discarded" for each in year.reports),
        "returned": any(each.returned_times for each in effective),
        "in time": any(arrived < DUE[quarter] for arrived, quarter in arrivals),
        "late": any(arrived >= DUE[quarter] for arrived, quarter in arrivals),
        "blank": any(line.value is None and not line.not_applicable for line in lines),
        "not applicable": any(line.not_applicable for line in lines),
        "fifteen digits": any(line.value is not None and line.value > 10**10 for line in lines),
    }
    return {kind for kind, is_so in said.items() if is_so}
