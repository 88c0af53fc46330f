"""What a line of an indicator may hold (domain.md, section 3). Plain Python."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol


class IndicatorLike(Protocol):
    """What the rules need of an indicator: of the stored one, or of an entry of a plan file."""

    @property
    def code(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def accumulate(self) -> str: ...
    @property
    def decimals(self) -> int: ...
    @property
    def minimum(self) -> Decimal: ...
    @property
    def maximum(self) -> Decimal: ...
    @property
    def not_applicable(self) -> str: ...
    @property
    def na_rule(self) -> str: ...
    @property
    def base_rule(self) -> str: ...
    @property
    def has_base(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class LineRules:
    """What a line of one indicator may hold."""

    code: str
    kind: str
    accumulate: str
    decimals: int
    minimum: Decimal
    maximum: Decimal
    not_applicable: str = "no"
    base_rule: str = "none"
    has_base: bool = False
    na_rule: str = ""

    @classmethod
    def of(cls, indicator: IndicatorLike) -> LineRules:
        """The rules of an indicator."""
        return cls(
            code=indicator.code,
            kind=indicator.kind,
            accumulate=indicator.accumulate,
            decimals=indicator.decimals,
            minimum=indicator.minimum,
            maximum=indicator.maximum,
            not_applicable=indicator.not_applicable,
            base_rule=indicator.base_rule,
            has_base=indicator.has_base,
            na_rule=indicator.na_rule,
        )

    @property
    def sums(self) -> bool:
        """Whether the year's figure is the sum of its quarters."""
        return self.accumulate == "sum"

    @property
    def accepts_corrections(self) -> bool:
        """Whether a quarter may take something back: a count that adds up."""
        return self.kind == "count" and self.sums

    @property
    def lowest(self) -> Decimal:
        """The smallest value a line may hold."""
        return -self.maximum if self.accepts_corrections else self.minimum
