"""A scheme from the plain data of a plan's file or of the editor, with errors an officer understands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from calculations.errors import CalculationError
from calculations.rounding import exact
from calculations.rules import Rule, parse_rule
from calculations.scheme import (
    Band,
    BindingMissed,
    Cap,
    Criterion,
    Fail,
    Flag,
    RankBy,
    Scheme,
    Section,
    Veto,
)

Row = Mapping[str, object]


def parse_scheme(data: Row) -> Scheme:
    """The scheme from plain data, the shape of a plan's scheme file; keys that are only words are not read.

    `sections` [{code, name, points, criteria}], `bonus` {cap, criteria}, `deduction` {criteria}, `bands`
    [{name, lower}], `vetoes` [{code, name, rule, threshold, effect}], `rank_by` (also inside `scheme`).
    Numbers are text. Raises CalculationError that names the place of the first value that cannot be read;
    whether the scheme makes sense says `scheme_problems`.
    """
    bonus, deduction = _row(data, "bonus"), _row(data, "deduction")
    rank_by = data.get("rank_by") or _row(data, "scheme").get("rank_by") or RankBy.GRADE
    if rank_by not in set(RankBy):
        raise CalculationError(f"排名方式应为 {'、'.join(RankBy)} 之一，读到 {rank_by!r}")
    return Scheme(
        sections=tuple(_section(row) for row in _rows(data, "sections")),
        bands=tuple(Band(_text(row, "name"), _number(row, "lower", "等次")) for row in _rows(data, "bands")),
        bonus=tuple(parse_criterion(row) for row in _rows(bonus, "criteria")),
        bonus_cap=_number(bonus, "cap", "加分上限") if "cap" in bonus else Fraction(0),
        deduction=tuple(parse_criterion(row) for row in _rows(deduction, "criteria")),
        vetoes=tuple(parse_veto(row) for row in _rows(data, "vetoes")),
        rank_by=RankBy(str(rank_by)),
    )


def parse_criterion(row: Row) -> Criterion:
    """A criterion from {code, name, max, rule, params}; its indicators stand as `indicator` or `indicators`, in the row
    or among the parameters. An empty rule is None. Raises CalculationError that names the criterion."""
    code = _text(row, "code")
    params = dict(_row(row, "params"))
    named = {key: params.pop(key, row.get(key)) for key in ("indicator", "indicators")}
    return Criterion(
        code=code,
        max=_number(row, "max", code),
        rule=_rule(code, row.get("rule"), params),
        indicators=_codes(code, named["indicators"] or named["indicator"]),
        name=_text(row, "name", default=code),
    )


def parse_veto(row: Row) -> Veto:
    """A veto from {code, name, rule: flag | binding, threshold, effect: fail | {cap: n}}."""
    code = _text(row, "code")
    rule, effect = row.get("rule"), row.get("effect")
    if rule not in (Flag.tag, BindingMissed.tag):
        raise CalculationError(f"{code}：否决条件应为 flag 或 binding，读到 {rule!r}")
    condition = Flag() if rule == Flag.tag else BindingMissed(_number(row, "threshold", code))
    return Veto(code=code, condition=condition, effect=_effect(code, effect), name=_text(row, "name", default=code))


def _section(row: Row) -> Section:
    code = _text(row, "code")
    criteria = tuple(parse_criterion(each) for each in _rows(row, "criteria"))
    return Section(code, _number(row, "points", code), criteria, name=_text(row, "name", default=code))


def _rule(code: str, name: object, params: Row) -> Rule | None:
    if not name:
        return None
    try:
        return parse_rule(str(name), params)
    except CalculationError as error:
        raise CalculationError(f"{code}：{error}") from None


def _effect(code: str, effect: object) -> Fail | Cap:
    if effect == Fail.tag:
        return Fail()
    if isinstance(effect, Mapping) and effect.keys() == {"cap"}:
        band = _number(effect, "cap", code)
        if band.denominator == 1:
            return Cap(int(band))
    raise CalculationError(f"{code}：否决结果应为 fail 或 {{cap: 第几等}}，读到 {effect!r}")


def _codes(code: str, given: object) -> tuple[str, ...]:
    if not given:
        return ()
    if isinstance(given, str):
        return (given,)
    if isinstance(given, Sequence) and all(isinstance(each, str) for each in given):
        return tuple(given)
    raise CalculationError(f"{code}：指标应为代码或代码列表，读到 {given!r}")


def _row(data: Row, key: str) -> Row:
    row = data.get(key) or {}
    if not isinstance(row, Mapping):
        raise CalculationError(f"{key}：应为一组参数，读到 {row!r}")
    return row


def _rows(data: Row, key: str) -> list[Row]:
    rows = data.get(key) or []
    if not isinstance(rows, list | tuple) or not all(isinstance(row, Mapping) for row in rows):
        raise CalculationError(f"{key}：应为列表，每项一组参数")
    return list(rows)


def _text(row: Row, key: str, *, default: str | None = None) -> str:
    value = row.get(key) or default
    if not isinstance(value, str):
        raise CalculationError(f"{row.get('code') or row.get('name') or '评分方案'}：缺少 {key}")
    return value


def _number(row: Row, key: str, place: str) -> Fraction:
    value = row.get(key)
    try:
        return exact(value)  # type: ignore[arg-type]  # exact() itself refuses what is no number
    except CalculationError as error:
        raise CalculationError(f"{place}：{key} {error}") from None
