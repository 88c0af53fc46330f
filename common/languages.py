"""The reader's language, where a text is stored in both."""

from django.utils.translation import get_language


def in_readers_language(zh: str, en: str) -> str:
    """The text in the reader's language; the Chinese one where there is no English."""
    return (en if get_language() == "en" else "") or zh
