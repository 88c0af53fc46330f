"""The seal of a published assessment: hashes of every row that makes it up, so that one changed byte is found.

The digests of inputs and results cover natural keys and numbers only; the seal covers the words too: sentences,
reasons, decisions, names, instants. It is the same on either database.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from assessments.models import Assessment, Criterion, Scheme, Section
from calculations.canonical import Plain, canonical, sha256

_HEAD = (
    "revision", "scheme__version", "as_of", "inputs_head", "inputs_sha256", "results_head", "results_sha256",
    "calculated_at", "calculated_by", "code_version", "reason", "self_opens", "self_due", "self_closes",
)  # fmt: skip
_RESULT = (
    "rank", "base", "bonus", "deduction", "total", "grade", "vetoes", "sections", "inputs", "results", "trace",
)  # fmt: skip
_LINE = (
    "code", "points_max", "computed", "adjustment", "points", "applicable", "unscored", "why", "next_gain", "order",
)  # fmt: skip
_APPEAL = (
    "uuid", "announcement__number", "criterion_code", "points", "reason", "asked_by__username", "asked_at", "state",
    "decision", "decided_by__username", "decided_at", "adjustment",
)  # fmt: skip
_FILE = (
    "criterion_code", "appeal__uuid", "file__uuid", "file__sha256", "file__name", "uploaded_by", "uploaded_at",
)  # fmt: skip
_FLAG = (
    "reason", "evidence__sha256", "raised_by__username", "raised_at", "confirmed_by__username", "confirmed_at",
)  # fmt: skip
_ANNOUNCEMENT = (
    "number", "announced_at", "announced_by", "announced_by_username", "until", "results_sha256", "standing",
    "withdrawn_at", "withdrawn_by", "withdraw_reason",
)  # fmt: skip
_SCHEME = (
    "plan__owner__code", "plan__year", "version", "name", "name_en", "note", "note_en", "is_default", "bonus_cap",
    "bands", "vetoes", "rank_by", "reason", "in_force_by", "created_at",
)  # fmt: skip
_SECTION = ("code", "name", "name_en", "points", "order")
_CRITERION = (
    "section__code", "part", "code", "name", "name_en", "points", "rule", "params", "checklist", "checklist_en",
    "order",
)  # fmt: skip
_PUBLICATION = (
    "plan__owner__code", "plan__year", "created_at", "job_uuid", "is_stale", "published_at", "published_by",
    "published_by_username",
)  # fmt: skip


def seal_of(assessment: Assessment, **publication: Any) -> str:
    """The canonical text that lists the hash of the head, the announcements, the scheme and each unit's rows.

    `publication` are columns that the assessment is about to have: when and by whom it is published. Fourteen queries.
    """
    assessments = Assessment.objects.filter(pk=assessment.pk)
    announcements = [_plain(row) for row in assessment.announcements.order_by("number").values(*_ANNOUNCEMENT)]
    units = _rows_of_units(assessment).items()
    return canonical(
        {
            "assessment": _hash(_plain(assessments.values(*_HEAD).get())),
            "publication": _hash(_plain({**assessments.values(*_PUBLICATION).get(), **publication})),
            "announcements": _hash(announcements),
            "scheme": _hash(_scheme(assessment)),
            "units": {unit: {name: _hash(rows) for name, rows in found.items()} for unit, found in units},
        }
    )


def _rows_of_units(assessment: Assessment) -> dict[str, dict[str, list[Plain]]]:
    """By unit and part: the rows that make up the unit's result."""
    parts: dict[str, dict[str, list[Plain]]] = defaultdict(dict)
    for name, rows, columns in _belonging(assessment):
        for row in rows.values("plan_unit__unit__code", *columns):
            unit = str(row.pop("plan_unit__unit__code"))
            parts[unit].setdefault(name, []).append(_plain(row))
    results = assessment.results.order_by("plan_unit__order", "pk")
    for row in results.values("plan_unit__unit__code", *_RESULT):
        parts[str(row.pop("plan_unit__unit__code"))]["result"] = [_plain(row)]
    lines = assessment.results.order_by("plan_unit__order", "pk", "lines__order", "lines__code")
    for row in lines.values("plan_unit__unit__code", *(f"lines__{name}" for name in _LINE)):
        parts[str(row.pop("plan_unit__unit__code"))].setdefault("lines", []).append(_plain(row))
    return parts


def _scheme(assessment: Assessment) -> Plain:
    """The version of the scheme by which it was calculated, as pages show it."""
    schemes = Scheme.objects.filter(assessments=assessment)
    sections = Section.objects.filter(scheme=assessment.scheme_id).order_by("order", "code")
    criteria = Criterion.objects.filter(scheme=assessment.scheme_id).order_by("order", "code")
    return [
        [_plain(row) for row in rows]
        for rows in (schemes.values(*_SCHEME), sections.values(*_SECTION), criteria.values(*_CRITERION))
    ]


def _belonging(assessment: Assessment) -> Iterable[tuple[str, QuerySet[Any], tuple[str, ...]]]:
    """What a unit has beside its result, each in an order that both databases keep."""
    own = ("criterion_code", "by_name", "at")
    return [
        ("manual", assessment.manual_scores.order_by("criterion_code"), ("points", "reason", *own)),
        ("adjustments", assessment.adjustments.order_by("criterion_code"), ("amount", "reason", "appeal__uuid", *own)),
        ("self_scores", assessment.self_scores.order_by("criterion_code"), ("points", "note", "is_late", *own)),
        ("appeals", assessment.appeals.order_by("asked_at", "uuid"), _APPEAL),
        ("files", assessment.files.order_by("criterion_code", "uploaded_at", "file__uuid"), _FILE),
        ("flags", assessment.flags.order_by("raised_at"), _FLAG),
    ]


def _hash(rows: Plain) -> str:
    return sha256(canonical(rows))


def _plain(value: Any) -> Plain:
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return str(value) if isinstance(value, UUID) else value
