"""What a plan may say of where an indicator's figure comes from: a register, a measure of it, a kind of its items.

Plain Python. The registers themselves live a stage further on; this is the vocabulary in which a plan names them, so
that no indicator stands in code (domain.md, section 4).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

Ledger = Literal[
    "charging_piles", "pv_projects", "new_buildings", "roof_survey", "nominations", "over_quota", "projects", ""
]
LEDGERS: tuple[Ledger, ...] = tuple(ledger for ledger in get_args(Ledger) if ledger)

ROOF_CLASSES = ("organ", "other")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What can be asked of one register.

    `kinds`: the kinds its items are told apart by; `own_kinds`: the plan itself names them, and every feed must.
    """

    measures: tuple[str, ...]
    kinds: tuple[str, ...] = ()
    own_kinds: bool = False


VOCABULARY: Mapping[Ledger, Vocabulary] = {
    "charging_piles": Vocabulary(("new_piles",)),
    "pv_projects": Vocabulary(("projects", "capacity_kwp", "area_m2"), ROOF_CLASSES),
    "new_buildings": Vocabulary(("installed_m2", "installable_m2")),
    "roof_survey": Vocabulary(("buildable_m2",), ROOF_CLASSES),
    "nominations": Vocabulary(("applied", "named"), own_kinds=True),
    "over_quota": Vocabulary(("remaining", "listed")),
    "projects": Vocabulary(("quantity",), own_kinds=True),
}


@dataclass(frozen=True, slots=True)
class Feed:
    """One number of a line from a register: what is measured, of the items of which kind ("": of all)."""

    ledger: Ledger = ""
    measure: str = ""
    kind: str = ""

    def problem(self) -> tuple[str, str, str] | None:
        """(key, what is wrong, remedy), or None where the register can answer it."""
        if not self.ledger:
            return None
        known = VOCABULARY[self.ledger]
        if self.measure not in known.measures:
            return "measure", f"{self.ledger} 没有统计项“{self.measure}”", f"请从 {'、'.join(known.measures)} 中选一个"
        if known.own_kinds:
            return None if self.kind else ("kind", "缺少类别", "请写这个指标统计的类别代码")
        if self.kind and self.kind not in known.kinds:
            options = f"请从 {'、'.join(known.kinds)} 中选一个" if known.kinds else "请删除 kind"
            return "kind", f"{self.ledger} 没有类别“{self.kind}”", options
        return None
