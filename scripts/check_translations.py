"""Every text for people has an English translation: `python -m scripts.check_translations [--update]`."""

import argparse
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

from scripts.check_rules import tracked_files
from scripts.steps import ROOT, complain, say

CATALOGUE = ROOT / "locale" / "en" / "LC_MESSAGES" / "django.po"
LINE_WIDTH = 120
MOST_SHOWN = 40
KEYWORDS: dict[str, Any] = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), None),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
PLACEHOLDER = re.compile(r"%\(\w+\)[sdfr]|%[sdfr]|\{\w*\}")

Key = tuple[str, str | None]  # msgid and context
Found = tuple[str | tuple[str, ...], str | None, str]  # msgid (or singular and plural), context, FILE:LINE


def as_python(template: str) -> str:
    """A template's translatable texts as calls of gettext, each on its line."""
    from django.utils.translation.template import templatize

    return "\n".join(line.strip() for line in templatize(template).splitlines())


def messages_in(name: str) -> Iterator[Found]:
    """The texts marked for translation in one file."""
    text = (ROOT / name).read_text(encoding="utf-8")
    # Babel's Python reader wants Python; what templatize leaves of a template, only its JavaScript reader can read.
    method, source = ("python", text) if name.endswith(".py") else ("javascript", as_python(text))
    stream = io.BytesIO(source.encode())
    for line, message, _comments, context in extract(method, stream, KEYWORDS, options={"encoding": "utf-8"}):
        yield message, context, f"{name}:{line}"


def messages() -> Catalog:
    """Every text marked for translation in code and templates, with the places where it stands."""
    catalogue = Catalog(locale="en", charset="utf-8", fuzzy=False)
    for name in tracked_files():
        if name.startswith(("tests/", "scripts/", "docs/")):
            continue
        if name.endswith(".py") or (name.endswith((".html", ".txt")) and "templates/" in name):
            for message, context, place in messages_in(name):
                path, _, line = place.rpartition(":")
                catalogue.add(message, context=context, locations=[(path, int(line))])
    return catalogue


def read_catalogue() -> Catalog:
    """The English catalogue; empty if there is none yet."""
    if not CATALOGUE.exists():
        return Catalog(locale="en", charset="utf-8", fuzzy=False)
    with CATALOGUE.open("rb") as source:
        return read_po(source, locale="en", charset="utf-8")


def texts(value: Any) -> list[str]:
    """A msgid or msgstr as a list: one text, or singular and plural."""
    return [value] if isinstance(value, str) else list(value)


def is_translated(message: Any) -> bool:
    """Whether every form has a text."""
    return bool(message.string) and all(texts(message.string))


def fault(message: Any, translated: Any) -> str | None:
    """What is wrong with a translation, or None."""
    if translated is None:
        return "is not in the catalogue; make translations adds it"
    if not is_translated(translated):
        return "has no translation"
    if translated.fuzzy:
        return "has a translation marked as fuzzy"
    wanted = {mark for text in texts(message.id) for mark in PLACEHOLDER.findall(text)}
    given = {mark for text in texts(translated.string) for mark in PLACEHOLDER.findall(text)}
    return None if wanted == given else f"has other placeholders in its translation: {sorted(wanted ^ given)}"


def faults(extracted: Catalog, catalogue: Catalog) -> Iterator[str]:
    """Every text without a right translation, as FILE:LINE: text: what is wrong."""
    for message in extracted:
        if not message.id:
            continue  # the header
        reason = fault(message, catalogue.get(texts(message.id)[0], message.context))
        if reason:
            path, line = message.locations[0]
            yield f"{path}:{line}: {texts(message.id)[0]!r} {reason}"


def update(extracted: Catalog, path: Path) -> int:
    """Add what is new with an empty translation, drop what nobody uses; the number of texts to translate."""
    catalogue = read_catalogue()
    catalogue.update(extracted, no_fuzzy_matching=True, update_creation_date=False)
    catalogue.obsolete.clear()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as target:
        write_po(target, catalogue, width=LINE_WIDTH, no_location=True, omit_header=False, sort_output=False)
    return sum(1 for message in catalogue if message.id and not is_translated(message))


def main(arguments: list[str]) -> int:
    """Check, or with --update add what is new; 0 when every text has its translation."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--update", action="store_true", help="add new texts to the catalogue, without translation")
    extracted = messages()
    if parser.parse_args(arguments).update:
        say(f"{CATALOGUE.relative_to(ROOT)}: {update(extracted, CATALOGUE)} texts to translate")
        return 0
    found = list(faults(extracted, read_catalogue()))
    for text in found[:MOST_SHOWN]:
        complain(text)
    if len(found) > MOST_SHOWN:
        complain(f"… and {len(found) - MOST_SHOWN} more")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
