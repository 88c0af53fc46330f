"""The key by which lists are searched: names, other names and the initials of their pinyin in one text."""

from collections.abc import Iterable

SEPARATOR = " "
MAX_LENGTH = 400


def search_key(names: Iterable[str]) -> str:
    """The names and their pinyin initials, small letters, each once: `东海县` gives `东海县 dhx`."""
    # Imported here: its dictionary is needed only by who writes a name.
    from pypinyin import Style, lazy_pinyin

    words: dict[str, None] = {}
    for name in names:
        spelled = normalised(name)
        words[spelled] = None
        words["".join(lazy_pinyin(spelled, style=Style.FIRST_LETTER))] = None
    return SEPARATOR.join(filter(None, words))[:MAX_LENGTH]


def normalised(text: str) -> str:
    """A text as the key holds it and as a search for it must be written: small letters, single spaces."""
    return SEPARATOR.join(text.lower().split())
