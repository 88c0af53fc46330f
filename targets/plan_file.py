"""Reading a plan file (YAML) into a `PlanFile`, with every problem of the file said at once."""

from decimal import Decimal
from pathlib import Path
from typing import TypedDict

from common.data_file import Record, read_record
from targets.ledger_feeds import LEDGERS, Feed
from targets.plan_checks import check_indicator, check_quarter, check_units
from targets.plan_entries import (
    ACCUMULATIONS,
    BASE_RULES,
    KINDS,
    KINDS_WITH_BASE,
    NA_RULES,
    NATURES,
    NOT_APPLICABLE,
    ORIGINS,
    PACES,
    UNIT_KINDS,
    ClauseEntry,
    IndicatorEntry,
    NamedEntry,
    NaRule,
    NoticeEntry,
    Pace,
    PlanFile,
    QuarterEntry,
    TargetEntry,
    UnitEntry,
)

CODE = r"[0-9A-Za-z_-]{1,20}"
CODE_REMEDY = "代码只能由字母、数字、- 和 _ 组成，最多 20 个字符"


def load_plan_file(path: Path) -> PlanFile:
    """The plan of a file. Raises `DataFileError` with every problem, OSError where the file cannot be opened."""
    return parse_plan(path.read_text(encoding="utf-8"))


def parse_plan(text: str) -> PlanFile:
    """The plan that a YAML text says. Raises `DataFileError` with every problem: line, way to it, what and remedy."""
    record = read_record(text)
    plan = _plan(record)
    if record.is_sound:
        _check(record, plan)
    record.finish()
    return plan


def _check(record: Record, plan: PlanFile) -> None:
    """Only a file whose every value is readable is checked as a whole: no problem is said twice."""
    if plan.units[0].code != plan.root:
        record.refuse("units", f"第一个单位不是 plan.root（{plan.root}）", "请把全市写在最前面")
    check_units(record.records("units"), plan.units)
    for unit_record, unit in zip(record.records("units"), plan.units, strict=True):
        unknown = set(unit.groups) - {group.key for group in plan.groups}
        if unknown:
            unit_record.refuse("groups", f"单位组 {'、'.join(sorted(unknown))} 没有定义", "请在 groups 中补上")
    for indicator_record, indicator in zip(record.records("indicators"), plan.indicators, strict=True):
        check_indicator(indicator_record, indicator, plan)
    for quarter_record, quarter in zip(record.named_records("quarters").values(), plan.quarters, strict=True):
        check_quarter(quarter_record, quarter)


def _plan(record: Record) -> PlanFile:
    head = record.record("plan")
    root = head.code("root", pattern=CODE, remedy=CODE_REMEDY)
    return PlanFile(
        root=root,
        year=head.whole("year", lowest=2000, highest=2100),
        name=head.text("name"),
        name_en=head.text("name_en"),
        scheme=head.code("scheme", pattern=r"[0-9a-z_]+", remedy="请写评分方案的文件名，不带 .yaml"),
        notice=_notice(record.record("notice")),
        clauses={code: _clause(code, clause) for code, clause in record.named_records("clauses").items()},
        groups=tuple(_named(key, group) for key, group in record.named_records("groups").items()),
        units=tuple(_unit(unit, root) for unit in _at_least_one(record, "units")),
        categories=tuple(_named(item.text("key"), item) for item in _at_least_one(record, "categories")),
        indicators=tuple(_indicator(indicator) for indicator in _at_least_one(record, "indicators")),
        quarters=tuple(_quarter(number, item, record) for number, item in record.named_records("quarters").items()),
    )


def _at_least_one(record: Record, key: str) -> list[Record]:
    found = record.records(key)
    if not found:
        record.refuse(key, "一条也没有", "请至少写一条")
    return found


def _notice(record: Record) -> NoticeEntry:
    return NoticeEntry(
        title=record.text("title"),
        title_en=record.text("title_en", default=""),
        issued=record.day("issued"),
        reported=record.day("reported"),
        note=record.text("note", default=""),
        note_en=record.text("note_en", default=""),
    )


def _clause(code: str, record: Record) -> ClauseEntry:
    return ClauseEntry(code=code, zh=record.text("zh"), en=record.text("en"))


def _named(key: str, record: Record) -> NamedEntry:
    return NamedEntry(key=key, name=record.text("name"), name_en=record.text("name_en"))


def _unit(record: Record, root: str) -> UnitEntry:
    code = record.code("code", pattern=CODE, remedy=CODE_REMEDY)
    return UnitEntry(
        code=code,
        name=record.text("name"),
        full_name=record.text("full_name"),
        name_en=record.text("name_en"),
        kind=record.word("kind", UNIT_KINDS),
        parent=record.text("parent", default="" if code == root else root),
        reports=record.flag("reports", default=True),
        assessed=record.flag("assessed", default=False),
        groups=record.texts("groups"),
        aliases=record.texts("aliases"),
    )


class NaCondition(TypedDict):
    """The condition of a conditional 不涉及, as the fields of an indicator entry."""

    na_condition: str
    na_condition_en: str
    na_rule: NaRule


def _indicator(record: Record) -> IndicatorEntry:
    kind = record.word("kind", KINDS)
    has_base = kind in KINDS_WITH_BASE
    pace, pace_shares = _pace(record)
    return IndicatorEntry(
        code=record.code("code", pattern=CODE, remedy=CODE_REMEDY),
        name=record.text("name"),
        name_en=record.text("name_en"),
        aliases=record.texts("aliases"),
        category=record.text("category"),
        kind=kind,
        accumulate=record.word("accumulate", ACCUMULATIONS),
        value_unit=record.text("value_unit"),
        value_unit_en=record.text("value_unit_en"),
        value_label=record.text("value_label"),
        value_label_en=record.text("value_label_en"),
        base_unit=record.text("base_unit") if has_base else "",
        base_unit_en=record.text("base_unit_en") if has_base else "",
        base_label=record.text("base_label") if has_base else "",
        base_label_en=record.text("base_label_en") if has_base else "",
        decimals=record.whole("decimals", lowest=0, highest=4),
        minimum=record.decimal("minimum"),
        maximum=record.decimal("maximum"),
        pace=pace,
        pace_shares=pace_shares,
        nature=record.word("nature", NATURES),
        not_applicable=record.word("not_applicable", NOT_APPLICABLE),
        **_na_condition(record),
        base_rule=record.word("base_rule", BASE_RULES, default="none") if has_base else "none",
        ledger=_feed(record, "ledger"),
        base_ledger=_feed(record, "base_ledger") if has_base else Feed(),
        reported_by=record.texts("reported_by"),
        sources=record.texts("source"),
        definition=record.text("definition"),
        definition_en=record.text("definition_en"),
        targets=tuple(_target(target) for target in record.records("targets")),
    )


def _na_condition(record: Record) -> NaCondition:
    """When 不涉及 may be chosen, in words and as a rule; nothing where it is not conditional."""
    if record.text("not_applicable", default="") != "conditional":
        return NaCondition(na_condition="", na_condition_en="", na_rule="")
    return NaCondition(
        na_condition=record.text("na_condition"),
        na_condition_en=record.text("na_condition_en"),
        na_rule=record.word("na_rule", NA_RULES, default=""),
    )


def _feed(record: Record, key: str) -> Feed:
    """Which register's items stand behind a number; none where the file does not say."""
    if not record.has(key):
        return Feed()
    inside = record.record(key)
    kind = inside.code("kind", pattern=CODE, remedy=CODE_REMEDY) if inside.has("kind") else ""
    return Feed(inside.word("register", LEDGERS), inside.text("measure"), kind)


def _pace(record: Record) -> tuple[Pace, tuple[Decimal, ...]]:
    if record.is_list("pace"):
        return "own", record.decimals("pace")
    return record.word("pace", PACES), ()


def _target(record: Record) -> TargetEntry:
    return TargetEntry(scope=record.text("scope"), value=record.decimal("value"), origin=record.word("origin", ORIGINS))


def _quarter(number: str, record: Record, plan_record: Record) -> QuarterEntry:
    if number not in ("1", "2", "3", "4"):
        plan_record.refuse("quarters", f"没有第“{number}”季度", "请写 1、2、3 或 4")
    return QuarterEntry(
        number=int(number) if number.isdecimal() else 0,
        opens=record.instant("opens"),
        due=record.day("due"),
        closes=record.day("closes"),
    )
