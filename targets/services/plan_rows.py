"""A plan file's entries as rows of the database, not yet stored. Nothing here reads or writes."""

from collections.abc import Mapping
from typing import Any

from targets.calendar import IsWorkingDay, default_window
from targets.ledger_feeds import Feed
from targets.models import Indicator, Plan, PlanUnit, Quarter, Unit
from targets.plan_entries import IndicatorEntry, NamedEntry, PlanFile, UnitEntry
from targets.search import search_key

QUARTER_NUMBERS = (1, 2, 3, 4)

_SAME_NAME = (
    "code", "name", "name_en", "category", "kind", "accumulate", "value_unit", "value_unit_en", "value_label",
    "value_label_en", "base_unit", "base_unit_en", "base_label", "base_label_en", "decimals", "minimum", "maximum",
    "pace", "nature", "not_applicable", "na_condition", "na_condition_en", "na_rule", "base_rule",
    "definition", "definition_en",
)  # fmt: skip

UNIT_FIELDS = ("name", "full_name", "name_en", "path", "search_key")
PLAN_FIELDS = ("name", "name_en", "notice", "groups", "categories")
PLAN_UNIT_FIELDS = ("name", "name_en", "kind", "order", "is_reporting", "assessed", "groups")
INDICATOR_FIELDS = (
    *_SAME_NAME, "aliases", "order", "pace_shares", "reported_by", "source", "source_text", "source_text_en",
    "ledger", "ledger_measure", "ledger_kind", "base_ledger", "base_ledger_measure", "base_ledger_kind",
)  # fmt: skip
QUARTER_FIELDS = ("opens", "due", "closes")


def unit_row(entry: UnitEntry, parent: Unit | None) -> Unit:
    """A unit below its parent, which is stored already."""
    return Unit(
        code=entry.code,
        name=entry.name,
        full_name=entry.full_name,
        name_en=entry.name_en,
        parent=parent,
        path=f"{parent.path if parent else ''}{entry.code}/",
        search_key=search_key((entry.name, *entry.spellings, entry.name_en, entry.code)),
    )


def plan_row(file: PlanFile, owner: Unit) -> Plan:
    """The plan itself, in force: a notice is loaded once it has been issued."""
    notice = file.notice
    return Plan(
        owner=owner,
        year=file.year,
        name=file.name,
        name_en=file.name_en,
        state=Plan.State.ACTIVE,
        notice={
            "title": notice.title,
            "title_en": notice.title_en,
            "issued": notice.issued.isoformat(),
            "reported": notice.reported.isoformat(),
            "note": notice.note,
            "note_en": notice.note_en,
            "clauses": [{"code": c.code, "zh": c.zh, "en": c.en} for c in file.clauses.values()],
        },
        groups=_named(file.groups),
        categories=_named(file.categories),
    )


def plan_unit_rows(file: PlanFile, plan: Plan, units: Mapping[str, Unit]) -> dict[str, PlanUnit]:
    """Who takes part, by code, in display order."""
    return {
        entry.code: PlanUnit(
            plan=plan,
            unit=units[entry.code],
            name=entry.name,
            name_en=entry.name_en,
            kind=entry.kind,
            order=order,
            is_reporting=entry.reports,
            assessed=entry.assessed,
            groups=list(entry.groups),
        )
        for order, entry in enumerate(file.units)
    }


def indicator_rows(file: PlanFile, plan: Plan) -> dict[str, Indicator]:
    """What is measured, by code, in display order."""
    return {entry.code: _indicator(entry, order, file, plan) for order, entry in enumerate(file.indicators)}


def quarter_rows(file: PlanFile, plan: Plan, *, is_working_day: IsWorkingDay) -> dict[int, Quarter]:
    """The four quarters by number: the file's own dates, else the default windows."""
    special = {entry.number: entry for entry in file.quarters}
    rows = {}
    for number in QUARTER_NUMBERS:
        row = Quarter(plan=plan, number=number)
        if entry := special.get(number):
            row.opens, row.due, row.closes = entry.opens, entry.due_before, entry.closes_before
        else:
            window = default_window(file.year, number, is_working_day=is_working_day)
            row.opens, row.due, row.closes = window.opens, window.due, window.closes
        rows[number] = row
    return rows


def _named(entries: tuple[NamedEntry, ...]) -> list[dict[str, str]]:
    return [{"key": entry.key, "name": entry.name, "name_en": entry.name_en} for entry in entries]


def _indicator(entry: IndicatorEntry, order: int, file: PlanFile, plan: Plan) -> Indicator:
    clauses = [file.clauses[code] for code in entry.sources]
    fields: dict[str, Any] = {name: getattr(entry, name) for name in _SAME_NAME}
    return Indicator(
        plan=plan,
        order=order,
        aliases=list(entry.aliases),
        pace_shares=[str(share) for share in entry.pace_shares],
        reported_by=list(entry.reported_by),
        source=" ".join(entry.sources),
        source_text="\n".join(clause.zh for clause in clauses),
        source_text_en="\n".join(clause.en for clause in clauses),
        **_feed("ledger", entry.ledger),
        **_feed("base_ledger", entry.base_ledger),
        **fields,
    )


def _feed(name: str, feed: Feed) -> dict[str, str]:
    return {name: feed.ledger, f"{name}_measure": feed.measure, f"{name}_kind": feed.kind}
