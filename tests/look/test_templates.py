"""What must hold for every template of the portal."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.steps import ROOT

TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
STYLES = sorted((ROOT / "static" / "css").glob("*.css"))
SCRIPTS = sorted((ROOT / "static" / "js").rglob("*.js"))
ICONS = ROOT / "static" / "vendor" / "icons"

FORBIDDEN = {
    "inline style": re.compile(r"<style|\sstyle=", re.IGNORECASE),
    "inline handler": re.compile(r"\son[a-z]+=|hx-on|javascript:", re.IGNORECASE),
    "inline script": re.compile(r"<script(?![^>]*\ssrc=)(?![^>]*type=\"application/json\")", re.IGNORECASE),
    "filter that htmx would evaluate": re.compile(r'hx-trigger="[^"]*\[|hx-vals="js:|hx-vals=\'js:', re.IGNORECASE),
    "outside address": re.compile(r"""(?:src|href|action)=["'](?:https?:)?//""", re.IGNORECASE),
    "text taken for markup": re.compile(r"\|safe|autoescape off"),
}
TAG = re.compile(r"{%.*?%}|{{.*?}}|{#.*?#}", re.DOTALL)
CLASS = re.compile(r'class="([^"]*)"')
DEFINED = re.compile(r"\.(-?[_a-zA-Z][\w-]*)")
ICON = re.compile(r"""{%\s*icon\s+"([^"]+)"|\bicon="([^"]+)"|data-icon="([^"]+)\"""")
COMPOSED = re.compile(r"-$|^(?:is|status|alert|table|text|deadline|btn|badge)-$")


def name_of(path: Path) -> str:
    """How a failing test calls a template."""
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_a_template_holds_nothing_that_the_content_policy_forbids(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert [what for what, pattern in FORBIDDEN.items() if pattern.search(text)] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_a_template_is_no_longer_than_can_be_read_at_once(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 150


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_a_template_uses_only_icons_that_are_there(path: Path) -> None:
    names = {name for groups in ICON.findall(path.read_text(encoding="utf-8")) for name in groups if name}

    assert {name for name in names if not (ICONS / f"{name}.svg").is_file()} == set()


def classes_of(text: str) -> Iterator[str]:
    """The class names a template writes out; those that a variable completes are left out."""
    for value in CLASS.findall(TAG.sub("\x00", text)):
        yield from (name for name in value.split() if "\x00" not in name)


def without_branches(text: str) -> str:
    """The template with the tags inside class attributes turned into spaces, so that both branches count."""
    return re.sub(r"{%\s*(?:if|elif|else|endif)[^%]*%}", " ", text)


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_a_template_uses_only_classes_that_a_style_sheet_knows(path: Path) -> None:
    known = set().union(*(DEFINED.findall(style.read_text(encoding="utf-8")) for style in STYLES))

    used = set(classes_of(without_branches(path.read_text(encoding="utf-8"))))

    assert used - known == set()


@pytest.mark.parametrize("path", SCRIPTS, ids=name_of)
def test_a_script_writes_no_markup_and_no_styles(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    # Markup comes from the server, which escapes; a script may put it in place but never writes it.
    assert re.findall(r"(?:inner|outer)HTML\s*\+?=\s*[`\"']|document\.write|\beval\(|new Function", text) == []
    assert re.findall(r"setAttribute\(\s*[\"']style", text) == []


def test_components_say_what_they_need_or_need_nothing() -> None:
    silent = []
    for path in sorted((ROOT / "templates" / "components").glob("*.html")):
        text = path.read_text(encoding="utf-8")
        if not text.startswith("{#") and len(text.splitlines()) > 8:
            silent.append(path.name)

    assert silent == []
