"""Any sound scheme: every rule with parameters in its range, sections that add up to 100, grades, vetoes."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from calculations.rules import RULES

Row = dict[str, Any]
"""A part of a scheme in the shape of a scheme file; numbers are text."""

ONE_INDICATOR = [name for name, rule in RULES.items() if rule.indicator_count == "one"]
SOME_INDICATORS = [name for name, rule in RULES.items() if rule.indicator_count == "some"]
NO_INDICATOR = [name for name, rule in RULES.items() if rule.indicator_count == "none" and name != "returns"]
SECTION_POINTS = [("100",), ("60", "40"), ("33.33", "66.67"), ("59.5", "0.5", "40")]
BANDS = [["60", "0"], ["90", "80", "60", "0"], ["99.99", "70", "0.01", "0"], ["0"]]


def cents(lowest: int, highest: int) -> st.SearchStrategy[str]:
    """A number with two decimals, as text; the bounds are in hundredths."""
    return st.integers(lowest, highest).map(lambda number: str(Decimal(number).scaleb(-2)))


@st.composite
def schemes(draw: st.DrawFn, indicators: Sequence[str]) -> Row:
    """A sound scheme over these indicators, in the shape of a scheme file."""
    points = draw(st.sampled_from(SECTION_POINTS))
    bands = draw(st.sampled_from(BANDS))
    sections = [
        {
            "code": f"S{place}",
            "name": f"部分{place}",
            "points": each,
            "criteria": draw(_criteria(f"S{place}", indicators)),
        }
        for place, each in enumerate(points)
    ]
    return {
        "rank_by": draw(st.sampled_from(["grade", "total"])),
        "sections": sections,
        "bonus": {"cap": draw(cents(0, 1500)), "criteria": draw(_criteria("P", indicators, least=0))},
        "deduction": {"criteria": draw(_criteria("D", indicators, least=0, with_returns=True))},
        "bands": [{"name": f"第{place}等", "name_en": "", "lower": lower} for place, lower in enumerate(bands)],
        "vetoes": draw(_vetoes(len(bands))),
    }


def all_criteria(scheme: Row) -> list[Row]:
    """Every criterion of a scheme, in its order."""
    in_sections = [each for section in scheme["sections"] for each in section["criteria"]]
    return [*in_sections, *scheme["bonus"]["criteria"], *scheme["deduction"]["criteria"]]


@st.composite
def _criteria(
    draw: st.DrawFn, prefix: str, indicators: Sequence[str], *, least: int = 1, with_returns: bool = False
) -> list[Row]:
    rules = draw(st.lists(st.sampled_from(_rules(with_returns=with_returns)), min_size=least, max_size=3))
    return [draw(_criterion(f"{prefix}-{place}", rule, indicators)) for place, rule in enumerate(rules)]


def _rules(*, with_returns: bool) -> list[str]:
    return [*ONE_INDICATOR, *SOME_INDICATORS, *NO_INDICATOR, *(["returns"] * 3 if with_returns else [])]


@st.composite
def _criterion(draw: st.DrawFn, code: str, rule: str, indicators: Sequence[str]) -> Row:
    most = draw(cents(1, 4000))
    params = draw(_params(rule, Decimal(most)))
    if rule in ONE_INDICATOR:
        params["indicators"] = [draw(st.sampled_from(indicators))]
    if rule in SOME_INDICATORS:
        params["indicators"] = draw(st.lists(st.sampled_from(indicators), min_size=1, max_size=3, unique=True))
    return {"code": code, "name": f"评分项{code}", "max": most, "rule": rule, "params": params}


def _params(rule: str, most: Decimal) -> st.SearchStrategy[Row]:
    each = cents(1, 500)
    by_rule: dict[str, st.SearchStrategy[Row]] = {
        "proportional": st.fixed_dictionaries({"floor": cents(0, 10000)}),
        "steps": st.fixed_dictionaries({"steps": _steps(most)}),
        "per_item": st.fixed_dictionaries({"each": each}, optional={"cap_each": cents(1, 500)}),
        "over_target": st.fixed_dictionaries({"per": cents(1, 3000), "each": each}),
        "timeliness": st.fixed_dictionaries({"each": each}),
        "completeness": st.fixed_dictionaries({"each": each}),
        "returns": st.fixed_dictionaries({"free": st.integers(0, 2).map(str), "each": each}),
    }
    return by_rule.get(rule, st.builds(dict))


@st.composite
def _steps(draw: st.DrawFn, most: Decimal) -> list[list[str]]:
    """Steps whose bounds fall, and whose points do not rise."""
    bounds = sorted(draw(st.lists(st.integers(0, 15000), min_size=1, max_size=3, unique=True)), reverse=True)
    shares = sorted((draw(st.integers(0, 4)) for _ in bounds), reverse=True)
    return [
        [str(Decimal(bound).scaleb(-2)), str((most * share / 4).quantize(Decimal("0.0001")))]
        for bound, share in zip(bounds, shares, strict=True)
    ]


@st.composite
def _vetoes(draw: st.DrawFn, bands: int) -> list[Row]:
    effects = st.one_of(st.just("fail"), st.integers(1, bands).map(lambda band: {"cap": str(band)}))
    flag = {"code": "V1", "name": "弄虚作假", "rule": "flag"}
    binding = {"code": "V2", "name": "严重未完成", "rule": "binding", "threshold": draw(cents(1, 12000))}
    return [{**each, "effect": draw(effects)} for each in (flag, binding) if draw(st.booleans())]
