"""A plan's reports as the assessment needs them: what counts, where it came from, how it was handed in. One query."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q

from assessments.services.compliance_facts import Row
from progress.models import Evidence, LedgerSeal, Report
from targets.models import Plan

UnitQuarter = tuple[int, int]
"""A plan unit's id and the number of a quarter."""
Pair = tuple[int, int]
"""A plan unit's id and an indicator's."""

_REPORT = (
    "plan_unit_id", "quarter__number", "revision", "state", "is_effective", "first_submitted_at", "returned_times",
    "decided_at", "decided_by__username", "decided_by__display_name",
)  # fmt: skip
_LINE = (
    "lines__indicator_id", "lines__value", "lines__base", "lines__not_applicable", "lines__origin",
    "lines__batch__uuid", "lines__changed_by", "has_evidence",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Filed:
    """One unit's reporting of one quarter: the effective report, if any, and how often reports went back."""

    effective: dict[str, Any] | None
    returned: int


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """Every standing report of a plan: `rows` for the figures, and by unit what the score asks beside them.

    `evidence`: the pairs with files in an effective report, or with ledger items when it was approved. `lines`: where
    every counted number came from, in the order of the quarters.
    """

    rows: list[Row]
    filed: dict[UnitQuarter, Filed]
    evidence: set[Pair]
    lines: dict[Pair, list[dict[str, Any]]]


def load_report_facts(plan: Plan) -> ReportFacts:
    """The facts as they stand; one query, whatever the number of units, reports and revisions."""
    reports = Report.objects.of_plan(plan).standing().annotate(has_evidence=_is_shown())
    found = [dict(row) for row in reports.order_by("quarter__number", "revision", "pk").values(*_REPORT, *_LINE)]
    counted = [row for row in found if row["is_effective"] and row["lines__indicator_id"] is not None]
    return ReportFacts(
        rows=list(_rows(found)),
        filed=_filed(found),
        evidence={_pair(row) for row in counted if row["has_evidence"]},
        lines=_lines(counted),
    )


def _is_shown() -> ExpressionWrapper[Any]:
    """Whether files stand behind a line, or items in its ledger as that was when the line was approved."""
    files = Evidence.objects.filter(line=OuterRef("lines__pk"))
    items = LedgerSeal.objects.filter(Q(value__gt=0) | Q(base__gt=0), line=OuterRef("lines__pk"))
    return ExpressionWrapper(Exists(files) | Exists(items), output_field=BooleanField())


def _rows(found: Iterable[dict[str, Any]]) -> Iterator[Row]:
    for row in found:
        if row["is_effective"] or row["state"] == Report.State.SUBMITTED:
            yield (
                row["plan_unit_id"], row["quarter__number"], row["is_effective"], row["lines__indicator_id"],
                row["lines__value"], row["lines__base"], row["lines__not_applicable"],
            )  # fmt: skip


def _filed(found: Iterable[dict[str, Any]]) -> dict[UnitQuarter, Filed]:
    by_quarter: defaultdict[UnitQuarter, dict[int, dict[str, Any]]] = defaultdict(dict)
    for row in found:
        by_quarter[row["plan_unit_id"], row["quarter__number"]][row["revision"]] = row
    return {key: _one_filed(list(revisions.values())) for key, revisions in by_quarter.items()}


def _one_filed(revisions: Sequence[dict[str, Any]]) -> Filed:
    effective = next((each for each in revisions if each["is_effective"]), None)
    # The count runs on from revision to revision, so the last one holds the year's.
    return Filed(effective, revisions[-1]["returned_times"])


def _lines(counted: Iterable[dict[str, Any]]) -> dict[Pair, list[dict[str, Any]]]:
    found: defaultdict[Pair, list[dict[str, Any]]] = defaultdict(list)
    for row in counted:
        if row["lines__value"] is not None or row["lines__not_applicable"]:
            found[_pair(row)].append(_provenance(row))
    return found


def _pair(row: dict[str, Any]) -> Pair:
    return (row["plan_unit_id"], row["lines__indicator_id"])


def _provenance(row: dict[str, Any]) -> dict[str, Any]:
    decided = row["decided_at"]
    return {
        "quarter": row["quarter__number"],
        "revision": row["revision"],
        "value": _number(row["lines__value"]),
        "base": _number(row["lines__base"]),
        "not_applicable": row["lines__not_applicable"],
        "origin": row["lines__origin"],
        "batch": str(row["lines__batch__uuid"]) if row["lines__batch__uuid"] else "",
        "entered_by": row["lines__changed_by"],
        "approved_by": row["decided_by__display_name"] or row["decided_by__username"] or "",
        "approved_at": decided.isoformat() if decided else "",
    }


def _number(value: Any) -> str:
    return "" if value is None else f"{value.normalize():f}"
