"""The glossary names what people see as the code names it."""

import re
from pathlib import Path

import pytest
from django.db.models import TextChoices
from django.utils.translation import override

from accounts.policy import Role
from assessments.models import Assessment, Compliance
from assessments.scheme_file import load_scheme_file
from calculations.rules import RULES
from common.errors import LOCK_TEXTS, LockReason
from jobs.models import Job
from progress.models import ImportBatch, Nomination, Report
from targets.models import Indicator, Plan, PlanUnit, Quarter
from targets.plan_file import load_plan_file

ROOT = Path(__file__).parents[2]
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")


def entries_under(heading: str) -> dict[str, set[str]]:
    """The Chinese words of a chapter of the glossary by their names in code."""
    chapter = GLOSSARY.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    words: dict[str, set[str]] = {}
    for row in re.findall(r"^\| ([^|*]+) \| [^|]+ \| `([a-z_]+)` \|", chapter, re.MULTILINE):
        words.setdefault(row[1], set()).add(row[0])
    return words


@pytest.mark.parametrize(
    ("heading", "vocabulary"),
    [
        ("Kinds of indicator", Indicator.Kind),
        ("Kinds of indicator", Indicator.Accumulate),
        ("Status of an indicator", Compliance.Status),
        ("States", Plan.State),
        ("States", Quarter.State),
        ("States", Report.State),
        ("States", Assessment.State),
        ("States", ImportBatch.State),
        ("States", Job.State),
        ("States", Nomination.Stage),
        ("Roles", Role),
        ("Kinds of unit", PlanUnit.Kind),
    ],
    ids=lambda each: each.__qualname__ if isinstance(each, type) else each,
)
def test_glossary_given_the_words_of_a_model_then_has_each_with_its_name_in_code(
    heading: str, vocabulary: type[TextChoices]
) -> None:
    with override("zh-hans"):
        expected = {choice.value: str(choice.label) for choice in vocabulary}

    entries = entries_under(heading)

    assert {code: word for code, word in expected.items() if word not in entries.get(code, set())} == {}


def test_glossary_given_the_seven_lock_reasons_then_has_exactly_these() -> None:
    with override("zh-hans"):
        expected = {reason.value: {str(LOCK_TEXTS[reason][0])} for reason in LockReason}

    assert entries_under("Why a report is locked") == expected


def test_glossary_given_the_scoring_rules_then_has_exactly_these() -> None:
    assert set(entries_under("Rules of a criterion")) == set(RULES)


def test_glossary_given_the_default_scheme_then_has_its_grades() -> None:
    plan = load_plan_file(ROOT / "targets" / "data" / "plan_2023.yaml")
    scheme = load_scheme_file(
        ROOT / "assessments" / "data" / f"{plan.scheme}.yaml", indicators=[each.code for each in plan.indicators]
    )

    rows = [f"| {band.name} | {band.name_en.lower()} | {band.lower} |" for band in scheme.bands]

    assert [row for row in rows if row not in GLOSSARY] == []
