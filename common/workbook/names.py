"""Names of units and indicators, and spellings of a quarter, matched without guessing (policy P12)."""

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

# Zero-width space and joiners, word joiner, byte order mark, soft hyphen: pasted along, seen by nobody.
_INVISIBLE = re.compile("[\u200b-\u200d\u2060\ufeff\u00ad]")
_SPACE = re.compile(r"\s+")
_CLOSE = 0.6  # of 1: a text that is no more like a name than this is not taken for a slip
DIRECTION = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def key_of(text: str) -> str:
    """A name as it is compared: NFC, without spaces and invisible marks."""
    composed = unicodedata.normalize("NFC", text)
    return composed if composed.isalnum() else _INVISIBLE.sub("", _SPACE.sub("", composed))


@dataclass(frozen=True, slots=True)
class Known:
    """A name that was found; `by_alias`: by another spelling, which is told."""

    code: str
    name: str
    by_alias: bool = False


@dataclass(frozen=True, slots=True)
class Names:
    """The names of one list (units or indicators), by their keys."""

    known: Mapping[str, Known] = field(default_factory=dict)

    @classmethod
    def of(cls, entries: Iterable[tuple[str, str, Iterable[str]]]) -> "Names":
        """The names of (code, name, other spellings); where two lists claim one spelling, nobody has it."""
        entries = list(entries)
        known = {key_of(name): Known(code, name) for code, name, _ in entries}
        claimed: dict[str, Known | None] = {}
        for code, name, aliases in entries:
            for alias in {key_of(alias) for alias in aliases} - known.keys():
                claimed[alias] = None if alias in claimed else Known(code, name, by_alias=True)
        return cls(known | {alias: found for alias, found in claimed.items() if found is not None})

    def find(self, text: str) -> Known | None:
        """Whom a text names: exactly, or by a listed other spelling; None for anybody else."""
        return None if DIRECTION.search(text) else self.known.get(key_of(text))

    def nearest(self, text: str) -> str:
        """The known name that looks most like a text, for people to decide; empty where none does, or several alike."""
        folded = unicodedata.normalize("NFKC", DIRECTION.sub("", key_of(text)))[:100]
        found = difflib.get_close_matches(folded, self.known, n=3, cutoff=_CLOSE)
        likeness = {self.known[key].name: difflib.SequenceMatcher(None, key, folded).ratio() for key in reversed(found)}
        best = max(likeness.values(), default=0)
        alike = [name for name, ratio in likeness.items() if ratio == best]
        return alike[0] if len(alike) == 1 else ""
