"""Lists that a column's names are looked up in: units, institutions."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from common.workbook.names import Known, Names, key_of

_MOST_COMPARISONS = 60_000  # names looked at for the nearest: a file with more unknown ones is of another kind


@dataclass(frozen=True, slots=True, kw_only=True)
class NameList:
    """The names that a column may hold. `own` are the codes that the person may write about; None: all of them.

    `shared` are names that more than one bear: only their codes say which is meant.
    """

    names: Names
    own: frozenset[str] | None = None
    shared: frozenset[str] = frozenset()
    unknown: str = "unknown_name"
    not_own: str = "name_not_yours"
    _nearest: dict[str, str] = field(default_factory=dict, compare=False)

    @classmethod
    def of_units(cls, names: Names, *, own: frozenset[str] | None = None) -> "NameList":
        """A list of units, with the codes of problems that units have in every file."""
        return cls(names=names, own=own, unknown="unknown_region", not_own="region_not_yours")

    @classmethod
    def by_code_or_name(cls, entries: Iterable[tuple[str, str]], *, own: frozenset[str] | None = None) -> "NameList":
        """A list of (code, name) whose members are written by their code, or by a name that no other bears."""
        entries = list(entries)
        bearers = Counter(key_of(name) for _code, name in entries)
        by_name = {key_of(name): Known(code, name) for code, name in entries if bearers[key_of(name)] == 1}
        by_code = {key_of(code): Known(code, name) for code, name in entries}
        shared = frozenset(name for name, count in bearers.items() if count > 1)
        return cls(names=Names(by_name | by_code), own=own, shared=shared)

    def find(self, text: str) -> Known | None:
        """Whom a text names; None for nobody, or for several."""
        return self.names.find(text) or self.names.find(text.upper())

    def is_shared(self, text: str) -> bool:
        """Whether several bear this name."""
        return key_of(text) in self.shared

    def nearest(self, text: str) -> str:
        """The name that looks most like a text, as long as a file does not ask for too many."""
        if text not in self._nearest and (len(self._nearest) + 1) * len(self.names.known) <= _MOST_COMPARISONS:
            self._nearest[text] = self.names.nearest(text)
        return self._nearest.get(text, "")


NameLists = Mapping[str, NameList]
"""The lists by the names of the columns that are looked up in them."""
