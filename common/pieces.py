"""A long list that is in memory already, shown in numbered pieces."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

Item = TypeVar("Item")

_AROUND = 2


@dataclass(frozen=True, slots=True)
class Piece:
    """Piece `number` of `count` (from 1) of `items` things, `size` in each."""

    number: int
    count: int
    items: int
    size: int

    def cut(self, things: Sequence[Item]) -> Sequence[Item]:
        """What of all things belongs to the piece."""
        return things[(self.number - 1) * self.size : self.number * self.size]

    @property
    def numbers(self) -> list[int]:
        """The pieces to offer: the first, the last and those around; 0 stands for a gap."""
        near = range(self.number - _AROUND, self.number + _AROUND + 1)
        offered = [number for number in range(1, self.count + 1) if number in (1, self.count) or number in near]
        shown: list[int] = []
        for number in offered:
            if shown and number > shown[-1] + 1:
                shown.append(0)
            shown.append(number)
        return shown


def piece_of(asked: str, *, items: int, size: int) -> Piece:
    """The piece that was asked for as text; the first for what is no number, the last beyond it."""
    count = max(1, -(-items // size))
    number = int(asked) if asked.isdecimal() and len(asked) < 10 else 1
    return Piece(min(max(number, 1), count), count, items, size)
