"""The key by which lists are searched: names, other names and the initials of their pinyin in one text."""

import re
from collections.abc import Iterable
from functools import lru_cache

SEPARATOR = " "
MAX_LENGTH = 400
_HAN = re.compile("[〇\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")
_KEPT_RUNS = 20_000  # the names of a city's institutions share most of their parts


def search_key(names: Iterable[str]) -> str:
    """The names and their pinyin initials, small letters, each once: `东海县` gives `东海县 dhx`."""
    words: dict[str, None] = {}
    for name in names:
        spelled = normalised(name)
        words[spelled] = None
        if spelled.isascii():
            continue
        words[_HAN.sub(lambda run: _initials(run[0]), spelled)] = None
    return SEPARATOR.join(filter(None, words))[:MAX_LENGTH]


def normalised(text: str) -> str:
    """A text as the key holds it and as a search for it must be written: small letters, single spaces."""
    return SEPARATOR.join(text.lower().split())


@lru_cache(_KEPT_RUNS)
def _initials(characters: str) -> str:
    """The initials of Chinese characters that stand together: their neighbours decide how they are read."""
    # Imported here: its dictionary is needed only by who writes a name.
    from pypinyin import Style, lazy_pinyin

    return "".join(lazy_pinyin(characters, style=Style.FIRST_LETTER))
