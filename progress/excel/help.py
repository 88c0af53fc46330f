"""The columns of a progress file explained, in the reader's language: the import page, and programs."""

from collections.abc import Callable
from typing import Any

from progress.excel.headers import DECLARED

Translate = Callable[[str], str]


def columns_as_json(translate: Translate = str) -> list[dict[str, Any]]:
    """Every column that is read, in the order of the long form."""
    return [
        {
            "name": one.column.name.lower(),
            "header": one.header,
            "meaning": translate(one.header),
            "synonyms": list(one.synonyms),
            "required": one.is_required,
            "how": translate(one.how),
        }
        for one in DECLARED
    ]
