"""The translation check finds every text of code and templates and every wrong translation."""

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from scripts import check_translations as check


def catalogue(**entries: str) -> Catalog:
    made = Catalog(locale="en")
    for msgid, text in entries.items():
        made.add(msgid, text)
    return made


def extracted(*msgids: str) -> Catalog:
    made = Catalog(locale="en")
    for msgid in msgids:
        made.add(msgid, locations=[("targets/x.py", 1)])
    return made


def test_text_in_the_catalogue_passes() -> None:
    assert list(check.faults(extracted("单位"), catalogue(单位="Unit"))) == []


@pytest.mark.parametrize("entries", [{}, {"单位": ""}])
def test_text_without_translation_fails(entries: dict[str, str]) -> None:
    assert len(list(check.faults(extracted("单位"), catalogue(**entries)))) == 1


def test_translation_with_other_placeholders_fails() -> None:
    found = list(check.faults(extracted("还差 %(n)s 天"), catalogue(**{"还差 %(n)s 天": "%(days)s days left"})))

    assert len(found) == 1
    assert "placeholders" in found[0]


def test_texts_of_a_template_are_found() -> None:
    template = """{% load i18n %}
      <h1>{% translate "季度填报" %}</h1>
      <p title="{% translate '说明' %}">{% blocktranslate %}还差 {{ days }} 天{% endblocktranslate %}</p>
      {% blocktranslate count n=rows|length %}{{ n }} 行{% plural %}{{ n }} 行们{% endblocktranslate %}"""
    python = check.as_python(template)

    assert all(text in python for text in ("季度填报", "说明", "还差 %(days)s 天", "%(n)s 行们"))


def test_new_text_is_added_without_translation_and_unused_dropped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "django.po"
    monkeypatch.setattr(check, "CATALOGUE", path)
    check.update(extracted("旧"), path)

    waiting = check.update(extracted("新", "又一"), path)

    assert waiting == 2
    assert "旧" not in path.read_text()
